package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/wechat"
)

// caller makes a client of the API as the settings say.
type caller func() (*client.Client, error)

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
	read := t.declare(cmd, config.Calling)
	call := func() (*client.Client, error) {
		s, err := read()
		if err != nil {
			return nil, err
		}
		switch {
		case s.AppID == "":
			return nil, wrongUsage("the API is called as an official account: say which with --appid or KEFU_APPID (kefu dev prints its own)")
		case s.Secret == "":
			return nil, wrongUsage("the API asks for the AppSecret: give it with KEFU_SECRET or --secret (kefu dev prints its own)")
		}
		return client.New(s.BaseURL, string(s.AppID), s.Secret.Reveal()), nil
	}
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

// agentVerb completes a verb that changes something: it calls the API and says
// what was done, in words or, with --json, as the API says it.
func (t *terminal) agentVerb(cmd *cobra.Command, call caller, do func(ctx context.Context, c *client.Client, args []string) (done string, err error)) *cobra.Command {
	var asJSON bool
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the API's own answer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := call()
		if err != nil {
			return err
		}
		done, err := do(cmd.Context(), c, args)
		if err != nil {
			return t.refused(err, asJSON)
		}
		if asJSON {
			return t.printJSON(wechat.NewStatus(wechat.OK, ""))
		}
		fmt.Fprintln(t.out, done)
		return nil
	}
	return cmd
}
