package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// twoSessions: a customer is served by one agent, whoever is faster.
func twoSessions(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	agents := addAgents(t, one, o, "alice", "bob")
	const rounds, each = 5, 8
	for round := range rounds {
		customer := kefu.OpenID(fmt.Sprint("c", round))
		var mu sync.Mutex
		opened := 0
		both(one, two, each, func(i int, s store.Store) {
			err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
				_, ok, err := tx.Session(o.AppID, customer)
				if err != nil {
					return err
				}
				if ok {
					return kefu.SessionOfAnother
				}
				return tx.OpenSession(o.AppID, customer, agents[i%len(agents)].ID, noon)
			})
			switch {
			case err == nil:
				mu.Lock()
				opened++
				mu.Unlock()
			case err != kefu.SessionOfAnother:
				t.Errorf("Update: got %v, want nil or %v", err, kefu.SessionOfAnother)
			}
		})
		if opened != 1 {
			t.Errorf("sessions opened with %s: got %d, want 1", customer, opened)
		}
	}
	serving := 0
	for _, a := range agentsOf(t, two, o.AppID) {
		serving += a.Serving
	}
	if serving != rounds {
		t.Errorf("customers served: got %d, want %d", serving, rounds)
	}
}

// twoAssignments: nobody in the queue is given to two agents, and no agent gets
// more than it takes.
func twoAssignments(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	all := addAgents(t, one, o, "alice", "bob")
	const waiting, take = 30, 4
	update(t, one, o.AppID, func(tx store.Tx) error {
		for i, a := range all {
			a.Worker = kefu.WeChatID(fmt.Sprint("worker", i))
			a.Presence = kefu.Presence{Online: true, AutoAccept: take, Since: noon}
			if err := tx.SetAgent(o.AppID, &a); err != nil {
				return err
			}
		}
		for i := range waiting {
			if err := tx.Enqueue(o.AppID, kefu.Waiting{Customer: kefu.OpenID(fmt.Sprint("c", i)), Arrived: int64(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	both(one, two, waiting, func(_ int, s store.Store) {
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
			ready, err := tx.ReadyAgents(o.AppID)
			if err != nil || len(ready) == 0 {
				return err
			}
			next, err := tx.Assignable(o.AppID, 1)
			if err != nil || len(next) == 0 {
				return err
			}
			if err := tx.Dequeue(o.AppID, next[0].Customer); err != nil {
				return err
			}
			return tx.OpenSession(o.AppID, next[0].Customer, ready[0].ID, noon)
		})
		if err != nil {
			t.Errorf("Update: got %v, want nil", err)
		}
	})
	view(t, two, func(r store.Reader) error {
		for _, a := range all {
			sessions, err := r.SessionsOf(o.AppID, a.ID)
			if len(sessions) != take {
				t.Errorf("sessions of %s: got %d, want %d", a.Account, len(sessions), take)
			}
			if err != nil {
				return err
			}
		}
		n, err := r.QueueLength(o.AppID)
		if want := waiting - take*len(all); n != want {
			t.Errorf("QueueLength: got %d, want %d", n, want)
		}
		return err
	})
}

// twoIDs: over both, ids are given once, and later changes get higher ones.
func twoIDs(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	const n, each = 40, 5
	// The clocks of two machines differ.
	clocks := map[store.Store]time.Time{one: noon, two: noon.Add(-3 * time.Second)}
	both(one, two, n, func(i int, s store.Store) {
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
			before, err := tx.Records(o.AppID, store.RecordQuery{From: noon.Add(-time.Minute), To: noon.Add(time.Minute), Limit: n * each})
			if err != nil {
				return err
			}
			for range each {
				id, err := tx.NextID(o.AppID, clocks[s])
				if err != nil {
					return err
				}
				if len(before) > 0 && id <= before[len(before)-1].ID {
					t.Errorf("NextID: got %d, want above %d of a change before", id, before[len(before)-1].ID)
				}
				if err := tx.AddRecord(o.AppID, &kefu.Record{ID: id, At: clocks[s], Customer: "one", What: kefu.CustomerSaid}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("Update: got %v, want nil", err)
		}
	})
	view(t, one, func(r store.Reader) error {
		for _, c := range []struct {
			at   time.Time
			want int
		}{{noon, n / 2 * each}, {noon.Add(-3 * time.Second), n / 2 * each}} {
			got, err := r.Records(o.AppID, store.RecordQuery{From: c.at, To: c.at, Limit: n * each})
			if len(got) != c.want {
				t.Errorf("records of %s: got %d, want %d", c.at, len(got), c.want)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// twoCouriers: a customer's pushes are delivered by one process.
func twoCouriers(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	const customers = 20
	update(t, one, o.AppID, func(tx store.Tx) error {
		for i := range customers {
			id := kefu.OpenID(fmt.Sprint("c", i))
			if err := tx.PutCustomer(o.AppID, follower(id)); err != nil {
				return err
			}
			if err := tx.AddPush(o.AppID, due(kefu.MsgID(i+1), id)); err != nil {
				return err
			}
		}
		return nil
	})
	name := map[store.Store]string{one: "one", two: "two"}
	var mu sync.Mutex
	taken := 0
	both(one, two, 8, func(_ int, s store.Store) {
		var n int
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) (err error) {
			n, err = tx.TakePushes(o.AppID, name[s], noon, at(15), false)
			return err
		})
		if err != nil {
			t.Errorf("Update: got %v, want nil", err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		taken += n
	})
	if taken != customers {
		t.Errorf("customers taken: got %d, want %d", taken, customers)
	}
	of := func(s store.Store) (n int) {
		view(t, one, func(r store.Reader) error {
			all, err := r.DuePushes(o.AppID, name[s], 0, customers)
			n = len(all)
			return err
		})
		return n
	}
	if n, m := of(one), of(two); n+m != customers {
		t.Errorf("pushes of the two: got %d and %d, want %d together", n, m, customers)
	}
	// When the time is over, one of them gets all; the other has none.
	update(t, two, o.AppID, func(tx store.Tx) error {
		return second(tx.TakePushes(o.AppID, name[two], at(15), at(30), false))
	})
	if n, m := of(one), of(two); n != 0 || m != customers {
		t.Errorf("pushes of the two after one is gone: got %d and %d, want 0 and %d", n, m, customers)
	}
}
