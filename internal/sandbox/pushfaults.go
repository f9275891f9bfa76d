package sandbox

import (
	"fmt"
	"strings"
	"time"

	"github.com/openkefu/kefu"
)

// PushFault makes the delivery of pushes go wrong. Times, Probability and Delay
// are as in [APIFault], for attempts to deliver in place of calls.
type PushFault struct {
	// OpenID, if not empty, meets only the pushes about this customer.
	OpenID kefu.OpenID `json:"openid,omitempty"`
	// Event, if not empty, meets only the pushes of this event.
	Event kefu.EventType `json:"event,omitempty"`
	// Delay holds the attempt back. It is not part of the time that the developer's
	// server has.
	Delay string `json:"delay,omitempty"`
	// Dead fails the attempt as if nobody listened at the callback URL.
	Dead bool `json:"dead,omitempty"`
	// Status fails the attempt as if the developer's server had answered with this
	// HTTP status, from 300 to 599. Nothing is sent.
	Status int `json:"status,omitempty"`
	// Duplicate delivers twice.
	Duplicate bool `json:"duplicate,omitempty"`
	// Reorder lets the customer's next push go first.
	Reorder     bool    `json:"reorder,omitempty"`
	Times       int     `json:"times,omitempty"`
	Probability float64 `json:"probability,omitempty"`

	delay time.Duration
}

// PushTrouble is what an attempt to deliver a push meets; the zero value is
// none.
type PushTrouble struct {
	// Delay is waited first.
	Delay time.Duration
	// Dead fails the attempt without a connection.
	Dead bool
	// Status fails it with this HTTP status; 0 for none.
	Status int
	// Twice delivers the push a second time.
	Twice bool
	// Later lets the customer's next push go first.
	Later bool
}

func (f *PushFault) prepare() (err error) {
	if f.OpenID != "" && !f.OpenID.Valid() {
		return fmt.Errorf("openid must be 1 to 64 letters, digits, _ or -, got %q", f.OpenID)
	}
	if err := checkOdds(f.Times, f.Probability); err != nil {
		return err
	}
	if f.delay, err = parseDelay(f.Delay); err != nil {
		return err
	}
	if f.Status != 0 && (f.Status < 300 || f.Status > 599) {
		return fmt.Errorf("status must be an HTTP status from 300 to 599, got %d", f.Status)
	}
	if f.delay == 0 && !f.Dead && f.Status == 0 && !f.Duplicate && !f.Reorder {
		return fmt.Errorf("a fault of pushes needs delay, dead, status, duplicate or reorder")
	}
	return nil
}

func (f *PushFault) meets(p *kefu.Push) bool {
	if f.OpenID != "" && f.OpenID != p.Customer {
		return false
	}
	return f.Event == "" || p.Event != nil && strings.EqualFold(string(f.Event), string(p.Event.Type))
}

// Push finds the first fault that meets an attempt to deliver a push, and tells
// what it does.
func (f *Faults) Push(p *kefu.Push) PushTrouble {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.push {
		fault := &f.push[i]
		if !fault.meets(p) || !happens(fault.Probability) {
			continue
		}
		met := *fault
		if fault.Times > 0 {
			fault.Times--
			if fault.Times == 0 {
				f.push = append(f.push[:i], f.push[i+1:]...)
			}
		}
		return PushTrouble{Delay: met.delay, Dead: met.Dead, Status: met.Status, Twice: met.Duplicate, Later: met.Reorder}
	}
	return PushTrouble{}
}
