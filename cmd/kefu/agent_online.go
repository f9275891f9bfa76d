package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

func (t *terminal) agentOnline(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "online",
		Short:   "List the agents at work",
		Long:    "Lists the kf accounts that are online, and how many customers each is serving.",
		Example: "  kefu agent online\n  kefu agent online --json",
	}
	return t.listing(cmd, call, func(ctx context.Context, c *client.Client, _ []string) (answer any, rows [][]string, err error) {
		agents, err := c.OnlineAgents(ctx)
		rows = [][]string{{"KF_ACCOUNT", "KF_ID", "SERVING"}}
		for _, a := range agents {
			if a.Status != wechat.OnlineStatusOffline {
				rows = append(rows, []string{a.KFAccount, a.KFID.String(), strconv.FormatInt(a.AcceptedCase, 10)})
			}
		}
		return wechat.OnlineAgentList{KFOnlineList: agents}, rows, err
	})
}
