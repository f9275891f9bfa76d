package desk

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Hand is who does something at the workbench of an official account.
type Hand struct {
	App kefu.AppID
	// Author is the person.
	Author kefu.Author
	// Agent is the one it answers as; nil for somebody who oversees and has no seat
	// here.
	Agent *kefu.Agent
	// Oversees tells that it may look at and change the sessions of all.
	Oversees bool
}

// HandOf finds out as whom a person works for an official account. It refuses with
// [kefu.OfficialAccountUnknown], and with [kefu.NotAllowed] for one who has no
// seat there and does not oversee.
func (d *Desk) HandOf(ctx context.Context, app kefu.AppID, p kefu.Person) (h Hand, err error) {
	if !app.Valid() {
		return Hand{}, kefu.OfficialAccountUnknown
	}
	h = Hand{App: app, Author: kefu.Author{ID: p.ID, Name: p.Name}, Oversees: p.Role.AtLeast(kefu.RoleSupervisor)}
	err = d.ledger.View(ctx, func(r store.Reader) error {
		if _, err := r.OfficialAccount(app); err != nil {
			return err
		}
		a, err := r.AgentOf(app, p.ID)
		switch {
		case err == nil:
			h.Agent = &a
		case !errors.Is(err, kefu.AgentUnknown):
			return err
		case !h.Oversees:
			return kefu.NotAllowed
		}
		return nil
	})
	return h, err
}

// account is the agent's name; empty for none.
func (h *Hand) account() kefu.KFAccount {
	if h.Agent == nil {
		return ""
	}
	return h.Agent.Account
}

// seated refuses with [kefu.NotAllowed] who has no seat.
func (h *Hand) seated() error {
	if h.Agent == nil {
		return kefu.NotAllowed
	}
	return nil
}

// held finds the session of a customer that a hand may end or give away: its own, or
// anybody's for one who oversees.
func (t *turn) held(h *Hand, customer kefu.OpenID) (*kefu.Customer, kefu.Session, error) {
	c, err := t.customer(customer)
	if err != nil {
		return nil, kefu.Session{}, err
	}
	s, served, err := t.tx.Session(t.app, customer)
	switch {
	case err != nil:
	case !served:
		err = kefu.SessionNone
	case !h.Oversees && (h.Agent == nil || s.Agent != h.Agent.ID):
		err = kefu.SessionOfAnother
	}
	return c, s, err
}
