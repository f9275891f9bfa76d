package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// facts: they are read in order from any of them on, by their account alone, and go
// with it.
func facts(t *testing.T, s store.Store) {
	one, two := account(1), account(2)
	add(t, s, one, two)
	view(t, s, func(r store.Reader) error {
		last, err := r.LastID(one.AppID)
		if last != 0 {
			t.Errorf("LastID of a new account: got %d, want 0", last)
		}
		return err
	})
	full := kefu.Fact{What: kefu.FactStanding, Customer: "o1", Agent: 1001, Account: kfAccount(one, "alice"), Message: 1 << 52}
	var all []kefu.Fact
	addFact := func(app kefu.AppID, f kefu.Fact, at time.Time) kefu.Fact {
		update(t, s, app, func(tx store.Tx) (err error) {
			if f.ID, err = tx.NextID(app, at); err != nil {
				return err
			}
			return tx.AddFact(app, &f)
		})
		return f
	}
	for range 3 {
		all = append(all, addFact(one.AppID, full, noon), addFact(one.AppID, kefu.Fact{What: kefu.FactReply}, noon))
	}
	other := addFact(two.AppID, kefu.Fact{What: kefu.FactSaid, Customer: "o1", Message: 7}, noon)
	read := func(app kefu.AppID, after kefu.MsgID, limit int) (got []kefu.Fact) {
		view(t, s, func(r store.Reader) (err error) {
			got, err = r.Facts(app, after, limit)
			return err
		})
		return got
	}
	same(t, "Facts", read(one.AppID, 0, 100), all)
	same(t, "Facts of the other", read(two.AppID, 0, 100), []kefu.Fact{other})
	same(t, "Facts after one", read(one.AppID, all[1].ID, 2), all[2:4])
	same(t, "Facts after the last", read(one.AppID, all[5].ID, 100), []kefu.Fact{})

	// Whoever begins at the last id misses nothing and sees nothing twice.
	var last kefu.MsgID
	view(t, s, func(r store.Reader) (err error) {
		last, err = r.LastID(one.AppID)
		return err
	})
	if last < all[5].ID {
		t.Errorf("LastID: got %d, want at least %d, which was given", last, all[5].ID)
	}
	// Also when the clock was moved back.
	next := addFact(one.AppID, full, noon.Add(-time.Hour))
	same(t, "Facts after the last id", read(one.AppID, last, 100), []kefu.Fact{next})

	refused(t, s, "wx0000000000000009", kefu.OfficialAccountUnknown, func(tx store.Tx) error {
		return second(tx.LastID("wx0000000000000009"))
	})
	update(t, s, one.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(one.AppID) })
	same(t, "Facts of an account that was removed", read(one.AppID, 0, 100), []kefu.Fact{})
	same(t, "Facts of the other", read(two.AppID, 0, 100), []kefu.Fact{other})
	update(t, s, store.House, func(tx store.Tx) error { return tx.Erase() })
	same(t, "Facts after Erase", read(two.AppID, 0, 100), []kefu.Fact{})
}

// sweepFacts: facts are forgotten by the time in their ids, of all accounts, a batch
// at a time.
func sweepFacts(t *testing.T, s store.Store) {
	one, two := account(1), account(2)
	add(t, s, one, two)
	now := noon.Truncate(time.Second)
	edge := kefu.FirstMsgID(now.Add(-kefu.FactMemory))
	for _, o := range []*kefu.OfficialAccount{one, two} {
		update(t, s, o.AppID, func(tx store.Tx) error {
			for _, id := range []kefu.MsgID{1, edge - 2, edge - 1, edge, edge + 1} {
				if err := tx.AddFact(o.AppID, &kefu.Fact{ID: id, What: kefu.FactSaid}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	sweep := func() (n int) {
		update(t, s, store.House, func(tx store.Tx) (err error) {
			n, err = tx.Sweep(now, 4)
			return err
		})
		return n
	}
	if first, second, third := sweep(), sweep(), sweep(); first != 4 || second != 2 || third != 0 {
		t.Errorf("Sweep of 6 facts, 4 at a time: got %d, %d, %d, want 4, 2, 0", first, second, third)
	}
	view(t, s, func(r store.Reader) error {
		for _, o := range []*kefu.OfficialAccount{one, two} {
			left, err := r.Facts(o.AppID, 0, 100)
			if err != nil {
				return err
			}
			same(t, "facts that are left", left, []kefu.Fact{{ID: edge, What: kefu.FactSaid}, {ID: edge + 1, What: kefu.FactSaid}})
		}
		return nil
	})
}

// seatLeases: each process holds its own; the last counts.
func seatLeases(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	added := addAgents(t, s, o, "alice", "bob")
	alice, bob := added[0].ID, added[1].ID
	addAgents(t, s, other, "carol")
	hold := func(agent kefu.KFID, process string, until time.Time) {
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.HoldSeat(o.AppID, agent, process, until) })
	}
	held := func(want ...store.SeatHeld) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.SeatsHeld(o.AppID)
			same(t, "SeatsHeld", got, want)
			return err
		})
	}
	soon, late := noon.Add(time.Second), noon.Add(time.Minute)
	held()
	hold(alice, "a", late)
	hold(alice, "b", soon)
	hold(bob, "b", soon)
	hold(9999, "b", soon)
	held(store.SeatHeld{Agent: alice, Until: late}, store.SeatHeld{Agent: bob, Until: soon})
	hold(alice, "a", noon) // a renewal may set any time
	held(store.SeatHeld{Agent: alice, Until: soon}, store.SeatHeld{Agent: bob, Until: soon})
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.LeaveSeat(o.AppID, alice, "b") })
	held(store.SeatHeld{Agent: alice, Until: noon}, store.SeatHeld{Agent: bob, Until: soon})
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.LeaveSeats(o.AppID, alice, noon); err != nil {
			return err
		}
		return tx.LeaveSeats(o.AppID, bob, noon)
	})
	held(store.SeatHeld{Agent: bob, Until: soon})
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, bob) })
	held()
}
