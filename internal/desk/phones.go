package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Place is where a customer stands, as its phone shows it.
type Place struct {
	// Agent serves the customer; nil when nobody does.
	Agent *kefu.Agent
	// Waiting tells that it waits, Since since when, and Ahead how many come before it,
	// as far as MaxAhead.
	Waiting bool
	Since   time.Time
	Ahead   int
	Service Service
}

// Service is what a customer may expect.
type Service string

// What there is of service.
const (
	ServiceOpen        Service = "open"        // somebody has room
	ServiceBusy        Service = "busy"        // somebody is there
	ServiceNobody      Service = "nobody"      // nobody is there
	ServiceUnavailable Service = "unavailable" // there is no such feature
)

// MaxAhead bounds how many are counted before a customer who waits: nobody is helped
// by a larger number, and all of them look at each change of the queue.
const MaxAhead = 200

// PhoneQuestion is what phones of one official account are to show.
type PhoneQuestion struct {
	Messages []kefu.MsgID
	// Customers are those who are looked up, and Places those whose place is.
	Customers, Places []kefu.OpenID
	// Waiting, when not nil, chooses among the first MaxAhead of the queue those whose
	// place is looked up, too.
	Waiting func(kefu.OpenID) bool
}

// PhoneAnswer is what they show. What there is not is missing in it.
type PhoneAnswer struct {
	Account   *kefu.OfficialAccount
	Messages  map[kefu.MsgID]kefu.Message
	Customers map[kefu.OpenID]kefu.Customer
	Places    map[kefu.OpenID]Place
	// Agents are those who said something of it, by the name they had.
	Agents map[kefu.KFAccount]kefu.Agent
}

// Phones reads what phones show, all in one state of the ledger. It refuses with
// [kefu.OfficialAccountUnknown].
func (d *Desk) Phones(ctx context.Context, app kefu.AppID, q PhoneQuestion) (a PhoneAnswer, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		a = PhoneAnswer{
			Messages:  make(map[kefu.MsgID]kefu.Message, len(q.Messages)),
			Customers: make(map[kefu.OpenID]kefu.Customer, len(q.Customers)),
			Agents:    make(map[kefu.KFAccount]kefu.Agent),
		}
		if a.Account, err = r.OfficialAccount(app); err != nil {
			return err
		}
		for some := range slices.Chunk(q.Messages, store.MaxNamed) {
			messages, err := r.MessagesByID(app, some)
			if err != nil {
				return err
			}
			for i := range messages {
				a.Messages[messages[i].ID] = messages[i]
			}
			if err := a.name(r, app, messages); err != nil {
				return err
			}
		}
		for _, id := range q.Customers {
			c, err := customerOf(r, app, id)
			switch {
			case err == nil:
				a.Customers[id] = c
			case !errors.Is(err, kefu.CustomerUnknown):
				return err
			}
		}
		a.Places, err = placesOf(r, a.Account, q.Places, q.Waiting)
		return err
	})
	return a, err
}

// PhoneTalk lists what a phone shows of a conversation, the oldest first: after an
// id, or, when that is 0, before an id, 0 for the newest; at most limit. more tells
// whether there is more in that direction. It refuses with [kefu.CustomerUnknown].
func (d *Desk) PhoneTalk(ctx context.Context, app kefu.AppID, customer kefu.OpenID, before, after kefu.MsgID, limit int) (a PhoneAnswer, shown []kefu.Message, more bool, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		a, shown, more = PhoneAnswer{Agents: make(map[kefu.KFAccount]kefu.Agent)}, nil, true
		if a.Account, err = r.OfficialAccount(app); err != nil {
			return err
		}
		if _, err := customerOf(r, app, customer); err != nil {
			return err
		}
		// One more than is shown tells whether there is more. What is not delivered is
		// passed over, of which there is little.
		for more && len(shown) <= limit {
			var page []kefu.Message
			if after > 0 {
				page, err = r.Conversation(app, customer, after, limit+1)
			} else {
				page, err = r.ConversationBefore(app, customer, before, limit+1)
			}
			if err != nil {
				return err
			}
			for _, m := range page {
				if m.State == kefu.DeliveryDelivered && len(shown) <= limit {
					shown = append(shown, m)
				}
			}
			more = len(page) > limit
			if more && after > 0 {
				after = page[len(page)-1].ID
			} else if more {
				before = page[len(page)-1].ID
			}
		}
		if more = more || len(shown) > limit; len(shown) > limit {
			shown = shown[:limit]
		}
		return a.name(r, app, shown)
	})
	if after == 0 {
		slices.Reverse(shown)
	}
	return a, shown, more, err
}

// name finds the agents who said something. Who was removed has no name any more.
func (a *PhoneAnswer) name(r store.Reader, app kefu.AppID, said []kefu.Message) error {
	for i := range said {
		account := said[i].Account
		if _, known := a.Agents[account]; known || account == "" {
			continue
		}
		agent, err := r.Agent(app, account)
		switch {
		case err == nil && agent.ID == said[i].Agent:
			a.Agents[account] = agent
		case err != nil && !errors.Is(err, kefu.AgentUnknown):
			return err
		}
	}
	return nil
}

// placesOf finds where customers stand, and those of the queue who are chosen.
func placesOf(r store.Reader, o *kefu.OfficialAccount, customers []kefu.OpenID, waiting func(kefu.OpenID) bool) (map[kefu.OpenID]Place, error) {
	places := make(map[kefu.OpenID]Place, len(customers))
	if len(customers) == 0 && waiting == nil {
		return places, nil
	}
	agents, err := r.Agents(o.AppID)
	if err != nil {
		return nil, err
	}
	queue, err := r.Queue(o.AppID, MaxAhead)
	if err != nil {
		return nil, err
	}
	service := serviceOf(o, agents)
	for i, w := range queue {
		if waiting != nil && waiting(w.Customer) {
			places[w.Customer] = Place{Waiting: true, Since: w.Since, Ahead: i, Service: service}
		}
	}
	for _, id := range customers {
		if _, known := places[id]; known {
			continue
		}
		place := Place{Service: service}
		s, served, err := r.Session(o.AppID, id)
		if err != nil {
			return nil, err
		}
		if served {
			i := slices.IndexFunc(agents, func(a kefu.Agent) bool { return a.ID == s.Agent })
			if i >= 0 {
				place.Agent = &agents[i]
			}
		} else {
			w, waits, err := r.Waiting(o.AppID, id)
			if err != nil {
				return nil, err
			}
			place.Waiting, place.Since = waits, w.Since
		}
		if place.Waiting {
			i := slices.IndexFunc(queue, func(w kefu.Waiting) bool { return w.Customer == id })
			if place.Ahead = i; i < 0 {
				place.Ahead = MaxAhead
			}
		}
		places[id] = place
	}
	return places, nil
}

func serviceOf(o *kefu.OfficialAccount, agents []kefu.Agent) Service {
	switch {
	case !o.Standing.ServiceEnabled:
		return ServiceUnavailable
	case slices.ContainsFunc(agents, func(a kefu.Agent) bool { return a.Presence.Online && a.Serving < a.Presence.AutoAccept }):
		return ServiceOpen
	case slices.ContainsFunc(agents, func(a kefu.Agent) bool { return a.Presence.Online }):
		return ServiceBusy
	}
	return ServiceNobody
}
