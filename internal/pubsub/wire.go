package pubsub

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Wire carries signals to and from the other processes of a house. It may lose,
// double and delay them.
type Wire interface {
	// Send tells the other processes, of at least one signal. This one may hear it
	// too.
	Send(ctx context.Context, signals []Signal) error
	// Receive waits for signals of others until ctx ends. After an error the next
	// Receive begins to listen anew. One that has begun to listen returns at once
	// without any signal, since those that were sent before are not known.
	Receive(ctx context.Context) ([]Signal, error)
}

// Signal is one piece of news.
type Signal struct{ Topic, Key string }

const (
	// maxUnsent bounds the different signals that wait for the wire. They are few,
	// one for each account and topic; the rest is lost, and its readers look by
	// themselves.
	maxUnsent = 1024
	// sendWithin bounds one message on the wire. After it, readers elsewhere look by
	// themselves about as soon.
	sendWithin = 2 * time.Second
	// rewire is the pause before a broken wire is listened to again.
	rewire = time.Second
)

// unsent collects signals for the wire; each is sent once however often it was
// published meanwhile.
type unsent struct {
	mu   sync.Mutex
	set  map[Signal]struct{}
	wake chan struct{}
}

func (u *unsent) add(s Signal) {
	u.mu.Lock()
	if len(u.set) < maxUnsent {
		u.set[s] = struct{}{}
	}
	u.mu.Unlock()
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

func (u *unsent) take() []Signal {
	u.mu.Lock()
	defer u.mu.Unlock()
	list := make([]Signal, 0, len(u.set))
	for s := range u.set {
		list = append(list, s)
	}
	clear(u.set)
	return list
}

// Carry joins the hub to a wire until ctx ends. What [Hub.Publish] signals is also
// sent there; what is received there is signalled here. Whenever the wire has begun
// to listen, and anything may have been missed before, every subscriber is told to
// look at everything. It runs once at a time.
func (h *Hub) Carry(ctx context.Context, w Wire, log *slog.Logger) {
	out := &unsent{set: make(map[Signal]struct{}), wake: make(chan struct{}, 1)}
	h.mu.Lock()
	h.out = out
	h.mu.Unlock()
	var both sync.WaitGroup
	defer func() {
		h.mu.Lock()
		h.out = nil
		h.mu.Unlock()
		both.Wait()
	}()
	both.Go(func() { h.receive(ctx, w, log) })
	for {
		select {
		case <-ctx.Done():
			return
		case <-out.wake:
		}
		// What was published since the wake went with it.
		signals := out.take()
		if len(signals) == 0 {
			continue
		}
		sending, cancel := context.WithTimeout(ctx, sendWithin)
		err := w.Send(sending, signals)
		cancel()
		if err != nil && ctx.Err() == nil {
			log.Debug("signals to other processes were lost; they look by themselves", "error", err)
		}
	}
}

func (h *Hub) receive(ctx context.Context, w Wire, log *slog.Logger) {
	broken := false
	for ctx.Err() == nil {
		signals, err := w.Receive(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if !broken {
				log.Warn("signals of other processes cannot be heard; news of theirs comes a little later until they can", "error", err)
			}
			broken = true
			pause := time.NewTimer(rewire)
			select {
			case <-ctx.Done():
			case <-pause.C:
			}
			pause.Stop()
			continue
		case broken:
			broken = false
			log.Info("signals of other processes are heard again")
			h.tellAll()
		case len(signals) == 0:
			h.tellAll()
		}
		for _, s := range signals {
			h.deliver(s.Topic, s.Key)
		}
	}
}

// tellAll has every subscriber look at everything.
func (h *Hub) tellAll() {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, subs := range h.subs {
		for s := range subs {
			s.addAll()
		}
	}
}
