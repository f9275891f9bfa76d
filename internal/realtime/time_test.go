package realtime_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openkefu/kefu"
)

// pipes is a listener without a network, which virtual time needs.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// what is what a page does with what it is sent.
type what int

const (
	nothing   what = iota // the test reads it
	answers               // reads it, and answers pings
	onlyReads             // takes the bytes, as a proxy does whose page is gone
)

// inBubble runs a test with a house in virtual time.
func inBubble(t *testing.T, edit func(*options), test func(h *house, open func(q map[string][]string, does what) *page)) {
	synctest.Test(t, func(t *testing.T) {
		listener := newPipes()
		h := newHouse(t, func(o *options) {
			o.pipe = listener
			if edit != nil {
				edit(o)
			}
		})
		var reading sync.WaitGroup
		var pages []*page
		test(h, func(q map[string][]string, does what) *page {
			dialer := &websocket.Dialer{NetDialContext: listener.dial}
			conn, _, err := dialer.Dial(h.address(q), nil)
			if err != nil {
				t.Fatal(err)
			}
			p := &page{t: t, conn: conn}
			pages = append(pages, p)
			if p.hello, err = p.next(); err != nil {
				t.Fatal(err)
			}
			_ = conn.SetReadDeadline(time.Time{})
			switch does {
			case answers:
				reading.Go(func() {
					for {
						if _, _, err := conn.ReadMessage(); err != nil {
							return
						}
					}
				})
			case onlyReads:
				reading.Go(func() { _, _ = io.Copy(io.Discard, conn.NetConn()) }) // until it is closed
			}
			return p
		})
		for _, p := range pages {
			_ = p.conn.Close()
		}
		reading.Wait()
		synctest.Wait()
		h.end()
		h.server.Close()
	})
}

// TestPings: a page that answers stays for days; one that is gone without a word is
// given up.
func TestPings(t *testing.T) {
	inBubble(t, nil, func(h *house, open func(map[string][]string, what) *page) {
		open(query("here", "all"), answers)
		open(query("gone", "all"), onlyReads)
		time.Sleep(30 * time.Second)
		if n := h.hub.Count(); n != 2 {
			t.Errorf("after 30 s: got %d sockets, want 2", n)
		}
		time.Sleep(70 * time.Second)
		if n := h.hub.Count(); n != 1 {
			t.Errorf("after 100 s: got %d sockets, want only the one that answers", n)
		}
		time.Sleep(48 * time.Hour)
		if n := h.hub.Count(); n != 1 {
			t.Errorf("after two days: got %d sockets, want 1", n)
		}
	})
}

// TestMute: with a mute signal everything comes, a little later.
func TestMute(t *testing.T) {
	inBubble(t, nil, func(h *house, open func(map[string][]string, what) *page) {
		p := open(query("a", "all"), nothing)
		h.ledger.add("o1", 3)
		began := time.Now()
		p.reads(3)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("got it after %s, want within 2 s", took)
		}
	})
}

// attendance notes what presence hears.
type attendance struct {
	mu    sync.Mutex
	lines []string
	began time.Time
}

func (a *attendance) note(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, fmt.Sprintf("%s %s", time.Since(a.began).Truncate(time.Second), fmt.Sprintf(format, args...)))
}

func (a *attendance) Here(_ context.Context, _ kefu.AppID, who []string) {
	slices.Sort(who)
	a.note("here %s", strings.Join(who, " "))
}

func (a *attendance) Gone(_ context.Context, _ kefu.AppID, who string) { a.note("gone %s", who) }

func (a *attendance) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	lines := a.lines
	a.lines = nil
	return lines
}

// TestPresence: who opens a page is here at once and is told again as long as it
// stays; a page that is loaded again is no absence.
func TestPresence(t *testing.T) {
	seen := new(attendance)
	inBubble(t, func(o *options) { o.door.Presence = seen }, func(h *house, open func(map[string][]string, what) *page) {
		seen.began = time.Now()
		heard := func(when string, want ...string) {
			t.Helper()
			synctest.Wait()
			if got := seen.take(); !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", when, got, want)
			}
		}
		one := open(query("a", "all"), answers)
		heard("the first page", "0s here a")
		two := open(query("a", "all"), answers)
		heard("a second one")
		time.Sleep(5 * time.Second)
		other := open(query("b", "all"), answers)
		heard("somebody else", "5s here b")
		time.Sleep(17 * time.Second)
		heard("a renewal", "20s here a b")
		_ = one.conn.Close()
		time.Sleep(time.Minute - 2*time.Second)
		heard("one of two is closed", "40s here a b", "1m0s here a b", "1m20s here a b")

		_ = two.conn.Close() // at 80 s
		time.Sleep(19 * time.Second)
		three := open(query("a", "all"), answers)
		time.Sleep(5 * time.Second)
		heard("loaded again within the grace", "1m40s here a b")
		_ = three.conn.Close() // at 104 s
		time.Sleep(30 * time.Second)
		heard("closed for good", "2m0s here a b", "2m4s gone a")
		_ = other.conn.Close()
		time.Sleep(time.Minute)
		heard("both", "2m20s here b", "2m34s gone b")
	})
}
