package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
)

// developer is a developer's server: it acknowledges every push, or, while it is
// dead, takes connections and answers nothing.
type developer struct {
	url    string
	server *http.Server
	// arrived has the time of each push that came, while it is alive.
	arrived chan time.Time
	// held counts the requests that get no answer.
	held atomic.Int64

	mu sync.Mutex
	// revived is closed when it is alive again; nil while it is.
	revived chan struct{}
}

// arrivals bounds the pushes that nobody has looked at yet: more than a round of
// any row.
const arrivals = 1 << 16

func newDeveloper() (*developer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &developer{url: "http://" + listener.Addr().String() + "/wechat", arrived: make(chan time.Time, arrivals)}
	d.server = &http.Server{Handler: d}
	go func() { _ = d.server.Serve(listener) }() // until it is closed
	return d, nil
}

func (d *developer) close() { _ = d.server.Close() }

// callback is how its official account is set up: encrypted, as most are.
func (d *developer) callback() kefu.Callback {
	return kefu.Callback{
		URL:            d.url,
		Token:          "KfSpecToken2024",
		EncodingAESKey: "kfDeskSpecVector0123456789ABCDEFGHIJKLMNOPQ",
		Mode:           kefu.CallbackSafe,
	}
}

func (d *developer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	d.mu.Lock()
	revived := d.revived
	d.mu.Unlock()
	if revived != nil {
		d.held.Add(1)
		defer d.held.Add(-1)
		select {
		case <-revived:
		case <-r.Context().Done():
			return
		}
	}
	select {
	case d.arrived <- at:
	default: // nobody looks
	}
	_, _ = io.WriteString(w, "success")
}

// die lets it answer nothing any more.
func (d *developer) die() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.revived = make(chan struct{})
}

// revive acknowledges what it holds and all that comes.
func (d *developer) revive() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.revived)
	d.revived = nil
}

// arrivalPatience bounds the wait for the next push, and for all to have their
// outcome: three attempts and some more.
const arrivalPatience = 30 * time.Second

var errNoPush = errors.New("the developer's server waited in vain for a push")

// await waits for n pushes and returns the time of the last.
func (d *developer) await(ctx context.Context, n int) (last time.Time, err error) {
	patience := time.NewTimer(arrivalPatience)
	defer patience.Stop()
	for i := range n {
		select {
		case at := <-d.arrived:
			if at.After(last) {
				last = at
			}
			patience.Reset(arrivalPatience)
		case <-ctx.Done():
			return last, ctx.Err()
		case <-patience.C:
			return last, fmt.Errorf("%w: %d of %d came", errNoPush, i, n)
		}
	}
	return last, nil
}
