package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) agentAdd(call caller) *cobra.Command {
	var nickname string
	cmd := &cobra.Command{
		Use:   "add KF_ACCOUNT --nickname NAME",
		Short: "Add a kf account",
		Long: `Adds a kf account: 1 to 10 letters, digits or _, then @ and the official account's
WeChat id. Nobody answers under its name until a person was invited and accepted.`,
		Example: "  kefu agent add alice@demo_shop --nickname Alice",
		Args:    need("KF_ACCOUNT"),
	}
	cmd.Flags().Var(textFlag(&nickname, "NAME"), "nickname", "what customers see, 1 to 16 characters")
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		if !cmd.Flags().Changed("nickname") {
			return "", wrongUsage("--nickname is needed: the name that customers see, 1 to 16 characters")
		}
		return "added " + args[0], c.AddAgent(ctx, args[0], nickname)
	})
}
