package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

func (t *terminal) agentList(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the kf accounts",
		Long:    "Lists all kf accounts by number, with the person who answers under each name or\nwhat became of the invitation. Times are those of this machine.",
		Example: "  kefu agent list\n  kefu agent list --json",
	}
	return t.listing(cmd, call, func(ctx context.Context, c *client.Client, _ []string) (answer any, rows [][]string, err error) {
		agents, err := c.Agents(ctx)
		rows = [][]string{{"KF_ACCOUNT", "KF_ID", "NICKNAME", "PERSON", "STATE"}}
		for _, a := range agents {
			rows = append(rows, []string{a.KFAccount, a.KFID.String(), a.KFNick, orDash(a.KFWX + a.InviteWX), agentState(a)})
		}
		return wechat.AgentList{KFList: agents}, rows, err
	})
}

// agentState says whether somebody answers under the agent's name, or how far
// that is.
func agentState(a wechat.Agent) string {
	if a.KFWX != "" {
		return "bound"
	}
	until := time.Unix(a.InviteExpireTime, 0).Format("2006-01-02 15:04:05")
	switch a.InviteStatus {
	case "":
		return "not invited"
	case wechat.InviteStatusWaiting:
		return "invited until " + until
	case wechat.InviteStatusRejected:
		return "invitation rejected"
	case wechat.InviteStatusExpired:
		return "invitation expired " + until
	}
	return "invitation " + a.InviteStatus
}
