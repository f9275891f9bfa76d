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

// calling gives a command, and those below it, the settings that say which API
// to call, and as whom.
func (t *terminal) calling(cmd *cobra.Command) caller {
	read := t.declare(cmd, config.Calling)
	return func() (*client.Client, error) {
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
}

// apiVerb completes a verb that changes something: it calls the API and says
// what was done, in words or, with --json, as the API says it.
func (t *terminal) apiVerb(cmd *cobra.Command, call caller, do func(ctx context.Context, c *client.Client, args []string) (done string, err error)) *cobra.Command {
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

// listing completes a command that prints what the API answers: as a table, or
// as the API's own JSON for scripts. It takes no arguments unless it says so.
func (t *terminal) listing(cmd *cobra.Command, call caller, list func(ctx context.Context, c *client.Client, args []string) (answer any, rows [][]string, err error)) *cobra.Command {
	if cmd.Args == nil {
		cmd.Args = cobra.NoArgs
	}
	asJSON := cmd.Flags().Bool("json", false, "print the API's own answer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := call()
		if err != nil {
			return err
		}
		answer, rows, err := list(cmd.Context(), c, args)
		switch {
		case err != nil:
			return t.refused(err, *asJSON)
		case *asJSON:
			return t.printJSON(answer)
		}
		writeTable(t.out, rows)
		return nil
	}
	return cmd
}
