// Package auth decides who may come in and how often: it issues and checks the
// access tokens of official accounts, and counts their calls against the
// quotas of the platform.
//
// Everything that must survive is in the ledger: tokens as digests, counts as
// counters. What is kept in memory is either a copy that carries the revision it
// was made from (see package store), or at most [flushInterval] of counting.
package auth

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Gate checks credentials and counts calls. Run its loop with [Gate.Run].
type Gate struct {
	ledger store.Store
	now    func() time.Time
	log    *slog.Logger

	tokens copies[kefu.TokenDigest, kefu.Token]
	owners copies[kefu.AppID, *kefu.OfficialAccount]
	usage  usage
}

// New makes a gate.
func New(ledger store.Store, now func() time.Time, log *slog.Logger) *Gate {
	return &Gate{ledger: ledger, now: now, log: log, usage: usage{accounts: make(map[kefu.AppID]*accountUsage)}}
}

// Caller is an official account that showed a working access token.
type Caller struct {
	// Account is shared: read only.
	Account *kefu.OfficialAccount
	// Revision is the account's at the time of the check, for answers that are
	// kept.
	Revision store.Revision
}

// Admit checks an access token at a time. It refuses with [kefu.TokenMissing],
// [kefu.TokenMalformed], [kefu.TokenInvalid] or [kefu.TokenExpired].
//
// A token that was checked before costs no question to the ledger but that of
// the revision, which moves when a token of the account is issued or cut off.
func (g *Gate) Admit(ctx context.Context, text string, now time.Time) (Caller, error) {
	if text == "" {
		return Caller{}, kefu.TokenMissing
	}
	if !kefu.WellFormedToken(text) {
		return Caller{}, kefu.TokenMalformed
	}
	digest := kefu.DigestToken(text)
	if token, known := g.tokens.get(digest); known {
		caller, err := g.callerFor(ctx, token.value.AppID)
		if err == nil && caller.Revision.Credentials == token.credentials {
			return caller, token.value.Check(now)
		}
		if err != nil && !isUnknown(err) {
			return Caller{}, err
		}
	}

	var token kefu.Token
	var caller Caller
	err := g.ledger.View(ctx, func(r store.Reader) (err error) {
		if token, err = r.Token(digest); err != nil {
			return err
		}
		caller, err = readCaller(r, token.AppID)
		return err
	})
	if err != nil {
		if isUnknown(err) {
			err = kefu.TokenInvalid
		}
		return Caller{}, err
	}
	g.tokens.put(digest, token, caller.Revision)
	g.owners.put(token.AppID, caller.Account, caller.Revision)
	return caller, token.Check(now)
}

// callerFor finds an official account, from memory while its revision stands.
func (g *Gate) callerFor(ctx context.Context, app kefu.AppID) (Caller, error) {
	revision, err := g.ledger.Revision(ctx, app)
	if err != nil {
		return Caller{}, err
	}
	if owner, known := g.owners.get(app); known && owner.credentials == revision.Credentials {
		return Caller{Account: owner.value, Revision: revision}, nil
	}
	var caller Caller
	err = g.ledger.View(ctx, func(r store.Reader) (err error) {
		caller, err = readCaller(r, app)
		return err
	})
	if err == nil {
		g.owners.put(app, caller.Account, caller.Revision)
	}
	return caller, err
}

func readCaller(r store.Reader, app kefu.AppID) (c Caller, err error) {
	if c.Revision, err = r.Revision(app); err != nil {
		return Caller{}, err
	}
	c.Account, err = r.OfficialAccount(app)
	return c, err
}

// Forget drops everything that is kept in memory: the sandbox starts afresh.
func (g *Gate) Forget() {
	g.tokens.clear()
	g.owners.clear()
	g.usage.forget()
}

// maxCopies bounds how many tokens or accounts are remembered. Each account has
// a handful of live tokens, so this is far more than one process serves; a flood
// beyond it only costs a question to the ledger.
const maxCopies = 8192

// copies remembers what was read from the ledger, with the credentials revision
// it was read at.
type copies[K comparable, V any] struct {
	mu    sync.RWMutex
	byKey map[K]copied[V]
}

type copied[V any] struct {
	value       V
	credentials int64
}

func (c *copies[K, V]) get(key K) (copied[V], bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, known := c.byKey[key]
	return v, known
}

func (c *copies[K, V]) put(key K, value V, at store.Revision) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey == nil || len(c.byKey) >= maxCopies {
		c.byKey = make(map[K]copied[V])
	}
	c.byKey[key] = copied[V]{value: value, credentials: at.Credentials}
}

func (c *copies[K, V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byKey = nil
}
