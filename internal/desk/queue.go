package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/routing"
	"github.com/openkefu/kefu/internal/store"
)

// asBefore leaves open who may take a customer, or to whom it was before.
const asBefore kefu.KFID = -1

// enqueue puts a customer into the queue, or says once more that it waits, and
// gives it to an agent at once if there is one. named is the only agent that may
// take it, 0 for anybody, or asBefore. The latest origin counts.
func (t *turn) enqueue(c *kefu.Customer, named kefu.KFID, why kefu.Origin) error {
	w, waiting, err := t.tx.Waiting(t.app, c.OpenID)
	if err != nil {
		return err
	}
	if !waiting {
		arrived, err := t.tx.NextID(t.app, t.now)
		if err != nil {
			return err
		}
		w = kefu.Waiting{Customer: c.OpenID, Arrived: int64(arrived), Since: t.now}
		id, err := t.recorded(c.OpenID, kefu.Queued, "", "", "")
		if err != nil {
			return err
		}
		if err := t.receptionWaits(c, id); err != nil {
			return err
		}
		t.beginsToWait(c.OpenID)
	}
	w.Origin = why
	other := named != asBefore && w.Named != named
	if other {
		w.Named = named
	}
	w.LatestAt = latest(c, t.now)
	if err := t.tx.Enqueue(t.app, w); err != nil {
		return err
	}
	if waiting && other {
		if err := t.tellStanding(c); err != nil {
			return err
		}
	}
	return t.assign()
}

// maxAssigned bounds how many customers one change gives away. The rest of a
// longer queue follows with the next change.
const maxAssigned = 200

// assign gives waiting customers to agents who have room.
func (t *turn) assign() error {
	for given := 0; given < maxAssigned; {
		ready, err := t.tx.ReadyAgents(t.app)
		if err != nil || len(ready) == 0 {
			return err
		}
		queue, err := t.tx.Assignable(t.app, maxAssigned)
		if err != nil || len(queue) == 0 {
			return err
		}
		matches := routing.Assign(snapshot(queue, ready))
		if len(matches) == 0 {
			return nil
		}
		for _, m := range matches {
			c, err := t.customer(m.Customer)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(ready, func(a kefu.Agent) bool { return a.ID == m.Agent })
			if err := t.openSession(c, &ready[i], kefu.Accepted, string(m.Why)); err != nil {
				return err
			}
		}
		// A queue that was not looked at to its end may have somebody for an agent
		// who still has room.
		if len(queue) < maxAssigned {
			return nil
		}
		given += len(matches)
	}
	return nil
}

// snapshot is the queue and the agents as package routing looks at them.
func snapshot(queue []kefu.Waiting, ready []kefu.Agent) ([]routing.Waiting, []routing.Agent) {
	waiting := make([]routing.Waiting, len(queue))
	for i, w := range queue {
		waiting[i] = routing.Waiting{Customer: w.Customer, Arrived: w.Arrived, Named: w.Named, LastServedBy: w.LastServedBy}
	}
	agents := make([]routing.Agent, len(ready))
	for i := range ready {
		a := &ready[i]
		agents[i] = routing.Agent{
			ID:         a.ID,
			Online:     a.Presence.Online,
			AutoAccept: a.Presence.AutoAccept,
			Serving:    a.Serving,
			IdleSince:  a.IdleSince,
		}
	}
	return waiting, agents
}

// transfer hands the customer of a message over to customer service. A named
// agent who does not exist, or has nobody behind it, could never take the
// customer, so it counts as none.
func (t *turn) transfer(c *kefu.Customer, m *kefu.Message, to kefu.KFAccount) error {
	var named kefu.Agent
	if to != "" {
		a, err := agentNamed(t.tx, t.o, to)
		switch {
		case err == nil && a.Bound():
			named = a
		case err != nil && !errors.Is(err, kefu.AgentUnknown):
			return err
		}
	}
	s, served, err := t.tx.Session(t.app, c.OpenID)
	switch {
	case err != nil:
		return err
	case !served:
		// The latest word of the developer's server counts: one that names nobody
		// frees a customer who waited for somebody.
		return t.enqueue(c, named.ID, handedOver(m, named.ID))
	case !s.Silent(t.now, t.o.Limits.SessionPatience):
		// An agent took the customer while the developer's server was asked.
		return nil
	case named.ID == 0 || named.ID == s.Agent:
		return t.heardBy(s, m)
	}
	if err := t.closeSession(c, s, whyHandedOver); err != nil {
		return err
	}
	return t.enqueue(c, named.ID, handedOver(m, named.ID))
}

// handedOver is why a customer waits whom the developer's server handed over because
// of a message.
func handedOver(m *kefu.Message, named kefu.KFID) kefu.Origin {
	switch {
	case named != 0:
		return kefu.Origin{Kind: kefu.OriginNamed}
	case m.Content.MenuID != "":
		words := []rune(m.Content.Text)
		return kefu.Origin{Kind: kefu.OriginMenu, Words: string(words[:min(len(words), maxOriginWords)])}
	}
	return kefu.Origin{Kind: kefu.OriginDeveloper}
}

// maxOriginWords is how much of a menu item is kept of why somebody waits, in code
// points: a line of a list.
const maxOriginWords = 40

// strandedBatch bounds the sessions that one change gives back.
const strandedBatch = 100

// Tend does what time alone has made due: agents who were away too long give
// their customers back, and the queue is looked at. It is asked for every few
// seconds, and when the clock was moved. That it fails for one account keeps no
// other waiting.
func (d *Desk) Tend(ctx context.Context) error {
	accounts, err := d.OfficialAccounts(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, o := range accounts {
		if err := d.tend(ctx, o); err != nil && !errors.Is(err, kefu.OfficialAccountUnknown) {
			failed = errors.Join(failed, fmt.Errorf("tend %s: %w", o.AppID, err))
		}
	}
	return failed
}

func (d *Desk) tend(ctx context.Context, o *kefu.OfficialAccount) error {
	if err := d.tendSeats(ctx, o.AppID); err != nil {
		return err
	}
	for {
		// Nearly always there is nothing to do, which costs a read and no pen.
		var stranded, ready, assignable int
		before := d.now().Add(-o.Limits.OfflineGrace)
		err := d.ledger.View(ctx, func(r store.Reader) error {
			sessions, err := r.Stranded(o.AppID, before, strandedBatch)
			if err != nil {
				return err
			}
			agents, err := r.ReadyAgents(o.AppID)
			if err != nil {
				return err
			}
			queue, err := r.Assignable(o.AppID, 1)
			stranded, ready, assignable = len(sessions), len(agents), len(queue)
			return err
		})
		if err != nil || stranded == 0 && (ready == 0 || assignable == 0) {
			return err
		}
		err = d.converse(ctx, o.AppID, func(t *turn) error {
			sessions, err := t.tx.Stranded(o.AppID, t.now.Add(-t.o.Limits.OfflineGrace), strandedBatch)
			if err != nil {
				return err
			}
			// Each goes before all who wait, so the last is given back first.
			for _, s := range slices.Backward(sessions) {
				if err := t.giveBack(s, whyOffline); err != nil {
					return err
				}
			}
			return t.assign()
		})
		if err != nil || stranded < strandedBatch {
			return err
		}
	}
}
