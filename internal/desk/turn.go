package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
)

// turn is one change of an official account's conversations. It knows the
// customers that the change reads, so that two steps of one change see what the
// other did, and writes each back once.
type turn struct {
	desk *Desk
	tx   store.Tx
	o    *kefu.OfficialAccount
	app  kefu.AppID
	now  time.Time

	customers map[kefu.OpenID]*kefu.Customer
	// agents are those who are something else after the change; readers are told once
	// of each.
	agents []kefu.KFID
	// began are those who come to wait in this change.
	began []kefu.OpenID
	// pushes and ended are what is to be signalled when the change is on disk; elsewhere
	// tells that another process delivers some of the pushes.
	pushes    bool
	elsewhere bool
	outgoing  bool
	ended     []kefu.MsgID
}

// converse runs one change of conversations and signals what came of it.
func (d *Desk) converse(ctx context.Context, app kefu.AppID, change func(*turn) error) error {
	var last *turn
	err := d.change(ctx, app, func(tx store.Tx, o *kefu.OfficialAccount, now time.Time) error {
		t := &turn{desk: d, tx: tx, o: o, app: app, now: now, customers: make(map[kefu.OpenID]*kefu.Customer)}
		last = t
		if err := change(t); err != nil {
			return err
		}
		if err := t.tellThoseWhoWait(); err != nil {
			return err
		}
		if err := t.tellAgents(); err != nil {
			return err
		}
		return t.putCustomers()
	})
	if err != nil {
		return err
	}
	switch {
	case last.elsewhere:
		d.signals.Publish(pubsub.Pushes, string(app))
	case last.pushes:
		d.signals.PublishHere(pubsub.Pushes, string(app))
	}
	if last.outgoing {
		d.signals.Publish(pubsub.Outgoing, string(app))
	}
	for _, id := range last.ended {
		d.signals.PublishHere(pubsub.PushEnded(string(app), int64(id)), "")
	}
	return nil
}

// customer finds a customer; what is done to it is written at the end of the
// change.
func (t *turn) customer(id kefu.OpenID) (*kefu.Customer, error) {
	if c := t.customers[id]; c != nil {
		return c, nil
	}
	if !id.Valid() {
		return nil, kefu.CustomerUnknown
	}
	c, err := t.tx.Customer(t.app, id)
	if err != nil {
		return nil, err
	}
	t.customers[id] = &c
	return &c, nil
}

func (t *turn) putCustomers() error {
	for _, c := range t.customers {
		if err := t.tx.PutCustomer(t.app, c); err != nil {
			return err
		}
	}
	return nil
}

// say adds a message to the conversation.
func (t *turn) say(m *kefu.Message) error {
	id, err := t.tx.NextID(t.app, t.now)
	if err != nil {
		return err
	}
	m.ID, m.At, m.State = id, t.now, kefu.DeliveryDelivered
	if m.From != kefu.FromCustomer && t.desk.carrier != nil {
		m.State = kefu.DeliveryQueued
		t.outgoing = true
	}
	c, err := t.customer(m.Customer)
	if err != nil {
		return err
	}
	c.Thread.Follow(m)
	if err := t.tx.AddMessage(t.app, m); err != nil {
		return err
	}
	return t.tell(kefu.Fact{What: kefu.FactSaid, Customer: m.Customer, Agent: m.Agent, Message: m.ID})
}

// record adds a line to the chat records. What happens to a session is told to
// readers by its record; what is said in it, by its message.
func (t *turn) record(customer kefu.OpenID, what kefu.Happening, worker kefu.KFAccount, text, why string) error {
	_, err := t.recorded(customer, what, worker, text, why)
	return err
}

// recorded is record with the id of the line.
func (t *turn) recorded(customer kefu.OpenID, what kefu.Happening, worker kefu.KFAccount, text, why string) (kefu.MsgID, error) {
	id, err := t.tx.NextID(t.app, t.now)
	if err != nil {
		return 0, err
	}
	err = t.tx.AddRecord(t.app, &kefu.Record{
		ID:       id,
		At:       t.now,
		Customer: customer,
		What:     what,
		Worker:   worker,
		Text:     text,
		Why:      why,
	})
	if err != nil || !what.OfSession() {
		return id, err
	}
	return id, t.tell(kefu.Fact{What: kefu.FactStanding, Customer: customer, Account: worker, Message: id})
}

// push tells the developer's server of a message or an event, and is 0 when the
// account has none.
func (t *turn) push(c *kefu.Customer, m *kefu.Message, e *kefu.Event) (kefu.MsgID, error) {
	if t.o.Callback.URL == "" {
		return 0, nil
	}
	if err := t.lead(c); err != nil {
		return 0, err
	}
	id, err := t.tx.NextID(t.app, t.now)
	if err != nil {
		return 0, err
	}
	t.pushes = true
	return id, t.tx.AddPush(t.app, &kefu.Push{
		ID:       id,
		Customer: c.OpenID,
		At:       t.now,
		Message:  m,
		Event:    e,
		Outcome:  kefu.OutcomeDue,
		DueAt:    t.now,
	})
}

// CourierLease is how long a process delivers a customer's pushes without a word
// of it before another may take over. It is renewed by whatever happens to the
// customer, an attempt included, and those are never further apart than the
// patience and the pause of two attempts.
const CourierLease = 15 * time.Second

// lead makes this process the one that delivers to the customer, unless another
// one has something to deliver to it still: the order of a customer's pushes is
// kept by one pair of hands.
func (t *turn) lead(c *kefu.Customer) error {
	if t.desk.courier == "" {
		// Nobody delivers here: whoever does will find it.
		t.elsewhere = true
		return nil
	}
	if c.Courier != t.desk.courier {
		pending, err := t.tx.PushesPending(t.app, c.OpenID)
		if err != nil || pending {
			t.elsewhere = true
			return err
		}
		c.Courier = t.desk.courier
	}
	c.CourierUntil = t.now.Add(CourierLease)
	return nil
}
