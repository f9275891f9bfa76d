package callback

import (
	"container/heap"
	"errors"
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// pageSize is how many pushes are read from the ledger at once.
const pageSize = 256

// reading is how far a round has read in the ledger. New pushes have higher ids
// than old ones, so it mostly reads on from where it stopped; it begins again
// further down for what was left behind because there was no room, and at the
// bottom to find what it never saw.
type reading struct {
	on bool
	// number tells one reading from the next. It read everything from base to
	// cursor.
	number       int
	base, cursor kefu.MsgID
	// whole tells that the reading has come to the end of the ledger once.
	whole bool
	// ahead is a reading that a signal set off and that has found nothing yet.
	ahead bool
	// full is a reading that stopped because there was no room in the hand.
	full bool
	// onward is a reading that goes on behind one that came to its end, and turn what
	// turn the hold was at when that one began.
	onward bool
	turn   int64
}

func (r *round) readFrom(base kefu.MsgID) {
	r.reading = reading{on: true, number: r.reading.number + 1, base: base, cursor: base, turn: r.courier.hold.turn()}
}

// readAhead reads on.
func (r *round) readAhead() {
	if !r.reading.on && !r.reading.full {
		r.reading.on, r.reading.ahead, r.reading.onward = true, true, true
	}
}

// readAfresh reads from the bottom, unless a reading has not come to its end:
// what it does not know of is further up.
func (r *round) readAfresh() {
	switch {
	case r.reading.full:
		r.reading.on, r.reading.full = true, false
	case !r.reading.on:
		r.readFrom(0)
	}
}

// readPage reads one page.
func (r *round) readPage() {
	g := &r.reading
	asked := time.Now()
	page, err := r.courier.parts.Desk.DuePushes(r.stop, r.app, r.courier.parts.Name, g.cursor, pageSize)
	if err != nil {
		g.on = false
		if r.stop.Err() == nil && !errors.Is(err, kefu.OfficialAccountUnknown) {
			r.courier.parts.Log.Warn("pushes could not be read; it will be tried again", "app", r.app, "in", rescue, "error", err)
		}
		return
	}
	if g.onward && !r.courier.hold.sameTurn(g.turn) {
		// Somebody may have become ours meanwhile of whom there is more further down.
		r.readFrom(0)
		return
	}
	for i := range page {
		if !r.take(&page[i], asked) {
			g.on, g.full = false, true
			return
		}
		g.cursor = page[i].ID
	}
	if len(page) == pageSize {
		g.ahead = false
		return
	}
	ahead := g.ahead
	g.on, g.ahead = false, false
	if ahead && len(page) == 0 && len(r.hand) < pageSize {
		// A signal without a new push: an old one may be due again. Or the push was
		// read before its signal came, so this must not cost much; with more in hand
		// it is left to the rescue.
		r.readFrom(0)
		return
	}
	if !g.whole {
		g.whole = true
		r.compare()
	}
}

// take puts a push that was read into its lane; asked is when. It tells false when
// the hand is full.
func (r *round) take(push *kefu.Push, asked time.Time) bool {
	g := &r.reading
	if p := r.hand[push.ID]; p != nil {
		p.seen = g.number
		if !p.known.IsZero() {
			// What is not known of its last attempt is to be asked right before the next.
			p.known = asked
		}
		return true
	}
	l := r.laneOf(push)
	switch {
	case l.more != 0 && (g.number == l.moreSeen || g.base >= l.more):
		// There are pushes before it that this reading does not come by.
		return true
	case len(l.parcels) >= maxLane:
		l.more, l.moreSeen = push.ID, g.number
		return true
	case !r.room():
		if len(l.parcels) == 0 && l.more == 0 {
			delete(r.lanes, l.key)
		}
		return false
	}
	if push.ID >= l.more {
		l.more = 0
	}
	r.add(l, *push, asked)
	return true
}

// refill looks after a lane that was just placed: once it is empty, what it left
// in the ledger is read, and one that left nothing is let go. There may also be
// room again for a reading that stopped.
func (r *round) refill(l *lane) {
	g := &r.reading
	if len(l.parcels) == 0 {
		switch {
		case l.more == 0:
			delete(r.lanes, l.key)
		case g.on || g.full:
			// One that comes by is not enough: it may have been there already when
			// the lane was full.
			r.readFrom(min(l.more-1, g.cursor))
		default:
			r.readFrom(l.more - 1)
		}
	}
	if g.full && len(r.hand) <= maxInHand*3/4 {
		g.on, g.full = true, false
	}
}

// letGo drops a lane whose first push is not ours to deliver any more, which has
// just been found out. Whatever of it still is ours is read again, in its order.
func (r *round) letGo(l *lane) {
	l.more, l.moreSeen = l.parcels[0].push.ID, r.reading.number
	for _, p := range slices.Clone(l.parcels) {
		l.more = min(l.more, p.push.ID)
		r.drop(p)
	}
	r.place(l)
	r.refill(l)
}

// compare looks at what is in memory when a reading has come to its end. A push
// that one from the bottom did not meet is not ours to deliver any more: it has
// an outcome, or another process took it. A lane without pushes has nothing left
// in the ledger either when the reading came by.
func (r *round) compare() {
	g := &r.reading
	for _, p := range r.hand {
		l := p.lane
		if g.base > 0 || p.seen == g.number || l.state == running && l.parcels[0] == p {
			continue
		}
		r.drop(p)
		if l.state == waiting {
			heap.Remove(&r.waiting, l.place)
			r.place(l)
		}
	}
	for key, l := range r.lanes {
		if len(l.parcels) == 0 && (l.more == 0 || g.number > l.moreSeen && g.base < l.more) {
			delete(r.lanes, key)
		}
	}
}
