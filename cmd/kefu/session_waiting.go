package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) sessionWaiting(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "waiting",
		Short:   "List the customers who wait for an agent",
		Long:    "Lists the customers who wait for an agent, the one who came first first. The API\ntells of the first 100 and counts all.",
		Example: "  kefu session waiting\n  kefu session waiting --json",
	}
	return t.listing(cmd, call, func(ctx context.Context, c *client.Client, _ []string) (answer any, rows [][]string, err error) {
		list, err := c.Waiting(ctx)
		rows = [][]string{{"OPENID", "LAST WROTE"}}
		for _, w := range list.WaitCaseList {
			rows = append(rows, []string{w.OpenID, clockTime(w.LatestTime)})
		}
		if more := list.Count - int64(len(list.WaitCaseList)); more > 0 {
			rows = append(rows, []string{fmt.Sprintf("and %d more", more)})
		}
		return list, rows, err
	})
}
