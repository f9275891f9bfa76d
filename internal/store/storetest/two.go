package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// noticed is how soon a store must know the revision that another one made.
const noticed = time.Second

// RunTwo runs the suite for two stores over one database, as two processes have
// them. open makes both, empty and closed when t ends.
func RunTwo(t *testing.T, open func(t *testing.T) (one, two store.Store)) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, one, two store.Store)
	}{
		{"what one wrote the other reads", twoRead},
		{"revisions cross over", twoRevisions},
		{"the limit of agents is not oversold", twoCapacity},
		{"the limit of bindings is not oversold", twoBindings},
		{"one account is added once", twoAdd},
		{"numbers are dense over both", twoNumbers},
		{"a customer is in one session", twoSessions},
		{"nobody is assigned twice", twoAssignments},
		{"message ids ascend over both", twoIDs},
		{"one courier for a customer", twoCouriers},
	} {
		t.Run(c.name, func(t *testing.T) {
			one, two := open(t)
			c.run(t, one, two)
		})
	}
}

func twoRead(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	want := addAgents(t, two, o, "alice")
	same(t, "Agents of the first, written by the second", agentsOf(t, one, o.AppID), want)
	want = append(want, addAgents(t, one, o, "bob")...)
	same(t, "Agents of the second, written by both", agentsOf(t, two, o.AppID), want)
	update(t, two, o.AppID, func(tx store.Tx) error {
		all, err := tx.Agents(o.AppID)
		same(t, "Agents inside a change of the second", all, want)
		return err
	})
}

func twoRevisions(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	if got, want := revision(t, two, o.AppID), revision(t, one, o.AppID); got != want {
		t.Errorf("Revision of the second: got %+v, want %+v", got, want)
	}
	for i := range 3 {
		addAgents(t, one, o, fmt.Sprintf("a%d", i))
		want := revision(t, one, o.AppID)
		eventually(t, noticed, "the revision of the first at the second", func() bool {
			return revision(t, two, o.AppID) == want
		})
		update(t, two, o.AppID, func(tx store.Tx) error { return tx.SetOfficialAccount(o) })
		want = revision(t, two, o.AppID)
		eventually(t, noticed, "the revision of the second at the first", func() bool {
			return revision(t, one, o.AppID) == want
		})
	}
	update(t, two, o.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(o.AppID) })
	eventually(t, noticed, "the removal by the second at the first", func() bool {
		_, err := one.Revision(t.Context(), o.AppID)
		return errors.Is(err, kefu.OfficialAccountUnknown)
	})
}

// both runs n functions at once, half of them with each store.
func both(one, two store.Store, n int, run func(i int, s store.Store)) {
	var wait sync.WaitGroup
	for i := range n {
		s := one
		if i%2 == 1 {
			s = two
		}
		wait.Go(func() { run(i, s) })
	}
	wait.Wait()
}

func twoCapacity(t *testing.T, one, two store.Store) {
	o := account(1)
	o.Limits.Agents = 7
	add(t, one, o)
	both(one, two, 40, func(i int, s store.Store) {
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
			n, err := tx.AgentCount(o.AppID)
			if err != nil {
				return err
			}
			if n >= o.Limits.Agents {
				return kefu.AgentLimit
			}
			a := agent(o, fmt.Sprintf("a%d", i))
			return tx.AddAgent(o.AppID, &a)
		})
		if err != nil && err != kefu.AgentLimit {
			t.Errorf("Update: got %v, want nil or %v", err, kefu.AgentLimit)
		}
	})
	if got := len(agentsOf(t, one, o.AppID)); got != o.Limits.Agents {
		t.Errorf("agents: got %d, want %d", got, o.Limits.Agents)
	}
}

// twoBindings: the limit of bindings counts over all accounts, and each of them
// has its own pen.
func twoBindings(t *testing.T, one, two store.Store) {
	const accounts, limit = 12, 5
	const worker kefu.WeChatID = "alice_wx"
	var owners []*kefu.OfficialAccount
	var invited []kefu.Agent
	for i := range accounts {
		o := account(i)
		add(t, one, o)
		owners = append(owners, o)
		invited = append(invited, addAgents(t, one, o, "alice")[0])
	}
	bound := make([]bool, accounts)
	both(one, two, accounts, func(i int, s store.Store) {
		err := s.Update(t.Context(), owners[i].AppID, func(tx store.Tx) error {
			w, err := tx.Worker(worker)
			if err != nil {
				return err
			}
			if w.Bindings >= limit {
				return kefu.WorkerBindingLimit
			}
			a := invited[i]
			a.Worker = worker
			return tx.SetAgent(owners[i].AppID, &a)
		})
		if err != nil && err != kefu.WorkerBindingLimit {
			t.Errorf("Update: got %v, want nil or %v", err, kefu.WorkerBindingLimit)
		}
		bound[i] = err == nil
	})
	if got := bindings(t, two, worker); got != limit {
		t.Errorf("Worker.Bindings: got %d, want %d", got, limit)
	}
	n := 0
	for i, o := range owners {
		is := agentsOf(t, two, o.AppID)[0].Worker == worker
		if is != bound[i] {
			t.Errorf("agent of %s bound: got %v, want %v as its change was told", o.AppID, is, bound[i])
		}
		if is {
			n++
		}
	}
	if n != limit {
		t.Errorf("bound agents: got %d, want %d", n, limit)
	}
}

func twoAdd(t *testing.T, one, two store.Store) {
	var mu sync.Mutex
	added := 0
	both(one, two, 16, func(i int, s store.Store) {
		// Different appids, so different pens, but the same original id.
		o := account(i % 4)
		o.OriginalID = "gh_000000000000"
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.AddOfficialAccount(o) })
		switch {
		case err == nil:
			mu.Lock()
			added++
			mu.Unlock()
		case err != kefu.OfficialAccountExists:
			t.Errorf("Update: got %v, want nil or %v", err, kefu.OfficialAccountExists)
		}
	})
	if added != 1 {
		t.Errorf("accounts added: got %d, want 1", added)
	}
}

func twoNumbers(t *testing.T, one, two store.Store) {
	o := account(1)
	add(t, one, o)
	const n = 40
	both(one, two, n, func(i int, s store.Store) {
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
			a := agent(o, fmt.Sprintf("a%d", i))
			return tx.AddAgent(o.AppID, &a)
		})
		if err != nil {
			t.Errorf("Update: got %v, want nil", err)
		}
	})
	var got, want []kefu.KFID
	for i, a := range agentsOf(t, two, o.AppID) {
		got = append(got, a.ID)
		want = append(want, kefu.FirstKFID+kefu.KFID(i))
	}
	same(t, "numbers", got, want)
	if len(got) != n {
		t.Errorf("agents: got %d, want %d", len(got), n)
	}
}
