package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// A new connection has this long to send the headers of its first request.
	headersWithin = 15 * time.Second
	// A request has this long from the end of its headers to the last byte of its
	// answer. It allows for the slowest of links, and for the delay that a sandbox
	// can be asked for.
	requestWithin = 150 * time.Second
	// A connection is kept this long for the headers of a next request.
	idleWithin = 2 * time.Minute

	// In a crowd connections that do nothing make room sooner: those of which
	// nothing came yet, those that wait for a next request, and those whose request
	// takes longer than any that is waited for with reason.
	crowdedHeadersWithin = 2 * time.Second
	crowdedIdleWithin    = 5 * time.Second
	crowdedRequestWithin = 45 * time.Second

	// patienceStep is how often connections are looked at, and so how much later
	// than its time one can be closed.
	patienceStep = time.Second
)

// patience closes connections that take too long, so that nobody can hold many
// of them by sending or reading nothing. net/http can do that with deadlines on
// every request, but setting them costs the busiest call a twelfth of its time;
// looking at all connections once a second costs nothing.
type patience struct {
	// conns holds a *waiting by connection.
	conns sync.Map
	// step counts the looks.
	step atomic.Int64
	// crowded tells whether room is getting scarce; nil for never.
	crowded func() bool
}

// waiting is what a connection waits for and since which step: the state in the
// lowest bits.
type waiting struct{ since atomic.Int64 }

const stateBits = 3

// observe hears of every change of a connection's state.
func (p *patience) observe(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		w := &waiting{}
		w.since.Store(p.step.Load()<<stateBits | int64(state))
		p.conns.Store(conn, w)
	case http.StateActive, http.StateIdle:
		if w, ok := p.conns.Load(conn); ok {
			w.(*waiting).since.Store(p.step.Load()<<stateBits | int64(state))
		}
	case http.StateHijacked, http.StateClosed:
		p.conns.Delete(conn)
	}
}

// run looks at the connections until ctx ends.
func (p *patience) run(ctx context.Context) {
	ticker := time.NewTicker(patienceStep)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			p.look()
		}
	}
}

// look closes what has waited too long.
func (p *patience) look() {
	now := p.step.Add(1)
	crowded := p.crowded != nil && p.crowded()
	p.conns.Range(func(conn, w any) bool {
		since := w.(*waiting).since.Load()
		waited := time.Duration(now-since>>stateBits) * patienceStep
		if waited > within(http.ConnState(since&(1<<stateBits-1)), crowded) {
			// Closing is the end of it either way; the server hears of it by its
			// next read or write.
			_ = conn.(net.Conn).Close()
		}
		return true
	})
}

func within(state http.ConnState, crowded bool) time.Duration {
	limits := [...]time.Duration{headersWithin, idleWithin, requestWithin}
	if crowded {
		limits = [...]time.Duration{crowdedHeadersWithin, crowdedIdleWithin, crowdedRequestWithin}
	}
	switch state {
	case http.StateNew:
		return limits[0]
	case http.StateIdle:
		return limits[1]
	default:
		return limits[2]
	}
}
