package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

func (t *terminal) officialAccountRemove(with withAccounts) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove APPID",
		Short: "Remove an official account with everything it owns",
		Long: `Removes an official account with its agents, credentials and everything else it
owns. It asks first; a script says --yes. There is no way back but a backup.`,
		Example: "  kefu official-account remove wx0123456789abcdef\n  kefu official-account remove wx0123456789abcdef --yes",
		Args:    need("APPID"),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		app, err := argAppID(args)
		if err != nil {
			return err
		}
		if !yes && !t.interactive() {
			return wrongUsage("removing an official account cannot be undone: say --yes when nobody can be asked")
		}
		agents := 0
		err = with(cmd.Context(), false, func(d *desk.Desk) (err error) {
			if !yes {
				if err := t.confirmRemoval(cmd.Context(), d, app); err != nil {
					return err
				}
			}
			agents, err = d.RemoveOfficialAccount(cmd.Context(), app, commanded(kefu.ActAccountRemoved, app, ""))
			return err
		})
		if err != nil {
			return accountError(err, app)
		}
		fmt.Fprintln(t.out, "removed", app, "and", countAgents(agents))
		return nil
	}
	return cmd
}

// confirmRemoval asks the person at the terminal to type the appid.
func (t *terminal) confirmRemoval(ctx context.Context, d *desk.Desk, app kefu.AppID) error {
	o, err := d.OfficialAccount(ctx, app)
	if err != nil {
		return err
	}
	dir, err := d.Directory(ctx, app)
	if err != nil {
		return err
	}
	name := string(o.WeChatID)
	if o.Name != "" {
		name = o.Name + ", " + name
	}
	fmt.Fprintf(t.err, "This removes %s (%s) with %s, for good.\nType the appid to go on: ", app, printable(name), countAgents(len(dir.Agents)))
	answer, err := bufio.NewReader(io.LimitReader(t.in, maxAnswer)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	if strings.TrimSpace(answer) != string(app) {
		return errors.New("that was not the appid: nothing was removed")
	}
	return nil
}

// maxAnswer bounds what is read of an answer, in bytes: an appid has 18.
const maxAnswer = 256

// interactive tells whether somebody can be asked.
func (t *terminal) interactive() bool {
	f, ok := t.in.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

func countAgents(n int) string {
	if n == 1 {
		return "1 agent"
	}
	return strconv.Itoa(n) + " agents"
}
