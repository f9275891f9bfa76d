package workbench

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/realtime"
)

// source tells pages what the facts of an account are about.
type source struct{ d *Door }

// Facts implements [realtime.Source].
func (s source) Facts(ctx context.Context, app kefu.AppID, after kefu.MsgID, limit int) (kefu.News, error) {
	return s.d.Desk.News(ctx, app, after, limit)
}

// Frames implements [realtime.Source].
func (s source) Frames(ctx context.Context, app kefu.AppID, facts []kefu.Fact, wanted func(realtime.Key) bool) ([]realtime.Frame, error) {
	scene, err := s.d.Desk.Scene(ctx, app, facts)
	if err != nil {
		return nil, err
	}
	w := &writer{scene: scene, view: s.d.view(nil, scene.Account, scene.Agents), wanted: wanted}
	for _, f := range facts {
		if err := w.fact(f); err != nil {
			return nil, err
		}
	}
	return w.frames, nil
}

// writer puts facts into frames.
type writer struct {
	scene  desk.Scene
	view   view
	wanted func(realtime.Key) bool
	frames []realtime.Frame
}

// The members of frames, beside what all have.
type (
	saidFrame struct {
		OpenID       kefu.OpenID      `json:"openid"`
		Message      messageLine      `json:"message"`
		Conversation *conversationRow `json:"conversation,omitempty"`
	}
	deliveryFrame struct {
		OpenID  kefu.OpenID   `json:"openid"`
		ID      kefu.MsgID    `json:"message_id"`
		State   kefu.Delivery `json:"state"`
		Refused string        `json:"refused,omitempty"`
	}
	standingFrame struct {
		OpenID       kefu.OpenID      `json:"openid"`
		Conversation *conversationRow `json:"conversation"`
		Waiting      *waitingRow      `json:"waiting"`
		Happening    *happeningLine   `json:"happening,omitempty"`
		Queue        queueLine        `json:"queue"`
	}
	customerFrame struct {
		OpenID       kefu.OpenID     `json:"openid"`
		Customer     customerLine    `json:"customer"`
		Allowance    allowance       `json:"allowance"`
		Conversation conversationRow `json:"conversation"`
	}
	agentFrame struct {
		Agent agentLine `json:"agent"`
	}
	agentGoneFrame struct {
		KFAccount kefu.KFAccount `json:"kf_account"`
	}
	noteFrame struct {
		OpenID kefu.OpenID `json:"openid"`
	}
)

// fact puts one into frames. One that is about nothing any more, since its account
// has begun anew, makes none.
func (w *writer) fact(f kefu.Fact) error {
	conversation, known := w.scene.Conversations[f.Customer]
	message, said := w.scene.Messages[f.Message]
	switch f.What {
	case kefu.FactSaid, kefu.FactDelivery, kefu.FactStanding, kefu.FactCustomer, kefu.FactNote:
		if !known {
			return nil
		}
	}
	switch f.What {
	case kefu.FactSaid:
		if !said {
			return nil
		}
		return w.concerned(f, &conversation, func(row conversationRow) any {
			return saidFrame{f.Customer, lineOfMessage(&message, w.view.names), &row}
		})
	case kefu.FactDelivery:
		if !said {
			return nil
		}
		return w.concerned(f, &conversation, func(conversationRow) any {
			return deliveryFrame{f.Customer, message.ID, message.State, message.Refused}
		})
	case kefu.FactCustomer:
		return w.concerned(f, &conversation, func(row conversationRow) any {
			return customerFrame{f.Customer, row.Customer, row.Allowance, row}
		})
	case kefu.FactStanding:
		return w.standing(f, &conversation)
	case kefu.FactNote:
		return w.frame(f, noteFrame{f.Customer}, w.near(&conversation), nil)
	case kefu.FactAgent:
		for i := range w.scene.Agents {
			if a := &w.scene.Agents[i]; a.ID == f.Agent {
				return w.frame(f, agentFrame{lineOfAgent(a)}, []realtime.Key{everybody}, nil)
			}
		}
	case kefu.FactAgentGone:
		return w.frame(f, agentGoneFrame{f.Account}, []realtime.Key{everybody}, nil)
	case kefu.FactReply:
		return w.frame(f, struct{}{}, []realtime.Key{everybody}, nil)
	}
	return nil
}

// near are those who show a conversation: its agent, and whoever has it open.
func (w *writer) near(c *kefu.Conversation) []realtime.Key {
	keys := []realtime.Key{customerKey(c.Customer.OpenID)}
	if c.Session != nil {
		keys = append(keys, seatKey(c.Session.Agent))
	}
	return keys
}

// concerned writes a fact for those who are concerned by what happens in a
// conversation. To its agent it is its own; who waits is shown to everybody.
func (w *writer) concerned(f kefu.Fact, c *kefu.Conversation, members func(conversationRow) any) error {
	keys := []realtime.Key{customerKey(c.Customer.OpenID)}
	if c.Session == nil {
		if c.Waiting != nil {
			keys = []realtime.Key{everybody}
		}
		return w.frameOf(f, func() any { return members(w.view.conversation(c)) }, keys, nil)
	}
	seat := seatKey(c.Session.Agent)
	err := w.frameOf(f, func() any { return members(w.view.as(c.Session.Agent).conversation(c)) }, []realtime.Key{seat}, nil)
	if err != nil {
		return err
	}
	return w.frameOf(f, func() any { return members(w.view.conversation(c)) }, keys, []realtime.Key{seat})
}

// standing writes that a customer waits, is served, or neither, for everybody.
func (w *writer) standing(f kefu.Fact, c *kefu.Conversation) error {
	frame := standingFrame{OpenID: f.Customer, Waiting: w.view.waiting(c), Queue: lineOfQueue(w.scene.QueueState)}
	if record, ok := w.scene.Happenings[f.Message]; ok {
		line := lineOfHappening(&record, w.scene.Notes, w.view.names)
		frame.Happening = &line
	}
	if c.Session == nil {
		return w.frame(f, frame, []realtime.Key{everybody}, nil)
	}
	seat := seatKey(c.Session.Agent)
	for _, to := range []struct {
		as   kefu.KFID
		keys []realtime.Key
		but  []realtime.Key
	}{{c.Session.Agent, []realtime.Key{seat}, nil}, {0, []realtime.Key{everybody}, []realtime.Key{seat}}} {
		row := w.view.as(to.as).conversation(c)
		frame.Conversation = &row
		if err := w.frame(f, frame, to.keys, to.but); err != nil {
			return err
		}
	}
	return nil
}

// frame adds a frame, unless nobody reads it.
func (w *writer) frame(f kefu.Fact, members any, keys, but []realtime.Key) error {
	return w.frameOf(f, func() any { return members }, keys, but)
}

func (w *writer) frameOf(f kefu.Fact, members func() any, keys, but []realtime.Key) error {
	for _, key := range keys {
		if w.wanted(key) {
			body, err := realtime.FactBody(f.ID, string(f.What), members())
			if err != nil {
				return err
			}
			w.frames = append(w.frames, realtime.Frame{ID: f.ID, Keys: keys, But: but, Body: body})
			return nil
		}
	}
	return nil
}
