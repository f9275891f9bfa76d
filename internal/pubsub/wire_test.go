package pubsub_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu/internal/pubsub"
)

// street joins the wires of processes. It can lose and double signals, and break.
type street struct {
	mu     sync.Mutex
	wires  []*wire
	lose   bool
	double bool
	broken bool
	listed []int // how many signals each send had
	holdUp chan struct{}
}

// wire is one process's end of a street.
type wire struct {
	street *street
	// inbox is nil while the wire does not listen.
	inbox chan []pubsub.Signal
	gone  chan struct{}
}

func (s *street) wire() *wire {
	w := &wire{street: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wires = append(s.wires, w)
	return w
}

var errBroken = errors.New("the street is broken")

func (w *wire) Send(ctx context.Context, signals []pubsub.Signal) error {
	s := w.street
	s.mu.Lock()
	defer s.mu.Unlock()
	if hold := s.holdUp; hold != nil {
		s.mu.Unlock()
		select {
		case <-hold:
		case <-ctx.Done():
		}
		s.mu.Lock()
	}
	s.listed = append(s.listed, len(signals))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.broken:
		return errBroken
	case s.lose:
		return nil
	}
	for _, other := range s.wires {
		if other == w || other.inbox == nil {
			continue
		}
		other.inbox <- signals
		if s.double {
			other.inbox <- signals
		}
	}
	return nil
}

func (w *wire) Receive(ctx context.Context) ([]pubsub.Signal, error) {
	s := w.street
	s.mu.Lock()
	if s.broken {
		w.inbox = nil
		s.mu.Unlock()
		return nil, errBroken
	}
	if w.inbox == nil {
		w.inbox, w.gone = make(chan []pubsub.Signal, 100), make(chan struct{})
		s.mu.Unlock()
		return nil, nil
	}
	inbox, gone := w.inbox, w.gone
	s.mu.Unlock()
	select {
	case signals := <-inbox:
		return signals, nil
	case <-gone:
		s.mu.Lock()
		w.inbox = nil
		s.mu.Unlock()
		return nil, errBroken
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// setBroken breaks the street, or mends it.
func (s *street) setBroken(broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
	if !broken {
		return
	}
	for _, w := range s.wires {
		if w.gone != nil {
			close(w.gone)
			w.gone = nil
		}
	}
}

func (s *street) set(change func(*street)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// process is a hub that is carried, with a reader of its pushes.
type process struct {
	*pubsub.Hub
	news *pubsub.Subscription
	log  *strings.Builder
	end  func()
}

// begin carries a hub over a street, and waits until it listens.
func begin(t *testing.T, s *street) *process {
	p := &process{Hub: pubsub.New(), log: new(strings.Builder)}
	p.news = p.Subscribe(pubsub.Pushes)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	w := s.wire()
	go func() {
		defer close(ended)
		p.Carry(ctx, w, slog.New(slog.NewTextHandler(p.log, nil)))
	}()
	p.end = func() { cancel(); <-ended }
	t.Cleanup(p.end)
	synctest.Wait()
	if _, all := p.take(); !all {
		t.Error("a process that begins to listen: got nothing, want a look at everything")
	}
	return p
}

// take is what the reader was woken for; nothing when it was not.
func (p *process) take() (keys []string, all bool) {
	select {
	case <-p.news.C():
		keys, all = p.news.Take()
		slices.Sort(keys)
	default:
	}
	return keys, all
}

func want(t *testing.T, who string, p *process, wantKeys []string, wantAll bool) {
	t.Helper()
	if keys, all := p.take(); !slices.Equal(keys, wantKeys) || all != wantAll {
		t.Errorf("%s: got %q, everything %t, want %q, %t", who, keys, all, wantKeys, wantAll)
	}
}

func TestOthersAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(street)
		a, b, c := begin(t, s), begin(t, s), begin(t, s)
		a.Publish(pubsub.Pushes, "x")
		a.Publish(pubsub.Outgoing, "z")
		synctest.Wait()
		want(t, "the one who told", a, []string{"x"}, false)
		want(t, "another", b, []string{"x"}, false)
		want(t, "a third", c, []string{"x"}, false)

		// A doubled signal wakes, and means no more than one.
		s.set(func(s *street) { s.double = true })
		b.Publish(pubsub.Pushes, "y")
		synctest.Wait()
		want(t, "the one who told", b, []string{"y"}, false)
		want(t, "another", a, []string{"y"}, false)

		// What is nobody else's business stays here.
		before := len(s.listed)
		a.PublishHere(pubsub.Pushes, "mine")
		synctest.Wait()
		want(t, "the one who told", a, []string{"mine"}, false)
		if sent := len(s.listed) - before; sent != 0 {
			t.Errorf("what is told here only: got %d messages on the wire, want none", sent)
		}
	})
}

// Whoever ended is neither told nor heard, and holds nobody up.
func TestEndedIsNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(street)
		a, b := begin(t, s), begin(t, s)
		b.end()
		b.Publish(pubsub.Pushes, "x")
		a.Publish(pubsub.Pushes, "y")
		synctest.Wait()
		want(t, "the one that runs", a, []string{"y"}, false)
		want(t, "the one that ended", b, []string{"x"}, false)
	})
}

// A lost signal leaves no trace; the next one comes.
func TestLostOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(street)
		a, b := begin(t, s), begin(t, s)
		s.set(func(s *street) { s.lose = true })
		a.Publish(pubsub.Pushes, "x")
		synctest.Wait()
		want(t, "another", b, nil, false)
		s.set(func(s *street) { s.lose = false })
		a.Publish(pubsub.Pushes, "y")
		synctest.Wait()
		want(t, "another", b, []string{"y"}, false)
	})
}

// What is published while the wire is busy goes in one message, each once.
func TestTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(street)
		a, b := begin(t, s), begin(t, s)
		hold := make(chan struct{})
		s.set(func(s *street) { s.holdUp = hold })
		a.Publish(pubsub.Pushes, "first")
		synctest.Wait()
		for range 50 {
			for _, key := range []string{"x", "y", "z"} {
				a.Publish(pubsub.Pushes, key)
			}
		}
		s.set(func(s *street) { s.holdUp = nil })
		close(hold)
		synctest.Wait()
		want(t, "another", b, []string{"first", "x", "y", "z"}, false)
		if got := s.listed; !slices.Equal(got, []int{1, 3}) {
			t.Errorf("got messages of %d signals, want one of 1 and one of 3", got)
		}
	})
}

// A wire that takes nothing any more costs those signals, not those who publish.
func TestStuckWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(street)
		a, b := begin(t, s), begin(t, s)
		hold := make(chan struct{})
		s.set(func(s *street) { s.holdUp = hold })
		started := time.Now()
		for i := range 5000 {
			a.Publish(pubsub.Pushes, strconv.Itoa(i))
		}
		if took := time.Since(started); took != 0 {
			t.Errorf("publishing waited for the wire: %s", took)
		}
		s.set(func(s *street) { s.holdUp = nil })
		time.Sleep(5 * time.Second)
		a.take()
		b.take()
		a.Publish(pubsub.Pushes, "after")
		synctest.Wait()
		want(t, "another", b, []string{"after"}, false)
		if most := slices.Max(s.listed); most > 1024 {
			t.Errorf("got %d signals in one message, want at most 1024", most)
		}
	})
}

// A break is told once, and after it everybody looks at everything at once, also
// when nobody says anything.
func TestBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(street)
		a, b := begin(t, s), begin(t, s)
		s.setBroken(true)
		time.Sleep(time.Minute)
		a.Publish(pubsub.Pushes, "x")
		synctest.Wait()
		want(t, "the one who told", a, []string{"x"}, false)
		want(t, "another, during the break", b, nil, false)

		s.setBroken(false)
		time.Sleep(2 * time.Second)
		want(t, "the one who told", a, nil, true)
		want(t, "another, after the break", b, nil, true)
		a.Publish(pubsub.Pushes, "y")
		synctest.Wait()
		want(t, "another", b, []string{"y"}, false)

		b.end()
		log := b.log.String()
		for _, line := range []string{"cannot be heard", "are heard again"} {
			if n := strings.Count(log, line); n != 1 {
				t.Errorf("the log tells %d times that signals %s, want once:\n%s", n, line, log)
			}
		}
	})
}
