package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func messageIDs(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	var last kefu.MsgID
	take := func(app kefu.AppID, n int, now time.Time) (ids []kefu.MsgID) {
		t.Helper()
		update(t, s, app, func(tx store.Tx) error {
			ids = nil
			for range n {
				id, err := tx.NextID(app, now)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		return ids
	}
	check := func(when string, ids []kefu.MsgID, now time.Time) {
		t.Helper()
		for _, id := range ids {
			if id <= last || id < kefu.FirstMsgID(now) {
				t.Fatalf("NextID %s: got %d after %d, want it to ascend from %d", when, id, last, kefu.FirstMsgID(now))
			}
			last = id
		}
	}
	ids := take(o.AppID, 100, noon)
	if end := kefu.FirstMsgID(at(1)); ids[0] >= end {
		t.Errorf("the first id: got %d, want below %d, which is of the next second", ids[0], end)
	}
	check("100 at once", ids, noon)
	for range 20 {
		check("one at a time", take(o.AppID, 1, noon), noon)
	}
	check("in the next second", take(o.AppID, 3, at(1)), at(1))
	check("after the clock stepped back", take(o.AppID, 40, noon.Add(-time.Hour)), noon.Add(-time.Hour))
	if got := kefu.FirstMsgID(at(2)); last >= got {
		t.Errorf("the last id of the stepped clock: got %d, want below %d", last, got)
	}
	check("long after", take(o.AppID, 3, noon.Add(time.Hour)), noon.Add(time.Hour))
	if got := take(other.AppID, 1, noon); got[0] >= kefu.FirstMsgID(at(1)) {
		t.Errorf("the first id of the other account: got %d, want one of its second", got[0])
	}
	// An account that comes back does not give an id again, though the second is
	// the same: whoever got it would pass over the new one.
	given := make(map[kefu.MsgID]bool)
	for range 2 {
		third := account(3)
		add(t, s, third)
		for _, id := range append(take(third.AppID, 3, noon), take(third.AppID, 3, at(1))...) {
			if given[id] {
				t.Errorf("NextID of an account that came back: got %d again", id)
			}
			given[id] = true
		}
		update(t, s, third.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(third.AppID) })
	}

	// One change whose clock moves, forth and back, and two accounts in it.
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, now := range []time.Time{noon, noon.Add(2 * time.Hour), noon, noon.Add(3 * time.Hour), noon.Add(3 * time.Hour)} {
			id, err := tx.NextID(o.AppID, now)
			if err != nil {
				return err
			}
			check("within a change", []kefu.MsgID{id}, now)
			if _, err := tx.NextID(other.AppID, noon); err != nil {
				return err
			}
		}
		return nil
	})
	// What was undone may be given again, what was not is not.
	var undone kefu.MsgID
	refused(t, s, o.AppID, errUndo, func(tx store.Tx) (err error) {
		if undone, err = tx.NextID(o.AppID, noon.Add(9*time.Hour)); err != nil {
			return err
		}
		return errUndo
	})
	got := take(o.AppID, 1, noon.Add(4*time.Hour))
	check("after an undone change", got, noon.Add(4*time.Hour))
	if got[0] >= undone {
		t.Errorf("NextID after an undone change: got %d, want below %d", got[0], undone)
	}
	refused(t, s, o.AppID, kefu.OfficialAccountUnknown, func(tx store.Tx) error {
		return second(tx.NextID(account(9).AppID, noon))
	})
}
