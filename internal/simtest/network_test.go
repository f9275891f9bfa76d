package simtest

import (
	"context"
	"net"
	"slices"
	"sync"
	"syscall"
)

// network joins everybody in a world, in memory: a bubble's time stands still for
// a socket of the machine.
type network struct {
	mu    sync.Mutex
	hosts map[string]*host
	lines []*line
}

// host listens under a name.
type host struct {
	name   string
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (h *host) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

func (h *host) Close() error   { h.once.Do(func() { close(h.closed) }); return nil }
func (h *host) Addr() net.Addr { return &net.UnixAddr{Name: h.name, Net: "bottle"} }

// line is a connection between two who have names.
type line struct {
	from, to string
	ends     [2]net.Conn
}

func (l *line) cut() {
	for _, end := range l.ends {
		_ = end.Close() // a pipe closes without failing
	}
}

func newNetwork() *network { return &network{hosts: make(map[string]*host)} }

// listen opens a host; one of the same name before it is gone.
func (n *network) listen(name string) *host {
	h := &host{name: name, conns: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[name] = h
	return h
}

// hang closes a host to new connections.
func (n *network) hang(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.hosts, name)
}

// cut breaks all connections of somebody, as the death of its process does.
func (n *network) cut(name string) {
	n.mu.Lock()
	var broken []*line
	n.lines = slices.DeleteFunc(n.lines, func(l *line) bool {
		mine := l.from == name || l.to == name
		if mine {
			broken = append(broken, l)
		}
		return mine
	})
	n.mu.Unlock()
	for _, l := range broken {
		l.cut()
	}
}

// dialer dials for somebody, as long as it lives.
func (n *network) dialer(from string, alive func() bool) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		refused := &net.OpError{Op: "dial", Net: "bottle", Err: syscall.ECONNREFUSED}
		name, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		n.mu.Lock()
		to := n.hosts[name]
		n.mu.Unlock()
		if to == nil || !alive() {
			return nil, refused
		}
		here, there := net.Pipe()
		n.mu.Lock()
		l := &line{from: from, to: name, ends: [2]net.Conn{here, there}}
		n.lines = append(n.lines, l)
		n.mu.Unlock()
		select {
		case to.conns <- there:
			return n.held(l, here), nil
		case <-to.closed:
			l.cut()
			return nil, refused
		case <-ctx.Done():
			l.cut()
			return nil, ctx.Err()
		}
	}
}

// held is an end that forgets its line when it is closed.
func (n *network) held(l *line, c net.Conn) net.Conn {
	return &heldEnd{Conn: c, closed: func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.lines = slices.DeleteFunc(n.lines, func(other *line) bool { return other == l })
	}}
}

type heldEnd struct {
	net.Conn
	closed func()
}

func (h *heldEnd) Close() error {
	h.closed()
	return h.Conn.Close()
}
