package callback

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

// holdFor is how long what was ours when pushes were taken stays ours without a
// further word: somewhat less than half of the lease of a courier, the time at
// which it is renewed.
const holdFor = 7 * time.Second

// hold is since when, without a gap, this process has held on to the customers that
// it delivers to. Within such a time what the ledger once said to be ours is still
// ours. After a gap, in which the ledger could not be written, another process may
// have taken over and delivered what is still in memory here.
type hold struct {
	mu             sync.Mutex
	since, renewed time.Time
	// turns counts the calls that take pushes, when they begin and when they end.
	// running of them have not ended, and until open it is not known of one that
	// failed what it took.
	turns   int64
	running int
	open    time.Time
}

// openFor is how long a call that failed may still take pushes: a change that has
// begun goes on without its caller, and longer than a statement of it takes.
const openFor = 30 * time.Second

// begin notes that pushes are about to be taken, end that they were, as far as is
// known.
func (h *hold) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turns++
	h.running++
}

func (h *hold) end(known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turns++
	h.running--
	if !known {
		h.open = time.Now().Add(openFor)
	}
}

// unknownTurn is the turn at which nobody knows who is ours.
const unknownTurn = -1

// turn is the present turn: while it is the same, nobody has become ours whose
// older pushes were not ours before.
func (h *hold) turn() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running > 0 || time.Now().Before(h.open) {
		return unknownTurn
	}
	return h.turns
}

func (h *hold) sameTurn(turn int64) bool { return turn != unknownTurn && turn == h.turn() }

// renew notes that pushes were taken by a call that began at a time.
func (h *hold) renew(asked time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if asked.Before(h.renewed) {
		return
	}
	if asked.Sub(h.renewed) > holdFor {
		h.since = asked
	}
	h.renewed = asked
}

// covers tells whether what was known to be ours at a time surely still is.
func (h *hold) covers(known time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !known.IsZero() && !known.Before(h.since) && time.Since(h.renewed) <= holdFor
}

// fresh tells whether pushes were taken just now.
func (h *hold) fresh() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Since(h.renewed) <= holdFor/2
}

// holds tells whether what was known to be ours at a time surely still is.
func (r *round) holds(known time.Time) bool {
	return r.courier.hold.covers(known) || r.hold.covers(known)
}

// errOldWord is a word of the ledger that took so long that it may not be true any
// more.
var errOldWord = errors.New("callback: the ledger took too long to say whether the push is still due")

// ask asks the ledger whether a push is still due and ours: the outcome of its last
// attempt may have been noted although that was not heard, or another process may
// have taken over. known is that of the parcel afterwards; with later, there is no
// attempt now.
func (r *round) ask(p kefu.Push) (fresh kefu.Push, known time.Time, later *delivered) {
	parts := &r.courier.parts
	if !r.courier.hold.fresh() && !r.hold.fresh() {
		apps, err := r.courier.takeOver(r.world, false)
		if err != nil && !slices.Contains(apps, r.app) {
			d := r.unsettled(p, err)
			return p, known, &d
		}
	}
	known = time.Now()
	due, err := parts.Desk.DuePushes(r.world, r.app, parts.Name, p.ID-1, 1)
	if err == nil && !r.holds(known) {
		err = errOldWord
	}
	switch {
	case err != nil:
		d := r.unsettled(p, err)
		return p, known, &d
	case len(due) == 0 || due[0].ID != p.ID:
		return p, known, &delivered{push: p, gone: true}
	case !kefu.TimeToPush(due[0].DueAt, r.now()):
		return p, known, &delivered{push: due[0], known: known}
	}
	return due[0], known, nil
}
