package desk

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
)

// Say sends what an agent writes on its page to the customer it serves. A message
// that came before under the same name is answered as it was then, and nothing is
// sent. It refuses with [kefu.NotAllowed] who has no seat, and as [Desk.AgentSend]
// does.
func (d *Desk) Say(ctx context.Context, h Hand, customer kefu.OpenID, content kefu.Content, as kefu.ClientID) (kefu.Message, kefu.Reach, error) {
	var said kefu.Message
	var reach kefu.Reach
	if err := h.seated(); err != nil {
		return said, reach, err
	}
	if !as.Valid() {
		return said, reach, kefu.ArgumentIllegal
	}
	err := d.converse(ctx, h.App, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		before, known, err := t.tx.MessageOfClient(h.App, customer, h.Agent.ID, as)
		switch {
		case err != nil:
			return err
		case known:
			said = before
		default:
			if said, err = t.agentSays(h.account(), customer, content, as); err != nil {
				return err
			}
		}
		reach = c.Reach(t.now)
		return nil
	})
	return said, reach, err
}

// AcceptNext gives an agent the customer who came first of those who wait for it or
// for anybody, or refuses with [kefu.NotWaiting] when there is none, and as
// [Desk.AcceptCustomer] does.
func (d *Desk) AcceptNext(ctx context.Context, h Hand) (kefu.OpenID, error) {
	var customer kefu.OpenID
	if err := h.seated(); err != nil {
		return "", err
	}
	err := d.converse(ctx, h.App, func(t *turn) error {
		queue, err := t.tx.Queue(h.App, maxAssigned)
		if err != nil {
			return err
		}
		for _, w := range queue {
			if w.Named == 0 || w.Named == h.Agent.ID {
				customer = w.Customer
				return t.accept(customer, h.account())
			}
		}
		return kefu.NotWaiting
	})
	return customer, err
}

// Accept gives an agent a customer who waits, or wakes the silent session that the
// two are in. With again it also begins a session with a customer who is served by
// nobody and does not wait, such as one of yesterday. It refuses as
// [Desk.AcceptCustomer] does.
func (d *Desk) Accept(ctx context.Context, h Hand, customer kefu.OpenID, again bool) error {
	if err := h.seated(); err != nil {
		return err
	}
	return d.converse(ctx, h.App, func(t *turn) error {
		c, a, s, err := t.beginning(customer, h.account())
		switch {
		case err != nil:
			return err
		case s != nil:
			return t.wake(*s)
		}
		if err := t.accept(customer, h.account()); !again || !errors.Is(err, kefu.NotWaiting) {
			return err
		}
		return t.openSession(c, &a, kefu.Started, whyByHand)
	})
}

// Close ends the session of a customer, which is the hand's own unless it oversees.
// It refuses with [kefu.CustomerUnknown], [kefu.SessionNone] or
// [kefu.SessionOfAnother].
func (d *Desk) Close(ctx context.Context, h Hand, customer kefu.OpenID) error {
	return d.converse(ctx, h.App, func(t *turn) error {
		c, s, err := t.held(&h, customer)
		if err != nil {
			return err
		}
		return t.endSession(c, s)
	})
}

// Transfer hands a customer from its agent, which is the hand's own unless it
// oversees, to another one, with a note for it that may be empty. Who oversees can
// also give away a customer who waits. It refuses as [Desk.Close] does, as
// [Desk.SwitchSession] does for the other agent, and with [kefu.NoteIllegal] or
// [kefu.NoteLimit].
func (d *Desk) Transfer(ctx context.Context, h Hand, customer kefu.OpenID, to kefu.KFAccount, note string) error {
	return d.converse(ctx, h.App, func(t *turn) error {
		_, err := t.give(&h, customer, to, note)
		return err
	})
}

// Take gives a hand who oversees, and has a seat, the customer that a colleague
// serves. It refuses with [kefu.NotAllowed], [kefu.CustomerUnknown],
// [kefu.SessionNone] or [kefu.AgentOffline]. Taking one's own changes nothing.
func (d *Desk) Take(ctx context.Context, h Hand, customer kefu.OpenID) error {
	if err := h.seated(); err != nil {
		return err
	}
	if !h.Oversees {
		return kefu.NotAllowed
	}
	return d.converse(ctx, h.App, func(t *turn) error {
		c, s, err := t.held(&h, customer)
		if err != nil || s.Agent == h.Agent.ID {
			return err
		}
		a, err := t.receiver(h.account())
		if err != nil {
			return err
		}
		_, err = t.moveSession(c, s, &a, kefu.Grabbed)
		return err
	})
}
