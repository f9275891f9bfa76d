package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/store"
)

// withPeople opens the database for a verb about people.
type withPeople func(ctx context.Context, create bool, work func(*auth.People) error) error

func (t *terminal) admin() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "admin",
		Short: "The people who can sign in, in the database",
		Long: `Adds administrators and sets passwords where nobody can sign in to do it. It works on
the database itself, also while a server runs. Agents need none of this: they follow
the link of their invitation.`,
		Example: "  kefu admin add zhang_wei --name 张伟\n  kefu admin passwd zhang_wei\n  kefu admin list",
		Args:    cobra.NoArgs,
		RunE:    help,
	}
	read := t.declare(cmd, config.Storage)
	with := func(ctx context.Context, create bool, work func(*auth.People) error) error {
		s, err := read()
		if err != nil {
			return err
		}
		return t.withLedger(ctx, s, create, func(ledger store.Store) error {
			return work(auth.NewPeople(auth.PeopleParts{Ledger: ledger, Now: time.Now, Log: t.plainLog()}))
		})
	}
	cmd.AddCommand(t.adminAdd(with), t.adminPasswd(with), t.adminList(with))
	return cmd
}

// byCommand is who acts, for the audit.
var byCommand = auth.By{Who: kefu.ByCommand}

// argPerson reads the WeChat id of a person.
func argPerson(args []string) (kefu.WeChatID, error) {
	id := kefu.WeChatID(args[0])
	if !id.ValidForPerson() {
		return "", usageError{fmt.Errorf("%w, got %q", kefu.WorkerIllegal, args[0])}
	}
	return id, nil
}

// newPassword is the password on stdin when it is there, else one that is made up.
func (t *terminal) newPassword(fromStdin bool, owner kefu.WeChatID) (password string, madeUp bool, err error) {
	if !fromStdin {
		return rand.Text(), true, nil
	}
	line, err := bufio.NewReader(io.LimitReader(t.in, kefu.MaxPasswordBytes+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, fmt.Errorf("read the password: %w", err)
	}
	password = strings.TrimRight(line, "\r\n")
	if err := kefu.ValidatePassword(password, owner); err != nil {
		return "", false, usageError{err}
	}
	return password, false, nil
}

// passwordFlag lets a password come from stdin: others can see flags.
func passwordFlag(cmd *cobra.Command, value *bool) {
	cmd.Flags().BoolVar(value, "password-stdin", false, "read the password from stdin instead of making one up")
}

// passwordRow shows a password that was just made up, for the only time.
func passwordRow(password string) []string {
	return []string{"password", password, "(shown only now: change it after signing in)"}
}
