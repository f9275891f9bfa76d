package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
)

func (t *terminal) adminAdd(with withPeople) *cobra.Command {
	var name string
	role := string(kefu.RoleAdministrator)
	var fromStdin bool
	cmd := &cobra.Command{
		Use:   "add WECHAT_ID",
		Short: "Add an administrator",
		Long: `Adds somebody who can sign in with a WeChat id and a password: an administrator, or
what --role says. The password is made up and printed once, unless it comes on stdin.
Somebody who can sign in already gets the role, and keeps name and password.`,
		Example: "  kefu admin add zhang_wei --name 张伟\n  kefu admin add li_na_2024 --role supervisor --password-stdin < password",
		Args:    need("WECHAT_ID"),
	}
	cmd.Flags().Var(textFlag(&name, "NAME"), "name", "what colleagues see, 1 to 32 characters; the WeChat id if not given")
	cmd.Flags().Var(textFlag(&role, "ROLE"), "role", "agent, supervisor or administrator")
	passwordFlag(cmd, &fromStdin)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := argPerson(args)
		if err != nil {
			return err
		}
		if name == "" {
			name = string(id)
		}
		person := kefu.Person{ID: id, Name: name, Role: kefu.Role(role)}
		if err := person.Validate(); err != nil {
			return usageError{err}
		}
		password, madeUp, err := t.newPassword(fromStdin, id)
		if err != nil {
			return err
		}
		promoted := false
		err = with(cmd.Context(), true, func(p *auth.People) error {
			err := p.Add(cmd.Context(), person, password, byCommand)
			if promoted = errors.Is(err, kefu.PersonExists); promoted {
				err = p.Change(cmd.Context(), id, byCommand, func(p *kefu.Person) { p.Role, p.Disabled = person.Role, false })
			}
			return err
		})
		switch {
		case err != nil:
			return err
		case promoted:
			fmt.Fprintln(t.out, id, "could sign in already and is", role, "now, with the same password")
			return nil
		}
		rows := [][]string{{"wechat id", string(id)}, {"role", role}}
		if madeUp {
			rows = append(rows, passwordRow(password))
		}
		writeTable(t.out, rows)
		return nil
	}
	return cmd
}
