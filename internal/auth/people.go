package auth

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// LoginCookie is the name of the cookie with the token of a login.
const LoginCookie = "kefu_login"

const (
	// loginMemory is how long it is believed that a login stands, after it was read.
	// One that another process ends works in this one for so much longer; those that
	// this process ends are over at once.
	loginMemory = 5 * time.Second
	// maxLogins bounds the logins that are remembered: more than one process has
	// people at work.
	maxLogins = 8192
	// loginsKept bounds the browsers in which one person is signed in. One more signs
	// out the first of them.
	loginsKept = 20
)

// PeopleParts are what people are checked with. Ledger, Now and Log are needed.
type PeopleParts struct {
	Ledger store.Store
	// Now is the time of the house, by which logins end.
	Now func() time.Time
	Log *slog.Logger
	// Cost is what a guess at a password costs; the usual cost when it is zero.
	Cost PasswordCost
}

// People knows who has a login, and checks it. Doors are handed one; what somebody
// may do behind the door is for them to ask of the person's role and seats.
type People struct {
	ledger    store.Store
	now       func() time.Time
	log       *slog.Logger
	passwords *passwords
	tries     *tries

	mu     sync.Mutex
	logins map[kefu.LoginDigest]keptLogin
	// forgets counts how often something was forgotten, so that what was read before
	// is not kept after it.
	forgets int64
	// ended wake those who look after pages that are open.
	ended []chan struct{}
}

// keptLogin is a login as it was read a moment ago.
type keptLogin struct {
	login  kefu.Login
	person kefu.Person
	read   time.Time
}

// NewPeople makes it.
func NewPeople(p PeopleParts) *People {
	return &People{
		ledger: p.Ledger, now: p.Now, log: p.Log,
		passwords: newPasswords(p.Cost), tries: newTries(), logins: make(map[kefu.LoginDigest]keptLogin),
	}
}

// By is who does something, for the audit.
type By struct {
	// Who is a WeChat id, [kefu.ByCommand] or [kefu.ByHouse].
	Who  string
	From netip.Addr
	RID  kefu.RID
}

// act begins the record of what somebody did.
func (b By) act(now time.Time, what kefu.ActKind, object kefu.WeChatID) *kefu.Act {
	a := &kefu.Act{At: now, Who: b.Who, What: what, Object: string(object), RID: b.RID}
	if b.From.IsValid() {
		a.IP = b.From.String()
	}
	return a
}

// Signed is the person whose browser shows a token, or [kefu.NotSignedIn]. It is
// asked at every request, and answers from memory for a few seconds; a socket that
// stays open asks again now and then.
//
// The ledger is asked for a digest, so how long that takes says nothing about tokens
// that there are.
func (p *People) Signed(ctx context.Context, token string) (kefu.Person, error) {
	if !wellFormedLogin(token) {
		return kefu.Person{}, kefu.NotSignedIn
	}
	now, digest := p.now(), kefu.DigestLogin(token)
	p.mu.Lock()
	kept, known := p.logins[digest]
	forgets := p.forgets
	p.mu.Unlock()
	if known && time.Since(kept.read) < loginMemory && !kept.login.Over(now) && !kept.login.See(now) {
		return kept.person, nil
	}
	kept = keptLogin{read: time.Now()}
	err := p.ledger.View(ctx, func(r store.Reader) (err error) {
		if kept.login, err = r.Login(digest); err != nil {
			return err
		}
		kept.person, err = r.Person(kept.login.Person)
		return err
	})
	switch {
	case err != nil:
		return kefu.Person{}, err
	case kept.login.Over(now) || kept.person.Disabled:
		return kefu.Person{}, kefu.NotSignedIn
	}
	if kept.login.See(now) {
		p.see(ctx, kept.login)
	}
	p.keep(kept, forgets)
	return kept.person, nil
}

// see writes down that somebody was seen. Who cannot be written down is signed in
// all the same.
func (p *People) see(ctx context.Context, l kefu.Login) {
	err := p.ledger.Update(ctx, store.House, func(tx store.Tx) error { return tx.SeeLogin(l.Digest, l.SeenAt, l.ExpiresAt) })
	if err != nil && ctx.Err() == nil {
		p.log.WarnContext(ctx, "a login could not be prolonged; it will be tried again", "person", l.Person, "error", err)
	}
}

func (p *People) keep(l keptLogin, forgets int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forgets != forgets {
		return
	}
	if len(p.logins) >= maxLogins {
		clear(p.logins)
	}
	p.logins[l.login.Digest] = l
}

// Ended is a channel that wakes its reader when logins may have ended in this process,
// or people may do something else than before. Several at once wake it once. It is
// asked for once by each who reads, before anybody signs in.
func (p *People) Ended() <-chan struct{} {
	wake := make(chan struct{}, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = append(p.ended, wake)
	return wake
}

// forget drops what is remembered of the logins that which chooses. It is called
// when the change that ends them is on disk.
func (p *People) forget(which func(kefu.LoginDigest, keptLogin) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgets++
	for _, wake := range p.ended {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	for digest, l := range p.logins {
		if which(digest, l) {
			delete(p.logins, digest)
		}
	}
}

func (p *People) forgetPerson(id kefu.WeChatID) {
	p.forget(func(_ kefu.LoginDigest, l keptLogin) bool { return l.person.ID == id })
}

// Forget drops everything that is kept in memory: the sandbox starts afresh.
func (p *People) Forget() {
	p.forget(func(kefu.LoginDigest, keptLogin) bool { return true })
	p.tries.forget()
}

// loginToken is the length of a token in bytes: 256 bits cannot be guessed.
const loginToken = 32

var tokenText = base64.RawURLEncoding

// wellFormedLogin tells whether a text can be a token.
func wellFormedLogin(text string) bool {
	var room [loginToken]byte
	if len(text) != tokenText.EncodedLen(loginToken) {
		return false
	}
	n, err := tokenText.Strict().Decode(room[:], []byte(text))
	return err == nil && n == loginToken
}
