package callback

import (
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// breakerFailures is how many pushes must end as failed within breakerSpan
	// for the pushes of an account to pause for breakerPause: WeChat pauses for a
	// minute too, and does not say after how many.
	breakerFailures = 20
	breakerSpan     = time.Minute
	breakerPause    = time.Minute
)

// pausing is why pushes end without an attempt during a pause.
const pausing = "the developer's server failed 20 times within a minute; pushes pause until "

// breaker spares a server that does not answer, and the customers who would wait
// for it. It goes by the clock of the house.
type breaker struct {
	mu       sync.Mutex
	settings kefu.Callback
	// failures are the latest times at which a push ended as failed, at most
	// breakerFailures.
	failures []time.Time
	// until is the end of the pause; zero when there is none.
	until time.Time
}

// paused tells until when there are no attempts; zero when there are. Other
// settings than before are another server, which has failed nobody yet.
func (b *breaker) paused(settings kefu.Callback, now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.settings != settings {
		b.settings, b.failures, b.until = settings, nil, time.Time{}
	}
	// A pause that is longer than a pause is one of a clock that was moved back.
	if !now.Before(b.until) || b.until.Sub(now) > breakerPause {
		b.until = time.Time{}
	}
	return b.until
}

// failed counts a push that ended as failed under the settings, and tells until
// when there is a pause if this push is what began it.
func (b *breaker) failed(settings kefu.Callback, now time.Time) (until time.Time, opened bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	// What began before the pause, or before the settings were changed, ends in
	// it.
	if b.settings != settings || !b.until.IsZero() {
		return b.until, false
	}
	recent := b.failures[:0]
	for _, at := range b.failures {
		if age := now.Sub(at); age >= 0 && age < breakerSpan {
			recent = append(recent, at)
		}
	}
	b.failures = append(recent, now)
	if len(b.failures) < breakerFailures {
		return time.Time{}, false
	}
	b.failures, b.until = nil, now.Add(breakerPause)
	return b.until, true
}
