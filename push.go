package kefu

import (
	"bytes"
	"time"
)

// Push is something that the developer's server is told. It is written in the
// same change as what caused it, and delivered after.
type Push struct {
	// ID orders the pushes of an official account.
	ID       MsgID
	Customer OpenID
	// At is when it happened, the CreateTime of every attempt.
	At time.Time
	// Message is the message that the push tells of; nil when it is an event.
	Message *Message
	// Event is nil when the push tells of a message.
	Event *Event

	Outcome Outcome
	// DueAt is when the next attempt may begin.
	DueAt time.Time
	// Attempts are those made so far, oldest first.
	Attempts []Attempt
	// EndedAt is when the outcome was decided.
	EndedAt time.Time
}

const (
	// PushMemory is how long a push can be looked at, and sent again, after it
	// ended.
	PushMemory = 7 * 24 * time.Hour
	// PushAttempts is how often a push is tried. "Three times in total" can be
	// read as three or four; this is the usual reading.
	PushAttempts = 3
	// PushPatience is how long the developer's server has for one attempt, from
	// the first packet to the last byte of its answer, and also the time between
	// the beginnings of two attempts.
	PushPatience = 5 * time.Second
)

// Attempt is one try to deliver a push.
type Attempt struct {
	At   time.Time     `json:"at"`
	Took time.Duration `json:"took"`
	// URL is empty when the push was given up before anything was sent.
	URL    string `json:"url"`
	Status int    `json:"status,omitempty"`
	// Answer is the start of the body that came back, as it came.
	Answer []byte `json:"answer,omitempty"`
	// Failure says what was wrong; empty for an answer that was good.
	Failure string `json:"failure,omitempty"`
	// First begins a new round of attempts: somebody asked for the push to be sent
	// again after it had ended.
	First bool `json:"first,omitempty"`
}

// Made is how many attempts were sent. One that has no URL was given up before.
func (p *Push) Made() (n int) {
	for _, a := range p.Attempts {
		if a.URL != "" {
			n++
		}
	}
	return n
}

// Tried is how many attempts of the present round were made.
func (p *Push) Tried() int {
	for i := len(p.Attempts) - 1; i >= 0; i-- {
		if p.Attempts[i].First {
			return len(p.Attempts) - i
		}
	}
	return len(p.Attempts)
}

// Again makes a push that ended due once more, with a round of attempts of its
// own. EndedAt stays until the first of them, as the sign that a round begins.
func (p *Push) Again(now time.Time) {
	p.Outcome, p.DueAt = OutcomeDue, now
}

// Noted tells whether an attempt is the last one that was noted of the present
// round: somebody who did not hear that it was may note it again.
func (p *Push) Noted(a Attempt) bool {
	n := len(p.Attempts)
	if n == 0 || !p.EndedAt.IsZero() {
		return false
	}
	last := p.Attempts[n-1]
	return last.At.Equal(a.At) && last.Took == a.Took && last.URL == a.URL && last.Status == a.Status && bytes.Equal(last.Answer, a.Answer)
}

// TimeToPush tells whether the time of an attempt has come. One that lies further
// ahead than any is ever set was set before the clock was moved back.
func TimeToPush(due, now time.Time) bool {
	return !now.Before(due) || due.Sub(now) > 2*PushPatience
}

// Note adds an attempt.
func (p *Push) Note(a Attempt) {
	if !p.EndedAt.IsZero() {
		a.First, p.EndedAt = true, time.Time{}
	}
	p.Attempts = append(p.Attempts, a)
	if extra := len(p.Attempts) - maxAttempts; extra > 0 {
		p.Attempts = p.Attempts[extra:]
	}
}

// maxAttempts bounds the attempts that are kept of a push that is sent again and
// again.
const maxAttempts = 30

// Outcome is how a push ended.
type Outcome string

// The outcomes.
const (
	OutcomeDue          Outcome = "due"          // not ended yet
	OutcomeNone         Outcome = "none"         // there was nothing to push to
	OutcomeAcknowledged Outcome = "acknowledged" // taken, with nothing to say
	OutcomeReplied      Outcome = "replied"      // a passive reply was shown
	OutcomeTransferred  Outcome = "transferred"  // the customer was handed over
	OutcomeFailed       Outcome = "failed"       // no attempt was good
)

// Reply is what a developer's server wants done about a push: content to be
// shown to the customer, or the customer handed over to customer service.
type Reply struct {
	Content *Content
	// Transfer hands over; To names the only agent that may take the customer.
	Transfer bool
	To       KFAccount
}
