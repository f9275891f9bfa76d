package phone

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

// tooFast says that somebody asks too often, and when to go on.
type tooFast struct{ RetryAfter time.Duration }

func (e tooFast) Error() string {
	return fmt.Sprintf("too many requests: the next one is heard in %s", e.RetryAfter.Round(time.Millisecond))
}

// pace is how often something may be done: burst times at once, and then once in
// every.
type pace struct {
	burst int
	every time.Duration
}

// The paces. A thousand customers of one mobile network may share an address, so what
// an address may do is a crowd's share; who comes with a cookie is counted by that,
// too.
var (
	// saying: nobody types faster, and a flood is for one agent to read.
	saying = pace{burst: 20, every: time.Second}
	// uploading: a roll of pictures, each up to ten megabytes.
	uploading = pace{burst: 9, every: 5 * time.Second}
	// asking: a page that loads asks some things at once.
	asking = pace{burst: 60, every: 200 * time.Millisecond}
	// coming: new customers from one address. Each is a row for good and a push to the
	// developer's server.
	coming = pace{burst: 30, every: 2 * time.Second}
	// crowding: everything from one address.
	crowding = pace{burst: 600, every: 5 * time.Millisecond}
)

// mostPaced bounds what is remembered, in a few megabytes. When there is more, all who
// have waited long enough are forgotten, and if that is nobody, all.
const mostPaced = 20_000

// who is counted: a customer of an official account, or an address.
type who struct {
	app      kefu.AppID
	customer kefu.OpenID
	at       netip.Addr
	what     *pace
}

// paces counts in the memory of this process, by the real time.
type paces struct {
	mu sync.Mutex
	// free is from when on all of the burst is free again, in nanoseconds.
	free map[who]int64
	now  func() time.Time
}

func newPaces() paces { return paces{free: make(map[who]int64), now: time.Now} }

// take takes one from somebody, or refuses with tooFast.
func (p *paces) take(w who) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now().UnixNano()
	free, known := p.free[w]
	if !known && len(p.free) >= mostPaced {
		p.forget(now)
	}
	free = max(free, now)
	if wait := time.Duration(free-now) - time.Duration(w.what.burst-1)*w.what.every; wait > 0 {
		return tooFast{wait}
	}
	p.free[w] = free + int64(w.what.every)
	return nil
}

func (p *paces) forget(now int64) {
	for w, free := range p.free {
		if free <= now {
			delete(p.free, w)
		}
	}
	if len(p.free) >= mostPaced {
		clear(p.free)
	}
}
