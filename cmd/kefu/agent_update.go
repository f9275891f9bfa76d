package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) agentUpdate(call caller) *cobra.Command {
	var nickname string
	cmd := &cobra.Command{
		Use:     "update KF_ACCOUNT --nickname NAME",
		Short:   "Change a kf account's nickname",
		Long:    "Changes the nickname of a kf account. Its name, number and person stay.",
		Example: "  kefu agent update alice@demo_shop --nickname 小爱",
		Args:    need("KF_ACCOUNT"),
	}
	cmd.Flags().Var(textFlag(&nickname, "NAME"), "nickname", "what customers see, 1 to 16 characters")
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		if !cmd.Flags().Changed("nickname") {
			return "", wrongUsage("--nickname is needed: it is what can be changed")
		}
		return "changed " + args[0], c.UpdateAgent(ctx, args[0], nickname)
	})
}
