package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// revisions: which method moves which part, and that nothing else does.
func revisions(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	both := addAgents(t, s, o, "alice", "bob")
	update(t, s, o.AppID, func(tx store.Tx) error {
		return tx.AddToken(token(o, kefu.ChainPlain, 1, noon.Add(-30*24*time.Hour)))
	})
	const nothing, credentials, directory = "nothing", "credentials", "directory"
	for _, c := range []struct {
		name   string
		want   string
		change func(tx store.Tx) error
	}{
		{"nothing at all", nothing, func(store.Tx) error { return nil }},
		{"reading", nothing, func(tx store.Tx) error { return second(tx.Agents(o.AppID)) }},
		{"Count", nothing, func(tx store.Tx) error { return second(tx.Count(o.AppID, "2024-03-12", "/a", 1)) }},
		{"ResetCount", nothing, func(tx store.Tx) error { return tx.ResetCount(o.AppID, "2024-03-12", "") }},
		{"AddCalls", nothing, func(tx store.Tx) error { return tx.AddCalls([]kefu.Call{call(o, 1, noon)}) }},
		{"SetSetting", nothing, func(tx store.Tx) error { return tx.SetSetting("a", "b") }},
		{"SetOfficialAccount", credentials, func(tx store.Tx) error { return tx.SetOfficialAccount(fullAccount(1)) }},
		{"SupersedeTokens", credentials, func(tx store.Tx) error {
			return tx.SupersedeTokens(o.AppID, kefu.ChainPlain, noon, false)
		}},
		{"SupersedeTokens with a cut", credentials, func(tx store.Tx) error {
			return tx.SupersedeTokens(o.AppID, kefu.ChainPlain, noon.Add(time.Minute), true)
		}},
		{"SupersedeTokens of an empty chain", nothing, func(tx store.Tx) error {
			return tx.SupersedeTokens(o.AppID, kefu.ChainStable, noon, true)
		}},
		{"AddToken", credentials, func(tx store.Tx) error { return tx.AddToken(token(o, kefu.ChainPlain, 2, noon)) }},
		{"Sweep of tokens", credentials, func(tx store.Tx) error { return second(tx.Sweep(noon, 100)) }},
		{"Sweep of nothing", nothing, func(tx store.Tx) error { return second(tx.Sweep(noon, 100)) }},
		{"AddAgent", directory, func(tx store.Tx) error {
			a := agent(o, "carol")
			return tx.AddAgent(o.AppID, &a)
		}},
		{"SetAgent", directory, func(tx store.Tx) error {
			a := both[0]
			a.Worker = "alice_wx"
			return tx.SetAgent(o.AppID, &a)
		}},
		{"OpenSession", directory, func(tx store.Tx) error { return tx.OpenSession(o.AppID, "customer", both[0].ID, noon) }},
		{"TouchSession", nothing, func(tx store.Tx) error { return tx.TouchSession(o.AppID, "customer", at(1)) }},
		{"MoveSession", directory, func(tx store.Tx) error { return tx.MoveSession(o.AppID, "customer", both[1].ID, noon) }},
		{"NextID", nothing, func(tx store.Tx) error { return second(tx.NextID(o.AppID, noon)) }},
		{"PutCustomer", nothing, func(tx store.Tx) error { return tx.PutCustomer(o.AppID, follower("customer")) }},
		{"AddTag", nothing, func(tx store.Tx) error { return second(tx.AddTag(o.AppID, "vip")) }},
		{"Enqueue", nothing, func(tx store.Tx) error { return tx.Enqueue(o.AppID, kefu.Waiting{Customer: "waiting"}) }},
		{"AddMessage", nothing, func(tx store.Tx) error { return tx.AddMessage(o.AppID, said(1, "customer", "hello")) }},
		{"AddPush", nothing, func(tx store.Tx) error { return tx.AddPush(o.AppID, due(1, "customer")) }},
		{"TakePushes", nothing, func(tx store.Tx) error { return second(tx.TakePushes(o.AppID, "courier", noon, noon, true)) }},
		{"CloseSession", directory, func(tx store.Tx) error { return tx.CloseSession(o.AppID, "customer", noon) }},
		{"CloseSession of nobody", nothing, func(tx store.Tx) error { return tx.CloseSession(o.AppID, "customer", noon) }},
		{"RemoveAgent", directory, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, both[1].ID) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, otherBefore := revision(t, s, o.AppID), revision(t, s, other.AppID)
			update(t, s, o.AppID, c.change)
			after := revision(t, s, o.AppID)
			if got, want := after.Credentials != before.Credentials, c.want == credentials; got != want {
				t.Errorf("Credentials moved: got %v, want %v", got, want)
			}
			if got, want := after.Directory != before.Directory, c.want == directory; got != want {
				t.Errorf("Directory moved: got %v, want %v", got, want)
			}
			if got := revision(t, s, other.AppID); got != otherBefore {
				t.Errorf("Revision of the other account: got %+v, want %+v", got, otherBefore)
			}
			view(t, s, func(r store.Reader) error {
				read, err := r.Revision(o.AppID)
				if read != after {
					t.Errorf("Reader.Revision: got %+v, want %+v as Store.Revision", read, after)
				}
				return err
			})
		})
	}
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(o.AppID) })
	if _, err := s.Revision(t.Context(), o.AppID); err != kefu.OfficialAccountUnknown {
		t.Errorf("Revision of a removed account: got %v, want %v", err, kefu.OfficialAccountUnknown)
	}
}

func revisionsNeverRepeat(t *testing.T, s store.Store) {
	o := account(1)
	credentials, directories := make(map[int64]bool), make(map[int64]bool)
	note := func() {
		t.Helper()
		r := revision(t, s, o.AppID)
		if credentials[r.Credentials] || directories[r.Directory] {
			t.Errorf("Revision: got %+v, want one that never was", r)
		}
		credentials[r.Credentials], directories[r.Directory] = true, true
	}
	for range 5 {
		add(t, s, o)
		note()
		for range 3 {
			update(t, s, o.AppID, func(tx store.Tx) error {
				if err := tx.SetOfficialAccount(o); err != nil {
					return err
				}
				a := agent(o, "alice")
				if err := tx.AddAgent(o.AppID, &a); err != nil {
					return err
				}
				return tx.RemoveAgent(o.AppID, a.ID)
			})
			note()
		}
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(o.AppID) })
	}
	// Removed and added in one change, it is another account too.
	add(t, s, o)
	note()
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.RemoveOfficialAccount(o.AppID); err != nil {
			return err
		}
		return tx.AddOfficialAccount(o)
	})
	note()
}

// revisionsAreFresh: whoever was told of a change sees its revision, and nobody
// sees one go back, however reads and writes overlap.
func revisionsAreFresh(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	a := addAgents(t, s, o, "alice")[0]
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			var last int64
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := s.Revision(t.Context(), o.AppID)
				if err != nil {
					t.Errorf("Revision: got %v, want nil", err)
					return
				}
				// Within one life of an account revisions count up.
				if r.Directory < last {
					t.Errorf("Revision: got %d after %d, want none that is older", r.Directory, last)
					return
				}
				last = r.Directory
			}
		})
	}
	for range 100 {
		var inside store.Revision
		update(t, s, o.AppID, func(tx store.Tx) (err error) {
			if err := tx.SetAgent(o.AppID, &a); err != nil {
				return err
			}
			inside, err = tx.Revision(o.AppID)
			return err
		})
		if got := revision(t, s, o.AppID); got.Directory < inside.Directory {
			t.Errorf("Revision after a change: got %d, want %d", got.Directory, inside.Directory)
		}
	}
	close(stop)
	wait.Wait()
}
