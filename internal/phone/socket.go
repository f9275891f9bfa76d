package phone

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/realtime"
)

// socket opens one for the customer, who reads nothing but what is its own.
func (d *Door) socket(x *call) error {
	ctx := x.R.Context()
	customer, err := d.customer(ctx, x, &asking)
	if err != nil {
		return err
	}
	state, err := d.Desk.Phones(ctx, x.app, desk.PhoneQuestion{Customers: []kefu.OpenID{customer}})
	if err != nil {
		return err
	}
	if _, there := state.Customers[customer]; !there {
		return kefu.CustomerUnknown
	}
	err = d.sockets.Admit(x.W, x.R, realtime.Visitor{App: x.app, Who: string(customer), Keys: []realtime.Key{keyOf(customer)}})
	if errors.Is(err, realtime.ErrBroken) {
		return nil // there is nobody to answer
	}
	return err
}

func keyOf(customer kefu.OpenID) realtime.Key { return realtime.Key(customer) }

// source puts facts into frames for phones.
type source struct {
	desk *desk.Desk
	now  func() time.Time
}

// Facts implements [realtime.Source].
func (s source) Facts(ctx context.Context, app kefu.AppID, after kefu.MsgID, limit int) (kefu.News, error) {
	return s.desk.News(ctx, app, after, limit)
}

// The members of frames.
type (
	saidFrame struct {
		Message message `json:"message"`
	}
	placeFrame struct {
		Place place `json:"place"`
	}
	// typingFrame ends by itself at its time, if no other comes before.
	typingFrame struct {
		On    bool  `json:"on"`
		Until int64 `json:"until,omitempty"`
	}
)

// Frames implements [realtime.Source]. What phones of the same batch show is read at
// once.
func (s source) Frames(ctx context.Context, app kefu.AppID, facts []kefu.Fact, wanted func(realtime.Key) bool) ([]realtime.Frame, error) {
	reads := func(customer kefu.OpenID) bool { return wanted(keyOf(customer)) }
	var ask desk.PhoneQuestion
	var mine []kefu.Fact
	var moved kefu.MsgID
	for _, f := range facts {
		if f.What == kefu.FactStanding {
			// Whoever waits behind moves up.
			ask.Waiting, moved = reads, f.ID
		}
		if f.Customer == "" || !reads(f.Customer) {
			continue
		}
		mine = append(mine, f)
		switch f.What {
		case kefu.FactSaid, kefu.FactDelivery:
			ask.Messages = append(ask.Messages, f.Message)
		case kefu.FactTyping:
			ask.Customers = append(ask.Customers, f.Customer)
		case kefu.FactStanding:
			ask.Places = append(ask.Places, f.Customer)
		}
	}
	if len(mine) == 0 && ask.Waiting == nil {
		return nil, nil
	}
	state, err := s.desk.Phones(ctx, app, ask)
	if err != nil {
		return nil, err
	}
	var frames []realtime.Frame
	add := func(id kefu.MsgID, customer kefu.OpenID, what string, members any) error {
		body, err := realtime.FactBody(id, what, members)
		frames = append(frames, realtime.Frame{ID: id, Keys: []realtime.Key{keyOf(customer)}, Body: body})
		return err
	}
	now := s.now()
	for _, f := range mine {
		switch f.What {
		case kefu.FactSaid, kefu.FactDelivery:
			// What is still on its way is not on the phone, and another fact will say
			// that it came.
			if m, there := state.Messages[f.Message]; there && m.State == kefu.DeliveryDelivered {
				err = add(f.ID, f.Customer, "said", saidFrame{shown(&m, &state)})
			}
		case kefu.FactTyping:
			if c, there := state.Customers[f.Customer]; there {
				shown := typingFrame{On: c.Typing(now)}
				if shown.On {
					shown.Until = c.TypingUntil.UnixMilli()
				}
				err = add(f.ID, f.Customer, "typing", shown)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	// Places are those after the last who moved; each goes to another phone.
	for customer, p := range state.Places {
		if err := add(moved, customer, "place", placeFrame{placeOf(p)}); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(frames, func(a, b realtime.Frame) int { return int(a.ID - b.ID) })
	return frames, nil
}
