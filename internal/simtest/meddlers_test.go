package simtest

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// movePause is the usual pause between two moves of the clock.
	movePause = 12 * time.Second
	// repeatPause is the usual pause of somebody who has pushes sent again.
	repeatPause = 15 * time.Second
)

// moves are how the clock is moved: past the patience of a push, the grace of an
// agent, the patience of a session, the life of a token, an allowance of 48 hours;
// and back.
var moves = []time.Duration{
	6 * time.Second, 6 * time.Minute, 6 * time.Minute, 31 * time.Minute, 31 * time.Minute, 31 * time.Minute,
	125 * time.Minute, 49 * time.Hour, -3 * time.Minute, -time.Hour,
}

// furthest is how far all the moves of a world go together: within the week for
// which pushes are kept, so that the checkers find them all.
const furthest = 6 * 24 * time.Hour

// clockMover moves the sandbox's clock.
type clockMover struct{ *caller }

func (m *clockMover) run(ctx context.Context) {
	var far, surely time.Duration
	for rest(ctx, m.dice.pause(movePause)) {
		by := one(m.dice, moves)
		if far+max(by, 0) > furthest || surely+by < 0 {
			continue // not before the year 2000 either, in which a bubble begins
		}
		got, code := m.control(http.MethodPost, "clock", map[string]any{"advance": by.String()}, nil)
		if far += max(by, 0); got == kept || by < 0 {
			surely += by
		}
		m.world.journal.note("clock", "moves by %s: %s %s", by, got, code)
	}
}

// pushLine is a push as the control API lists it.
type pushLine struct {
	ID       kefu.MsgID
	OpenID   kefu.OpenID
	Kind     string
	Body     string
	Outcome  kefu.Outcome
	Attempts []struct {
		URL, Failure string
		Status       int
	}
}

// pushes lists the pushes after an id.
func (c *caller) pushes(after kefu.MsgID) (list []pushLine, ok bool) {
	var answer struct{ Pushes []pushLine }
	got, _ := c.control(http.MethodGet, "pushes?after="+strconv.FormatInt(int64(after), 10), nil, &answer)
	return answer.Pushes, got == kept
}

// repeater has pushes sent again.
type repeater struct{ *caller }

func (r *repeater) run(ctx context.Context) {
	for rest(ctx, r.dice.pause(repeatPause)) {
		list, ok := r.pushes(0)
		if !ok || len(list) == 0 {
			continue
		}
		id := one(r.dice, list).ID
		r.world.sayings.repeat(id)
		got, code := r.control(http.MethodPost, "pushes/"+strconv.FormatInt(int64(id), 10)+"/repeat", nil, nil)
		r.world.journal.note("repeater", "push %d once more: %s %s", id, got, code)
	}
}
