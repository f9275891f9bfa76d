package server

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are in memory, so that hours pass at
// once.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// TestPatience holds every way of taking too long against a clock of its own.
func TestPatience(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: kefu\r\n\r\n"
	answered := func(t *testing.T, conn net.Conn) {
		t.Helper()
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			t.Fatal(err)
		}
	}
	send := func(t *testing.T, conn net.Conn, text string) {
		t.Helper()
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name  string
		begin func(*testing.T, net.Conn)
		lives time.Duration
	}{
		{"sends nothing", func(*testing.T, net.Conn) {}, headersWithin},
		{"sends half a header", func(t *testing.T, c net.Conn) { send(t, c, "GET / HT") }, headersWithin},
		{"sends half of a next header", func(t *testing.T, c net.Conn) { send(t, c, get); answered(t, c); send(t, c, "GET / HT") }, idleWithin},
		{"sends half a body", func(t *testing.T, c net.Conn) {
			send(t, c, "POST / HTTP/1.1\r\nHost: kefu\r\nContent-Length: 9\r\n\r\n{")
		}, requestWithin},
		{"does not read its answer", func(t *testing.T, c net.Conn) { send(t, c, get) }, requestWithin},
		{"asks nothing more", func(t *testing.T, c net.Conn) { send(t, c, get); answered(t, c) }, idleWithin},
		{"asks again after a while", func(t *testing.T, c net.Conn) {
			for range 5 {
				send(t, c, get)
				answered(t, c)
				time.Sleep(idleWithin - 2*patienceStep)
			}
			send(t, c, get)
			answered(t, c)
		}, idleWithin},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				connections := new(patience)
				listener := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
				server := &http.Server{ConnState: connections.observe, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = io.WriteString(w, "hello")
				})}
				ctx, cancel := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { connections.run(ctx) })
				running.Go(func() { _ = server.Serve(listener) })
				ours, theirs := net.Pipe()
				listener.conns <- theirs
				tt.begin(t, ours)

				began := time.Now()
				closed := make(chan struct{})
				go func() {
					defer close(closed)
					// Only the end is waited for: what is written blocks on a pipe
					// that is not read, so the answer must not be taken either.
					for {
						synctest.Wait()
						alive := false
						connections.conns.Range(func(any, any) bool { alive = true; return false })
						if !alive {
							return
						}
						time.Sleep(patienceStep / 2)
					}
				}()
				<-closed
				if lived := time.Since(began); lived < tt.lives-patienceStep || lived > tt.lives+3*patienceStep {
					t.Errorf("the connection lived for %v, want %v", lived, tt.lives)
				}
				_ = ours.Close()
				_ = server.Close()
				cancel()
				running.Wait()
			})
		})
	}
}
