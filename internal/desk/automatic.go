package desk

import (
	"errors"
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// whyAutomatic marks the record of what the house said in an agent's place.
const whyAutomatic = "automatic"

// beginsToWait notes a customer that comes into the queue. Whether it is told
// anything is decided at the end of the change, when it is known who was given to
// whom.
func (t *turn) beginsToWait(customer kefu.OpenID) {
	if !slices.Contains(t.began, customer) {
		t.began = append(t.began, customer)
	}
}

// tellThoseWhoWait says to customers that began to wait and still do why nobody
// answers yet, where the account's settings have words for it. It is once for each
// time that somebody waits: it is said in the change that begins it.
func (t *turn) tellThoseWhoWait() error {
	s := &t.o.Service
	if len(t.began) == 0 || !s.Busy.On && !s.Nobody.On && !s.Closed.On {
		return nil
	}
	text, err := t.waitingText()
	if err != nil || text == "" {
		return err
	}
	for _, customer := range t.began {
		_, waiting, err := t.tx.Waiting(t.app, customer)
		switch {
		case err != nil:
			return err
		case !waiting:
			continue
		}
		c, err := t.customer(customer)
		if err != nil {
			return err
		}
		if _, err := t.sayItself(c, text); err != nil {
			return err
		}
	}
	return nil
}

// waitingText is what is said now to who begins to wait; empty for nothing.
func (t *turn) waitingText() (string, error) {
	s := &t.o.Service
	if s.Closed.On && !s.Hours.Open(t.now) {
		return s.Closed.Text, nil
	}
	agents, err := t.tx.Agents(t.app)
	if err != nil {
		return "", err
	}
	text := s.Nobody
	if slices.ContainsFunc(agents, func(a kefu.Agent) bool { return a.Presence.Online }) {
		text = s.Busy
	}
	if !text.On {
		return "", nil
	}
	return text.Text, nil
}

// welcome greets a customer whom an agent takes. It is recorded as said by the agent,
// in whose place it is.
func (t *turn) welcome(c *kefu.Customer, a *kefu.Agent) error {
	if !t.o.Service.Welcome.On {
		return nil
	}
	text := t.o.Service.Welcome.Text
	said, err := t.sayItself(c, text)
	if err != nil || !said {
		return err
	}
	return t.record(c.OpenID, kefu.AgentSaid, a.Account, text, whyAutomatic)
}

// sayItself says an automatic text to a customer that can be written to, and tells
// whether it did. It takes nothing from the customer's allowances: nobody wrote it, and
// a developer whose replies are counted did not ask for it.
func (t *turn) sayItself(c *kefu.Customer, text string) (said bool, err error) {
	err = c.Reachable(t.now)
	if errors.Is(err, kefu.ReplyTimeOver) || errors.Is(err, kefu.CustomerBlocked) {
		return false, nil
	}
	c.LastOutAt, c.TypingUntil = t.now, time.Time{}
	return true, t.say(&kefu.Message{
		Customer: c.OpenID,
		From:     kefu.FromHouse,
		Content:  kefu.Content{Type: kefu.MsgText, Text: text},
	})
}
