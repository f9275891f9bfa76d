package desk

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/store"
)

// Received names what came of something that a customer did.
type Received struct {
	// Message is 0 for an event.
	Message kefu.MsgID
	// Push is 0 when the developer's server is not told: it has none, or an agent
	// serves the customer.
	Push kefu.MsgID
}

// Receive takes what a customer wrote or did, in one change with whatever it
// causes: who serves the customer, what the developer's server is told, how many
// replies are allowed.
//
// It refuses with [kefu.CustomerUnknown], [kefu.NotFollowing],
// what [kefu.Content.ValidateInbound] or [kefu.Event.Validate] says, and
// [kefu.MediaUnknown]. A message with an OwnID or a ClientID that came before is
// answered as it was then, without a push.
func (d *Desk) Receive(ctx context.Context, app kefu.AppID, customer kefu.OpenID, in kefu.Inbound) (Received, error) {
	if in.Event == nil {
		if in.Content == nil {
			return Received{}, kefu.MessageTypeUnknown
		}
		if err := in.Content.ValidateInbound(); err != nil {
			return Received{}, err
		}
	} else if err := in.Event.Validate(); err != nil {
		return Received{}, err
	}
	var got Received
	err := d.converse(ctx, app, func(t *turn) error {
		got = Received{}
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		if !c.Subscribed {
			return kefu.NotFollowing
		}
		if in.Event != nil {
			if grant := in.Event.Grant(); grant != "" {
				c.Allow(grant, t.now)
				if err := t.tellCustomer(c); err != nil {
					return err
				}
			}
			got.Push, err = t.push(c, nil, in.Event)
			return err
		}
		before, known, err := t.saidBefore(customer, in)
		if err != nil || known {
			got.Message = before.ID
			return err
		}
		got, err = t.hear(c, in)
		return err
	})
	if err != nil {
		return Received{}, err
	}
	return got, nil
}

// saidBefore finds the message that this one repeats; ok is false when it is new.
func (t *turn) saidBefore(customer kefu.OpenID, in kefu.Inbound) (m kefu.Message, ok bool, err error) {
	if in.OwnID != 0 {
		if m, ok, err = t.tx.OwnMessage(t.app, customer, in.OwnID); err != nil || ok {
			return m, ok, err
		}
	}
	if in.ClientID != "" {
		m, ok, err = t.tx.MessageOfClient(t.app, customer, 0, in.ClientID)
	}
	return m, ok, err
}

// hear takes a message of a customer to whom it concerns: the agent of its
// session, the developer's server, the queue.
func (t *turn) hear(c *kefu.Customer, in kefu.Inbound) (got Received, err error) {
	if err := t.desk.mediaFits(t.tx, t.app, in.Content, t.now); err != nil {
		return got, err
	}
	m := &kefu.Message{Customer: c.OpenID, From: kefu.FromCustomer, Content: *in.Content, OwnID: in.OwnID, ClientID: in.ClientID}
	if err := t.describe(&m.Content); err != nil {
		return got, err
	}
	if err := t.say(m); err != nil {
		return got, err
	}
	got.Message = m.ID
	if c.Blocked {
		// Who is on the blacklist speaks to nobody, and is not told so.
		return got, nil
	}
	c.LastInAt = t.now
	if m.Content.MenuID != "" {
		c.Allow(kefu.GrantClick, t.now)
	} else {
		c.Allow(kefu.GrantMessage, t.now)
	}

	s, served, err := t.tx.Session(t.app, c.OpenID)
	if err != nil {
		return got, err
	}
	// Without a developer's server there is nobody but the agent to hear it,
	// however long the session was silent.
	if served && (!s.Silent(t.now, t.o.Limits.SessionPatience) || t.o.Callback.URL == "") {
		return got, t.heardBy(s, m)
	}
	if t.o.Callback.URL == "" {
		if !t.o.Standing.ServiceEnabled {
			return got, nil
		}
		return got, t.enqueue(c, asBefore, kefu.Origin{Kind: kefu.OriginMessage})
	}
	if got.Push, err = t.push(c, m, nil); err != nil || served {
		return got, err
	}
	// Who waits stays in the queue, and the agent who comes will see this too.
	w, waiting, err := t.tx.Waiting(t.app, c.OpenID)
	if err != nil || !waiting {
		return got, err
	}
	w.LatestAt = t.now
	return got, t.tx.Enqueue(t.app, w)
}

// describe adds to a picture where it can be seen, and to a recording what format
// it has, unless the customer's side said so.
func (t *turn) describe(c *kefu.Content) error {
	image, recording := c.Type == kefu.MsgImage && c.PicURL == "", c.Type == kefu.MsgVoice && c.Format == ""
	if c.MediaID == "" || !image && !recording {
		return nil
	}
	file, err := t.tx.Media(t.app, c.MediaID)
	if err != nil {
		return err
	}
	if image {
		c.PicURL = t.desk.publicURL + picture.PicturePath(file)
	} else {
		c.Format = file.Format
	}
	return nil
}

// heardBy gives a customer's message to the agent of its session.
func (t *turn) heardBy(s kefu.Session, m *kefu.Message) error {
	if err := t.tx.TouchSession(t.app, s.Customer, t.now); err != nil {
		return err
	}
	return t.record(s.Customer, kefu.CustomerSaid, s.Account, m.Content.Said(), "")
}

// Conversation lists what the customer's phone shows after an id, the oldest
// first, at most limit, or refuses with [kefu.CustomerUnknown].
func (d *Desk) Conversation(ctx context.Context, app kefu.AppID, customer kefu.OpenID, after kefu.MsgID, limit int) (shown []kefu.Message, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		if _, err := customerOf(r, app, customer); err != nil {
			return err
		}
		for len(shown) < limit {
			page, err := r.Conversation(app, customer, after, limit)
			if err != nil {
				return err
			}
			for _, m := range page {
				if after = m.ID; m.State == kefu.DeliveryDelivered && len(shown) < limit {
					shown = append(shown, m)
				}
			}
			if len(page) < limit {
				break
			}
		}
		return nil
	})
	return shown, err
}
