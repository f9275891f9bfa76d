package script

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// houses of one database: two processes, of which either may be gone.
type pair struct {
	t        *testing.T
	folder   string
	database string
	args     []string

	mu    sync.Mutex
	alive [2]*house
	doors [2]door
}

// startPair starts two processes on a database of their own, one after the other.
func startPair(t *testing.T, database string, args ...string) *pair {
	t.Helper()
	p := &pair{t: t, folder: t.TempDir(), database: database, args: args}
	t.Cleanup(func() {
		for i := range p.alive {
			p.kill(i)
		}
	})
	p.start(0)
	p.start(1)
	return p
}

// start starts one that is not there.
func (p *pair) start(i int) {
	p.t.Helper()
	env := []string{"PATH=" + os.Getenv("PATH"), "KEFU_DATABASE_URL=" + p.database}
	h, err := startHouse(p.folder, env, slices.Concat(p.args, []string{"--log-level", "warn"})...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.alive[i], p.doors[i] = h, newDoor(h.url)
}

// kill ends one without a word to it, if it is there.
func (p *pair) kill(i int) {
	p.mu.Lock()
	h := p.alive[i]
	p.alive[i] = nil
	p.mu.Unlock()
	if h == nil {
		return
	}
	if err := h.crash(); err != nil {
		p.t.Error(err)
	}
	if p.t.Failed() {
		p.t.Logf("the log of process %d:\n%.5000s", i, h.log())
	}
}

// stop asks one to end, and waits until it has ended well.
func (p *pair) stop(i int) {
	p.t.Helper()
	p.mu.Lock()
	h := p.alive[i]
	p.mu.Unlock()
	err := h.stop()
	p.mu.Lock()
	p.alive[i] = nil
	p.mu.Unlock()
	if err != nil {
		p.t.Error(err)
	}
}

// errNobody is answered while neither is there.
var errNobody = errors.New("no process is there")

// RoundTrip implements [http.RoundTripper]: a call to the pair goes to either. One
// that could not even be begun, because the process is gone, goes to the other, as
// every proxy before two processes has it.
func (p *pair) RoundTrip(r *http.Request) (*http.Response, error) {
	first := rand.IntN(2)
	err := errNobody
	for _, i := range []int{first, 1 - first} {
		p.mu.Lock()
		h, d := p.alive[i], p.doors[i]
		p.mu.Unlock()
		if h == nil {
			continue
		}
		to := r.Clone(r.Context())
		to.URL.Host = strings.TrimPrefix(d.url, "http://")
		to.Host = to.URL.Host
		if r.GetBody != nil {
			if to.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
		var answer *http.Response
		if answer, err = d.client.Transport.RoundTrip(to); err == nil || !notBegun(err) {
			return answer, err
		}
	}
	return nil, err
}

// notBegun tells errors of calls that never reached anybody.
func notBegun(err error) bool { return strings.Contains(err.Error(), "connect: connection refused") }

// either is the door of both.
func (p *pair) either() door {
	return door{"http://either", &http.Client{Transport: p, Timeout: 40 * time.Second}}
}
