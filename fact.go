package kefu

import "time"

// Fact is one change that somebody may be looking at. It says what changed, and
// about whom; what it is like now stands in the ledger, which the reader asks. The
// facts of an official account are numbered by the same counter as everything else,
// in the order in which they became true, and written in the change that made them
// so.
type Fact struct {
	ID   MsgID
	What FactKind
	// Customer is who it is about; empty when it is about no customer.
	Customer OpenID
	// Agent is the number of the agent that it is about, or who did it; 0 for none.
	// Account is its name in a fact that outlives the agent.
	Agent   KFID
	Account KFAccount
	// Message is the message that was said or moved on, or for [FactStanding] the
	// record of what happened; 0 for none.
	Message MsgID
}

// FactKind says what changed.
type FactKind string

// The facts of the house.
const (
	// FactSaid: the message is a new one of the customer's conversation.
	FactSaid FactKind = "said"
	// FactDelivery: the message has another delivery state.
	FactDelivery FactKind = "delivery"
	// FactStanding: the customer began or ceased to wait or to be served.
	FactStanding FactKind = "standing"
	// FactCustomer: something else about the customer changed: whether it follows or
	// is blocked, its remark, its tags, what may be sent to it.
	FactCustomer FactKind = "customer"
	// FactTyping: the customer began or ceased to be shown that somebody is typing.
	FactTyping FactKind = "typing"
	// FactAgent: the agent is new, or has another name, picture, person or presence, or
	// serves more or fewer customers.
	FactAgent FactKind = "agent"
	// FactAgentGone: the agent was removed.
	FactAgentGone FactKind = "agent_gone"
	// FactNote: a colleague's note about the customer was written or removed.
	FactNote FactKind = "note"
	// FactReply: a quick reply was added, changed or removed.
	FactReply FactKind = "reply"
)

// FactMemory is how long facts are kept, by the second in their ids. Who was away
// for longer reads everything anew, which is then cheaper too.
const FactMemory = 24 * time.Hour

// News is what an official account has for somebody who has read its facts up to
// some id.
type News struct {
	// Epoch names the life of the account in this ledger. After a reset of the
	// sandbox, or when the account was removed and added again, it is another one, and
	// what was read before says nothing any more.
	Epoch string
	// Last is the highest id that was given when this was read: all that happens later
	// has a higher one.
	Last MsgID
	// Complete tells that nothing after the id was forgotten.
	Complete bool
	// Facts are the first of those after the id, in order.
	Facts []Fact
}
