package simtest

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/client"
)

// tendPatience is how much later than its time what time makes due is done.
const tendPatience = 10 * time.Second

// checkSessions wants nobody in two sessions, nobody served and waiting, and every
// agent's number of customers to be that of its sessions, in the ledger and
// through the doors.
func (w *world) checkSessions(left *remains, doors *caller) {
	server := make(map[kefu.OpenID]kefu.KFAccount)
	for i := range left.agents {
		a := &left.agents[i]
		list := left.served[a.ID]
		if a.Serving != len(list) {
			w.report("sessions", "%s serves %d by its number and %d by its sessions", a.Account, a.Serving, len(list))
		}
		for _, s := range list {
			if other, served := server[s.Customer]; served {
				w.report("sessions", "%s is in session with %s and with %s", s.Customer, other, a.Account)
			}
			server[s.Customer] = a.Account
			if c := left.customers[s.Customer]; c == nil || !c.Subscribed {
				w.report("sessions", "%s left and is in session with %s", s.Customer, a.Account)
			}
		}
	}
	for id, s := range left.sessions {
		if server[id] != s.Account {
			w.report("sessions", "%s is in session with %s, whose sessions it is not among: it is among those of %q", id, s.Account, server[id])
		}
		if _, waits := left.waiting[id]; waits {
			w.report("sessions", "%s is served and waits", id)
		}
	}
	if len(server) != len(left.sessions) {
		w.report("sessions", "there are %d customers in sessions of agents, but %d have a session", len(server), len(left.sessions))
	}
	w.checkSessionDoors(left, doors)
}

// checkSessionDoors wants the doors to say the same.
func (w *world) checkSessionDoors(left *remains, doors *caller) {
	ask := func(what string, do func(context.Context, *client.Client) error) {
		if got, code := doors.api(do); got != kept {
			w.report("doors", "%s: %s %s", what, got, code)
		}
	}
	ask("getonlinekflist", func(ctx context.Context, c *client.Client) error {
		list, err := c.OnlineAgents(ctx)
		cases := make(map[string]int64)
		for _, a := range list {
			cases[a.KFAccount] = a.AcceptedCase
		}
		for i := range left.agents {
			a := &left.agents[i]
			n, online := cases[string(a.Account)]
			if err == nil && (online != a.Presence.Online || online && n != int64(a.Serving)) {
				w.report("doors", "%s: got %d cases, online %t, want %d, %t", a.Account, n, online, a.Serving, a.Presence.Online)
			}
		}
		return err
	})
	for i := range left.agents {
		a := &left.agents[i]
		ask("getsessionlist", func(ctx context.Context, c *client.Client) error {
			list, err := c.Sessions(ctx, string(a.Account))
			if err == nil && len(list) != len(left.served[a.ID]) {
				w.report("doors", "%s: got %d sessions, want %d", a.Account, len(list), len(left.served[a.ID]))
			}
			return err
		})
	}
	list, ok := doors.standings()
	if !ok {
		w.report("doors", "the followers cannot be listed")
	}
	for _, s := range list {
		if want := left.sessions[s.OpenID].Account; s.KFAccount != want {
			w.report("doors", "%s: got served by %q, want %q", s.OpenID, s.KFAccount, want)
		}
	}
}

// checkQueue wants the queue to hold who waits and nobody else, nobody to wait
// while there is room, and nobody to stay with an agent who is gone.
func (w *world) checkQueue(left *remains, doors *caller) {
	if len(left.queue) != len(left.waiting) {
		w.report("queue", "there are %d in the queue, but %d wait", len(left.queue), len(left.waiting))
	}
	for _, q := range left.queue {
		if c := left.customers[q.Customer]; c == nil || !c.Subscribed {
			w.report("queue", "%s left and waits", q.Customer)
		}
		for i := range left.ready {
			if a := &left.ready[i]; q.Named == 0 || q.Named == a.ID {
				w.report("queue", "%s waits while %s has room", q.Customer, a.Account)
			}
		}
	}
	got, code := doors.api(func(ctx context.Context, c *client.Client) error {
		list, err := c.Waiting(ctx)
		if err == nil && (int(list.Count) != len(left.queue) || len(list.WaitCaseList) != len(left.queue)) {
			w.report("doors", "getwaitcase: got %d, %d, want %d", list.Count, len(list.WaitCaseList), len(left.queue))
		}
		return err
	})
	if got != kept {
		w.report("doors", "getwaitcase: %s %s", got, code)
	}
	var clock struct{ Now int64 }
	if got, _ := doors.control("GET", "clock", nil, &clock); got != kept {
		w.report("doors", "the clock does not say the time")
	}
	grace := account().Limits.OfflineGrace + tendPatience
	for i := range left.agents {
		a := &left.agents[i]
		if !a.Presence.Online && a.Serving > 0 && time.Unix(clock.Now, 0).Sub(a.Presence.Since) > grace {
			w.report("queue", "%s is away since %s and still serves %d", a.Account, a.Presence.Since, a.Serving)
		}
	}
}
