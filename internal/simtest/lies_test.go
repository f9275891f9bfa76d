package simtest

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// doubling writes some messages twice.
type doubling struct {
	store.Tx
	n *atomic.Int64
}

func (d *doubling) AddMessage(app kefu.AppID, m *kefu.Message) error {
	if err := d.Tx.AddMessage(app, m); err != nil || d.n.Add(1)%everySo != 0 {
		return err
	}
	again := *m
	id, err := d.Tx.NextID(app, m.At)
	if err != nil {
		return err
	}
	again.ID, again.OwnID = id, 0
	return d.Tx.AddMessage(app, &again)
}

// forgetful does not keep some records, pushes or outcomes.
type forgetful struct {
	store.Tx
	n                     *atomic.Int64
	record, push, outcome bool
}

func (f *forgetful) forgets(kind bool) bool { return kind && f.n.Add(1)%everySo == 0 }

func (f *forgetful) AddRecord(app kefu.AppID, r *kefu.Record) error {
	if f.forgets(f.record) {
		return nil
	}
	return f.Tx.AddRecord(app, r)
}

func (f *forgetful) AddPush(app kefu.AppID, p *kefu.Push) error {
	if f.forgets(f.push) {
		return nil
	}
	return f.Tx.AddPush(app, p)
}

func (f *forgetful) SetPush(app kefu.AppID, p *kefu.Push) error {
	if p.Outcome != kefu.OutcomeDue && f.forgets(f.outcome) {
		return nil
	}
	return f.Tx.SetPush(app, p)
}

// scrambling keeps an id back and gives it later, as ids that are reserved outside
// of the pen would come.
type scrambling struct {
	store.Tx
	n, pocket *atomic.Int64
}

func (s *scrambling) NextID(app kefu.AppID, now time.Time) (kefu.MsgID, error) {
	if kept := s.pocket.Swap(0); kept != 0 {
		return kefu.MsgID(kept), nil
	}
	id, err := s.Tx.NextID(app, now)
	if err != nil || s.n.Add(1)%everySo != 0 {
		return id, err
	}
	s.pocket.Store(int64(id))
	return s.Tx.NextID(app, now)
}

// roomy says that all agents who are online have room.
type roomy struct{ store.Tx }

func (r *roomy) ReadyAgents(app kefu.AppID) ([]kefu.Agent, error) {
	all, err := r.Tx.Agents(app)
	all = slices.DeleteFunc(all, func(a kefu.Agent) bool { return !a.Presence.Online || a.Presence.AutoAccept == 0 })
	for i := range all {
		all[i].Serving = 0
	}
	return all, err
}

func (r *roomy) Assignable(app kefu.AppID, limit int) ([]kefu.Waiting, error) {
	return r.Tx.Queue(app, limit)
}

// sticky takes nobody out of the queue.
type sticky struct{ store.Tx }

func (s *sticky) Dequeue(kefu.AppID, kefu.OpenID) error { return nil }

// crowding shows a customer among the sessions of every agent.
type crowding struct{ store.Reader }

func (c *crowding) SessionsOf(app kefu.AppID, agent kefu.KFID) ([]kefu.Session, error) {
	list, err := c.Reader.SessionsOf(app, agent)
	return append(list, kefu.Session{Customer: "f1", Agent: agent}), err
}

// generous gives a customer back what a message cost.
type generous struct{ store.Tx }

func (g *generous) Customer(app kefu.AppID, id kefu.OpenID) (kefu.Customer, error) {
	c, err := g.Tx.Customer(app, id)
	for i := range c.Grants {
		c.Grants[i].Left = 5
	}
	return c, err
}

// hiding hides a push while the customer has another one behind it.
type hiding struct{ store.Reader }

func (h *hiding) DuePushes(app kefu.AppID, courier string, after kefu.MsgID, limit int) ([]kefu.Push, error) {
	list, err := h.Reader.DuePushes(app, courier, after, limit)
	for i := 0; i+1 < len(list); i++ {
		if slices.ContainsFunc(list[i+1:], func(p kefu.Push) bool { return p.Customer == list[i].Customer }) {
			return slices.Delete(list, i, i+1), err
		}
	}
	return list, err
}

// grabbing gives every courier everything that is due, whoever delivers it.
type grabbing struct{ store.Tx }

func (g *grabbing) TakePushes(app kefu.AppID, courier string, now, until time.Time, _ bool) (int, error) {
	return g.Tx.TakePushes(app, courier, now, until, true)
}
