package main

import (
	"time"

	"github.com/spf13/cobra"
)

func (t *terminal) session() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "session",
		Short: "Who serves whom, over the API",
		Long: `Shows and changes which agent serves which customer, through the API of a running
server. --base-url, --appid and --secret say which server and which official
account; better use KEFU_BASE_URL, KEFU_APPID and KEFU_SECRET, because others on
the machine can see flags.`,
		Example: `  export KEFU_APPID=wx5d3c0ffee1234567 KEFU_SECRET=0f1e2d3c4b5a69788796a5b4c3d2e1f0   # those of kefu dev
  kefu session waiting
  kefu session create alice@demo_shop oDemoKfCustomer_0000000000A1
  kefu session list alice@demo_shop`,
		Args: cobra.NoArgs,
		RunE: help,
	}
	call := t.calling(cmd)
	cmd.AddCommand(
		t.sessionWaiting(call),
		t.sessionList(call),
		t.sessionGet(call),
		t.sessionCreate(call),
		t.sessionClose(call),
	)
	return cmd
}

// clockTime writes a Unix time as people here read it; a dash when there is none.
func clockTime(unix int64) string {
	if unix == 0 {
		return "-"
	}
	return time.Unix(unix, 0).Format("2006-01-02 15:04:05")
}
