package server

import (
	"net"
	"sync"
	"sync/atomic"
)

// crowdedShare is from which part of the places on, in percent, there is a crowd,
// and connections that do nothing are closed sooner.
const crowdedShare = 75

// arrivals is a listener that counts connections. As many as fit go to the server
// that uses it, and the others to its porch, where they are told to come again. So
// accepting never stops, and the process never runs out of descriptors.
type arrivals struct {
	net.Listener
	bounds openings
	crowd  *crowd
	porch  *porch
	// within are the open connections of the house.
	within atomic.Int64
}

func newArrivals(listener net.Listener, bounds openings, c *crowd) *arrivals {
	return &arrivals{Listener: listener, bounds: bounds, crowd: c, porch: newPorch(bounds.porch, listener.Addr())}
}

// Accept implements [net.Listener] for those who fit.
func (a *arrivals) Accept() (net.Conn, error) {
	for {
		conn, err := a.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if a.within.Add(1) <= int64(a.bounds.rooms) {
			return counted(conn, &a.within), nil
		}
		a.within.Add(-1)
		a.crowd.refuseConnection(a.bounds.rooms)
		a.porch.take(conn)
	}
}

// crowded tells whether room is getting scarce.
func (a *arrivals) crowded() bool {
	return a.within.Load()*100 > int64(a.bounds.rooms)*crowdedShare
}

// counted makes a connection give its place back when it is closed. One of TCP
// keeps all its abilities: net/http lets the system send files over it.
func counted(conn net.Conn, open *atomic.Int64) net.Conn {
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &countedTCP{TCPConn: tcp, open: open}
	}
	return &countedConn{Conn: conn, open: open}
}

type countedTCP struct {
	*net.TCPConn
	open *atomic.Int64
	once sync.Once
}

// Close implements [net.Conn].
func (c *countedTCP) Close() error {
	err := c.TCPConn.Close()
	c.once.Do(func() { c.open.Add(-1) })
	return err
}

// giveBack gives the place back while the connection lives on elsewhere.
func (c *countedTCP) giveBack() { c.once.Do(func() { c.open.Add(-1) }) }

type countedConn struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

// Close implements [net.Conn].
func (c *countedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.open.Add(-1) })
	return err
}

// giveBack gives the place back while the connection lives on elsewhere.
func (c *countedConn) giveBack() { c.once.Do(func() { c.open.Add(-1) }) }
