package callback

import (
	"context"

	"github.com/openkefu/kefu"
)

// HandshakeOver is Handshake over another network.
func HandshakeOver(ctx context.Context, dial Dial, c kefu.Callback) error {
	return handshake(ctx, dial, c)
}

// ReadAnswer is what a good status makes of a body.
func ReadAnswer(o *kefu.OfficialAccount, p *kefu.Push, body []byte) (*kefu.Reply, error) {
	return readAnswer(o, p, body)
}

// Shared is how many places the rounds took from what they share.
func (c *Courier) Shared() int64 { return c.shared.Load() }

// The bounds, for tests that go beyond them.
const (
	MaxRunning = maxRunning
	MaxInHand  = maxInHand
	MaxShared  = maxShared
	FreeInHand = freeInHand
)
