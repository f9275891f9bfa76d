package callback

import (
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// maxLane bounds the pushes of one customer in memory, so that one who writes
// and writes leaves room for others. The rest is read when these are delivered.
const maxLane = 64

// lane is pushes of one customer, in order. Only the first is delivered; it keeps
// its place until it has an outcome, or steps aside.
type lane struct {
	key     laneKey
	parcels []*parcel
	state   laneState
	// more is the first push that was left in the ledger because the lane was
	// full, or 0; nothing after it is taken before it is. moreSeen is the reading
	// during which it was left.
	more     kefu.MsgID
	moreSeen int
	// due is when the first may go, and place the lane's place in the heap, while
	// it waits.
	due   time.Time
	place int
}

// laneKey tells lanes apart. A customer has a second lane for the events of its
// sessions while one of them has failed: there are servers that fail at all of
// these, and what the customer writes meanwhile shall not wait for their other
// attempts. Among themselves they stay in order.
type laneKey struct {
	customer kefu.OpenID
	aside    bool
}

// stepsAside tells whether a push makes a second lane.
func stepsAside(p *kefu.Push) bool {
	return p.Event != nil && p.Event.OfSession() && len(p.Attempts) > 0
}

type laneState uint8

const (
	idle    laneState = iota // nothing to deliver
	queued                   // in the queue of those who may go
	waiting                  // in the heap of those whose time has not come
	running                  // the first is being delivered
)

// parcel is a push in memory.
type parcel struct {
	push kefu.Push
	lane *lane
	// seen is the last reading of the ledger in which the push was there, and known
	// when the ledger was asked that said it is due and ours; zero while what became
	// of the last attempt is not known. See hold.
	seen  int
	known time.Time
	// fault is what goes wrong with the next attempt, once it was asked for.
	fault Fault
	asked bool
	// held is until when the push waits for the next one to overtake it.
	held time.Time
}

// due is when the push may go.
func (p *parcel) due() time.Time {
	if p.held.After(p.push.DueAt) {
		return p.held
	}
	return p.push.DueAt
}

// insert puts a parcel in its place by id. One that was tried already, or is
// being delivered, stays first.
func (l *lane) insert(p *parcel) {
	first := 0
	if len(l.parcels) > 0 && (l.state == running || len(l.parcels[0].push.Attempts) > 0) {
		first = 1
	}
	at, _ := slices.BinarySearchFunc(l.parcels[first:], p.push.ID, func(q *parcel, id kefu.MsgID) int {
		return int(min(max(q.push.ID-id, -1), 1))
	})
	l.parcels = slices.Insert(l.parcels, first+at, p)
}

// remove takes a parcel out.
func (l *lane) remove(p *parcel) {
	l.parcels = slices.DeleteFunc(l.parcels, func(q *parcel) bool { return q == p })
}

// hasSessionEvents tells whether events of sessions are in the lane.
func (l *lane) hasSessionEvents() bool {
	return slices.ContainsFunc(l.parcels, func(p *parcel) bool { return p.push.Event != nil && p.push.Event.OfSession() })
}

// overtake lets the second go first, if there is one.
func (l *lane) overtake() bool {
	if len(l.parcels) < 2 {
		return false
	}
	l.parcels[0], l.parcels[1] = l.parcels[1], l.parcels[0]
	return true
}

// lanes is a heap of those that wait, the one that is due first on top.
type lanes []*lane

func (h lanes) Len() int           { return len(h) }
func (h lanes) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h lanes) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *lanes) Push(x any) {
	l := x.(*lane)
	l.place = len(*h)
	*h = append(*h, l)
}

func (h *lanes) Pop() any {
	old := *h
	l := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return l
}
