package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/desk"
)

// withAccounts runs work on the desk of the database that the command line
// names. A database that is not there is made when create is true, and otherwise
// an error: it would be the wrong one.
type withAccounts func(ctx context.Context, create bool, work func(*desk.Desk) error) error

func (t *terminal) officialAccount() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "official-account",
		Short: "The official accounts that a server serves",
		Long: `Adds, lists, changes and removes official accounts, directly in the database. A
server that runs on the same database sees the change within a second.`,
		Example: `  kefu official-account add --wechat-id my_shop --name "My Shop"
  kefu official-account list`,
		Args: cobra.NoArgs,
		RunE: help,
	}
	read := t.declare(cmd, config.Storage|config.Checking)
	with := func(ctx context.Context, create bool, work func(*desk.Desk) error) error {
		s, err := read()
		if err != nil {
			return err
		}
		return t.withDesk(ctx, s, create, work)
	}
	cmd.AddCommand(
		t.officialAccountAdd(with, checker(read)),
		t.officialAccountList(with),
		t.officialAccountSet(with, checker(read)),
		t.officialAccountRemove(with),
	)
	return cmd
}

// accountError makes the house's refusal a line for the command line: what is
// malformed was typed wrong.
func accountError(err error, app kefu.AppID) error {
	switch {
	case errors.Is(err, kefu.OfficialAccountIllegal):
		return usageError{errors.New(strings.TrimPrefix(err.Error(), kefu.OfficialAccountIllegal.Error()+": "))}
	case errors.Is(err, kefu.OfficialAccountUnknown):
		return errors.New("no official account has the appid " + string(app) + ": see kefu official-account list")
	}
	return err
}

// argAppID is the appid that a verb was given as its argument.
func argAppID(args []string) (kefu.AppID, error) {
	app := kefu.AppID(args[0])
	if !app.Valid() {
		return "", wrongUsage("the appid must be wx and 16 letters or digits, got %q", app)
	}
	return app, nil
}

// randomHex makes n random hexadecimal digits; n is even.
func randomHex(n int) string {
	b := make([]byte, n/2)
	// Read never returns an error: it ends the program when the system has no
	// randomness.
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
