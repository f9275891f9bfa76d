package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) sessionCreate(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "create KF_ACCOUNT OPENID",
		Short: "Have an agent serve a customer",
		Long: `Begins a session of an agent, who must be online, with a customer whom nobody else
serves. The customer's messages go to the agent from then on.`,
		Example: "  kefu session create alice@demo_shop oDemoKfCustomer_0000000000A1",
		Args:    need("KF_ACCOUNT", "OPENID"),
	}
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		return args[0] + " serves " + args[1], c.CreateSession(ctx, args[0], args[1])
	})
}
