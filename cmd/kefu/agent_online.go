package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/wechat"
)

func (t *terminal) agentOnline(call caller) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "online",
		Short:   "List the agents at work",
		Long:    "Lists the kf accounts that are online, and how many customers each is serving.",
		Example: "  kefu agent online\n  kefu agent online --json",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the API's own answer")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := call()
		if err != nil {
			return err
		}
		agents, err := c.OnlineAgents(cmd.Context())
		if err != nil {
			return refusal(err)
		}
		if asJSON {
			return t.printJSON(wechat.OnlineAgentList{KFOnlineList: agents})
		}
		rows := [][]string{{"KF_ACCOUNT", "KF_ID", "SERVING"}}
		for _, a := range agents {
			if a.Status != wechat.OnlineStatusOffline {
				rows = append(rows, []string{a.KFAccount, a.KFID.String(), strconv.FormatInt(a.AcceptedCase, 10)})
			}
		}
		writeTable(t.out, rows)
		return nil
	}
	return cmd
}
