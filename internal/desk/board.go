package desk

import (
	"context"
	"errors"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Board is who waits and who serves whom, now.
type Board struct {
	Account *kefu.OfficialAccount
	Agents  []kefu.Agent
	// Waiting are the first of the queue, in its order. QueueState tells of all.
	Waiting []kefu.Conversation
	QueueState
	// Sessions are those of each agent, the oldest first.
	Sessions map[kefu.KFID][]kefu.Conversation
}

// Board reads it, with a question for each agent who serves somebody.
func (d *Desk) Board(ctx context.Context, app kefu.AppID) (b Board, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		b = Board{Sessions: make(map[kefu.KFID][]kefu.Conversation)}
		if b.Account, err = r.OfficialAccount(app); err != nil {
			return err
		}
		if b.Agents, err = r.Agents(app); err != nil {
			return err
		}
		if b.Waiting, err = r.ConversationsWaiting(app, maxWaiting); err != nil {
			return err
		}
		if b.Total, b.Longest, err = r.QueueState(app); err != nil {
			return err
		}
		for i := range b.Agents {
			a := &b.Agents[i]
			if a.Serving == 0 {
				continue
			}
			if b.Sessions[a.ID], err = r.ConversationsOf(app, a.ID, maxSessions); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

// Assign is [Desk.Transfer] by one who oversees, whether the customer waits or is
// served, and stands in the audit as the given act, of which object and changes are
// filled in.
func (d *Desk) Assign(ctx context.Context, h Hand, act kefu.Act, customer kefu.OpenID, to kefu.KFAccount, note string) error {
	if !h.Oversees {
		return kefu.NotAllowed
	}
	return d.converse(ctx, h.App, func(t *turn) error {
		act := act
		s, served, err := t.sessionNow(customer)
		if err != nil {
			return err
		}
		moved, err := t.give(&h, customer, to, note)
		if err != nil || !moved {
			return err
		}
		act.What = kefu.ActCustomerAssigned
		if served {
			act.What = kefu.ActSessionTransferred
			act.Before = t.agentName(s.Account)
		}
		act.After = t.agentName(to)
		return t.audit(&act, customer)
	})
}

// EndByOverseer is [Desk.Close] by one who oversees, who says why in a line of at most
// [kefu.MaxNote] characters, and stands in the audit as the given act, of which object
// and changes are filled in.
func (d *Desk) EndByOverseer(ctx context.Context, h Hand, act kefu.Act, customer kefu.OpenID) error {
	if !h.Oversees {
		return kefu.NotAllowed
	}
	return d.converse(ctx, h.App, func(t *turn) error {
		act := act
		c, s, err := t.held(&h, customer)
		if err != nil {
			return err
		}
		if err := t.endSession(c, s); err != nil {
			return err
		}
		act.What, act.Object = kefu.ActSessionClosed, " · "+t.agentName(s.Account)
		return t.audit(&act, customer)
	})
}

// sessionNow is a customer's session before it is changed; served is false for none.
func (t *turn) sessionNow(customer kefu.OpenID) (kefu.Session, bool, error) {
	if _, err := t.customer(customer); err != nil {
		return kefu.Session{}, false, err
	}
	return t.tx.Session(t.app, customer)
}

// audit adds what somebody did to a customer to the audit; what the act's object says
// already comes after the customer.
func (t *turn) audit(act *kefu.Act, customer kefu.OpenID) error {
	c, err := t.customer(customer)
	if err != nil {
		return err
	}
	name := c.Remark
	if name == "" {
		name = c.Nickname
	}
	act.At, act.Object = t.now, strings.TrimSpace(name+" "+string(customer))+act.Object
	return t.tx.AddAct(act)
}

// agentName is how people call an agent; its account when it is gone.
func (t *turn) agentName(account kefu.KFAccount) string {
	a, err := agentNamed(t.tx, t.o, account)
	if err != nil || a.Nickname == "" {
		return string(account)
	}
	return a.Nickname
}

// give is what Transfer does; moved is false when the agent has the customer already.
func (t *turn) give(h *Hand, customer kefu.OpenID, to kefu.KFAccount, note string) (moved bool, err error) {
	c, s, err := t.held(h, customer)
	waits := false
	if h.Oversees && errors.Is(err, kefu.SessionNone) {
		_, waits, err = t.tx.Waiting(h.App, customer)
		if err == nil && !waits {
			err = kefu.SessionNone
		}
	}
	if err != nil {
		return false, err
	}
	a, err := t.receiver(to)
	switch {
	case err != nil:
		return false, err
	case !waits && a.ID == s.Agent:
		return false, nil
	}
	var id kefu.MsgID
	if waits {
		if !c.Subscribed || c.Blocked {
			return false, kefu.NotFollowing
		}
		id, err = t.openedSession(c, &a, kefu.Started, whyAssigned)
	} else {
		id, err = t.moveSession(c, s, &a, kefu.Transferred)
	}
	if err != nil || note == "" {
		return true, err
	}
	return true, t.addNote(&kefu.Note{ID: id, Customer: customer, Author: h.Author, Text: note})
}
