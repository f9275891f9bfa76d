package simtest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// mood is how the ledger behaves towards one process: the probabilities of what
// goes wrong with a call.
type mood struct {
	// away fails every call.
	away bool
	// before fails a call that does nothing, after one whose change is kept.
	before, after float64
	// again runs a change, undoes it, and runs it once more, as a store does when
	// its group could not be committed.
	again float64
	// slow lets a call take up to slowest longer.
	slow    float64
	slowest time.Duration
}

// faulty is the ledger as one process sees it. When the process is killed, every
// call fails at once, also those that have begun.
type faulty struct {
	store.Store
	dice *dice
	mood atomic.Pointer[mood]
	dead atomic.Bool
	// grave is closed at the death of the process.
	grave chan struct{}
	// running waits for changes that go on without their caller.
	running sync.WaitGroup
}

func newFaulty(under store.Store, d *dice, m *mood) *faulty {
	f := &faulty{Store: under, dice: d, grave: make(chan struct{})}
	f.mood.Store(m)
	return f
}

func (f *faulty) kill() {
	if f.dead.CompareAndSwap(false, true) {
		close(f.grave)
	}
}

func fault(story string) error {
	return &store.Fault{Why: "trouble in the bottle", Err: errors.New("in the bottle: " + story)}
}

var (
	errDead   = fault("the process was killed")
	errAway   = fault("the database is away")
	errBefore = fault("the call failed before it did anything")
	errOpen   = fault("it is not known whether the change was kept")
	// errUndo undoes the first run of a change that runs twice.
	errUndo = errors.New("the first run of two")
)

// wait passes time, unless the process dies or the caller gives up.
func (f *faulty) wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-f.grave:
		return errDead
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin is what may happen before a call does anything.
func (f *faulty) begin(ctx context.Context, m *mood) error {
	switch {
	case f.dead.Load():
		return errDead
	case m.away:
		return errAway
	case m.before > 0 && f.dice.chance(m.before):
		return errBefore
	case m.slow > 0 && f.dice.chance(m.slow) && !counting():
		return f.wait(ctx, f.dice.span(0, m.slowest))
	}
	return nil
}

// counting tells whether the call comes from where the API counts its calls. That
// asks the ledger while it holds a mutex, and a bubble's time stands still while
// anybody waits for one, so there the ledger is never slow.
func counting() bool {
	var stack [32]uintptr
	frames := runtime.CallersFrames(stack[:runtime.Callers(2, stack[:])])
	for {
		frame, more := frames.Next()
		if strings.Contains(frame.Function, "/internal/auth.") {
			return true
		}
		if !more {
			return false
		}
	}
}

// View implements [store.Store].
func (f *faulty) View(ctx context.Context, read func(store.Reader) error) error {
	if err := f.begin(ctx, f.mood.Load()); err != nil {
		return err
	}
	err := f.Store.View(ctx, read)
	if f.dead.Load() {
		return errDead
	}
	return err
}

// Revision implements [store.Store].
func (f *faulty) Revision(ctx context.Context, app kefu.AppID) (store.Revision, error) {
	m := *f.mood.Load()
	m.slow = 0
	if err := f.begin(ctx, &m); err != nil {
		return store.Revision{}, err
	}
	return f.Store.Revision(ctx, app)
}

// Update implements [store.Store]. A slow change is one that has begun: when its
// caller gives up it goes on.
func (f *faulty) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	m := f.mood.Load()
	if m.slow == 0 || counting() {
		fast := *m
		fast.slow = 0
		return f.update(ctx, &fast, app, change)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(chan error, 1)
	f.running.Go(func() { done <- f.update(context.WithoutCancel(ctx), m, app, change) })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *faulty) update(ctx context.Context, m *mood, app kefu.AppID, change func(store.Tx) error) error {
	if err := f.begin(ctx, m); err != nil {
		return err
	}
	mortal := func(tx store.Tx) error {
		if f.dead.Load() {
			return errDead
		}
		return change(tx)
	}
	if m.again > 0 && f.dice.chance(m.again) {
		err := f.Store.Update(ctx, app, func(tx store.Tx) error {
			if err := mortal(tx); err != nil {
				return err
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			return err
		}
	}
	err := f.Store.Update(ctx, app, mortal)
	switch {
	case f.dead.Load():
		return errDead
	case err != nil:
		return err
	case m.after > 0 && f.dice.chance(m.after):
		return errOpen
	case m.slow > 0 && f.dice.chance(m.slow):
		// What was committed is committed, whether or not its caller lives.
		return f.wait(ctx, f.dice.span(0, m.slowest))
	}
	return nil
}

// Ping implements [store.Store].
func (f *faulty) Ping(ctx context.Context) error {
	if err := f.begin(ctx, f.mood.Load()); err != nil {
		return err
	}
	return f.Store.Ping(ctx)
}
