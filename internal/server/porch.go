package server

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// porchWithin is how long a connection that will be refused may take for
	// anything.
	porchWithin = 2 * time.Second
	// lastWordsWithin is how long the last words to a connection may take. They fit
	// into an empty buffer, so they take no time at all.
	lastWordsWithin = 100 * time.Millisecond
)

// porch is the listener of connections for which the house has no room. What they
// ask is answered, in the words of the door that it is for, by telling them to come
// again. Whoever has said nothing makes room for the next: so it is never full of
// silence.
type porch struct {
	most    int
	addr    net.Addr
	arrived chan net.Conn
	closed  chan struct{}
	// open are the connections that are open.
	open atomic.Int64

	mu sync.Mutex
	// silent are those from which nothing came yet, the oldest first.
	silent []net.Conn
	ended  bool
}

func newPorch(most int, addr net.Addr) *porch {
	return &porch{most: most, addr: addr, arrived: make(chan net.Conn, most), closed: make(chan struct{})}
}

// take lets a connection onto the porch, or turns it away. It never waits.
func (p *porch) take(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		_ = conn.Close() // nothing was said on it
		return
	}
	if p.open.Load() >= int64(p.most) && len(p.silent) > 0 {
		turnAway(p.silent[0])
		p.silent = slices.Delete(p.silent, 0, 1)
	}
	conn = counted(conn, &p.open)
	if p.open.Add(1) > int64(p.most) {
		turnAway(conn)
		return
	}
	select {
	case p.arrived <- conn:
		p.silent = append(p.silent, conn)
	default:
		turnAway(conn) // The last ones have not been looked at yet.
	}
}

// observe hears of every change of a connection's state.
func (p *porch) observe(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.silent, conn); at >= 0 {
		p.silent = slices.Delete(p.silent, at, at+1)
	}
}

// Accept implements [net.Listener].
func (p *porch) Accept() (net.Conn, error) {
	select {
	case conn := <-p.arrived:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (p *porch) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return nil
	}
	p.ended = true
	close(p.closed)
	for _, conn := range p.silent {
		_ = conn.Close() // nothing was said on it
	}
	return nil
}

// Addr implements [net.Listener].
func (p *porch) Addr() net.Addr { return p.addr }

// server is the one that serves the porch.
func (p *porch) server(handler http.Handler, log *slog.Logger) *http.Server {
	s := &http.Server{
		Handler:           handler,
		ConnState:         p.observe,
		ReadHeaderTimeout: porchWithin,
		ReadTimeout:       2 * porchWithin,
		WriteTimeout:      4 * porchWithin,
		MaxHeaderBytes:    maxHeaders,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	s.SetKeepAlivesEnabled(false)
	return s
}

// fullHouse is said to who has not been asked what they want: both kinds of
// callers understand a part of it.
var fullHouse = func() []byte {
	const body = `{"errcode":-1,"errmsg":"system error"}`
	return fmt.Appendf(nil, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", comeAgain, len(body), body)
}()

// turnAway says that and closes. Whether the words arrive is up to the other side;
// nothing depends on it.
func turnAway(conn net.Conn) {
	_ = conn.SetWriteDeadline(time.Now().Add(lastWordsWithin))
	_, _ = conn.Write(fullHouse)
	_ = conn.Close()
}
