package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/wechat"
)

// Crowd bounds how many calls are at work, and the memory that large ones take,
// over all official accounts and for each. What does not fit is refused with the
// errcode for a busy platform.
type Crowd interface {
	// Enter takes a place for a call, which Leave gives back; without one it
	// returns false.
	Enter() bool
	// Claim says whose call has the place. It returns false, and claims nothing,
	// when the account has its share of places already.
	Claim(app kefu.AppID) bool
	// Leave gives a place back; app is empty when nobody has claimed it.
	Leave(app kefu.AppID)
	// Reserve takes memory, for which it may wait a moment, and Release gives it
	// back; without any it returns false.
	Reserve(ctx context.Context, app kefu.AppID, bytes int64) bool
	Release(app kefu.AppID, bytes int64)
}

// errCrowded refuses a call that does not fit.
var errCrowded = errors.New("api: there is more to do than fits")

// crowded tells errors of which a busy house has many. They are counted where
// they come from, and do not each need a line in the log.
func crowded(err error) bool { return errors.Is(err, errCrowded) || errors.Is(err, picture.ErrBusy) }

// empty is a house in which there is room for everything.
type empty struct{}

func (empty) Enter() bool                                     { return true }
func (empty) Claim(kefu.AppID) bool                           { return true }
func (empty) Leave(kefu.AppID)                                {}
func (empty) Reserve(context.Context, kefu.AppID, int64) bool { return true }
func (empty) Release(kefu.AppID, int64)                       {}

// Refuse answers a call, whatever it is, that there is no room for.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request) {
	a.respond(w, r, func(ctx context.Context, c *call) ([]byte, wechat.Errcode) { return a.refusal(ctx, c, errCrowded) })
}

// enter takes a place for a call, in its owner's share if that is known.
func (c *call) enter() error {
	if !c.crowd.Enter() {
		return errCrowded
	}
	if c.share != "" && !c.crowd.Claim(c.share) {
		c.crowd.Leave("")
		return errCrowded
	}
	c.placed = true
	return nil
}

// leave gives the place back, if the call has one.
func (c *call) leave() {
	if c.placed {
		c.placed = false
		c.crowd.Leave(c.share)
	}
}

// outside lets a call wait for its sender without a place: who sends slowly keeps
// nobody else from being served.
func (c *call) outside(wait func() error) error {
	c.leave()
	if err := wait(); err != nil {
		return err
	}
	return c.enter()
}

// reserve takes memory for a call, which is given back when it is answered.
func (c *call) reserve(ctx context.Context, bytes int64) error {
	if !c.crowd.Reserve(ctx, c.share, bytes) {
		return errCrowded
	}
	c.reserved += bytes
	return nil
}

// keep gives back what was reserved beyond some bytes.
func (c *call) keep(bytes int64) {
	if over := c.reserved - bytes; over > 0 {
		c.crowd.Release(c.share, over)
		c.reserved = bytes
	}
}
