package store

import (
	"time"

	"github.com/openkefu/kefu"
)

// Receptions are the questions of those who look how it goes.
type Receptions interface {
	// Reception by its id; ok is false when there is none.
	Reception(app kefu.AppID, id kefu.MsgID) (r kefu.Reception, ok bool, err error)
	// Receptions lists them, the newest first.
	Receptions(app kefu.AppID, q ReceptionQuery) ([]kefu.Reception, error)
	// Opened lists what statistics need of the receptions whose session began from one
	// time up to before another, the newest first; at most limit.
	Opened(app kefu.AppID, from, before time.Time, limit int) ([]kefu.Reception, error)
	// EndedCounts counts the receptions that ended from one time up to before another,
	// by the agent who had them last.
	EndedCounts(app kefu.AppID, from, before time.Time) (map[kefu.KFAccount]int, error)
	// OpenedCount counts the receptions of one agent whose session began from one time
	// up to before another.
	OpenedCount(app kefu.AppID, agent kefu.KFAccount, from, before time.Time) (int, error)
	// SaidCounts counts what customers and agents said from one id up to before another,
	// among the newest messages, as many as are to be looked at.
	SaidCounts(app kefu.AppID, from, before kefu.MsgID, newest int) (customers, agents int, err error)
	// HeardWords finds the messages from one id up to before another in which any of
	// some words were said, at most eight, among the newest, as many as are to be looked
	// at; the newest first. Letters of ASCII may be large or small. searched is the
	// oldest message that was looked at, and 0 when all were.
	HeardWords(app kefu.AppID, words []string, from, before kefu.MsgID, newest int) (hits []Hit, searched kefu.MsgID, err error)
}

// ReceptionQuery chooses receptions.
type ReceptionQuery struct {
	// Customer, if not empty, is whose are wanted.
	Customer kefu.OpenID
	// From and Before bound the ids; 0 is no bound.
	From, Before kefu.MsgID
	Limit        int
}

// Hit is a message in which words were said.
type Hit struct {
	ID       kefu.MsgID
	Customer kefu.OpenID
	// Words has a bit for each word that is in it, the first the lowest.
	Words uint8
	// Text are the words that a person reads in it, one thing a line.
	Text string
}

// ReceptionsTx are the changes of receptions, made in the same change as the session or
// the place in the queue that they tell of. None is an error when there is no reception
// to change: it may be from before they were kept.
type ReceptionsTx interface {
	// BeginReception adds one that waits, or that is open already. A customer who has
	// one that has not ended keeps it.
	BeginReception(app kefu.AppID, r *kefu.Reception) error
	// OpenReception notes that an agent got the customer, in the reception that waits,
	// or in the given one if none does.
	OpenReception(app kefu.AppID, r *kefu.Reception) error
	// MoveReception notes that another agent has the customer.
	MoveReception(app kefu.AppID, customer kefu.OpenID, to kefu.KFAccount) error
	// AnswerReception notes the first word of an agent; later ones change nothing.
	AnswerReception(app kefu.AppID, customer kefu.OpenID, at time.Time) error
	// EndReception notes that it ended, and how.
	EndReception(app kefu.AppID, customer kefu.OpenID, until kefu.MsgID, at time.Time, how string) error
}
