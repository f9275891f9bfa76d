package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Invite asks a person to become an agent, and adds acts to the audit. It refuses as
// [kefu.OfficialAccount.Invite] does; a kf account that is malformed with
// [kefu.AgentIllegal], one that does not exist with [kefu.AgentUnknown].
func (d *Desk) Invite(ctx context.Context, app kefu.AppID, account kefu.KFAccount, person kefu.WeChatID, acts ...kefu.Act) error {
	return d.change(ctx, app, func(tx store.Tx, o *kefu.OfficialAccount, now time.Time) error {
		if !account.Belongs(o.WeChatID) {
			return kefu.AgentIllegal
		}
		a, err := tx.Agent(app, account)
		if err != nil {
			return err
		}
		// What is no WeChat id is nobody: it is refused by the rule, in its turn,
		// and never reaches the ledger as a question.
		worker := kefu.Worker{ID: person}
		if person.ValidForPerson() {
			if worker, err = tx.Worker(person); err != nil {
				return err
			}
		}
		agents, err := tx.Agents(app)
		if err != nil {
			return err
		}
		if err := o.Invite(&a, worker, agents, now); err != nil {
			return err
		}
		if err := tx.SetAgent(app, &a); err != nil {
			return err
		}
		if err := addActs(tx, now, acts); err != nil {
			return err
		}
		return tell(tx, app, now, kefu.Fact{What: kefu.FactAgent, Agent: a.ID})
	})
}

// AcceptInvitation binds the invited person to the agent. It refuses with
// [kefu.AgentUnknown] or as [kefu.OfficialAccount.Accept] does.
func (d *Desk) AcceptInvitation(ctx context.Context, app kefu.AppID, account kefu.KFAccount) error {
	return d.changeAgent(ctx, app, account, func(tx store.Tx, o *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error {
		return acceptInvitation(tx, o, a, now)
	})
}

func acceptInvitation(tx store.Tx, o *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error {
	if !a.Waiting(now) {
		return kefu.InvitationNotWaiting
	}
	worker, err := tx.Worker(a.Invitation.Worker)
	if err != nil {
		return err
	}
	agents, err := tx.Agents(o.AppID)
	if err != nil {
		return err
	}
	return o.Accept(a, worker, agents, now)
}

// RejectInvitation answers the invitation with no. It refuses with
// [kefu.AgentUnknown] or [kefu.InvitationNotWaiting].
func (d *Desk) RejectInvitation(ctx context.Context, app kefu.AppID, account kefu.KFAccount) error {
	return d.changeAgent(ctx, app, account, func(_ store.Tx, _ *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error {
		return a.Reject(now)
	})
}
