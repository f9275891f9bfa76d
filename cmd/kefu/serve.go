package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/server"
)

func (t *terminal) serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Runs the server for the official accounts in the database (see kefu
official-account), until it gets SIGINT or SIGTERM. Requests that have begun are
then answered first; a second signal ends it at once.

It prints one line on stdout when it can serve, "ready" and the address, and logs
to stderr. While nobody is an administrator, a line before that has a link by which
somebody becomes the first, once; kefu admin add does the same without a browser. Every flag is a setting that may also come from the environment or a
file: see kefu help settings.`,
		Example: `  kefu serve --addr :8080 --public-url https://kefu.example.com --trusted-proxies 10.0.0.0/8
  KEFU_DATABASE_URL=postgres://kefu:…@db/kefu kefu serve
  kefu serve --config /etc/kefu.conf`,
		Args: cobra.NoArgs,
	}
	read := t.declare(cmd, config.Storage|config.Serving)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := read()
		if err != nil {
			return err
		}
		return t.serveUntilSignal(cmd.Context(), s, nil, t.announceSetup)
	}
	return cmd
}

// announceSetup prints the link for the first administrator, when there is none.
func (t *terminal) announceSetup(ctx context.Context, house *server.Server, _ string) error {
	link, err := house.SetupLink(ctx)
	if err != nil || link == "" {
		return err
	}
	_, err = fmt.Fprintln(t.out, "no administrator yet: become the first at "+link)
	return err
}
