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
	// Secret is the AppSecret of the account, which the control room shows as the start
	// of the program does; empty for not to show it.
	Secret string
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

// demoAdministrator is the person who may everything.
const demoAdministrator kefu.WeChatID = "demo_admin"

// People are the persons of the world to start with: one for each of the demo agents,
// and an administrator. They have no passwords; in a sandbox everybody may be anybody.
// One of the agents is a supervisor too, so that there is one of each role.
func (d *Demo) People() []kefu.Person {
	people := []kefu.Person{{ID: demoAdministrator, Name: "Admin", Role: kefu.RoleAdministrator}}
	if d.Agents {
		for i, a := range demoAgents {
			role := kefu.RoleAgent
			if i > 0 {
				role = kefu.RoleSupervisor
			}
			people = append(people, kefu.Person{ID: a.worker, Name: a.nickname, Role: role})
		}
	}
	return people
}

// welcome adds the people who are not there.
func (d *Demo) welcome(ctx context.Context, to Guests) error {
	if to == nil {
		return nil
	}
	for _, p := range d.People() {
		if err := to.LetIn(ctx, p); err != nil {
			return fmt.Errorf("add the people of the demo: %w", err)
		}
	}
	return nil
}

// layingSetting is set while the world is laid out, so that a start after one that
// was cut short goes on with it. What people change later is left alone.
const layingSetting = "sandbox demo"

// lay adds the account, or brings one that is there already to what the
// settings say now, and leaves everything else of it alone.
func (d *Demo) lay(ctx context.Context, to *desk.Desk) error {
	err := d.bringUpToDate(ctx, to)
	if errors.Is(err, kefu.OfficialAccountUnknown) {
		if err := to.SetSetting(ctx, layingSetting, "begun"); err != nil {
			return explain(err)
		}
		account := d.Account
		err = to.AddOfficialAccount(ctx, &account)
		if errors.Is(err, kefu.OfficialAccountExists) {
			// Another process that starts on the same data was faster, or something
			// of the account is another one's.
			if d.bringUpToDate(ctx, to) == nil {
				err = nil
			}
		}
	}
	if err != nil {
		return explain(err)
	}
	laying, err := to.Setting(ctx, layingSetting)
	if err != nil || laying == "" {
		return explain(err)
	}
	if d.Agents {
		if err := d.layAgents(ctx, to); err != nil {
			return explain(err)
		}
	}
	return explain(to.SetSetting(ctx, layingSetting, ""))
}

// bringUpToDate has the account follow the settings.
func (d *Demo) bringUpToDate(ctx context.Context, to *desk.Desk) error {
	account := &d.Account
	return to.ChangeOfficialAccount(ctx, account.AppID, func(o *kefu.OfficialAccount) error {
		o.Secret, o.WeChatID, o.OriginalID = account.Secret, account.WeChatID, account.OriginalID
		o.Callback, o.KFIDForm = account.Callback, account.KFIDForm
		return nil
	})
}

// layAgents adds the agents, as far as an earlier start did not.
func (d *Demo) layAgents(ctx context.Context, to *desk.Desk) error {
	app := d.Account.AppID
	for _, a := range demoAgents {
		name := kefu.KFAccount(a.prefix + "@" + string(d.Account.WeChatID))
		if _, err := to.AddAgent(ctx, app, name, a.nickname); err != nil && !errors.Is(err, kefu.AgentExists) {
			return err
		}
		err := to.Invite(ctx, app, name, a.worker)
		if errors.Is(err, kefu.AgentBound) {
			continue
		}
		if err != nil && !errors.Is(err, kefu.InvitationWaiting) {
			return err
		}
		if err := to.AcceptInvitation(ctx, app, name); err != nil && !errors.Is(err, kefu.InvitationNotWaiting) {
			return err
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
