package kefu

import (
	"crypto/sha256"
	"time"
)

const (
	// LoginLife is how long a login lasts after its person was last seen.
	LoginLife = 30 * 24 * time.Hour
	// loginSight is how often it is written down that a person was seen, so that
	// a page that asks all the time does not write all the time.
	loginSight = time.Hour
)

// LoginDigest is the SHA-256 of the token that a browser shows for a login. The
// token itself is only in its cookie.
type LoginDigest [sha256.Size]byte

// DigestLogin digests a token. Tokens are long and random, so a plain hash cannot
// be turned back by guessing.
func DigestLogin(token string) LoginDigest { return sha256.Sum256([]byte(token)) }

// Login is one browser in which a person is signed in.
type Login struct {
	Digest    LoginDigest
	Person    WeChatID
	CreatedAt time.Time
	// SeenAt is when the person was last seen, a little late.
	SeenAt    time.Time
	ExpiresAt time.Time
}

// NewLogin begins a login.
func NewLogin(digest LoginDigest, person WeChatID, now time.Time) Login {
	return Login{Digest: digest, Person: person, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(LoginLife)}
}

// Over tells whether the life of the login has ended.
func (l *Login) Over(now time.Time) bool { return !now.Before(l.ExpiresAt) }

// See prolongs a login whose person is there, and tells whether that is to be
// written down.
func (l *Login) See(now time.Time) bool {
	if now.Sub(l.SeenAt) < loginSight {
		return false
	}
	l.SeenAt, l.ExpiresAt = now, now.Add(LoginLife)
	return true
}
