package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
)

func (t *terminal) dev() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run a sandbox: try the API on this machine, with nothing to prepare",
		Long: `Runs the server as a sandbox for developers: one process with a demo official
account, agents that somebody answers for already, and a control API that plays
the rest of WeChat's world (follow and write as a customer, accept an invitation,
come online and answer, move the clock, let calls and pushes fail). It serves the API with the same code as kefu serve, but lets
anybody who reaches it do everything: keep it on this machine.

It prints what you need to call it, and then, as the last line, "ready" and the
address. Logs go to stderr. What you do is kept under --data; the demo account
follows the flags at every start.`,
		Example: `  kefu dev
  kefu dev --addr 127.0.0.1:0 --data ./try
  kefu dev --callback-url http://127.0.0.1:9000/wechat --callback-token mytoken
  kefu dev --appid wx0123456789abcdef --secret 0123456789abcdef0123456789abcdef --wechat-id my_shop`,
		Args: cobra.NoArgs,
	}
	read := t.declare(cmd, config.Storage|config.Serving|config.Demo)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := read()
		if err != nil {
			return err
		}
		demo := &sandbox.Demo{Account: s.DemoAccount(), Secret: s.Secret.Reveal(), Agents: s.DemoAgents}
		look := t.lookAtCallback(s, demo.Account.Callback)
		err = t.serveUntilSignal(cmd.Context(), s, demo, func(_ context.Context, _ *server.Server, url string) error {
			look.begin(cmd.Context())
			return writeDemo(t.out, s, demo.People(), url)
		})
		look.end()
		if errors.Is(err, kefu.OfficialAccountExists) || errors.Is(err, kefu.WeChatIDInUse) {
			return fmt.Errorf("%w; start over in another folder with --data", err)
		}
		return err
	}
	return cmd
}

// writeDemo writes what a developer needs to know about the sandbox at url.
func writeDemo(w io.Writer, s *config.Settings, people []kefu.Person, at string) error {
	rows := [][]string{
		{"", "API", at},
		{"", "AppID", string(s.AppID)},
		{"", "AppSecret", s.Secret.Reveal()},
		{"", "WeChat id", string(s.WeChatID) + " (kf accounts end in @" + string(s.WeChatID) + ")"},
		{"", "Original id", string(s.OriginalID)},
	}
	if s.DemoAgents {
		rows = append(rows, []string{"", "Agents", "alice@" + string(s.WeChatID) + " (Alice), bob_02@" + string(s.WeChatID) + " (Bob)"})
	}
	rows = append(rows, []string{"", "People", peopleLine(people)}, []string{"", "Control room", at + "/  (phones and workbench side by side)"},
		[]string{"", "Console", at + "/admin/"}, []string{"", "Sign in", at + "/sign-in  (one click, no password)"})
	rows = append(rows, callbackRows(s)...)
	rows = append(rows,
		[]string{"", "API pages", at + "/docs/api/"},
		[]string{"", "OpenAPI", at + "/openapi.json"},
		[]string{"", "Sandbox", at + "/sandbox/v1/"},
		[]string{"", "Operation", at + "/healthz  " + at + "/readyz  " + at + "/metrics"},
	)
	if s.PublicURL != "" {
		rows = append(rows, []string{"", "Public URL", s.PublicURL})
	}
	rows = append(rows, []string{"", "Data", dataPlace(s)})

	var b strings.Builder
	b.WriteString("Kefu sandbox: WeChat's customer-service API on this machine.\n\n")
	writeTable(&b, rows)
	fmt.Fprintf(&b, `
Try it:

  %s

  %s

  %s agent list --base-url %s --appid %s --secret %s

`, curlLine(s, at), customerLine(at), os.Args[0], at, s.AppID, s.Secret.Reveal())
	_, err := io.WriteString(w, b.String())
	return err
}

// peopleLine says who can sign in, and as what.
func peopleLine(people []kefu.Person) string {
	var all []string
	for _, p := range people {
		all = append(all, string(p.ID)+" ("+string(p.Role)+")")
	}
	return strings.Join(all, ", ")
}

func callbackRows(s *config.Settings) [][]string {
	if s.CallbackURL == "" {
		return [][]string{{"", "Callback", "none: give --callback-url and --callback-token"}}
	}
	form := string(s.CallbackMode) + " mode"
	if s.CallbackFormat == kefu.CallbackJSON {
		form += ", JSON"
	}
	rows := [][]string{
		{"", "Callback", s.CallbackURL + " (" + form + ")"},
		{"", "Token", s.CallbackToken.Reveal()},
	}
	if s.CallbackMode != kefu.CallbackPlain {
		rows = append(rows, []string{"", "EncodingAESKey", s.EncodingAESKey.Reveal()})
	}
	return rows
}

// curlLine fetches a token and lists the agents with it, in one line.
func curlLine(s *config.Settings, at string) string {
	token := at + "/cgi-bin/token?" + url.Values{
		"grant_type": {"client_credential"}, "appid": {string(s.AppID)}, "secret": {s.Secret.Reveal()},
	}.Encode()
	return `curl -s "` + at + `/cgi-bin/customservice/getkflist?access_token=$(curl -s '` + token + `' | cut -d'"' -f4)"`
}

// customerLine has a customer follow and write.
func customerLine(at string) string {
	const openid = "oDemoKfCustomer_0000000000A1"
	followers := at + "/sandbox/v1/followers"
	return `curl -s ` + followers + ` -d '{"openid":"` + openid + `"}' && curl -s ` + followers + `/` + openid +
		`/messages -d '{"msgtype":"text","text":{"content":"你好"}}'`
}

// dataPlace says where the data is, without the passwords in its URLs.
func dataPlace(s *config.Settings) string {
	switch {
	case s.DatabaseURL == "" && s.MediaURL == "":
		return filepath.Join(s.Data, databaseFile)
	case s.DatabaseURL == "":
		return filepath.Join(s.Data, databaseFile) + ", and pictures in a bucket"
	case s.MediaURL == "":
		return "PostgreSQL, and pictures in " + filepath.Join(s.Data, mediaFolder)
	}
	return "PostgreSQL, and pictures in a bucket"
}
