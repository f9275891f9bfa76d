package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// CustomerFilter chooses customers. It is [store.CustomerFilter], which doors do
// not know.
type CustomerFilter = store.CustomerFilter

// Profile is who a customer is to the account.
type Profile struct {
	Customer kefu.Customer
	// Tags has the one given last first.
	Tags []kefu.TagID
}

const (
	// maxProfiles is how many profiles one call asks for.
	maxProfiles = 100
	// maxBlocked is how many customers one call puts on the blacklist or takes off.
	maxBlocked = 20
	// remarkEnd is the length in bytes that every remark stays below.
	remarkEnd = 30
)

// Customers lists the openids of those who pass a filter, in order, from the one
// after the given, at most limit; total is how many pass it in all. It refuses
// with [kefu.CustomerUnknown] when after cannot be an openid; whether there is
// such a customer is no matter, since somebody may leave between two pages.
func (d *Desk) Customers(ctx context.Context, app kefu.AppID, which CustomerFilter, after kefu.OpenID, limit int) (ids []kefu.OpenID, total int, err error) {
	if after != "" && !after.Valid() {
		return nil, 0, kefu.CustomerUnknown
	}
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if ids, err = r.Customers(app, which, after, limit); err != nil {
			return err
		}
		total, err = r.CustomerCount(app, which)
		return err
	})
	return ids, total, err
}

// CustomersByID tells who the customers with these openids are, in the order in
// which they are named, whether they follow or not. It refuses with
// [kefu.CustomerMissing] when there is none or one is empty, with
// [kefu.CustomersTooMany] beyond 100, and with [kefu.CustomerUnknown].
func (d *Desk) CustomersByID(ctx context.Context, app kefu.AppID, ids []kefu.OpenID) (profiles []Profile, err error) {
	if err := namesFew(ids, maxProfiles); err != nil {
		return nil, err
	}
	err = d.ledger.View(ctx, func(r store.Reader) error {
		profiles = make([]Profile, 0, len(ids))
		for _, id := range ids {
			c, err := customerOf(r, app, id)
			if err != nil {
				return err
			}
			tags, err := r.TagsOf(app, id)
			if err != nil {
				return err
			}
			profiles = append(profiles, Profile{Customer: c, Tags: tags})
		}
		return nil
	})
	return profiles, err
}

// SetRemark notes who a follower is; an empty remark takes the note away. It
// refuses with [kefu.CustomerMissing], [kefu.CustomerUnknown],
// [kefu.NotFollowing], [kefu.RemarkTooLong], or [kefu.ArgumentIllegal] for a
// remark that has a NUL in it.
func (d *Desk) SetRemark(ctx context.Context, app kefu.AppID, customer kefu.OpenID, remark string) error {
	if customer == "" {
		return kefu.CustomerMissing
	}
	return d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, now time.Time) error {
		c, err := customerOf(tx, app, customer)
		switch {
		case err != nil:
			return err
		case !c.Subscribed:
			return kefu.NotFollowing
		case len(remark) >= remarkEnd:
			return kefu.RemarkTooLong
		case strings.ContainsRune(remark, 0):
			return kefu.ArgumentIllegal
		}
		c.Remark = remark
		if err := tx.PutCustomer(app, &c); err != nil {
			return err
		}
		return tell(tx, app, now, kefu.Fact{What: kefu.FactCustomer, Customer: customer})
	})
}

// Block puts customers on the blacklist of the account: all of them or, when it
// refuses, none. They leave the queue, and their sessions end. Those on it already
// stay. It refuses with
// [kefu.CustomerMissing] when there is none or one is empty, with
// [kefu.CustomersTooMany] beyond 20, with [kefu.CustomerUnknown] for what cannot
// be an openid, and with [kefu.CustomerOfAnother] for one that is nobody's here.
func (d *Desk) Block(ctx context.Context, app kefu.AppID, customers []kefu.OpenID) error {
	return d.setBlocked(ctx, app, customers, true)
}

// Unblock takes customers off the blacklist again. It refuses as [Desk.Block]
// does.
func (d *Desk) Unblock(ctx context.Context, app kefu.AppID, customers []kefu.OpenID) error {
	return d.setBlocked(ctx, app, customers, false)
}

func (d *Desk) setBlocked(ctx context.Context, app kefu.AppID, customers []kefu.OpenID, blocked bool) error {
	if err := namesFew(customers, maxBlocked); err != nil {
		return err
	}
	return d.converse(ctx, app, func(t *turn) error {
		for _, id := range customers {
			c, err := t.customer(id)
			if err != nil {
				return ofAnother(id, err)
			}
			if c.Blocked == blocked {
				continue
			}
			c.Blocked = blocked
			if err := t.tellCustomer(c); err != nil {
				return err
			}
			if !blocked {
				continue
			}
			if err := t.dismiss(c, whyBlocked); err != nil {
				return err
			}
		}
		return t.assign()
	})
}

// ofAnother names a stranger in a list as the API's batch calls take it: what can
// be an openid is one of another account.
func ofAnother(id kefu.OpenID, err error) error {
	if errors.Is(err, kefu.CustomerUnknown) && id.Valid() {
		return kefu.CustomerOfAnother
	}
	return err
}

// changeEach runs one change of several customers: of all or, when it refuses
// for one, of none.
func (d *Desk) changeEach(ctx context.Context, app kefu.AppID, customers []kefu.OpenID, most int, change func(store.Tx, *kefu.Customer) error) error {
	if err := namesFew(customers, most); err != nil {
		return err
	}
	return d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, now time.Time) error {
		for _, id := range customers {
			c, err := customerOf(tx, app, id)
			if err != nil {
				return ofAnother(id, err)
			}
			if err := change(tx, &c); err != nil {
				return err
			}
			if err := tell(tx, app, now, kefu.Fact{What: kefu.FactCustomer, Customer: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// namesFew refuses a list of openids that is empty, has an empty one, or is too
// long.
func namesFew(ids []kefu.OpenID, most int) error {
	if len(ids) > most {
		return kefu.CustomersTooMany
	}
	for _, id := range ids {
		if id == "" {
			return kefu.CustomerMissing
		}
	}
	if len(ids) == 0 {
		return kefu.CustomerMissing
	}
	return nil
}
