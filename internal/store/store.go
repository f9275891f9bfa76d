// Package store is the ledger as a port: the questions it answers and the
// changes it takes, without a word of SQL. Package sqlstore keeps it in SQLite
// or PostgreSQL; package storetest says what every ledger must do.
//
// # The pen
//
// One official account has one pen. [Store.Update] takes it, runs the change,
// and returns when the change is on disk; so a change sees everything that was
// changed before it, also by another process, and rules like "at most 100
// agents" need no other lock. Changes that queue up while the disk is busy are
// committed together, each in a savepoint of its own: one that refuses or fails
// does not undo its neighbours, and none is acknowledged before all are durable.
//
// # Revisions
//
// Answers that are asked for again and again are kept encoded by those who give
// them, together with the [Revision] they were made from. [Store.Revision] is
// cheap enough to ask on every request, and never older than the last change
// that was acknowledged to anybody.
package store

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
)

// House is the pen of what belongs to no official account, such as settings of
// the house.
const House kefu.AppID = ""

// Store is a ledger. Its methods may be called from any goroutine. Refusals are
// a [kefu.Reason]; any other error means that the ledger could not be asked.
type Store interface {
	// View runs read over one consistent state. read must not keep the Reader.
	View(ctx context.Context, read func(Reader) error) error

	// Update runs change under the pen of an official account and commits it.
	// The account need not exist yet, so that it can be added under its own
	// pen. An error from change undoes what it did and is returned as it is.
	// When the group that the change was part of could not be committed, change
	// may run a second time; it must do no I/O, send no signal, read no clock,
	// and leave nothing behind outside the Tx but its last result.
	// A change that has begun is finished even when ctx ends; Update then
	// returns ctx.Err, the outcome is open, and change may still be running: what
	// it writes outside the Tx may be read only when Update returned nil.
	Update(ctx context.Context, app kefu.AppID, change func(Tx) error) error

	// Revision is the present revision of an official account, or
	// [kefu.OfficialAccountUnknown].
	Revision(ctx context.Context, app kefu.AppID) (Revision, error)

	// Ping asks whether the ledger can be read and written now.
	Ping(ctx context.Context) error

	// Close waits for changes that have begun and lets go of the database.
	// Changes that come later fail with [ErrClosed].
	Close() error
}

// Revision tells two states of an official account apart. Equal revisions mean
// equal answers; a revision is never used again, not even by an account that is
// removed and added again.
type Revision struct {
	// Credentials moves with the account itself and its access tokens.
	Credentials int64
	// Directory moves with agents, invitations, presence, and the number of
	// customers that each agent serves.
	Directory int64
}

// Reader answers questions about one state of the ledger.
type Reader interface {
	// OfficialAccount, or kefu.OfficialAccountUnknown. The caller owns the result.
	OfficialAccount(app kefu.AppID) (*kefu.OfficialAccount, error)
	// OfficialAccountByWeChatID, or kefu.OfficialAccountUnknown.
	OfficialAccountByWeChatID(id kefu.WeChatID) (*kefu.OfficialAccount, error)
	// OfficialAccounts lists all, ordered by appid.
	OfficialAccounts() ([]*kefu.OfficialAccount, error)
	// Revision, or kefu.OfficialAccountUnknown.
	Revision(app kefu.AppID) (Revision, error)

	// Agents lists all agents of an account, ordered by number.
	Agents(app kefu.AppID) ([]kefu.Agent, error)
	// Agent, or kefu.AgentUnknown.
	Agent(app kefu.AppID, account kefu.KFAccount) (kefu.Agent, error)
	// AgentCount is the number of agents of an account.
	AgentCount(app kefu.AppID) (int, error)
	// Worker is the person with a WeChat id. A person the ledger never heard of
	// is a worker without bindings.
	Worker(id kefu.WeChatID) (kefu.Worker, error)

	// Token by its digest, or kefu.TokenInvalid.
	Token(digest kefu.TokenDigest) (kefu.Token, error)
	// LatestToken is the token of a chain that is not superseded; ok is false
	// when there is none. It may have expired.
	LatestToken(app kefu.AppID, chain kefu.TokenChain) (t kefu.Token, ok bool, err error)
	// Counts are all counters of an account for a period such as a day.
	Counts(app kefu.AppID, period string) (map[string]int64, error)
	// Call by its rid, or kefu.CallUnknown.
	Call(rid kefu.RID) (kefu.Call, error)

	// Setting is a value of the house; empty when it was never set.
	Setting(name string) (string, error)

	Conversations
	Pushes
	Facts
	People
	Workbench
	Console
	Receptions
}

// Conversations are the questions about customers, their sessions, and what is
// said.
type Conversations interface {
	// Customer, or kefu.CustomerUnknown.
	Customer(app kefu.AppID, customer kefu.OpenID) (kefu.Customer, error)
	// Customers lists those that pass the filter, ordered by openid, from the one
	// after the given; at most limit.
	Customers(app kefu.AppID, which CustomerFilter, after kefu.OpenID, limit int) ([]kefu.OpenID, error)
	// CustomerCount counts those that pass the filter.
	CustomerCount(app kefu.AppID, which CustomerFilter) (int, error)
	// Tags lists the tags that the account made, ordered by number, with their
	// counts. The system's own are not among them.
	Tags(app kefu.AppID) ([]kefu.Tag, error)
	// TagsOf lists a customer's tags, the one given last first.
	TagsOf(app kefu.AppID, customer kefu.OpenID) ([]kefu.TagID, error)

	// Session of a customer; ok is false when there is none.
	Session(app kefu.AppID, customer kefu.OpenID) (s kefu.Session, ok bool, err error)
	// SessionsOf lists an agent's sessions, the oldest first.
	SessionsOf(app kefu.AppID, agent kefu.KFID) ([]kefu.Session, error)
	// Waiting is a customer's place in the queue; ok is false when it has none.
	Waiting(app kefu.AppID, customer kefu.OpenID) (w kefu.Waiting, ok bool, err error)
	// Queue lists those who wait, in the order of the queue; at most limit.
	Queue(app kefu.AppID, limit int) ([]kefu.Waiting, error)
	// QueueLength is how many wait.
	QueueLength(app kefu.AppID) (int, error)
	// ReadyAgents lists the agents who are online and serve fewer customers than
	// they take by themselves, ordered by number.
	ReadyAgents(app kefu.AppID) ([]kefu.Agent, error)
	// Assignable is the part of the queue that ready agents could be given: who
	// waits for anybody, or for a ready agent by name; at most limit, in order.
	Assignable(app kefu.AppID, limit int) ([]kefu.Waiting, error)
	// Stranded lists the sessions of agents who are offline, not only away, since a
	// time or earlier, the oldest first; at most limit.
	Stranded(app kefu.AppID, before time.Time, limit int) ([]kefu.Session, error)

	// Message by its id, or kefu.MessageUnknown.
	Message(app kefu.AppID, id kefu.MsgID) (kefu.Message, error)
	// OwnMessage is the message that a customer sent with an OwnID; ok is false
	// when none came with it.
	OwnMessage(app kefu.AppID, customer kefu.OpenID, ownID int64) (m kefu.Message, ok bool, err error)
	// Conversation lists the messages of one customer after an id, the oldest
	// first; at most limit.
	Conversation(app kefu.AppID, customer kefu.OpenID, after kefu.MsgID, limit int) ([]kefu.Message, error)
	// Outgoing lists the messages of an account whose delivery is queued, after an
	// id, in order; at most limit.
	Outgoing(app kefu.AppID, after kefu.MsgID, limit int) ([]kefu.Message, error)
	// Records lists chat records by ascending id.
	Records(app kefu.AppID, q RecordQuery) ([]kefu.Record, error)

	// Media by its id, expired or not, or kefu.MediaUnknown.
	Media(app kefu.AppID, id kefu.MediaID) (kefu.Media, error)
}

// CustomerFilter chooses customers: those who follow, or those who are blocked,
// or those who follow and have a tag.
type CustomerFilter struct {
	// Blocked chooses who is on the blacklist, and nobody else.
	Blocked bool
	// Tag, if not zero, chooses who has it. With [kefu.TagStarred] nobody does.
	Tag kefu.TagID
}

// RecordQuery chooses chat records of an account.
type RecordQuery struct {
	// From and To bound the time, both inclusive, in whole seconds.
	From, To time.Time
	// Least is the lowest id wanted.
	Least kefu.MsgID
	// Customer, if not empty, is whose records are wanted.
	Customer kefu.OpenID
	// History includes what became of sessions (opercodes 1000 to 1005 and 2001);
	// without it only what was said in them (2002 and 2003) is wanted.
	History bool
	// Skip passes over the first of those, Limit bounds the rest.
	Skip, Limit int
}

// Pushes are the questions about what the developer's server is told.
type Pushes interface {
	// Push by its id with its message, or kefu.PushUnknown.
	Push(app kefu.AppID, id kefu.MsgID) (kefu.Push, error)
	// PushLog lists pushes after an id by ascending id, ended or not; at most
	// limit.
	PushLog(app kefu.AppID, after kefu.MsgID, limit int) ([]kefu.Push, error)
	// DuePushes lists those without an outcome after an id, of the customers that
	// a courier delivers for, by ascending id; at most limit. Whether DueAt has
	// come is for the caller to look at.
	DuePushes(app kefu.AppID, courier string, after kefu.MsgID, limit int) ([]kefu.Push, error)
	// PushesPending tells whether a customer has a push without an outcome.
	PushesPending(app kefu.AppID, customer kefu.OpenID) (bool, error)
	// AccountsWithDuePushes lists the accounts that have a push without an
	// outcome.
	AccountsWithDuePushes() ([]kefu.AppID, error)
}

// Tx is one change: a Reader that sees its own writes.
type Tx interface {
	Reader
	FactsTx
	PeopleTx
	WorkbenchTx
	ReceptionsTx

	// AddOfficialAccount, or kefu.OfficialAccountExists when the appid, the
	// original id or the WeChat id is taken.
	AddOfficialAccount(o *kefu.OfficialAccount) error
	// SetOfficialAccount replaces all fields of the account with this appid, or
	// refuses with kefu.OfficialAccountUnknown or kefu.OfficialAccountExists.
	SetOfficialAccount(o *kefu.OfficialAccount) error
	// RemoveOfficialAccount removes the account and everything it owns, or
	// refuses with kefu.OfficialAccountUnknown. What its media name is left to
	// SweepMedia, when their time is over.
	RemoveOfficialAccount(app kefu.AppID) error

	// AddAgent adds an agent and gives it the next number, or refuses with
	// kefu.AgentExists.
	AddAgent(app kefu.AppID, a *kefu.Agent) error
	// SetAgent replaces everything of the agent with this number but its
	// account, CreatedAt and Serving, and keeps the bindings of workers in step.
	// It refuses with kefu.AgentUnknown, or kefu.WorkerBoundHere when another
	// agent of the account has the same worker.
	SetAgent(app kefu.AppID, a *kefu.Agent) error
	// RemoveAgent removes an agent, its invitation, its binding and its
	// sessions, or refuses with kefu.AgentUnknown. Who waits for it by name waits
	// for anybody. Its number is not used again.
	RemoveAgent(app kefu.AppID, id kefu.KFID) error

	// OpenSession puts a customer in session with an agent. The customer must
	// be in no session.
	OpenSession(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, now time.Time) error
	// CloseSession ends the customer's session, if there is one.
	CloseSession(app kefu.AppID, customer kefu.OpenID, now time.Time) error
	// MoveSession gives the customer's session, which there must be, to another
	// agent; it begins anew there.
	MoveSession(app kefu.AppID, customer kefu.OpenID, to kefu.KFID, now time.Time) error
	// TouchSession sets when something was last said in the customer's session,
	// if there is one.
	TouchSession(app kefu.AppID, customer kefu.OpenID, at time.Time) error
	// Enqueue puts a customer into the queue, or replaces its place in it.
	// LastServedBy is the customer's, whatever w says.
	Enqueue(app kefu.AppID, w kefu.Waiting) error
	// Dequeue takes a customer out of the queue, if it is in it.
	Dequeue(app kefu.AppID, customer kefu.OpenID) error
	// HeadOfQueue is an Arrived that stands before everybody who waits now.
	HeadOfQueue(app kefu.AppID) (int64, error)

	// NextID gives the next [kefu.MsgID] of the account. Each account begins the ids
	// of a second at a place of its own within it, so that one which is removed and
	// added again, and meets the same second, does not give an id twice.
	NextID(app kefu.AppID, now time.Time) (kefu.MsgID, error)
	// PutCustomer adds the customer or replaces all its fields, CreatedAt aside.
	PutCustomer(app kefu.AppID, c *kefu.Customer) error
	// AddTag adds a tag and gives it the next number from kefu.FirstTagID, or
	// refuses with kefu.TagNameIllegal when the name is taken.
	AddTag(app kefu.AppID, name string) (kefu.Tag, error)
	// RenameTag refuses with kefu.TagUnknown, or kefu.TagNameIllegal when another
	// tag has the name.
	RenameTag(app kefu.AppID, id kefu.TagID, name string) error
	// RemoveTag takes the tag from everybody and removes it, or refuses with
	// kefu.TagUnknown. Its number is not used again.
	RemoveTag(app kefu.AppID, id kefu.TagID) error
	// TagCustomer gives a customer a tag, which it may have. UntagCustomer takes
	// it away. Both refuse with kefu.TagUnknown.
	TagCustomer(app kefu.AppID, customer kefu.OpenID, id kefu.TagID) error
	UntagCustomer(app kefu.AppID, customer kefu.OpenID, id kefu.TagID) error

	// AddMessage adds a message under the id it has.
	AddMessage(app kefu.AppID, m *kefu.Message) error
	// SetDelivery moves an outgoing message on.
	SetDelivery(app kefu.AppID, id kefu.MsgID, state kefu.Delivery, refused string) error
	// AddRecord adds a chat record under the id it has.
	AddRecord(app kefu.AppID, r *kefu.Record) error
	// AddPush adds a push under the id it has. Its message must be there.
	AddPush(app kefu.AppID, p *kefu.Push) error
	// SetPush replaces the outcome, the attempts and the times of the push with
	// this id.
	SetPush(app kefu.AppID, p *kefu.Push) error
	// TakePushes makes courier the one who delivers to every customer that has a
	// push without an outcome and whose courier's time is over at now, or, with
	// all, whoever's courier it is; until is when its own time will be over. The
	// time of those who are courier's already is renewed when half of it is over. A
	// time that is as long again after until was set before the clock was moved back,
	// and is over too; one that is a little later is of a clock that is a little
	// ahead, or was set while courier waited for the pen. It returns how many
	// customers it took or renewed.
	TakePushes(app kefu.AppID, courier string, now, until time.Time, all bool) (int, error)
	// AddMedia adds media under the id it has.
	AddMedia(app kefu.AppID, m *kefu.Media) error
	// SweepMedia removes at most limit media, of all accounts, that ended at or
	// before a time, and returns the keys of the bytes that no media names any
	// more. Fewer than limit removed means that nothing is left to sweep.
	SweepMedia(before time.Time, limit int) (removed int, keys []string, err error)

	// AddToken makes t the latest token of its chain. The caller supersedes the
	// one before.
	AddToken(t kefu.Token) error
	// SupersedeTokens marks every token of a chain that is not superseded yet;
	// with cut, it also cuts off those that still have their overlap.
	SupersedeTokens(app kefu.AppID, chain kefu.TokenChain, now time.Time, cut bool) error

	// Count adds n to a counter of an account in a period, and returns its total.
	Count(app kefu.AppID, period, name string, n int64) (total int64, err error)
	// ResetCount sets a counter to zero; all counters of the period when name is
	// empty.
	ResetCount(app kefu.AppID, period, name string) error

	// AddCalls remembers refused calls. One whose rid is there already is passed
	// over.
	AddCalls(calls []kefu.Call) error

	// SetSetting sets a value of the house.
	SetSetting(name, value string) error

	// Sweep forgets at most limit rows whose memory has ended at now: tokens
	// (kefu.TokenMemory after their end), calls (kefu.CallMemory), counters of
	// periods more than 62 days ago, pushes (kefu.PushMemory after their end),
	// logins that have ended, acts (kefu.ActMemory after them), facts
	// (kefu.FactMemory after the time of their ids). It returns how many it removed;
	// fewer than limit means that nothing is left to sweep.
	Sweep(now time.Time, limit int) (removed int, err error)

	// Erase removes everything there is. Only the sandbox starts a fresh world.
	Erase() error
}
