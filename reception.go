package kefu

import "time"

// Reception is one time that a customer was received: from when it began to wait, or a
// session began without that, until the session ended or the customer left. However
// often it is handed from agent to agent meanwhile, it is one. Of a customer at most one
// has not ended.
type Reception struct {
	// ID is that of the chat record with which it began; it orders receptions and
	// carries the time.
	ID       MsgID
	Customer OpenID
	// From is at or before the first message that belongs to it: what the customer had
	// said before without an answer does. Until is at or after the last, 0 while it has
	// not ended.
	From, Until MsgID
	// WaitedSince is when the customer began to wait; when it never did, OpenedAt.
	WaitedSince time.Time
	// OpenedAt is when an agent got the customer; zero when none did.
	OpenedAt time.Time
	// FirstReplyAt is when an agent, or the developer under its name, first said
	// something; zero when nobody did.
	FirstReplyAt time.Time
	// EndedAt is zero while it has not ended.
	EndedAt time.Time
	// Agent is who has it, or had it last; empty when nobody did. Agents are all who had
	// it, in their order.
	Agent  KFAccount
	Agents []KFAccount
	// How it ended, as the chat records say it; empty when that is not known.
	How string
}

// Standing is how a reception stands.
func (r *Reception) Standing() ReceptionStanding {
	switch {
	case !r.OpenedAt.IsZero() && r.EndedAt.IsZero():
		return ReceptionOpen
	case !r.OpenedAt.IsZero():
		return ReceptionEnded
	case r.EndedAt.IsZero():
		return ReceptionWaiting
	default:
		return ReceptionMissed
	}
}

// FirstReply is how long the customer waited for the first word of an agent; ok is false
// as long as there was none.
func (r *Reception) FirstReply() (d time.Duration, ok bool) {
	if r.FirstReplyAt.IsZero() {
		return 0, false
	}
	return max(r.FirstReplyAt.Sub(r.WaitedSince), 0), true
}

// ReceptionStanding says where a reception is.
type ReceptionStanding string

// The standings.
const (
	ReceptionWaiting ReceptionStanding = "waiting" // the customer is in the queue
	ReceptionOpen    ReceptionStanding = "open"    // an agent has the customer
	ReceptionEnded   ReceptionStanding = "ended"   // an agent had the customer
	ReceptionMissed  ReceptionStanding = "missed"  // the customer left before an agent came
)
