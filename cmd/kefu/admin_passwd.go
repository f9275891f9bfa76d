package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
)

func (t *terminal) adminPasswd(with withPeople) *cobra.Command {
	var fromStdin bool
	cmd := &cobra.Command{
		Use:   "passwd WECHAT_ID",
		Short: "Give somebody another password",
		Long: `Gives somebody who can sign in another password and signs that person out everywhere.
The password is made up and printed once, unless it comes on stdin.`,
		Example: "  kefu admin passwd zhang_wei\n  kefu admin passwd zhang_wei --password-stdin < password",
		Args:    need("WECHAT_ID"),
	}
	passwordFlag(cmd, &fromStdin)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := argPerson(args)
		if err != nil {
			return err
		}
		password, madeUp, err := t.newPassword(fromStdin, id)
		if err != nil {
			return err
		}
		err = with(cmd.Context(), false, func(p *auth.People) error {
			return p.SetPassword(cmd.Context(), id, password, byCommand)
		})
		if errors.Is(err, kefu.PersonUnknown) {
			return fmt.Errorf("%w: %s; see kefu admin list", err, id)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(t.out, "changed the password of", id)
		if madeUp {
			writeTable(t.out, [][]string{passwordRow(password)})
		}
		return nil
	}
	return cmd
}
