// Command kefu is the customer-service (客服) desk of WeChat Official Accounts,
// in one program.
//
//	kefu dev                 a sandbox: an account, its agents, and a clock to move
//	kefu serve               the server
//	kefu official-account …  the accounts that the server serves, in its database
//	kefu admin …             the people who sign in, in the same database
//	kefu agent …             the kf accounts of one of them, over the API
//	kefu migrate             brings a database to this version
//	kefu version
//
// Each verb has a file. What several share has one too: settings.go joins flags
// to package config, house.go opens the database, serving.go runs a server,
// exit.go turns errors into one line and an exit code. This is the only package
// that imports database drivers.
//
// What people asked for goes to stdout, the one line about what went wrong and
// the log go to stderr. The exit code is 0, 1 when something failed, and 2 when
// the command or a setting was wrong.
package main

import (
	"context"
	"os"
)

func main() {
	t := &terminal{in: os.Stdin, out: &output{to: os.Stdout}, err: os.Stderr, env: os.LookupEnv}
	os.Exit(t.run(context.Background(), os.Args[1:]))
}
