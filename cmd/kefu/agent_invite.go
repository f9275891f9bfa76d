package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) agentInvite(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "invite KF_ACCOUNT WECHAT_ID",
		Short: "Invite a person to become an agent",
		Long: `Invites the person with a WeChat id to answer under the name of a kf account. The
invitation is sent when this ends; what became of it shows kefu agent list.`,
		Example: "  kefu agent invite alice@demo_shop alice_wx",
		Args:    need("KF_ACCOUNT", "WECHAT_ID"),
	}
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		return "invited " + args[1] + " to be " + args[0], c.InviteWorker(ctx, args[0], args[1])
	})
}
