package main

import "github.com/spf13/cobra"

func (t *terminal) agent() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "The kf accounts (客服账号) of an official account, over the API",
		Long: `Lists, adds and changes kf accounts through the API of a running server, as any
program would. --base-url, --appid and --secret say which server and which
official account; better use KEFU_BASE_URL, KEFU_APPID and KEFU_SECRET, because
others on the machine can see flags.`,
		Example: `  export KEFU_APPID=wx5d3c0ffee1234567 KEFU_SECRET=0f1e2d3c4b5a69788796a5b4c3d2e1f0   # those of kefu dev
  kefu agent add carol@demo_shop --nickname Carol
  kefu agent invite carol@demo_shop carol_wx
  kefu agent list`,
		Args: cobra.NoArgs,
		RunE: help,
	}
	call := t.calling(cmd)
	cmd.AddCommand(
		t.agentList(call),
		t.agentOnline(call),
		t.agentAdd(call),
		t.agentInvite(call),
		t.agentUpdate(call),
		t.agentAvatar(call),
		t.agentRemove(call),
	)
	return cmd
}
