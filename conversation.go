package kefu

import (
	"strings"
	"time"
)

// Conversation is everything that an agent sees of a customer in one line of a
// list: who it is, who serves it, what was said last.
type Conversation struct {
	Customer Customer
	// Session and Waiting are nil when there is none; never are both there.
	Session *Session
	Waiting *Waiting
	// Last is the newest message; nil when nothing was ever said.
	Last *Message
}

// Thread is what a customer remembers of its conversation, so that a list of
// conversations needs no look at what was said in them.
type Thread struct {
	// Last is the newest message, by which conversations are ordered; 0 for none.
	Last MsgID
	// Read is the newest message that agents have read; Unread is how many the
	// customer wrote after it.
	Read   MsgID
	Unread int
	// UnansweredSince is when the customer wrote what nobody has answered; the first
	// of it when there is more. It is zero when the last word was the account's.
	UnansweredSince time.Time
	// Visits is how many of its sessions have ended.
	Visits int
}

// Follow takes the next message of the conversation. What the system says is no
// answer.
func (t *Thread) Follow(m *Message) {
	t.Last = m.ID
	switch m.From {
	case FromCustomer:
		t.Unread++
		if t.UnansweredSince.IsZero() {
			t.UnansweredSince = m.At
		}
	case FromAccount, FromAgent:
		t.UnansweredSince = time.Time{}
	}
}

// Words are what can be searched for in a content: the words that a person reads
// in it, one a line.
func (c *Content) Words() string {
	words := []string{c.Text, c.Title, c.Description, c.Label, c.Recognition, c.Head, c.Tail}
	for _, a := range c.Articles {
		words = append(words, a.Title, a.Description)
	}
	for _, item := range c.Menu {
		words = append(words, item.Content)
	}
	return strings.Join(words, "\n")
}

// Visit is one session that ended, as those who come later look back at it.
type Visit struct {
	OpenedAt, ClosedAt time.Time
	// Agent is who ended it, or had it last.
	Agent KFAccount
	// Messages is how many were said in it.
	Messages int
	// First is what the customer came with, as one line; empty when it said nothing.
	First string
}
