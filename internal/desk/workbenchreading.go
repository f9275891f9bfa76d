package desk

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// MarkRead notes up to which message a customer's conversation was read, by its
// agent or, while nobody serves it, by anybody who has a seat. What was read stays
// read. It refuses with [kefu.NotAllowed], [kefu.CustomerUnknown] or
// [kefu.SessionOfAnother].
func (d *Desk) MarkRead(ctx context.Context, h Hand, customer kefu.OpenID, up kefu.MsgID) error {
	if err := h.seated(); err != nil {
		return err
	}
	// Nearly always it was read before, which costs no change.
	err := d.ledger.View(ctx, func(r store.Reader) error {
		c, err := customerOf(r, h.App, customer)
		if err == nil && up <= c.Thread.Read {
			err = errNothingNew
		}
		return err
	})
	if errors.Is(err, errNothingNew) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.converse(ctx, h.App, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		s, served, err := t.tx.Session(h.App, customer)
		switch {
		case err != nil:
			return err
		case served && s.Agent != h.Agent.ID:
			return kefu.SessionOfAnother
		}
		thread := &c.Thread
		read := min(up, thread.Last)
		if read <= thread.Read {
			return nil
		}
		unread, before := 0, thread.Unread
		if read < thread.Last {
			if unread, err = t.tx.UnreadAfter(h.App, customer, read, before); err != nil {
				return err
			}
		}
		thread.Read, thread.Unread = read, unread
		if unread == before {
			return nil
		}
		return t.tellCustomer(c)
	})
}

// errNothingNew ends a look that found nothing to do.
var errNothingNew = errors.New("desk: nothing new")

// AgentTypes shows a customer that its agent is typing, or no more. That there is
// nothing to be shown, because nothing was said lately or it is shown already, is no
// matter. It refuses as [Desk.AgentSend] does for the session.
func (d *Desk) AgentTypes(ctx context.Context, h Hand, customer kefu.OpenID, on bool) error {
	if err := h.seated(); err != nil {
		return err
	}
	err := d.ledger.View(ctx, func(r store.Reader) error {
		if _, err := customerOf(r, h.App, customer); err != nil {
			return err
		}
		s, served, err := r.Session(h.App, customer)
		switch {
		case err != nil:
			return err
		case !served:
			return kefu.SessionNone
		case s.Agent != h.Agent.ID:
			return kefu.SessionOfAnother
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case !on:
		return d.StopTyping(ctx, h.App, customer)
	}
	err = d.Type(ctx, h.App, customer)
	var reason kefu.Reason
	if errors.As(err, &reason) && reason != kefu.CustomerUnknown {
		return nil
	}
	return err
}
