package sandbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// Demo is the world that a sandbox starts with.
type Demo struct {
	// Account is the official account that is always there.
	Account kefu.OfficialAccount
	// Agents adds two agents with people bound to them when the account is new.
	Agents bool
}

// demoAgents are two people to start with, as in WeChat's own example.
var demoAgents = []struct {
	prefix, nickname string
	worker           kefu.WeChatID
}{
	{"alice", "Alice", "alice_wx"},
	{"bob_02", "Bob", "bob_wx"},
}

// lay adds the account, or brings one that is there already to what the
// settings say now, and leaves everything else of it alone.
func (d *Demo) lay(ctx context.Context, to *desk.Desk) error {
	account := d.Account
	err := to.ChangeOfficialAccount(ctx, account.AppID, func(o *kefu.OfficialAccount) error {
		o.Secret, o.WeChatID, o.OriginalID = account.Secret, account.WeChatID, account.OriginalID
		o.Callback, o.KFIDForm = account.Callback, account.KFIDForm
		return nil
	})
	if err == nil || !errors.Is(err, kefu.OfficialAccountUnknown) {
		return explain(err)
	}
	if err := to.AddOfficialAccount(ctx, &account); err != nil {
		return explain(err)
	}
	if !d.Agents {
		return nil
	}
	for _, a := range demoAgents {
		name := kefu.KFAccount(a.prefix + "@" + string(account.WeChatID))
		if _, err := to.AddAgent(ctx, account.AppID, name, a.nickname); err != nil {
			return explain(err)
		}
		if err := to.Invite(ctx, account.AppID, name, a.worker); err != nil {
			return explain(err)
		}
		if err := to.AcceptInvitation(ctx, account.AppID, name); err != nil {
			return explain(err)
		}
	}
	return nil
}

func explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("lay out the demo official account: %w", err)
}
