package sandbox

import (
	"sync/atomic"
	"time"
)

// Clock is a clock that can be moved: the real one and a distance from it. It
// goes on ticking from where it was moved to.
type Clock struct {
	ahead atomic.Int64 // nanoseconds
}

// Now is the time of the sandbox.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Ahead()) }

// Ahead is how far the clock is ahead of the real one; negative when behind.
func (c *Clock) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }

func (c *Clock) set(ahead time.Duration) { c.ahead.Store(int64(ahead)) }

// The years between which the clock can be moved. Times of the wire are Unix
// seconds, some SDKs keep them in 32 bits, and a rid has room for eight
// hexadecimal digits.
var (
	firstMoment = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	lastMoment  = time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC)
)

func movable(to time.Time) bool { return !to.Before(firstMoment) && to.Before(lastMoment) }
