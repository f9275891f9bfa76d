package simtest

import (
	"fmt"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// byHand is why a session began that an agent took from the queue itself; the
// records say so.
const byHand = "by hand"

// deed is one change with what it does.
type deed struct {
	store.Tx
	notary *notary
	app    kefu.AppID
	began  moment

	messages []kefu.Message
	records  []kefu.Record
	pushes   []kefu.Push
	settled  []kefu.Push
	// touched are customers whose session or place in the queue was changed, given
	// the agents who were given one by the house.
	touched map[kefu.OpenID]bool
	given   map[kefu.KFID]bool
	opened  map[kefu.OpenID]kefu.KFID
}

func (d *deed) AddMessage(app kefu.AppID, m *kefu.Message) error {
	err := d.Tx.AddMessage(app, m)
	if err == nil {
		d.messages = append(d.messages, *m)
	}
	return err
}

func (d *deed) AddRecord(app kefu.AppID, r *kefu.Record) error {
	err := d.Tx.AddRecord(app, r)
	if err != nil {
		return err
	}
	d.records = append(d.records, *r)
	if r.What == kefu.Accepted && r.Why != byHand {
		d.given[d.opened[r.Customer]] = true
	}
	return nil
}

func (d *deed) AddPush(app kefu.AppID, p *kefu.Push) error {
	err := d.Tx.AddPush(app, p)
	if err == nil {
		d.pushes = append(d.pushes, *p)
	}
	return err
}

func (d *deed) SetPush(app kefu.AppID, p *kefu.Push) error {
	err := d.Tx.SetPush(app, p)
	if err == nil {
		settled := *p
		settled.Attempts = slices.Clone(p.Attempts)
		d.settled = append(d.settled, settled)
	}
	return err
}

func (d *deed) PutCustomer(app kefu.AppID, c *kefu.Customer) error {
	for _, g := range c.Grants {
		if g.Left < 0 && g.Left != kefu.Unlimited {
			d.notary.report("allowances", "%s is to have %d left of %s", c.OpenID, g.Left, g.Kind)
		}
	}
	return d.Tx.PutCustomer(app, c)
}

func (d *deed) OpenSession(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, now time.Time) error {
	d.touched[customer] = true
	if d.opened == nil {
		d.opened = make(map[kefu.OpenID]kefu.KFID)
	}
	d.opened[customer] = agent
	return d.Tx.OpenSession(app, customer, agent, now)
}

func (d *deed) MoveSession(app kefu.AppID, customer kefu.OpenID, to kefu.KFID, now time.Time) error {
	d.touched[customer] = true
	return d.Tx.MoveSession(app, customer, to, now)
}

func (d *deed) CloseSession(app kefu.AppID, customer kefu.OpenID, now time.Time) error {
	d.touched[customer] = true
	return d.Tx.CloseSession(app, customer, now)
}

func (d *deed) Enqueue(app kefu.AppID, w kefu.Waiting) error {
	d.touched[w.Customer] = true
	return d.Tx.Enqueue(app, w)
}

func (d *deed) SetAgent(app kefu.AppID, a *kefu.Agent) error {
	d.notary.journal.note("ledger", "%s: online %t, takes %d", a.Account, a.Presence.Online, a.Presence.AutoAccept)
	return d.Tx.SetAgent(app, a)
}

// check looks at the state that the change is about to leave behind.
func (d *deed) check() error {
	for id := range d.touched {
		_, served, err := d.Tx.Session(d.app, id)
		if err != nil {
			return err
		}
		_, waits, err := d.Tx.Waiting(d.app, id)
		if err != nil {
			return err
		}
		if served && waits {
			d.notary.report("sessions", "a change leaves %s both served and waiting", id)
		}
	}
	if len(d.given) == 0 {
		return nil
	}
	agents, err := d.Tx.Agents(d.app)
	if err != nil {
		return err
	}
	for _, a := range agents {
		if d.given[a.ID] && (!a.Presence.Online || a.Serving > a.Presence.AutoAccept) {
			d.notary.report("capacity", "%s was given a customer and serves %d, takes %d, online %t", a.Account, a.Serving, a.Presence.AutoAccept, a.Presence.Online)
		}
	}
	return nil
}

func happening(h kefu.Happening) string {
	names := map[kefu.Happening]string{
		kefu.Queued: "queued", kefu.Accepted: "accepted", kefu.Started: "started", kefu.Transferred: "transferred",
		kefu.Closed: "closed", kefu.AgentSaid: "agent said", kefu.CustomerSaid: "customer said",
	}
	if name, known := names[h]; known {
		return name
	}
	return fmt.Sprint(int(h))
}

func kindOf(p *kefu.Push) string {
	switch {
	case p.Event != nil:
		return string(p.Event.Type) + " " + string(p.Event.Account) + " " + string(p.Event.To)
	case p.Message != nil:
		return "of " + p.Message.Content.Said()
	}
	return "of nothing"
}
