package server

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// calmAfter is how long things must have worked, without a failure, before
	// trouble counts as over in the log: a disk that is full lets small changes
	// through between larger ones that fail.
	calmAfter = 3 * time.Second
	// calmAtMost bounds how long it must be for trouble that comes back again and
	// again, and with that the log to two lines a minute.
	calmAtMost = time.Minute
	// relapse is how soon trouble that begins anew counts as come back; each time it
	// does, calm must last twice as long.
	relapse = 10 * time.Minute
	// anotherWhy is how long after its last line trouble that lasts is told again,
	// when it has another reason: that of a server that stops has three within
	// seconds, and the first says enough.
	anotherWhy = time.Minute
	// maxWhys bounds the reasons that one trouble is remembered with. There are not
	// many more in all.
	maxWhys = 8
	// readyAfter is how long things must have worked before requests are welcome
	// again.
	readyAfter = time.Second
)

// trouble is one thing that does not work, such as writing to the database. It
// tells the log once that it began and once that it is over, whatever many calls
// fail by it.
type trouble struct {
	log   *slog.Logger
	level slog.Level
	// what says what does not work, over that it does again.
	what, over string

	// on tells that it lasts, for those who only want to know that.
	on atomic.Bool

	mu sync.Mutex
	// whys are its reasons, as they came; why is the present one.
	whys []string
	why  string
	// began is when the first call failed, told when the log heard of it last.
	began, told time.Time
	failed      int
	// worked is since when nothing has failed; zero while something does.
	worked time.Time
	// calm is how long that must last, ended when it last had.
	calm  time.Duration
	ended time.Time
}

// fails notes that a call failed.
func (t *trouble) fails(why string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if !t.on.Load() {
		t.begin(now)
	}
	t.failed++
	t.why, t.worked = why, time.Time{}
	if slices.Contains(t.whys, why) || len(t.whys) == maxWhys {
		return
	}
	t.whys = append(t.whys, why)
	if t.told.IsZero() || now.Sub(t.told) >= anotherWhy {
		t.told = now
		t.log.Log(context.Background(), t.level, t.what, "why", why, "error", err)
	}
}

// isSilent notes that a question had no answer in time. A call that failed for a
// reason says more.
func (t *trouble) isSilent(err error) {
	if !t.on.Load() {
		t.fails("it does not answer in time", err)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.worked = time.Time{}
}

func (t *trouble) begin(now time.Time) {
	t.on.Store(true)
	if t.ended.IsZero() || now.Sub(t.ended) > relapse {
		t.calm = calmAfter
	} else {
		t.calm = min(2*t.calm, calmAtMost)
	}
	t.began, t.told = now, time.Time{}
	t.failed, t.whys = 0, nil
}

// works notes that a call did not fail.
func (t *trouble) works() {
	if !t.on.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.on.Load() {
		return
	}
	now := time.Now()
	if t.worked.IsZero() {
		t.worked = now
	}
	if now.Sub(t.worked) < t.calm {
		return
	}
	t.on.Store(false)
	t.ended = now
	t.log.Info(t.over, "after", t.worked.Sub(t.began).Round(time.Millisecond), "failed", t.failed, "why", strings.Join(t.whys, "; "))
}

// present says what does not work now, and why; empty when all is well.
func (t *trouble) present() string {
	if !t.on.Load() {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.on.Load() || !t.worked.IsZero() && time.Since(t.worked) >= readyAfter {
		return ""
	}
	return t.what + ": " + t.why
}
