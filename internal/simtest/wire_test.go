package simtest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/openkefu/kefu/internal/pubsub"
)

// air carries signals between the processes of a world, and loses, doubles and
// delays them while it is bad.
type air struct {
	dice *dice

	mu    sync.Mutex
	bad   bool
	mute  bool
	wires map[*wire]bool
	late  sync.WaitGroup
}

func newAir(d *dice) *air { return &air{dice: d, wires: make(map[*wire]bool)} }

// set says how the air is.
func (a *air) set(bad, mute bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.bad, a.mute = bad, mute
}

func (a *air) is() (bad, mute bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bad, a.mute
}

// lose is asked by every hub whether a signal within its process gets lost.
func (a *air) lose(pubsub.Signal) bool {
	bad, mute := a.is()
	return mute || bad && a.dice.chance(0.3)
}

// maxOnWire bounds what a process has not heard yet; more is lost.
const maxOnWire = 64

// wire is one process's end of the air. It implements [pubsub.Wire].
type wire struct {
	air    *air
	heard  chan []pubsub.Signal
	broken chan struct{}
}

func (a *air) join() *wire {
	w := &wire{air: a, heard: make(chan []pubsub.Signal, maxOnWire), broken: make(chan struct{}, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wires[w] = true
	return w
}

func (w *wire) leave() {
	w.air.mu.Lock()
	defer w.air.mu.Unlock()
	delete(w.air.wires, w)
}

var errBroken = errors.New("the wire broke")

// Send tells the other processes.
func (w *wire) Send(_ context.Context, signals []pubsub.Signal) error {
	w.air.mu.Lock()
	defer w.air.mu.Unlock()
	bad, d := w.air.bad, w.air.dice
	if w.air.mute || !w.air.wires[w] {
		return nil
	}
	for other := range w.air.wires {
		if other == w {
			continue
		}
		times := 1
		switch {
		case !bad:
		case d.chance(0.1):
			return errBroken
		case d.chance(0.3):
			times = 0
		case d.chance(0.2):
			times = 2
		}
		for range times {
			if bad && d.chance(0.3) {
				delay := d.span(0, 10*time.Second)
				w.air.late.Go(func() {
					time.Sleep(delay)
					other.hear(signals)
				})
				continue
			}
			other.hear(signals)
		}
		if bad && d.chance(0.05) {
			select {
			case other.broken <- struct{}{}:
			default:
			}
		}
	}
	return nil
}

func (w *wire) hear(signals []pubsub.Signal) {
	select {
	case w.heard <- signals:
	default:
	}
}

// Receive waits for signals of others.
func (w *wire) Receive(ctx context.Context) ([]pubsub.Signal, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-w.broken:
		return nil, errBroken
	case s := <-w.heard:
		return s, nil
	}
}
