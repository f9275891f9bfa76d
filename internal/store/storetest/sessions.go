package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// at is a time after noon.
func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func sessionTimes(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	both := addAgents(t, s, o, "alice", "bob")
	alice, bob := both[0], both[1]
	change := func(do func(tx store.Tx) error) { t.Helper(); update(t, s, o.AppID, do) }
	session := func(id kefu.OpenID, a kefu.Agent, opened, active time.Time) kefu.Session {
		return kefu.Session{Customer: id, Agent: a.ID, Account: a.Account, OpenedAt: opened, ActiveAt: active}
	}
	check := func(when string, aliceIdle, bobIdle time.Time, ofAlice, ofBob []kefu.Session) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			for _, c := range []struct {
				a    kefu.Agent
				idle time.Time
				want []kefu.Session
			}{{alice, aliceIdle, ofAlice}, {bob, bobIdle, ofBob}} {
				got, err := r.SessionsOf(o.AppID, c.a.ID)
				same(t, fmt.Sprintf("SessionsOf %s %s", c.a.Account, when), got, c.want)
				if err != nil {
					return err
				}
				a, err := r.Agent(o.AppID, c.a.Account)
				if a.Serving != len(c.want) || !a.IdleSince.Equal(c.idle) {
					t.Errorf("%s %s: got serving %d, idle since %v, want %d and %v", c.a.Account, when, a.Serving, a.IdleSince, len(c.want), c.idle)
				}
				if err != nil {
					return err
				}
				for _, want := range c.want {
					got, ok, err := r.Session(o.AppID, want.Customer)
					same(t, "Session "+when, got, want)
					if !ok || err != nil {
						t.Errorf("Session of %s %s: got %v (%v), want one", want.Customer, when, ok, err)
					}
				}
			}
			return nil
		})
	}
	change(func(tx store.Tx) error { return tx.OpenSession(o.AppID, "z", alice.ID, at(1)) })
	change(func(tx store.Tx) error { return tx.OpenSession(o.AppID, "a", alice.ID, at(2)) })
	change(func(tx store.Tx) error { return tx.OpenSession(o.AppID, "b", bob.ID, at(3)) })
	check("after three began", at(2), at(3),
		[]kefu.Session{session("z", alice, at(1), at(1)), session("a", alice, at(2), at(2))},
		[]kefu.Session{session("b", bob, at(3), at(3))})

	change(func(tx store.Tx) error { return tx.TouchSession(o.AppID, "z", at(4)) })
	change(func(tx store.Tx) error { return tx.TouchSession(o.AppID, "nobody", at(4)) })
	change(func(tx store.Tx) error { return tx.MoveSession(o.AppID, "a", bob.ID, at(5)) })
	check("after words and a move", at(5), at(5),
		[]kefu.Session{session("z", alice, at(1), at(4))},
		[]kefu.Session{session("b", bob, at(3), at(3)), session("a", bob, at(5), at(5))})

	change(func(tx store.Tx) error { return tx.MoveSession(o.AppID, "a", bob.ID, at(6)) })
	check("after a move to the same", at(5), at(6),
		[]kefu.Session{session("z", alice, at(1), at(4))},
		[]kefu.Session{session("b", bob, at(3), at(3)), session("a", bob, at(6), at(6))})

	refused(t, s, o.AppID, kefu.AgentUnknown, func(tx store.Tx) error { return tx.MoveSession(o.AppID, "a", 4711, at(7)) })
	if err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.MoveSession(o.AppID, "nobody", bob.ID, at(7)) }); err == nil {
		t.Error("MoveSession without a session: got nil, want an error")
	}
	change(func(tx store.Tx) error { return tx.CloseSession(o.AppID, "b", at(8)) })
	check("after refusals and an end", at(5), at(8),
		[]kefu.Session{session("z", alice, at(1), at(4))}, []kefu.Session{session("a", bob, at(6), at(6))})
	view(t, s, func(r store.Reader) error {
		for _, id := range []kefu.OpenID{"b", "nobody", "\x00"} {
			if got, ok, err := r.Session(o.AppID, id); ok || err != nil {
				t.Errorf("Session of %q: got %+v (%v), want none", id, got, err)
			}
		}
		return nil
	})
}

func readyAgents(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	all := addAgents(t, s, o, "alice", "bob", "carol", "dora", "emil")
	come := func(i int, online bool, take int, since time.Time) {
		t.Helper()
		all[i].Worker = kefu.WeChatID(fmt.Sprint("worker", i))
		all[i].Presence = kefu.Presence{Online: online, AutoAccept: take, Since: since}
		all[i].IdleSince = since
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetAgent(o.AppID, &all[i]) })
	}
	come(0, true, 2, at(0)) // room for one
	come(1, true, 1, at(0)) // full
	come(2, false, 5, at(10))
	come(3, true, 0, at(0)) // by hand
	come(4, true, 3, at(0)) // serves nobody
	update(t, s, o.AppID, func(tx store.Tx) error {
		for i, a := range []int{0, 1, 2, 2} {
			if err := tx.OpenSession(o.AppID, kefu.OpenID(fmt.Sprint("c", i)), all[a].ID, at(20-i)); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(r store.Reader) error {
		ready, err := r.ReadyAgents(o.AppID)
		alice, emil := all[0], all[4]
		alice.Serving, alice.IdleSince = 1, at(20)
		same(t, "ReadyAgents", ready, []kefu.Agent{alice, emil})
		if err != nil {
			return err
		}
		for _, c := range []struct {
			name   string
			before time.Time
			limit  int
			want   []kefu.OpenID
		}{
			{"before it went", at(10).Add(-time.Millisecond), 10, nil},
			{"when it went", at(10), 10, []kefu.OpenID{"c3", "c2"}},
			{"the oldest", at(60), 1, []kefu.OpenID{"c3"}},
			{"none", at(60), 0, nil},
		} {
			var got []kefu.OpenID
			stranded, err := r.Stranded(o.AppID, c.before, c.limit)
			if err != nil {
				return err
			}
			for _, session := range stranded {
				if session.Account != all[2].Account {
					t.Errorf("Stranded %s: got a session of %s, want %s", c.name, session.Account, all[2].Account)
				}
				got = append(got, session.Customer)
			}
			same(t, "Stranded "+c.name, got, c.want)
		}
		return nil
	})
}
