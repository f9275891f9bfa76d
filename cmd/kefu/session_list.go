package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

func (t *terminal) sessionList(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list KF_ACCOUNT",
		Short:   "List the customers whom an agent serves",
		Long:    "Lists the customers whom an agent serves, the one served longest first. Times are\nthose of this machine.",
		Example: "  kefu session list alice@demo_shop\n  kefu session list alice@demo_shop --json",
		Args:    need("KF_ACCOUNT"),
	}
	return t.listing(cmd, call, func(ctx context.Context, c *client.Client, args []string) (answer any, rows [][]string, err error) {
		sessions, err := c.Sessions(ctx, args[0])
		rows = [][]string{{"OPENID", "SINCE"}}
		for _, s := range sessions {
			rows = append(rows, []string{s.OpenID, clockTime(s.CreateTime)})
		}
		return wechat.SessionList{SessionList: sessions}, rows, err
	})
}
