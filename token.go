package kefu

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"time"
)

// Times of an access token, as WeChat documents them.
const (
	// TokenLife is how long a token works after it was issued.
	TokenLife = 2 * time.Hour
	// TokenOverlap is how long a token still works after the next of its chain
	// was issued, and the rest of life below which stable_token issues a new one.
	TokenOverlap = 5 * time.Minute
	// ForceInterval must pass between two forced refreshes; a force that comes
	// sooner gets the token of the one before.
	ForceInterval = 30 * time.Second
	// TokenMemory is how long an ended token is remembered, to tell an expired
	// one from one that never was.
	TokenMemory = 7 * 24 * time.Hour
	// MaxTokenLength is the room that WeChat asks clients to reserve; what is
	// longer is no token.
	MaxTokenLength = 512
)

// TokenChain is a line of succession of access tokens. The two chains of an
// account do not disturb one another.
type TokenChain string

const (
	// ChainPlain is that of GET /cgi-bin/token.
	ChainPlain TokenChain = "plain"
	// ChainStable is that of POST /cgi-bin/stable_token.
	ChainStable TokenChain = "stable"
)

// TokenDigest is the SHA-256 of an access token. The ledger holds digests, so
// that nobody can call the API with what a backup contains.
type TokenDigest [sha256.Size]byte

// DigestToken digests what a caller shows.
func DigestToken(token string) TokenDigest { return sha256.Sum256([]byte(token)) }

// Token is an issued access token without its text. The text is computed from
// the AppSecret and the salt, which is how stable_token can answer the same
// token twice although it is written down nowhere.
type Token struct {
	Digest    TokenDigest
	AppID     AppID
	Chain     TokenChain
	Salt      []byte
	IssuedAt  time.Time
	ExpiresAt time.Time
	// Forced tells that the token was issued by a forced refresh.
	Forced bool
	// Superseded is when the next token of the chain was issued; zero for the
	// latest. After it the token works for [TokenOverlap], or not at all when
	// it was cut off by a forced refresh.
	Superseded time.Time
	Cut        bool
}

// NewToken issues a token of an account for a secret and a fresh random salt,
// and returns it with its text. The text starts with two digits and "_" and is
// longer than 100 characters, like WeChat's, so that columns and escaping on
// the other side are exercised.
func NewToken(app AppID, chain TokenChain, secret string, salt []byte, now time.Time) (Token, string) {
	text := TokenText(app, chain, secret, salt)
	return Token{
		Digest:    DigestToken(text),
		AppID:     app,
		Chain:     chain,
		Salt:      salt,
		IssuedAt:  now,
		ExpiresAt: now.Add(TokenLife),
	}, text
}

// TokenText computes the text of a token.
func TokenText(app AppID, chain TokenChain, secret string, salt []byte) string {
	mac := hmac.New(sha512.New, []byte(secret))
	mac.Write([]byte("access token\x00" + string(app) + "\x00" + string(chain) + "\x00"))
	mac.Write(salt)
	text := mac.Sum(nil)
	mac.Write([]byte{1})
	text = append(text, mac.Sum(nil)[:32]...)
	return "85_" + base64.RawURLEncoding.EncodeToString(text)
}

// Check tells whether the token works now: nil, [TokenExpired] when its own
// life is over, or [TokenInvalid] when another took its place or it ended longer
// than [TokenMemory] ago.
func (t *Token) Check(now time.Time) error {
	if !t.Superseded.IsZero() && (t.Cut || !now.Before(t.Superseded.Add(TokenOverlap))) {
		return TokenInvalid
	}
	switch {
	case now.Before(t.ExpiresAt):
		return nil
	case now.Before(t.ExpiresAt.Add(TokenMemory)):
		return TokenExpired
	default:
		return TokenInvalid
	}
}

// Remaining is the rest of the token's life, for expires_in.
func (t *Token) Remaining(now time.Time) time.Duration {
	return min(max(t.ExpiresAt.Sub(now), 0), TokenLife)
}

// Reusable tells whether stable_token in normal mode answers this token again:
// it works, and more than [TokenOverlap] of its life is left.
func (t *Token) Reusable(now time.Time) bool {
	return t.Superseded.IsZero() && t.Check(now) == nil && t.Remaining(now) > TokenOverlap
}

// WellFormedToken tells whether a text can be an access token at all: up to
// [MaxTokenLength] letters, digits, "-" and "_".
func WellFormedToken(text string) bool {
	if text == "" || len(text) > MaxTokenLength {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
