package storetest

import (
	"fmt"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func queue(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	both := addAgents(t, s, o, "alice", "bob")
	alice, bob := both[0].ID, both[1].ID
	served := follower("b")
	served.LastServedBy = bob
	put(t, s, o, served, follower("a"))
	enqueue := func(w kefu.Waiting) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.Enqueue(o.AppID, w) })
	}
	head := func() (n int64) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) (err error) {
			n, err = tx.HeadOfQueue(o.AppID)
			return err
		})
		return n
	}
	check := func(when string, limit, length int, want ...kefu.Waiting) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Queue(o.AppID, limit)
			same(t, "Queue "+when, got, want)
			if err != nil {
				return err
			}
			n, err := r.QueueLength(o.AppID)
			if n != length {
				t.Errorf("QueueLength %s: got %d, want %d", when, n, length)
			}
			if err != nil {
				return err
			}
			for _, w := range want {
				got, ok, err := r.Waiting(o.AppID, w.Customer)
				same(t, "Waiting "+when, got, w)
				if !ok || err != nil {
					t.Errorf("Waiting of %s %s: got %v (%v), want a place", w.Customer, when, ok, err)
				}
			}
			return nil
		})
	}
	first := int64(kefu.FirstMsgID(noon))
	if got := head(); got >= first {
		t.Errorf("HeadOfQueue of an empty queue: got %d, want less than the id %d", got, first)
	}
	a := kefu.Waiting{Customer: "a", Arrived: first + 2, Since: at(2), LatestAt: at(3), Named: alice, Origin: kefu.Origin{Kind: kefu.OriginMenu, Words: "售后 退货"}}
	b := kefu.Waiting{Customer: "b", Arrived: first + 1, Since: at(1), LatestAt: at(1), LastServedBy: bob}
	c := kefu.Waiting{Customer: "c", Arrived: first + 3, Since: at(4), LatestAt: at(5)}
	// LastServedBy is the customer's, whatever is said here.
	wrong := c
	wrong.LastServedBy = alice
	enqueue(a)
	enqueue(wrong)
	enqueue(kefu.Waiting{Customer: "b", Arrived: first + 1, Since: at(1), LatestAt: at(1), LastServedBy: alice})
	check("of three", 10, 3, b, a, c)
	check("of the first two", 2, 3, b, a)

	a.LatestAt, a.Named, a.Origin = at(9), 0, kefu.Origin{Kind: kefu.OriginDeveloper}
	enqueue(a)
	check("after one wrote again", 10, 3, b, a, c)
	c.Arrived = head()
	enqueue(c)
	check("after one was put before all", 10, 3, c, b, a)
	a.Arrived = head()
	enqueue(a)
	check("after another was", 10, 3, a, c, b)

	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.Dequeue(o.AppID, "nobody"); err != nil {
			return err
		}
		return tx.Dequeue(o.AppID, "c")
	})
	check("after one left", 10, 2, a, b)
	view(t, s, func(r store.Reader) error {
		for _, id := range []kefu.OpenID{"c", "nobody", "\x00"} {
			if got, ok, err := r.Waiting(o.AppID, id); ok || err != nil {
				t.Errorf("Waiting of %q: got %+v (%v), want none", id, got, err)
			}
		}
		return nil
	})
}

func assignable(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	agents := addAgents(t, s, o, "alice", "bob", "carol")
	// The number of the ready one is a number of the other account too.
	theirs := addAgents(t, s, other, "alice")
	ready, full, away := agents[0], agents[1], agents[2]
	served := follower("c1")
	served.LastServedBy = away.ID
	put(t, s, o, served)
	update(t, s, o.AppID, func(tx store.Tx) error {
		for i, a := range []kefu.Agent{ready, full, away} {
			a.Worker = kefu.WeChatID(fmt.Sprint("worker", i))
			a.Presence = kefu.Presence{Online: i < 2, AutoAccept: 1, Since: noon}
			if err := tx.SetAgent(o.AppID, &a); err != nil {
				return err
			}
		}
		if err := tx.OpenSession(o.AppID, "in session", full.ID, noon); err != nil {
			return err
		}
		for i, named := range []kefu.KFID{away.ID, 0, full.ID, ready.ID, 0, ready.ID, 4711, 0} {
			if err := tx.Enqueue(o.AppID, kefu.Waiting{
				Customer: kefu.OpenID(fmt.Sprint("c", i)), Arrived: int64(i) - 4, Since: at(i), LatestAt: at(i), Named: named,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, other.AppID, func(tx store.Tx) error {
		return tx.Enqueue(other.AppID, kefu.Waiting{Customer: "c9", Arrived: 1, Named: theirs[0].ID})
	})
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			limit int
			want  []kefu.OpenID
		}{
			{0, nil},
			{1, []kefu.OpenID{"c1"}},
			{3, []kefu.OpenID{"c1", "c3", "c4"}},
			{100, []kefu.OpenID{"c1", "c3", "c4", "c5", "c7"}},
		} {
			all, err := r.Assignable(o.AppID, c.limit)
			if err != nil {
				return err
			}
			var got []kefu.OpenID
			for _, w := range all {
				got = append(got, w.Customer)
			}
			same(t, fmt.Sprintf("Assignable, at most %d", c.limit), got, c.want)
			if len(all) > 0 {
				same(t, "the first", all[0], kefu.Waiting{
					Customer: "c1", Arrived: -3, Since: at(1), LatestAt: at(1), LastServedBy: away.ID,
				})
			}
		}
		got, err := r.Assignable(other.AppID, 10)
		same(t, "Assignable of the other account, whose agent is away", got, []kefu.Waiting{})
		return err
	})
}
