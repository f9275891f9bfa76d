package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// ChangeSettings lets change edit the limits of an official account and how its
// customers are looked after, and adds act to the audit for each thing that change
// says it changed, in the same change of the ledger. All processes go by what was
// saved at once. It refuses with [kefu.OfficialAccountUnknown],
// [kefu.OfficialAccountIllegal], or what change returns. change may run twice.
func (d *Desk) ChangeSettings(ctx context.Context, app kefu.AppID, act kefu.Act, change func(*kefu.Limits, *kefu.Service) ([]Changed, error)) error {
	return d.EditOfficialAccount(ctx, app, act, func(o *kefu.OfficialAccount) ([]Changed, error) {
		return change(&o.Limits, &o.Service)
	})
}

// Changed is one setting that was changed, in words that a person reads.
type Changed struct{ What, Before, After string }

// PushSearch is what somebody looks for among pushes.
type PushSearch struct {
	// Before is the id that the pushes come before; 0 for the newest.
	Before kefu.MsgID
	// Match tells whether a push is one of those; nil for all.
	Match func(*kefu.Push) bool
	Limit int
}

// FoundPushes are pushes, the newest first, with what their customers are called.
type FoundPushes struct {
	Pushes []kefu.Push
	// Next is what later ones come before; 0 when there is nothing more to look at.
	// There may be some although none was found: a search looks at so many at once.
	Next      kefu.MsgID
	Customers map[kefu.OpenID]kefu.Customer
}

const (
	// pushesRead is how many pushes are read at once, and pushesSearched how many one
	// search looks at: a few milliseconds of a reader.
	pushesRead     = 200
	pushesSearched = 2000
)

// FindPushes looks through the pushes of an official account. It refuses with
// [kefu.OfficialAccountUnknown].
func (d *Desk) FindPushes(ctx context.Context, app kefu.AppID, s PushSearch) (found FoundPushes, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		if _, err := r.OfficialAccount(app); err != nil {
			return err
		}
		found = FoundPushes{Customers: make(map[kefu.OpenID]kefu.Customer)}
		size := pushesRead
		if s.Match == nil {
			size = s.Limit + 1
		}
		before := s.Before
		for looked := 0; looked < pushesSearched; {
			some, err := r.PushesBefore(app, before, size)
			if err != nil {
				return err
			}
			for i := range some {
				if s.Match != nil && !s.Match(&some[i]) {
					before = some[i].ID
					continue
				}
				if len(found.Pushes) == s.Limit {
					found.Next = before
					return namePushes(r, app, &found)
				}
				before = some[i].ID
				found.Pushes = append(found.Pushes, some[i])
			}
			if len(some) < size {
				return namePushes(r, app, &found)
			}
			looked += len(some)
		}
		found.Next = before
		return namePushes(r, app, &found)
	})
	return found, err
}

// namePushes finds what the customers of pushes are called.
func namePushes(r store.Reader, app kefu.AppID, found *FoundPushes) error {
	for _, p := range found.Pushes {
		if _, known := found.Customers[p.Customer]; known {
			continue
		}
		c, err := r.Customer(app, p.Customer)
		if err != nil {
			return err
		}
		found.Customers[p.Customer] = c
	}
	return nil
}

// PushOf finds a push with its account and customer. It refuses with
// [kefu.OfficialAccountUnknown] or [kefu.PushUnknown].
func (d *Desk) PushOf(ctx context.Context, app kefu.AppID, id kefu.MsgID) (o *kefu.OfficialAccount, p kefu.Push, c kefu.Customer, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if o, err = r.OfficialAccount(app); err != nil {
			return err
		}
		if p, err = r.Push(app, id); err != nil {
			return err
		}
		c, err = r.Customer(app, p.Customer)
		return err
	})
	return o, p, c, err
}

// PushEnd is [store.PushEnd], which doors do not know.
type PushEnd = store.PushEnd

// PushEnds lists how the pushes since a time went, the newest first; at most limit. It
// refuses with [kefu.OfficialAccountUnknown].
func (d *Desk) PushEnds(ctx context.Context, app kefu.AppID, since time.Time, limit int) (all []PushEnd, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if _, err = r.OfficialAccount(app); err != nil {
			return err
		}
		all, err = r.PushEnds(app, kefu.FirstMsgID(since), limit)
		return err
	})
	return all, err
}

// SharedReplies lists the quick replies that all agents of an account have. It
// refuses with [kefu.OfficialAccountUnknown].
func (d *Desk) SharedReplies(ctx context.Context, app kefu.AppID) (all []kefu.QuickReply, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if _, err = r.OfficialAccount(app); err != nil {
			return err
		}
		all, err = r.QuickReplies(app, "", kefu.MaxQuickReplies)
		return err
	})
	return all, err
}
