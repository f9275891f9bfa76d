package main

import (
	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
)

// peoplePage bounds how many people are read at once.
const peoplePage = 500

// listedPerson is a person for scripts.
type listedPerson struct {
	WeChatID kefu.WeChatID `json:"wechat_id"`
	Name     string        `json:"name"`
	Role     kefu.Role     `json:"role"`
	Disabled bool          `json:"disabled"`
}

func (t *terminal) adminList(with withPeople) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List everybody who can sign in",
		Example: "  kefu admin list\n  kefu admin list --json",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		all := []listedPerson{}
		err := with(cmd.Context(), false, func(p *auth.People) error {
			for after := kefu.WeChatID(""); ; {
				page, err := p.List(cmd.Context(), after, peoplePage)
				if err != nil {
					return err
				}
				for _, one := range page {
					all = append(all, listedPerson{one.ID, one.Name, one.Role, one.Disabled})
					after = one.ID
				}
				if len(page) < peoplePage {
					return nil
				}
			}
		})
		if err != nil {
			return err
		}
		if asJSON {
			return t.printJSON(all)
		}
		rows := [][]string{{"WECHAT_ID", "NAME", "ROLE", "STATE"}}
		for _, p := range all {
			state := "can sign in"
			if p.Disabled {
				state = "disabled"
			}
			rows = append(rows, []string{string(p.WeChatID), p.Name, string(p.Role), state})
		}
		writeTable(t.out, rows)
		return nil
	}
	return cmd
}
