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
}

// Tx is one change: a Reader that sees its own writes.
type Tx interface {
	Reader

	// AddOfficialAccount, or kefu.OfficialAccountExists when the appid, the
	// original id or the WeChat id is taken.
	AddOfficialAccount(o *kefu.OfficialAccount) error
	// SetOfficialAccount replaces all fields of the account with this appid, or
	// refuses with kefu.OfficialAccountUnknown or kefu.OfficialAccountExists.
	SetOfficialAccount(o *kefu.OfficialAccount) error
	// RemoveOfficialAccount removes the account and everything it owns, or
	// refuses with kefu.OfficialAccountUnknown.
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
	// sessions, or refuses with kefu.AgentUnknown. Its number is not used again.
	RemoveAgent(app kefu.AppID, id kefu.KFID) error

	// OpenSession puts a customer in session with an agent. The customer must
	// be in no session.
	OpenSession(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, now time.Time) error
	// CloseSession ends the customer's session, if there is one.
	CloseSession(app kefu.AppID, customer kefu.OpenID) error

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
	// periods more than 62 days ago. It returns how many it removed; fewer than
	// limit means that nothing is left to sweep.
	Sweep(now time.Time, limit int) (removed int, err error)

	// Erase removes everything there is. Only the sandbox starts a fresh world.
	Erase() error
}
