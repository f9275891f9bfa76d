package kefu

import "time"

// MsgID numbers what is said and done with an official account, in order. It is
// the Unix second shifted by 20 bits plus a counter, so that it fits into the 53
// bits of a JavaScript number, and is never lower than the one before it.
type MsgID int64

// FirstMsgID is the lowest id that something at this time can have.
func FirstMsgID(at time.Time) MsgID { return MsgID(at.Unix() << msgIDShift) }

const msgIDShift = 20

// Sender is who a message comes from.
type Sender string

// The senders, as the customer's phone tells them apart.
const (
	FromCustomer Sender = "customer"
	FromAccount  Sender = "account" // the developer's server
	FromAgent    Sender = "agent"   // an agent, or the developer under an agent's name
	FromSystem   Sender = "system"
	// FromHouse is what the house says by itself for the account, as its settings ask;
	// see [Service].
	FromHouse Sender = "house"
)

// Message is one thing said between a customer and an official account.
type Message struct {
	ID       MsgID
	Customer OpenID
	From     Sender
	// Agent is who said it, for [FromAgent]; Account is its name at that time.
	Agent   KFID
	Account KFAccount
	Content Content
	At      time.Time
	// State is where a message to a customer is on its way. What comes from a
	// customer is Delivered.
	State Delivery
	// Refused says why, when the customer's side refused it.
	Refused string
	// OwnID is the MsgId that a message of a customer came with; 0 when it had
	// none and got ours. With one it is accepted once.
	OwnID int64
	// ClientID is the name that the page gave it on which it was written; empty
	// when it was written elsewhere. Of one speaker to one customer it is accepted
	// once, so that a page may send it again when no answer came.
	ClientID ClientID
}

// ClientID names a message to the page that sends it, before the ledger does.
type ClientID string

// maxClientID is the length of the longest: twice that of a UUID.
const maxClientID = 64

// Valid tells whether something can be one: 1 to 64 visible ASCII characters.
func (c ClientID) Valid() bool {
	for i := range len(c) {
		if c[i] <= ' ' || c[i] > '~' {
			return false
		}
	}
	return c != "" && len(c) <= maxClientID
}

// Delivery is where an outgoing message is on its way to the customer.
type Delivery string

// The states of an outgoing message. Only delivered ones are on a phone.
const (
	DeliveryQueued    Delivery = "queued"
	DeliveryDelivered Delivery = "delivered"
	DeliveryRefused   Delivery = "refused"
)

// Inbound is what a customer does: it writes a message, or causes an event.
// Exactly one of Content and Event is there.
type Inbound struct {
	Content *Content
	Event   *Event
	// OwnID is the MsgId that it came with; 0 for none.
	OwnID int64
	// ClientID is the name that the customer's phone gave it; empty for none. With
	// either a message is accepted once.
	ClientID ClientID
}
