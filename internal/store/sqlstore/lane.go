package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// maxQueue bounds the changes that wait in one lane. At ten thousand changes a
// second the last of 4096 waits for less than half a second; a caller who would
// wait longer is better told that the house is busy.
const maxQueue = 4096

// queueBound is how long a change may wait for its turn. That is a hundred times
// what it takes in a house that is well; with the time of its own attempt it is
// still about as long as callers have patience.
const queueBound = 5 * time.Second

var (
	errPanicked = errors.New("sqlstore: the change panicked and was undone; the log has its stack")
	errGoexit   = errors.New("sqlstore: this change, or one of its group, ended its goroutine (runtime.Goexit, or FailNow of a test): nothing was changed")
	errTxOver   = errors.New("sqlstore: the ledger was asked through a Reader or Tx whose function has returned")
)

// lane commits the changes of one official account, or of a whole SQLite file,
// one group after the other.
type lane struct {
	store *Store
	app   kefu.AppID
	queue chan *change

	// trouble is why the last group failed as a whole; nil when it did not. It
	// belongs to the lane's goroutine.
	trouble error
}

// change is one call of Update on its way.
type change struct {
	app kefu.AppID
	do  func(store.Tx) error
	// since is when it was queued.
	since time.Time
	// state decides between a lane that begins the change and a caller who no
	// longer waits for it.
	state atomic.Int32
	// done receives the result once; it has room for it, so a lane never waits
	// for a caller.
	done chan error

	// What follows belongs to the lane.
	err   error
	tx    *tx
	ended bool
}

const (
	queued int32 = iota
	begun
	abandoned
)

// enqueue puts a change into its lane, which starts when it is needed.
func (s *Store) enqueue(c *change) error {
	key := s.dialect.lane(c.app)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	l := s.lanes[key]
	if l == nil {
		l = &lane{store: s, app: key, queue: make(chan *change, maxQueue)}
		s.lanes[key] = l
		s.running.Go(l.run)
	}
	select {
	case l.queue <- c:
		return nil
	default:
		return store.ErrBusy
	}
}

// wait returns the result of a change. When ctx ends first, a change that has
// not begun never will; one that has begun is finished without its caller.
func (c *change) wait(ctx context.Context) error {
	select {
	case err := <-c.done:
		return err
	case <-ctx.Done():
	}
	if c.state.CompareAndSwap(queued, abandoned) {
		return ctx.Err()
	}
	select {
	case err := <-c.done:
		return err
	default:
		return ctx.Err()
	}
}

// run is the lane's goroutine.
func (l *lane) run() {
	finished := false
	defer func() {
		if !finished {
			// A change took this goroutine down with it. Those behind it need
			// another one.
			l.store.running.Go(l.run)
		}
	}()
	var idle *time.Timer
	var quiet <-chan time.Time
	if life := l.store.dialect.laneIdle; life > 0 {
		idle = time.NewTimer(life)
		defer idle.Stop()
		quiet = idle.C
	}
	var group []*change
	for {
		select {
		case first := <-l.queue:
			group = l.gather(group[:0], first)
			l.trouble = l.store.commit(group)
			clear(group)
			// Callers who were just told often have a next change at once. Let
			// them queue it, so that it goes with this group and not after it.
			runtime.Gosched()
			if idle != nil {
				idle.Reset(l.store.dialect.laneIdle)
			}
		case <-quiet:
			if l.store.retire(l) {
				finished = true
				return
			}
			idle.Reset(l.store.dialect.laneIdle)
		case <-l.store.closing:
			l.refuse()
			finished = true
			return
		}
	}
}

// gather begins the changes that wait now, up to the bound of a group, and
// refuses those that have waited too long: behind a disk or a server that takes
// seconds for every group, the last of a long queue would wait for minutes.
func (l *lane) gather(group []*change, c *change) []*change {
	now := time.Now()
	for {
		if c.state.CompareAndSwap(queued, begun) {
			if now.Sub(c.since) > queueBound {
				c.done <- l.overdue()
			} else {
				group = append(group, c)
			}
		}
		if len(group) == l.store.maxGroup {
			return group
		}
		select {
		case c = <-l.queue:
		default:
			return group
		}
	}
}

// overdue is the error of a change that waited too long. It was never begun.
func (l *lane) overdue() error {
	if l.trouble != nil {
		return l.trouble
	}
	return store.ErrBusy
}

// refuse ends the changes that had not begun when the store was closed. Nothing
// is queued after that.
func (l *lane) refuse() {
	for {
		select {
		case c := <-l.queue:
			c.done <- store.ErrClosed
		default:
			return
		}
	}
}

// retire takes a quiet lane out of the store, unless a change came meanwhile.
func (s *Store) retire(l *lane) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.queue) > 0 || s.closed {
		return false
	}
	delete(s.lanes, l.app)
	return true
}

// run runs the change over a transaction and keeps its result. An error of the
// ledger that the change did not pass on undoes it all the same: PostgreSQL
// takes nothing more after one, and what a change does must not depend on the
// database.
func (c *change) run(t *tx, s *Store) {
	c.tx, c.err = t, errGoexit
	defer func() {
		t.over = true
		if p := recover(); p != nil {
			s.log.Error("a change panicked", "appid", string(c.app), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			c.err = errPanicked
		}
	}()
	err := c.do(t)
	if err == nil {
		err = t.failed
	}
	c.err = err
}

// end tells the caller.
func (c *change) end() {
	if !c.ended {
		c.ended = true
		c.done <- c.err
	}
}
