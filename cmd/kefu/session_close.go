package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) sessionClose(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "close KF_ACCOUNT OPENID",
		Short:   "End the session of an agent with a customer",
		Long:    "Ends the session. The customer's messages go to the developer's server from then\non.",
		Example: "  kefu session close alice@demo_shop oDemoKfCustomer_0000000000A1",
		Args:    need("KF_ACCOUNT", "OPENID"),
	}
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		return args[0] + " no longer serves " + args[1], c.CloseSession(ctx, args[0], args[1])
	})
}
