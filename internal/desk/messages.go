package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
)

// Send sends a customer-service message for the developer, under an agent's name
// if as is not empty. It refuses, in this order, with [kefu.CustomerUnknown],
// what [kefu.Content.Validate] says, [kefu.AgentUnknown], [kefu.MediaUnknown],
// and [kefu.ReplyTimeOver], [kefu.CustomerBlocked] or [kefu.ReplyCountReached].
func (d *Desk) Send(ctx context.Context, app kefu.AppID, customer kefu.OpenID, content kefu.Content, as kefu.KFAccount) (kefu.MsgID, error) {
	var id kefu.MsgID
	err := d.converse(ctx, app, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		if err := content.Validate(); err != nil {
			return err
		}
		m := &kefu.Message{Customer: customer, From: kefu.FromAccount, Content: content}
		if as != "" {
			a, err := agentNamed(t.tx, t.o, as)
			if err != nil {
				return err
			}
			m.From, m.Agent, m.Account = kefu.FromAgent, a.ID, a.Account
		}
		id, err = t.write(c, m)
		return err
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// AgentSend sends what an agent writes to the customer it serves. It refuses
// with [kefu.CustomerUnknown], [kefu.AgentUnknown], [kefu.SessionNone],
// [kefu.SessionOfAnother], and as [Desk.Send] does.
func (d *Desk) AgentSend(ctx context.Context, app kefu.AppID, agent kefu.KFAccount, customer kefu.OpenID, content kefu.Content) (kefu.MsgID, error) {
	var id kefu.MsgID
	err := d.converse(ctx, app, func(t *turn) error {
		m, err := t.agentSays(agent, customer, content, "")
		id = m.ID
		return err
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// agentSays writes what an agent says to the customer it serves; who answers has
// read.
func (t *turn) agentSays(agent kefu.KFAccount, customer kefu.OpenID, content kefu.Content, as kefu.ClientID) (kefu.Message, error) {
	c, _, a, err := t.sessionOf(customer, agent)
	if err != nil {
		return kefu.Message{}, err
	}
	if err := content.Validate(); err != nil {
		return kefu.Message{}, err
	}
	m := kefu.Message{
		Customer: customer,
		From:     kefu.FromAgent,
		Agent:    a.ID,
		Account:  a.Account,
		Content:  content,
		ClientID: as,
	}
	if _, err := t.write(c, &m); err != nil {
		return kefu.Message{}, err
	}
	c.Thread.Read, c.Thread.Unread = m.ID, 0
	return m, nil
}

// write sends a message that costs an allowance. What an agent said, or was said
// in its name, is recorded, and keeps its session awake.
func (t *turn) write(c *kefu.Customer, m *kefu.Message) (kefu.MsgID, error) {
	if err := t.desk.mediaFits(t.tx, t.app, &m.Content, t.now); err != nil {
		return 0, err
	}
	if err := c.Address(t.now); err != nil {
		return 0, err
	}
	if err := t.say(m); err != nil {
		return 0, err
	}
	if m.From != kefu.FromAgent {
		return m.ID, nil
	}
	if err := t.record(c.OpenID, kefu.AgentSaid, m.Account, m.Content.Said(), ""); err != nil {
		return 0, err
	}
	s, served, err := t.tx.Session(t.app, c.OpenID)
	if err != nil || !served || s.Agent != m.Agent {
		return m.ID, err
	}
	if err := t.tx.TouchSession(t.app, c.OpenID, t.now); err != nil {
		return m.ID, err
	}
	return m.ID, t.tx.AnswerReception(t.app, c.OpenID, t.now)
}

// Type shows a customer that somebody is typing, for [kefu.TypingLife] or until
// something is sent. It refuses with [kefu.CustomerUnknown], and as
// [kefu.Customer.Type] does.
func (d *Desk) Type(ctx context.Context, app kefu.AppID, customer kefu.OpenID) error {
	return d.converse(ctx, app, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		if err := c.Type(t.now); err != nil {
			return err
		}
		return t.tell(kefu.Fact{What: kefu.FactTyping, Customer: customer})
	})
}

// StopTyping ends what Type began; that there is nothing to end is no matter. It
// refuses with [kefu.CustomerUnknown].
func (d *Desk) StopTyping(ctx context.Context, app kefu.AppID, customer kefu.OpenID) error {
	return d.converse(ctx, app, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		if !c.Typing(t.now) {
			return nil
		}
		c.TypingUntil = time.Time{}
		return t.tell(kefu.Fact{What: kefu.FactTyping, Customer: customer})
	})
}
