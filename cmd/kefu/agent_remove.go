package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) agentRemove(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove KF_ACCOUNT",
		Short:   "Remove a kf account",
		Long:    "Removes a kf account, which ends its sessions and frees its person. Its number is\nnot used again.",
		Example: "  kefu agent remove alice@demo_shop",
		Args:    need("KF_ACCOUNT"),
	}
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		return "removed " + args[0], c.DeleteAgent(ctx, args[0])
	})
}
