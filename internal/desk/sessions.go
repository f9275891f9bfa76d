package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Why a session began or ended, as chat records keep it beside the reasons of
// package routing.
const (
	whyAPI        = "api"
	whyByHand     = "by hand"
	whyAssigned   = "assigned"
	whyAgent      = "agent"
	whyUnfollowed = "unfollowed"
	whyBlocked    = "blocked"
	whyOffline    = "agent offline"
	whyRemoved    = "agent removed"
	whyHandedOver = "handed over"
)

// CreateSession puts a customer in session with an agent, as the developer asks.
// Only an agent who is online can be given one, but how many it has does not
// matter. When the two are in session already, nothing happens. It refuses, in
// this order, with [kefu.CustomerUnknown], [kefu.CustomerBlocked],
// [kefu.AgentUnknown], [kefu.AgentUnbound], [kefu.SessionOfAnother], [kefu.AgentOffline].
func (d *Desk) CreateSession(ctx context.Context, app kefu.AppID, agent kefu.KFAccount, customer kefu.OpenID) error {
	return d.converse(ctx, app, func(t *turn) error {
		c, a, s, err := t.beginning(customer, agent)
		if err != nil {
			return err
		}
		if s != nil {
			return t.wake(*s)
		}
		return t.openSession(c, &a, kefu.Started, whyAPI)
	})
}

// AcceptCustomer gives an agent a customer who waits, as the agent asks. It
// refuses as [Desk.CreateSession] does, and with [kefu.NotWaiting] for somebody
// who does not wait, or [kefu.WaitingForAnother] for somebody who waits for another
// agent by name.
func (d *Desk) AcceptCustomer(ctx context.Context, app kefu.AppID, agent kefu.KFAccount, customer kefu.OpenID) error {
	return d.converse(ctx, app, func(t *turn) error { return t.accept(customer, agent) })
}

func (t *turn) accept(customer kefu.OpenID, agent kefu.KFAccount) error {
	c, a, s, err := t.beginning(customer, agent)
	if err != nil {
		return err
	}
	if s != nil {
		return nil
	}
	w, waiting, err := t.tx.Waiting(t.app, customer)
	if err != nil {
		return err
	}
	switch {
	case !waiting:
		return kefu.NotWaiting
	case w.Named != 0 && w.Named != a.ID:
		return kefu.WaitingForAnother
	}
	return t.openSession(c, &a, kefu.Accepted, whyByHand)
}

// CloseSession ends the session of a customer and an agent. It refuses with
// [kefu.CustomerUnknown], [kefu.AgentUnknown], [kefu.SessionNone] or
// [kefu.SessionOfAnother].
func (d *Desk) CloseSession(ctx context.Context, app kefu.AppID, agent kefu.KFAccount, customer kefu.OpenID) error {
	return d.converse(ctx, app, func(t *turn) error {
		c, s, _, err := t.sessionOf(customer, agent)
		if err != nil {
			return err
		}
		return t.endSession(c, s)
	})
}

// SwitchSession hands a customer from one agent to another, who must be online.
// It refuses as [Desk.CloseSession] does for the one, and with
// [kefu.AgentUnknown], [kefu.AgentUnbound] or [kefu.AgentOffline] for the other.
func (d *Desk) SwitchSession(ctx context.Context, app kefu.AppID, from kefu.KFAccount, customer kefu.OpenID, to kefu.KFAccount) error {
	return d.converse(ctx, app, func(t *turn) error {
		c, s, _, err := t.sessionOf(customer, from)
		if err != nil {
			return err
		}
		a, err := t.receiver(to)
		if err != nil || a.ID == s.Agent {
			return err
		}
		_, err = t.moveSession(c, s, &a, kefu.Transferred)
		return err
	})
}

// Session is the session that a customer is in; ok is false when there is none.
// It refuses with [kefu.CustomerUnknown].
func (d *Desk) Session(ctx context.Context, app kefu.AppID, customer kefu.OpenID) (s kefu.Session, ok bool, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if _, err = customerOf(r, app, customer); err != nil {
			return err
		}
		s, ok, err = r.Session(app, customer)
		return err
	})
	return s, ok, err
}

// SessionsOf lists the sessions of an agent, the oldest first. It refuses with
// [kefu.AgentUnknown] or [kefu.AgentUnbound].
func (d *Desk) SessionsOf(ctx context.Context, app kefu.AppID, agent kefu.KFAccount) (list []kefu.Session, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		o, err := r.OfficialAccount(app)
		if err != nil {
			return err
		}
		a, err := agentNamed(r, o, agent)
		if err != nil {
			return err
		}
		if !a.Bound() {
			return kefu.AgentUnbound
		}
		list, err = r.SessionsOf(app, a.ID)
		return err
	})
	return list, err
}

// Queue lists the first of those who wait, and how many wait in all.
func (d *Desk) Queue(ctx context.Context, app kefu.AppID, limit int) (first []kefu.Waiting, total int, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if total, err = r.QueueLength(app); err != nil {
			return err
		}
		first, err = r.Queue(app, limit)
		return err
	})
	return first, total, err
}

// pair finds a customer who follows, and an agent with a person behind it.
func (t *turn) pair(customer kefu.OpenID, agent kefu.KFAccount) (*kefu.Customer, kefu.Agent, error) {
	c, err := t.customer(customer)
	if err != nil {
		return nil, kefu.Agent{}, err
	}
	switch {
	case !c.Subscribed:
		return nil, kefu.Agent{}, kefu.CustomerUnknown
	case c.Blocked:
		return nil, kefu.Agent{}, kefu.CustomerBlocked
	}
	a, err := agentNamed(t.tx, t.o, agent)
	if err != nil {
		return nil, kefu.Agent{}, err
	}
	if !a.Bound() {
		return nil, kefu.Agent{}, kefu.AgentUnbound
	}
	return c, a, nil
}

// beginning finds a customer and an agent who may begin a session, or the session
// that the two are in already; nil when they are not.
func (t *turn) beginning(customer kefu.OpenID, agent kefu.KFAccount) (*kefu.Customer, kefu.Agent, *kefu.Session, error) {
	c, a, err := t.pair(customer, agent)
	if err != nil {
		return nil, kefu.Agent{}, nil, err
	}
	s, served, err := t.tx.Session(t.app, customer)
	switch {
	case err != nil:
		return nil, kefu.Agent{}, nil, err
	case served && s.Agent != a.ID:
		return nil, kefu.Agent{}, nil, kefu.SessionOfAnother
	case served:
		return c, a, &s, nil
	case !a.Presence.Online:
		return nil, kefu.Agent{}, nil, kefu.AgentOffline
	}
	return c, a, nil, nil
}

// sessionOf finds the session of a customer with an agent.
func (t *turn) sessionOf(customer kefu.OpenID, agent kefu.KFAccount) (c *kefu.Customer, s kefu.Session, a kefu.Agent, err error) {
	if c, err = t.customer(customer); err != nil {
		return nil, s, a, err
	}
	if a, err = agentNamed(t.tx, t.o, agent); err != nil {
		return nil, s, a, err
	}
	s, served, err := t.tx.Session(t.app, customer)
	switch {
	case err != nil:
	case !served:
		err = kefu.SessionNone
	case s.Agent != a.ID:
		err = kefu.SessionOfAnother
	}
	return c, s, a, err
}

// openSession begins a session and takes the customer out of the queue.
func (t *turn) openSession(c *kefu.Customer, a *kefu.Agent, what kefu.Happening, why string) error {
	_, err := t.openedSession(c, a, what, why)
	return err
}

// openedSession is openSession with the id of the record that says so.
func (t *turn) openedSession(c *kefu.Customer, a *kefu.Agent, what kefu.Happening, why string) (kefu.MsgID, error) {
	if err := t.tx.Dequeue(t.app, c.OpenID); err != nil {
		return 0, err
	}
	if err := t.tx.OpenSession(t.app, c.OpenID, a.ID, t.now); err != nil {
		return 0, err
	}
	c.LastServedBy = a.ID
	t.agentMoved(a.ID)
	id, err := t.recorded(c.OpenID, what, a.Account, "", why)
	if err != nil {
		return 0, err
	}
	if err := t.receptionOpens(c, id, a.Account); err != nil {
		return 0, err
	}
	if _, err := t.push(c, nil, &kefu.Event{Type: kefu.EventCreateSession, Account: a.Account}); err != nil {
		return 0, err
	}
	return id, t.welcome(c, a)
}

// closeSession ends a session. Its caller assigns the room that it leaves.
func (t *turn) closeSession(c *kefu.Customer, s kefu.Session, why string) error {
	if err := t.tx.CloseSession(t.app, c.OpenID, t.now); err != nil {
		return err
	}
	t.agentMoved(s.Agent)
	c.Thread.Visits++
	id, err := t.recorded(c.OpenID, kefu.Closed, s.Account, "", why)
	if err != nil {
		return err
	}
	if err := t.tx.EndReception(t.app, c.OpenID, id, t.now, why); err != nil {
		return err
	}
	_, err = t.push(c, nil, &kefu.Event{Type: kefu.EventCloseSession, Account: s.Account})
	return err
}

// endSession ends a session because somebody says so.
func (t *turn) endSession(c *kefu.Customer, s kefu.Session) error {
	if err := t.closeSession(c, s, whyAgent); err != nil {
		return err
	}
	return t.assign()
}

// receiver finds an agent who can be given a customer.
func (t *turn) receiver(account kefu.KFAccount) (kefu.Agent, error) {
	a, err := agentNamed(t.tx, t.o, account)
	switch {
	case err != nil:
	case !a.Bound():
		err = kefu.AgentUnbound
	case !a.Presence.Online:
		err = kefu.AgentOffline
	}
	return a, err
}

// moveSession gives a session to another agent, who has been handed the customer or
// has grabbed it, and names the record that says so.
func (t *turn) moveSession(c *kefu.Customer, s kefu.Session, to *kefu.Agent, what kefu.Happening) (kefu.MsgID, error) {
	if err := t.tx.MoveSession(t.app, c.OpenID, to.ID, t.now); err != nil {
		return 0, err
	}
	c.LastServedBy = to.ID
	t.agentMoved(s.Agent)
	t.agentMoved(to.ID)
	id, err := t.recorded(c.OpenID, what, to.Account, "", string(s.Account))
	if err != nil {
		return 0, err
	}
	if err := t.tx.MoveReception(t.app, c.OpenID, to.Account); err != nil {
		return 0, err
	}
	if _, err := t.push(c, nil, &kefu.Event{Type: kefu.EventSwitchSession, Account: s.Account, To: to.Account}); err != nil {
		return 0, err
	}
	return id, t.assign()
}

// wake lets a silent session hear its customer again.
func (t *turn) wake(s kefu.Session) error {
	if !s.Silent(t.now, t.o.Limits.SessionPatience) {
		return nil
	}
	if err := t.tx.TouchSession(t.app, s.Customer, t.now); err != nil {
		return err
	}
	return t.tell(kefu.Fact{What: kefu.FactStanding, Customer: s.Customer})
}

// giveBack ends the session of an agent who is gone. Its customer returns to the
// head of the queue, unless nothing was said for so long that nobody waits.
func (t *turn) giveBack(s kefu.Session, why string) error {
	c, err := t.customer(s.Customer)
	if err != nil {
		return err
	}
	if err := t.closeSession(c, s, why); err != nil {
		return err
	}
	if s.Silent(t.now, t.o.Limits.SessionPatience) {
		return nil
	}
	head, err := t.tx.HeadOfQueue(t.app)
	if err != nil {
		return err
	}
	id, err := t.recorded(c.OpenID, kefu.Queued, "", "", why)
	if err != nil {
		return err
	}
	if err := t.receptionWaits(c, id); err != nil {
		return err
	}
	t.beginsToWait(c.OpenID)
	return t.tx.Enqueue(t.app, kefu.Waiting{
		Customer: c.OpenID, Arrived: head, Since: t.now, LatestAt: latest(c, t.now), Origin: kefu.Origin{Kind: kefu.OriginAgentGone},
	})
}

// latest is when a customer last wrote; now for one who never did.
func latest(c *kefu.Customer, now time.Time) time.Time {
	if c.LastInAt.IsZero() {
		return now
	}
	return c.LastInAt
}
