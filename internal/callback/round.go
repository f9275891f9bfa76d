package callback

import (
	"container/heap"
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxRunning bounds the requests at once to one account's server; WeChat's
	// own bound is not known.
	maxRunning = 64
	// maxInHand bounds an account's pushes in memory. freeInHand of them it may
	// always have; the others come out of what all accounts share.
	maxInHand  = 4096
	freeInHand = 64
	// leastWait keeps a clock that stands still from being asked all the time; at
	// the other end rescue bounds how long one that jumps goes unnoticed.
	leastWait = time.Millisecond
)

// What a round is told.
const (
	lookAhead   uint32 = 1 << iota // there are new pushes
	lookAfresh                     // look at all that is due
	lookAtClock                    // the clock was moved
)

// round delivers one official account's pushes. One goroutine, walk, owns all
// that is not said to be shared; each attempt has one of its own.
type round struct {
	courier *Courier
	app     kefu.AppID
	// stop ends with Run: nothing new begins. world ends when everything is
	// forgotten: nothing is written any more.
	stop, world context.Context
	forget      context.CancelFunc

	// told and woken are shared with those who wake the round.
	told  atomic.Uint32
	woken chan struct{}
	// over is closed when the round has ended.
	over chan struct{}
	// hold is on the customers of this account. It outlasts the courier's when another
	// account cannot be asked. It is shared.
	hold hold
	// breaker is shared with the attempts, and so is done, which has room for all
	// of them.
	breaker breaker
	done    chan delivered

	reading reading
	hand    map[kefu.MsgID]*parcel
	lanes   map[laneKey]*lane
	ready   []*lane
	waiting lanes
	running int
	// hungry tells that the round waits for a place; it belongs to places.
	hungry bool
}

func newRound(c *Courier, app kefu.AppID, run context.Context) *round {
	world, forget := context.WithCancel(context.WithoutCancel(run))
	return &round{
		courier: c,
		app:     app,
		stop:    run,
		world:   world,
		forget:  forget,
		woken:   make(chan struct{}, 1),
		over:    make(chan struct{}),
		done:    make(chan delivered, maxRunning),
		hand:    make(map[kefu.MsgID]*parcel),
		lanes:   make(map[laneKey]*lane),
	}
}

// tell wakes the round.
func (r *round) tell(what uint32) {
	r.told.Or(what)
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// always is ready to be received from.
var always = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// walk is the round. Reading the ledger takes turns with everything else, page
// by page.
func (r *round) walk() {
	defer close(r.over)
	defer r.forget()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		r.start()
		var page <-chan struct{}
		if r.reading.on {
			page = always
		}
		var due <-chan time.Time
		if len(r.waiting) > 0 {
			timer.Reset(min(max(r.waiting[0].due.Sub(r.now()), leastWait), rescue))
			due = timer.C
		}
		select {
		case <-r.stop.Done():
			r.end()
			return
		case <-r.world.Done():
			r.end()
			return
		case <-r.woken:
			r.listen(r.told.Swap(0))
		case d := <-r.done:
			r.finish(d)
		case <-due:
			r.lookAtClock(false)
		case <-page:
			r.readPage()
		}
	}
}

// end waits for the attempts in flight and gives back the shared room.
func (r *round) end() {
	for ; r.running > 0; r.running-- {
		<-r.done
	}
	for _, p := range r.hand {
		r.drop(p)
	}
}

func (r *round) now() time.Time { return r.courier.parts.Now() }

func (r *round) listen(told uint32) {
	if told&lookAtClock != 0 || told&lookAfresh != 0 {
		r.lookAtClock(true)
	}
	if told&lookAfresh != 0 {
		r.readAfresh()
	} else if told&lookAhead != 0 {
		r.readAhead()
	}
}

// lookAtClock lets those go whose time has come; with all, every time is
// compared, because the clock may have been moved either way.
func (r *round) lookAtClock(all bool) {
	if all {
		old := r.waiting
		r.waiting = nil
		for _, l := range old {
			r.place(l)
		}
		return
	}
	now := r.now()
	for len(r.waiting) > 0 && kefu.TimeToPush(r.waiting[0].due, now) {
		r.place(heap.Pop(&r.waiting).(*lane))
	}
}

// place puts a lane that stands nowhere among those who may go, or those who
// wait.
func (r *round) place(l *lane) {
	l.state = idle
	if len(l.parcels) == 0 {
		return
	}
	if l.due = l.parcels[0].due(); kefu.TimeToPush(l.due, r.now()) {
		l.state = queued
		r.ready = append(r.ready, l)
		return
	}
	l.state = waiting
	heap.Push(&r.waiting, l)
}

// start begins as many attempts as there may be.
func (r *round) start() {
	for len(r.ready) > 0 && r.running < maxRunning && r.stop.Err() == nil && r.world.Err() == nil {
		if !r.courier.places.enter(r) {
			return
		}
		l := r.ready[0]
		r.ready[0] = nil
		r.ready = r.ready[1:]
		// What was first may have changed while the lane stood in the queue, and so
		// may the clock.
		if len(l.parcels) == 0 || !kefu.TimeToPush(l.parcels[0].due(), r.now()) || r.postponed(l) {
			r.courier.places.leave()
			r.place(l)
			continue
		}
		l.state = running
		r.running++
		first := *l.parcels[0]
		go func() {
			d := r.deliver(first.push, first.fault, first.known)
			d.id = first.push.ID
			r.courier.places.leave()
			r.done <- d
		}()
	}
	r.courier.places.feed()
}

// postponed asks what goes wrong with the first of a lane, and tells whether that
// is to go later.
func (r *round) postponed(l *lane) bool {
	first, faults := l.parcels[0], r.courier.parts.Faults
	if faults == nil || first.asked {
		return false
	}
	first.asked = true
	first.fault = faults.PushFault(r.world, r.app, &first.push)
	if first.fault.Later && !l.overtake() {
		first.held = r.now().Add(laterPatience)
	}
	return first.fault.Later
}

// finish takes back the first of a lane from its attempt.
func (r *round) finish(d delivered) {
	r.running--
	p := r.hand[d.push.ID]
	l := p.lane
	if d.gone {
		l.state = idle
		r.letGo(l)
		return
	}
	if d.ended {
		r.drop(p)
	} else {
		*p = parcel{push: d.push, lane: l, seen: p.seen, known: d.known}
		if stepsAside(&p.push) && !l.key.aside {
			r.splitOff(l)
		}
	}
	r.place(l)
	r.refill(l)
}

// splitOff moves the events of sessions out of a lane that stands nowhere.
func (r *round) splitOff(l *lane) {
	side := r.laneAt(laneKey{l.key.customer, true})
	for _, p := range slices.Clone(l.parcels) {
		if p.push.Event != nil && p.push.Event.OfSession() {
			l.remove(p)
			r.put(side, p)
		}
	}
}

// laneOf finds the lane for a push that was read, or begins it.
func (r *round) laneOf(p *kefu.Push) *lane {
	if stepsAside(p) {
		return r.laneAt(laneKey{p.Customer, true})
	}
	if p.Event != nil && p.Event.OfSession() {
		// Behind those that wait in the customer's first lane, if any do: the second one
		// may be there for an event that is sent once more.
		side, first := r.lanes[laneKey{p.Customer, true}], r.lanes[laneKey{p.Customer, false}]
		if side != nil && (first == nil || !first.hasSessionEvents()) {
			return side
		}
	}
	return r.laneAt(laneKey{p.Customer, false})
}

// laneAt finds a lane, or begins it.
func (r *round) laneAt(key laneKey) *lane {
	l := r.lanes[key]
	if l == nil {
		l = &lane{key: key}
		r.lanes[key] = l
	}
	return l
}

// add takes a push into the hand. The caller has made room.
func (r *round) add(l *lane, push kefu.Push, known time.Time) {
	p := &parcel{push: push, seen: r.reading.number, known: known}
	r.hand[push.ID] = p
	r.put(l, p)
}

// put puts a parcel into its lane.
func (r *round) put(l *lane, p *parcel) {
	p.lane = l
	l.insert(p)
	switch l.state {
	case idle:
		r.place(l)
	case waiting:
		if first := l.parcels[0]; !first.held.IsZero() && l.overtake() {
			first.held = time.Time{}
		}
		heap.Remove(&r.waiting, l.place)
		r.place(l)
	}
}

// drop takes a push out of the hand and its lane, which the caller then places.
func (r *round) drop(p *parcel) {
	p.lane.remove(p)
	delete(r.hand, p.push.ID)
	if len(r.hand) >= freeInHand {
		r.courier.release()
	}
}

// room makes room for one more push.
func (r *round) room() bool {
	if len(r.hand) < freeInHand {
		return true
	}
	return len(r.hand) < maxInHand && r.courier.reserve()
}
