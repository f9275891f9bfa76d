package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// AddOfficialAccount adds an account, and acts to the audit with it. It refuses with
// [kefu.OfficialAccountIllegal] or [kefu.OfficialAccountExists].
func (d *Desk) AddOfficialAccount(ctx context.Context, o *kefu.OfficialAccount, acts ...kefu.Act) error {
	added := o.Clone()
	added.CreatedAt = d.now()
	if err := added.Validate(); err != nil {
		return err
	}
	return d.ledger.Update(ctx, added.AppID, func(tx store.Tx) error {
		if err := tx.AddOfficialAccount(added); err != nil {
			return err
		}
		return addActs(tx, added.CreatedAt, acts)
	})
}

// OfficialAccount finds an account, or [kefu.OfficialAccountUnknown].
func (d *Desk) OfficialAccount(ctx context.Context, app kefu.AppID) (o *kefu.OfficialAccount, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		o, err = r.OfficialAccount(app)
		return err
	})
	return o, err
}

// OfficialAccountByWeChatID finds the account that agents named …@id belong to,
// or [kefu.OfficialAccountUnknown].
func (d *Desk) OfficialAccountByWeChatID(ctx context.Context, id kefu.WeChatID) (o *kefu.OfficialAccount, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		o, err = r.OfficialAccountByWeChatID(id)
		return err
	})
	return o, err
}

// OfficialAccounts lists all accounts by appid.
func (d *Desk) OfficialAccounts(ctx context.Context) (all []*kefu.OfficialAccount, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		all, err = r.OfficialAccounts()
		return err
	})
	return all, err
}

// ChangeOfficialAccount lets change edit an account. The appid cannot change;
// the WeChat id can only while there are no agents, because it is part of their
// names. It refuses with [kefu.OfficialAccountUnknown],
// [kefu.OfficialAccountIllegal], [kefu.OfficialAccountExists], or what change
// returns. change may run twice.
func (d *Desk) ChangeOfficialAccount(ctx context.Context, app kefu.AppID, change func(*kefu.OfficialAccount) error) error {
	return d.EditOfficialAccount(ctx, app, kefu.Act{}, func(o *kefu.OfficialAccount) ([]Changed, error) { return nil, change(o) })
}

// EditOfficialAccount is [Desk.ChangeOfficialAccount] for who is told of in the audit:
// in the same change it adds act for each thing that change says it changed.
func (d *Desk) EditOfficialAccount(ctx context.Context, app kefu.AppID, act kefu.Act, change func(*kefu.OfficialAccount) ([]Changed, error)) error {
	return d.change(ctx, app, func(tx store.Tx, o *kefu.OfficialAccount, now time.Time) error {
		before := o.Clone()
		changes, err := change(o)
		if err != nil {
			return err
		}
		o.AppID, o.CreatedAt = before.AppID, before.CreatedAt
		if err := o.Validate(); err != nil {
			return err
		}
		if o.WeChatID != before.WeChatID {
			agents, err := tx.AgentCount(app)
			if err != nil {
				return err
			}
			if agents > 0 {
				return kefu.WeChatIDInUse
			}
		}
		if err := tx.SetOfficialAccount(o); err != nil {
			return err
		}
		for _, c := range changes {
			one := act
			one.At, one.Object, one.Before, one.After = now, c.What, c.Before, c.After
			if err := tx.AddAct(&one); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveOfficialAccount removes an account with everything it owns, says how many
// agents went with it, and adds acts to the audit. It refuses with
// [kefu.OfficialAccountUnknown].
func (d *Desk) RemoveOfficialAccount(ctx context.Context, app kefu.AppID, acts ...kefu.Act) (agents int, err error) {
	var gone []kefu.Agent
	err = d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, now time.Time) (err error) {
		if gone, err = tx.Agents(app); err != nil {
			return err
		}
		if err := tx.RemoveOfficialAccount(app); err != nil {
			return err
		}
		return addActs(tx, now, acts)
	})
	if err != nil {
		return 0, err
	}
	d.deleteAvatars(ctx, avatarsOf(gone)...)
	return len(gone), nil
}

// addActs adds to the audit what a change does, in that change.
func addActs(tx store.Tx, now time.Time, acts []kefu.Act) error {
	for _, act := range acts {
		act.At = now
		if err := tx.AddAct(&act); err != nil {
			return err
		}
	}
	return nil
}
