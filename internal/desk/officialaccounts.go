package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// AddOfficialAccount adds an account. It refuses with
// [kefu.OfficialAccountIllegal] or [kefu.OfficialAccountExists].
func (d *Desk) AddOfficialAccount(ctx context.Context, o *kefu.OfficialAccount) error {
	added := o.Clone()
	added.CreatedAt = d.now()
	if err := added.Validate(); err != nil {
		return err
	}
	return d.ledger.Update(ctx, added.AppID, func(tx store.Tx) error {
		return tx.AddOfficialAccount(added)
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
	return d.change(ctx, app, func(tx store.Tx, o *kefu.OfficialAccount, _ time.Time) error {
		before := o.Clone()
		if err := change(o); err != nil {
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
		return tx.SetOfficialAccount(o)
	})
}

// RemoveOfficialAccount removes an account with everything it owns, and says
// how many agents went with it. It refuses with [kefu.OfficialAccountUnknown].
func (d *Desk) RemoveOfficialAccount(ctx context.Context, app kefu.AppID) (agents int, err error) {
	var gone []kefu.Agent
	err = d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, _ time.Time) (err error) {
		if gone, err = tx.Agents(app); err != nil {
			return err
		}
		return tx.RemoveOfficialAccount(app)
	})
	if err != nil {
		return 0, err
	}
	d.deleteAvatars(ctx, avatarsOf(gone)...)
	return len(gone), nil
}
