package kefu

import "time"

// Session joins a customer and the agent that serves it. A customer has at most
// one.
type Session struct {
	Customer OpenID
	Agent    KFID
	Account  KFAccount
	OpenedAt time.Time
	// ActiveAt is when something was last said in it.
	ActiveAt time.Time
}

// Silent tells whether nothing was said in the session for so long that the
// customer's messages go to the developer's server again. The session stays
// open: the agent can speak, and a transfer wakes it.
func (s *Session) Silent(now time.Time, patience time.Duration) bool {
	return now.Sub(s.ActiveAt) > patience
}

// Waiting is a customer in the queue.
type Waiting struct {
	Customer OpenID
	// Arrived orders the queue; the lowest came first. Who returns to the queue
	// from an agent who left stands before all others.
	Arrived int64
	Since   time.Time
	// LatestAt is when the customer last wrote.
	LatestAt time.Time
	// Named is the only agent that the customer is offered to; 0 for any.
	Named KFID
	// LastServedBy is the agent of the customer's last session; 0 for none.
	LastServedBy KFID
	// Origin is why it waits; the zero value where that was not noted.
	Origin Origin
}

// Origin is why a customer waits for an agent.
type Origin struct {
	Kind OriginKind
	// Words are those of the menu item that was tapped, for [OriginMenu].
	Words string
}

// OriginKind names an origin.
type OriginKind string

// The origins.
const (
	// OriginMessage: the customer wrote, and there is nobody but people to hear it.
	OriginMessage OriginKind = "message"
	// OriginMenu: the customer tapped an item of a menu, and the developer's server
	// handed it over.
	OriginMenu OriginKind = "menu"
	// OriginDeveloper: the developer's server handed it over; OriginNamed: to an agent
	// whom it named.
	OriginDeveloper OriginKind = "developer"
	OriginNamed     OriginKind = "api"
	// OriginAgentGone: its agent went offline or was removed.
	OriginAgentGone OriginKind = "agent_gone"
)

// Happening is something that sessions are told of, by the platform's number
// for it (opercode).
type Happening int

// What chat records tell. The first six are the history of a session, which the
// current record API keeps to itself; see docs/wechat-divergences.md.
const (
	Queued       Happening = 1000 // the customer waits for an agent
	Accepted     Happening = 1001 // an agent got the customer
	Started      Happening = 1002 // an agent, or the API, began the session
	Transferred  Happening = 1003 // the session went to another agent
	Closed       Happening = 1004 // the session ended
	Grabbed      Happening = 1005 // another agent took the customer
	AccountHeard Happening = 2001 // the account got a message
	AgentSaid    Happening = 2002
	CustomerSaid Happening = 2003
)

// OfSession tells what became of a session from what was said in it.
func (h Happening) OfSession() bool { return h >= Queued && h <= Grabbed }

// Record is one line of the chat records.
type Record struct {
	// ID orders the records of an official account. It carries its time and is
	// given under the account's pen.
	ID       MsgID
	At       time.Time
	Customer OpenID
	What     Happening
	// Worker is the agent's kf account, which the record keeps when the agent is
	// removed.
	Worker KFAccount
	Text   string
	// Why tells what decided a match, or why a session ended; see package routing.
	Why string
}
