package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func agents(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	same(t, "Agents of a new account", agentsOf(t, s, o.AppID), []kefu.Agent{})
	want := addAgents(t, s, o, "zoe", "alice", "bob")
	for i := range want {
		if id := kefu.FirstKFID + kefu.KFID(i); want[i].ID != id {
			t.Errorf("number of %s: got %d, want %d", want[i].Account, want[i].ID, id)
		}
	}
	same(t, "Agents", agentsOf(t, s, o.AppID), want)

	// SetAgent replaces all but account, creation and serving.
	a := &want[1]
	a.Nickname = "小爱 🙂"
	a.Avatar = kefu.Avatar{Key: "aa/bb", Format: "png"}
	a.Invitation = &kefu.Invitation{Worker: "carol_wx", ExpiresAt: noon.Add(24 * time.Hour), Rejected: true}
	set := *a
	set.Account, set.CreatedAt, set.Serving = "other@shop_1", noon.Add(time.Hour), 9
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &set) })
	same(t, "Agents after an invitation", agentsOf(t, s, o.AppID), want)

	a.Invitation = nil
	a.Worker = "carol_wx"
	a.Presence = kefu.Presence{Online: true, AutoAccept: 5, Since: noon.Add(time.Minute)}
	a.IdleSince = noon.Add(2 * time.Minute)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, a) })
	same(t, "Agents after a binding", agentsOf(t, s, o.AppID), want)

	*a = kefu.Agent{ID: a.ID, Account: a.Account, Nickname: "alice", CreatedAt: noon}
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, a) })
	same(t, "Agents after everything was taken back", agentsOf(t, s, o.AppID), want)

	view(t, s, func(r store.Reader) error {
		for _, a := range want {
			got, err := r.Agent(o.AppID, a.Account)
			if err != nil {
				return err
			}
			same(t, "Agent", got, a)
		}
		n, err := r.AgentCount(o.AppID)
		if n != len(want) {
			t.Errorf("AgentCount: got %d, want %d", n, len(want))
		}
		return err
	})
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, want[0].ID) })
	same(t, "Agents after a removal", agentsOf(t, s, o.AppID), want[1:])
}

func agentRefusals(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	both := addAgents(t, s, o, "alice", "bob")
	both[0].Worker = "alice_wx"
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &both[0]) })
	before := agentsOf(t, s, o.AppID)

	taken, nobody := agent(o, "alice"), kefu.Agent{ID: 4711}
	stolen := both[1]
	stolen.Worker = "alice_wx"
	arrives := agent(o, "carol")
	arrives.Worker = "alice_wx"
	for _, c := range []struct {
		name   string
		want   error
		change func(tx store.Tx) error
	}{
		{"add a taken account", kefu.AgentExists, func(tx store.Tx) error { return tx.AddAgent(o.AppID, &taken) }},
		{"add with a worker bound here", kefu.WorkerBoundHere, func(tx store.Tx) error { return tx.AddAgent(o.AppID, &arrives) }},
		{"set an unknown number", kefu.AgentUnknown, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &nobody) }},
		{"set a worker bound here", kefu.WorkerBoundHere, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &stolen) }},
		{"remove an unknown number", kefu.AgentUnknown, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, nobody.ID) }},
		{"a session with an unknown number", kefu.AgentUnknown, func(tx store.Tx) error {
			return tx.OpenSession(o.AppID, "customer", nobody.ID, noon)
		}},
		{"read an unknown account", kefu.AgentUnknown, func(tx store.Tx) error {
			return second(tx.Agent(o.AppID, "nobody@shop_1"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, s, o.AppID, c.want, c.change) })
	}
	same(t, "Agents after refusals", agentsOf(t, s, o.AppID), before)
	// A refusal is an answer, not the end of the change, and uses up no number.
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.AddAgent(o.AppID, &taken); err != kefu.AgentExists {
			t.Errorf("AddAgent inside a change: got %v, want %v", err, kefu.AgentExists)
		}
		next := agent(o, "dora")
		err := tx.AddAgent(o.AppID, &next)
		if next.ID != kefu.FirstKFID+2 {
			t.Errorf("number after a refusal: got %d, want %d", next.ID, kefu.FirstKFID+2)
		}
		return err
	})
}

func agentNumbers(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	first := addAgents(t, s, o, "alice", "bob")
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, first[1].ID) })
	// Not the number of the removed one, although it was the last, not even
	// under the same name.
	again := addAgents(t, s, o, "bob")
	if want := kefu.FirstKFID + 2; again[0].ID != want {
		t.Errorf("number after a removal: got %d, want %d", again[0].ID, want)
	}
	// What was undone gave no number away.
	refused(t, s, o.AppID, errUndo, func(tx store.Tx) error {
		a := agent(o, "carol")
		if err := tx.AddAgent(o.AppID, &a); err != nil {
			return err
		}
		return errUndo
	})
	if got, want := addAgents(t, s, o, "dora")[0].ID, kefu.FirstKFID+3; got != want {
		t.Errorf("number after an undone change: got %d, want %d", got, want)
	}
}

func workers(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	mine, theirs := addAgents(t, s, o, "alice", "bob"), addAgents(t, s, other, "alice")
	const alice, bob kefu.WeChatID = "alice_wx", "bobby_wx"
	bind := func(o *kefu.OfficialAccount, a *kefu.Agent, worker kefu.WeChatID) {
		t.Helper()
		a.Worker = worker
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, a) })
	}
	check := func(when string, wantAlice, wantBob int) {
		t.Helper()
		if got := bindings(t, s, alice); got != wantAlice {
			t.Errorf("bindings of alice %s: got %d, want %d", when, got, wantAlice)
		}
		if got := bindings(t, s, bob); got != wantBob {
			t.Errorf("bindings of bob %s: got %d, want %d", when, got, wantBob)
		}
	}
	check("at first", 0, 0)
	bind(o, &mine[0], alice)
	bind(other, &theirs[0], alice)
	check("after two bindings over two accounts", 2, 0)
	bind(o, &mine[0], alice)
	check("after the same binding again", 2, 0)
	bind(o, &mine[0], bob)
	check("after a handover", 1, 1)
	bind(o, &mine[1], alice)
	check("after another binding", 2, 1)
	bind(o, &mine[1], "")
	check("after an unbinding", 1, 1)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, mine[0].ID) })
	check("after a removal", 1, 0)
	refused(t, s, other.AppID, errUndo, func(tx store.Tx) error {
		if err := tx.RemoveAgent(other.AppID, theirs[0].ID); err != nil {
			return err
		}
		if w, err := tx.Worker(alice); err != nil || w.Bindings != 0 {
			t.Errorf("bindings inside the change: got %d (%v), want 0", w.Bindings, err)
		}
		return errUndo
	})
	check("after an undone removal", 1, 0)
	carol := agent(o, "carol")
	carol.Worker = bob
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.AddAgent(o.AppID, &carol) })
	check("after adding an agent with its worker", 1, 1)
}

func sessions(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	both := addAgents(t, s, o, "alice", "bob")
	open := func(customer kefu.OpenID, a kefu.Agent) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.OpenSession(o.AppID, customer, a.ID, noon) }
	}
	shut := func(customer kefu.OpenID) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.CloseSession(o.AppID, customer, noon) }
	}
	check := func(when string, want ...int) {
		t.Helper()
		var got []int
		for _, a := range agentsOf(t, s, o.AppID) {
			got = append(got, a.Serving)
		}
		same(t, "Serving "+when, got, want)
	}
	update(t, s, o.AppID, open("one", both[0]))
	update(t, s, o.AppID, open("two", both[0]))
	update(t, s, o.AppID, open("three", both[1]))
	check("after three sessions", 2, 1)
	if err := s.Update(t.Context(), o.AppID, open("one", both[1])); err == nil {
		t.Error("OpenSession for a customer in session: got nil, want an error")
	}
	check("after a session too many", 2, 1)
	update(t, s, o.AppID, shut("one"))
	update(t, s, o.AppID, shut("one"))
	update(t, s, o.AppID, shut("nobody"))
	check("after one was closed", 1, 1)
	update(t, s, o.AppID, open("one", both[1]))
	check("after it was opened with another", 1, 2)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveAgent(o.AppID, both[1].ID) })
	check("after the agent was removed", 1)
	update(t, s, o.AppID, open("three", both[0]))
	check("after its customer found another", 2)
}
