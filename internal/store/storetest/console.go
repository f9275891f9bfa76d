package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// console asks what those who run an account look at: pushes and refused calls, the
// newest first and a page at a time.
func console(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	put(t, s, o, follower("one"))
	put(t, s, other, follower("one"))
	failed := due(8, "one")
	failed.Outcome, failed.EndedAt = kefu.OutcomeFailed, at(9)
	failed.Attempts = []kefu.Attempt{{At: at(2), Took: time.Second, URL: "https://dev.example/", Status: 500, Failure: "status 500"}}
	addPushes(t, s, o, due(7, "one"), failed, due(9, "one"))
	addPushes(t, s, other, due(10, "one"))
	late, early, theirs := call(o, 3, at(5)), call(o, 2, at(1)), call(other, 1, at(3))
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.AddCalls([]kefu.Call{early, late}) })
	update(t, s, other.AppID, func(tx store.Tx) error { return tx.AddCalls([]kefu.Call{theirs}) })
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			before kefu.MsgID
			limit  int
			want   []kefu.MsgID
		}{{0, 10, []kefu.MsgID{9, 8, 7}}, {9, 10, []kefu.MsgID{8, 7}}, {0, 2, []kefu.MsgID{9, 8}}, {7, 10, nil}} {
			all, err := r.PushesBefore(o.AppID, c.before, c.limit)
			if err != nil {
				return err
			}
			same(t, "PushesBefore", pushIDs(t, r, o.AppID, all), c.want)
		}
		ends, err := r.PushEnds(o.AppID, 8, 10)
		if err != nil {
			return err
		}
		same(t, "PushEnds", ends, []store.PushEnd{{Outcome: kefu.OutcomeDue}, {Outcome: kefu.OutcomeFailed, Attempts: failed.Attempts}})
		if ends, err = r.PushEnds(o.AppID, 0, 1); err != nil {
			return err
		}
		same(t, "PushEnds, one", ends, []store.PushEnd{{Outcome: kefu.OutcomeDue}})
		for _, c := range []struct {
			before kefu.RID
			limit  int
			want   []kefu.Call
		}{{"", 10, []kefu.Call{late, early}}, {"", 1, []kefu.Call{late}}, {late.RID, 10, []kefu.Call{early}}, {early.RID, 10, nil}} {
			all, err := r.CallsBefore(o.AppID, c.before, c.limit)
			if err != nil {
				return err
			}
			same(t, "CallsBefore", all, c.want)
		}
		return nil
	})
}
