package desk_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openkefu/kefu"
)

// Whatever happens in whatever order: nobody waits and is served at once, counts
// are right, nobody who left is served, and no agent is given more than it takes.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	customers := []kefu.OpenID{"c1", "c2", "c3", "c4", "c5", "c6"}
	agents := []kefu.KFAccount{alice, bob, carol}
	rapid.Check(t, func(rt *rapid.T) {
		customer := rapid.SampledFrom(customers)
		agent := rapid.SampledFrom(agents)
		ctx := t.Context()
		// Refusals are part of the game.
		step := func(what string, err error) {
			if reason := kefu.Reason(0); err != nil && !errors.As(err, &reason) {
				rt.Fatalf("%s: %v", what, err)
			}
		}
		// before is nil after a step that may give an agent more than it takes by
		// itself, which only the assignment may not.
		before := serving(h, rt, agents)
		rt.Repeat(map[string]func(*rapid.T){
			"follow": func(rt *rapid.T) {
				h.follow(customer.Draw(rt, "customer"))
			},
			"unfollow": func(rt *rapid.T) {
				step("unfollow", h.Unfollow(ctx, app, customer.Draw(rt, "customer")))
			},
			"write": func(rt *rapid.T) {
				got, err := h.Receive(ctx, app, customer.Draw(rt, "customer"), kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "hi"}})
				step("write", err)
				if err == nil && got.Push != 0 && rapid.Bool().Draw(rt, "transfer") {
					reply := &kefu.Reply{Transfer: true}
					if rapid.Bool().Draw(rt, "named") {
						reply.To = agent.Draw(rt, "agent")
					}
					_, err := h.SettlePush(ctx, app, got.Push, kefu.Attempt{At: h.now()}, reply)
					step("settle", err)
				}
			},
			"presence": func(rt *rapid.T) {
				online := rapid.Bool().Draw(rt, "online")
				step("presence", h.SetPresence(ctx, app, agent.Draw(rt, "agent"), online, rapid.IntRange(0, 3).Draw(rt, "auto-accept")))
			},
			"create": func(rt *rapid.T) {
				step("create", h.CreateSession(ctx, app, agent.Draw(rt, "agent"), customer.Draw(rt, "customer")))
				before = nil
			},
			"accept": func(rt *rapid.T) {
				step("accept", h.AcceptCustomer(ctx, app, agent.Draw(rt, "agent"), customer.Draw(rt, "customer")))
				before = nil
			},
			"switch": func(rt *rapid.T) {
				step("switch", h.SwitchSession(ctx, app, agent.Draw(rt, "from"), customer.Draw(rt, "customer"), agent.Draw(rt, "to")))
				before = nil
			},
			"close": func(rt *rapid.T) {
				step("close", h.CloseSession(ctx, app, agent.Draw(rt, "agent"), customer.Draw(rt, "customer")))
			},
			"time": func(rt *rapid.T) {
				h.pass(time.Duration(rapid.IntRange(1, 40).Draw(rt, "minutes")) * time.Minute)
				step("tend", h.Tend(ctx))
			},
			"": func(rt *rapid.T) {
				after := serving(h, rt, agents)
				for i := range after {
					if before == nil || i >= len(before) {
						break
					}
					// Only an assignment can have raised it.
					if a := after[i]; a.Serving > before[i].Serving && (a.Serving > a.Presence.AutoAccept || !a.Presence.Online) {
						rt.Fatalf("%s was given customers: got %d, takes %d, online %t", a.Account, a.Serving, a.Presence.AutoAccept, a.Presence.Online)
					}
				}
				before = after
				check(h, rt, customers)
			},
		})
	})
}

func serving(h *house, rt *rapid.T, agents []kefu.KFAccount) []kefu.Agent {
	list := make([]kefu.Agent, len(agents))
	for i, account := range agents {
		a, err := h.Agent(h.t.Context(), app, account)
		if err != nil {
			rt.Fatal(err)
		}
		list[i] = a
	}
	return list
}

func check(h *house, rt *rapid.T, customers []kefu.OpenID) {
	ctx := h.t.Context()
	waiting := make(map[kefu.OpenID]bool)
	queue, total, err := h.Queue(ctx, app, 100)
	if err != nil || total != len(queue) {
		rt.Fatalf("got %d of %d waiting, %v", len(queue), total, err)
	}
	for _, w := range queue {
		waiting[w.Customer] = true
	}
	served := make(map[kefu.KFAccount]int)
	for _, id := range customers {
		s, err := h.CustomerState(ctx, app, id)
		if errors.Is(err, kefu.CustomerUnknown) {
			continue
		}
		if err != nil {
			rt.Fatal(err)
		}
		if s.Session != nil {
			served[s.Session.Account]++
		}
		if (s.Session != nil || waiting[id]) && !s.Customer.Subscribed {
			rt.Fatalf("%s left and is served or waits", id)
		}
		if s.Session != nil && waiting[id] {
			rt.Fatalf("%s is served and waits", id)
		}
		if (s.Waiting != nil) != waiting[id] {
			rt.Fatalf("%s: got waiting %t, in the queue %t", id, s.Waiting != nil, waiting[id])
		}
	}
	ready := false
	for _, account := range []kefu.KFAccount{alice, bob, carol} {
		a, err := h.Agent(ctx, app, account)
		if err != nil {
			rt.Fatal(err)
		}
		if a.Serving != served[account] {
			rt.Fatalf("%s: got %d served by its count and %d by its sessions", account, a.Serving, served[account])
		}
		ready = ready || a.Presence.Online && a.Serving < a.Presence.AutoAccept
		for _, w := range queue {
			if w.Named == a.ID && a.Presence.Online && a.Serving < a.Presence.AutoAccept {
				rt.Fatalf("%s waits for %s, who has room", w.Customer, account)
			}
		}
	}
	for _, w := range queue {
		if w.Named == 0 && ready {
			rt.Fatal(fmt.Sprintf("%s waits for anybody while there is room", w.Customer))
		}
	}
}
