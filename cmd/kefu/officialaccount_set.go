package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

func (t *terminal) officialAccountSet(with withAccounts, check callbackChecker) *cobra.Command {
	var f accountFlags
	var rotate bool
	cmd := &cobra.Command{
		Use:   "set APPID",
		Short: "Change an official account",
		Long: `Changes what the flags name and leaves the rest as it is. --allow-ip replaces the
whole list and empties it with --allow-ip ""; --callback-url "" removes the
callback; --daily-quota changes the paths it names. The WeChat id can change only
while the account has no agents. When anything about the callback changes, the
server there is asked whether it knows the token, as WeChat does; without the right
answer nothing is changed.

After --rotate-secret or --secret the old secret fetches no more tokens; the
tokens that it fetched work until they end. A secret that was made up is printed
once, now.`,
		Example: `  kefu official-account set wx0123456789abcdef --rotate-secret
  kefu official-account set wx0123456789abcdef --callback-url "" --max-agents 500
  kefu official-account set wx0123456789abcdef --frozen`,
		Args: need("APPID"),
	}
	f.declare(cmd)
	f.declareFreezing(cmd)
	cmd.Flags().BoolVar(&rotate, "rotate-secret", false, "make a new secret and print it, this once")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		app, err := argAppID(args)
		if err != nil {
			return err
		}
		edits, err := f.edits(cmd.Flags().Changed)
		if err != nil {
			return err
		}
		madeUp := ""
		switch {
		case rotate && cmd.Flags().Changed("secret"):
			return wrongUsage("--rotate-secret makes a secret and --secret gives one: use one of them")
		case rotate:
			madeUp = randomHex(secretDigits)
			edits = append(edits, func(o *kefu.OfficialAccount) { o.Secret = kefu.DigestSecret(madeUp) })
		case len(edits) == 0:
			return wrongUsage("nothing to change: name what with a flag, see kefu official-account set --help")
		}
		err = with(cmd.Context(), false, func(d *desk.Desk) error {
			o, err := d.OfficialAccount(cmd.Context(), app)
			if err != nil {
				return err
			}
			for _, e := range edits {
				e(o)
			}
			if err := f.checkCallback(cmd.Context(), check, o, cmd.Flags().Changed); err != nil {
				return err
			}
			return d.EditOfficialAccount(cmd.Context(), app, commanded(kefu.ActAccountChanged, app, ""), func(o *kefu.OfficialAccount) ([]desk.Changed, error) {
				for _, e := range edits {
					e(o)
				}
				return named(cmd.Flags()), nil
			})
		})
		if errors.Is(err, kefu.WeChatIDInUse) {
			return errors.New("the WeChat id cannot change: " + kefu.WeChatIDInUse.Error())
		}
		if err != nil {
			return accountError(err, app)
		}
		if madeUp != "" {
			writeTable(t.out, [][]string{secretRow(madeUp)})
		}
		return nil
	}
	return cmd
}
