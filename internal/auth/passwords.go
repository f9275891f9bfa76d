package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// PasswordCost is what a guess at a password costs.
type PasswordCost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// usualCost is the least that OWASP's Password Storage Cheat Sheet recommends for
// argon2id.
var usualCost = PasswordCost{Memory: 19 << 10, Passes: 2, Lanes: 1}

const (
	passwordSalt = 16 // bytes, as RFC 9106 recommends
	passwordHash = 32 // bytes

	// hashesAtOnce bounds the memory of hashing to 40 MiB. Each takes some tens of
	// milliseconds of one processor, so that two are dozens of people a second.
	hashesAtOnce = 2
	// hashesWaiting bounds who waits for that; the last of them waits about a second.
	hashesWaiting = 32

	// Bounds of what is read from the ledger, so that damaged data cannot ask for all
	// memory.
	mostMemory, mostPasses = 1 << 20, 64
)

// ErrBusy is returned when so many passwords are being checked that one more would
// only wait too long.
var ErrBusy = errors.New("auth: too many passwords are waiting to be checked")

// passwords hashes and checks, a few at a time.
type passwords struct {
	cost    PasswordCost
	slots   chan struct{}
	waiting atomic.Int32
}

func newPasswords(cost PasswordCost) *passwords {
	if cost == (PasswordCost{}) {
		cost = usualCost
	}
	return &passwords{cost: cost, slots: make(chan struct{}, hashesAtOnce)}
}

// take waits for a turn, until ctx ends.
func (p *passwords) take(ctx context.Context) error {
	if p.waiting.Add(1) > hashesWaiting {
		p.waiting.Add(-1)
		return ErrBusy
	}
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *passwords) give() { <-p.slots }

// hash makes the hash of a new password, as a PHC string:
// $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	if err := p.take(ctx); err != nil {
		return "", err
	}
	defer p.give()
	h := hashed{cost: p.cost, salt: make([]byte, passwordSalt)}
	rand.Read(h.salt) // never fails
	h.sum = h.of(password)
	return h.String(), nil
}

// match tells whether a password is the one that was hashed. When there is none, a
// guess costs the same and does not match. weak tells that the hash is not of
// today's cost.
func (p *passwords) match(ctx context.Context, stored, password string) (ok, weak bool, err error) {
	h, err := parseHashed(stored)
	if err != nil {
		return false, false, err
	}
	if stored == "" {
		h = hashed{cost: p.cost, salt: make([]byte, passwordSalt), sum: make([]byte, passwordHash)}
	}
	if err := p.take(ctx); err != nil {
		return false, false, err
	}
	defer p.give()
	same := subtle.ConstantTimeCompare(h.sum, h.of(password)) == 1
	return same && stored != "", h.cost != p.cost, nil
}

// hashed is a password that was hashed.
type hashed struct {
	cost      PasswordCost
	salt, sum []byte
}

func (h *hashed) of(password string) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.cost.Passes, h.cost.Memory, h.cost.Lanes, passwordHash)
}

var unpadded = base64.RawStdEncoding

func (h *hashed) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Passes, h.cost.Lanes,
		unpadded.EncodeToString(h.salt), unpadded.EncodeToString(h.sum))
}

// parseHashed reads what String wrote; the empty text is no password. The text is
// not repeated in the error.
func parseHashed(text string) (h hashed, err error) {
	if text == "" {
		return hashed{}, nil
	}
	damaged := errors.New("auth: the hash of a password in the ledger is damaged")
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprint("v=", argon2.Version) {
		return hashed{}, damaged
	}
	c := &h.cost
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Lanes); n != 3 || err != nil {
		return hashed{}, damaged
	}
	if c.Memory < 1 || c.Memory > mostMemory || c.Passes < 1 || c.Passes > mostPasses || c.Lanes < 1 {
		return hashed{}, damaged
	}
	if h.salt, err = unpadded.DecodeString(parts[4]); err != nil {
		return hashed{}, damaged
	}
	if h.sum, err = unpadded.DecodeString(parts[5]); err != nil || len(h.sum) != passwordHash || h.String() != text {
		return hashed{}, damaged
	}
	return h, nil
}
