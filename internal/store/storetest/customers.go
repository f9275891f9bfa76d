package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// follower is a customer who follows and did nothing else.
func follower(id kefu.OpenID) *kefu.Customer {
	return &kefu.Customer{OpenID: id, Subscribed: true, SubscribedAt: noon, CreatedAt: noon}
}

// fullCustomer has a value in every field.
func fullCustomer(id kefu.OpenID) *kefu.Customer {
	return &kefu.Customer{
		OpenID: id, Nickname: "小明 🙂", Subscribed: true, SubscribedAt: noon,
		Scene: kefu.SceneQRCode, QRScene: 1 << 40, QRSceneStr: "poster 七", Remark: "老客户", Blocked: true,
		Grants: kefu.Grants{
			{Kind: kefu.GrantMessage, ExpiresAt: noon.Add(48 * time.Hour), Left: 4},
			{Kind: kefu.GrantPayment, ExpiresAt: noon.Add(time.Hour), Left: kefu.Unlimited},
			{Kind: kefu.GrantClick, ExpiresAt: noon.Add(time.Minute), Left: 0},
		},
		LastInAt: noon.Add(time.Second), LastOutAt: noon.Add(2 * time.Second), TypingUntil: noon.Add(3 * time.Second),
		LastServedBy: kefu.FirstKFID,
		Thread:       kefu.Thread{Last: 1 << 51, Read: 1 << 50, Unread: 3, UnansweredSince: noon.Add(4 * time.Second), Visits: 5},
		Courier:      "courier", CourierUntil: noon.Add(15 * time.Second), CreatedAt: noon,
	}
}

// put adds or replaces customers.
func put(t *testing.T, s store.Store, o *kefu.OfficialAccount, customers ...*kefu.Customer) {
	t.Helper()
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, c := range customers {
			if err := tx.PutCustomer(o.AppID, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func customers(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	check := func(when string, want *kefu.Customer) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Customer(o.AppID, want.OpenID)
			same(t, "Customer "+when, got, *want)
			return err
		})
	}
	first := fullCustomer("one")
	put(t, s, o, first)
	check("that was added", first)
	// Everything is replaced, CreatedAt aside.
	bare := &kefu.Customer{OpenID: "one", CreatedAt: noon.Add(time.Hour)}
	put(t, s, o, bare)
	bare.CreatedAt = first.CreatedAt
	check("that lost everything", bare)
	put(t, s, o, first)
	check("that got it back", first)

	strange := follower("two")
	strange.Nickname, strange.Remark = "a\x00b\xff", "\x00"
	strange.Scene, strange.QRSceneStr = "ADD\x00", "\xed\xa0\x80"
	put(t, s, o, strange)
	check("with strange texts", strange)

	view(t, s, func(r store.Reader) error {
		for _, id := range []kefu.OpenID{"nobody", "ONE", "", "o\x00", "\xff"} {
			if _, err := r.Customer(o.AppID, id); err != kefu.CustomerUnknown {
				t.Errorf("Customer %q: got %v, want %v", id, err, kefu.CustomerUnknown)
			}
		}
		return nil
	})
}

func customerLists(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	var all, blocked, tagged []kefu.OpenID
	var tag kefu.Tag
	update(t, s, o.AppID, func(tx store.Tx) (err error) {
		all, blocked, tagged = nil, nil, nil
		if tag, err = tx.AddTag(o.AppID, "vip"); err != nil {
			return err
		}
		// Case and punctuation order by bytes; of each kind, some have left.
		for i, id := range []kefu.OpenID{"-a", "A", "B", "_", "a", "b", "c", "d", "e", "f", "g", "h"} {
			c := follower(id)
			c.Subscribed, c.Blocked = i%4 != 3, i%3 == 0
			if err := tx.PutCustomer(o.AppID, c); err != nil {
				return err
			}
			if i%2 == 1 {
				if err := tx.TagCustomer(o.AppID, id, tag.ID); err != nil {
					return err
				}
			}
			if c.Subscribed {
				all = append(all, id)
			}
			if c.Blocked {
				blocked = append(blocked, id)
			}
			if c.Subscribed && i%2 == 1 {
				tagged = append(tagged, id)
			}
		}
		return nil
	})
	for _, c := range []struct {
		name  string
		which store.CustomerFilter
		want  []kefu.OpenID
	}{
		{"who follow", store.CustomerFilter{}, all},
		{"on the blacklist", store.CustomerFilter{Blocked: true}, blocked},
		{"with a tag", store.CustomerFilter{Tag: tag.ID}, tagged},
		{"with the starred tag", store.CustomerFilter{Tag: kefu.TagStarred}, nil},
		{"with an unknown tag", store.CustomerFilter{Tag: 4711}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			view(t, s, func(r store.Reader) error {
				n, err := r.CustomerCount(o.AppID, c.which)
				if n != len(c.want) {
					t.Errorf("CustomerCount: got %d, want %d", n, len(c.want))
				}
				if err != nil {
					return err
				}
				for _, limit := range []int{1, 3, 100} {
					got, err := inPages(limit, func(after kefu.OpenID) ([]kefu.OpenID, error) {
						return r.Customers(o.AppID, c.which, after, limit)
					})
					same(t, fmt.Sprintf("Customers, %d at a time", limit), got, c.want)
					if err != nil {
						return err
					}
				}
				got, err := r.Customers(o.AppID, c.which, "", 0)
				same(t, "Customers, none at a time", got, []kefu.OpenID{})
				return err
			})
		})
	}
}

// inPages reads a list from its beginning to its end, each page after the last of
// the one before.
func inPages[T any](limit int, page func(after T) ([]T, error)) (all []T, err error) {
	var after T
	for {
		next, err := page(after)
		if err != nil || len(next) == 0 {
			return all, err
		}
		if len(next) > limit {
			return all, fmt.Errorf("got a page of %d, want at most %d", len(next), limit)
		}
		all = append(all, next...)
		after = next[len(next)-1]
	}
}
