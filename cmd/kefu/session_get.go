package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) sessionGet(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "get OPENID",
		Short:   "Show who serves a customer",
		Long:    "Shows the agent who serves a customer, and since when; dashes when nobody does.",
		Example: "  kefu session get oDemoKfCustomer_0000000000A1",
		Args:    need("OPENID"),
	}
	return t.listing(cmd, call, func(ctx context.Context, c *client.Client, args []string) (answer any, rows [][]string, err error) {
		s, err := c.Session(ctx, args[0])
		rows = [][]string{{"OPENID", "KF_ACCOUNT", "SINCE"}, {args[0], orDash(s.KFAccount), clockTime(s.CreateTime)}}
		return s, rows, err
	})
}
