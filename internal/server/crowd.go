package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/api"
)

const (
	// maxCalls bounds the API calls at work. SQLite commits some ten thousand
	// changes a second, so that the last of so many has its answer within a
	// fraction of one; who comes on top had better try again than wait.
	maxCalls = 2048
	// maxOthers bounds the other requests at work. It is apart from the calls,
	// since the sandbox has requests that wait for half a minute.
	maxOthers = 1024
	// crowdToldEvery is how often the log tells that requests are refused.
	crowdToldEvery = 10 * time.Second
	// comeAgain is when who was refused may try again, in seconds: what is at work
	// now is done by then.
	comeAgain = "1"
)

// crowd bounds what the process does at once, so that more than it can take is
// refused at the door instead of making everybody wait. It implements
// [api.Crowd].
type crowd struct {
	log    *slog.Logger
	memory *memory

	// calls and others are at work now; mostCalls and mostOthers bound them.
	calls, others         atomic.Int64
	mostCalls, mostOthers int64
	// shares holds the calls at work of each official account, an *atomic.Int64 by
	// kefu.AppID: of those that had a good token, so there are no more than
	// accounts.
	shares sync.Map

	// refused and connections count what did not fit; the log hears of each now and
	// then.
	refused, connections   atomic.Uint64
	ofRequests, ofArrivals occasionally
}

var _ api.Crowd = (*crowd)(nil)

func newCrowd(log *slog.Logger) *crowd {
	return &crowd{log: log, memory: newMemory(maxMemory), mostCalls: maxCalls, mostOthers: maxOthers}
}

// Enter implements [api.Crowd].
func (c *crowd) Enter() bool {
	if c.calls.Add(1) > c.mostCalls {
		c.calls.Add(-1)
		c.refuse()
		return false
	}
	return true
}

// Claim implements [api.Crowd]. An official account may have as many calls at
// work as there are places left: half of them when it is alone, a third when two
// are busy. An eighth is for accounts that have none at work: however many calls
// others send, these find a place.
func (c *crowd) Claim(app kefu.AppID) bool {
	share, known := c.shares.Load(app)
	if !known {
		share, _ = c.shares.LoadOrStore(app, new(atomic.Int64))
	}
	if share.(*atomic.Int64).Add(1) > max(c.mostCalls-c.mostCalls/8-c.calls.Load(), 1) {
		share.(*atomic.Int64).Add(-1)
		c.refuse()
		return false
	}
	return true
}

// Leave implements [api.Crowd].
func (c *crowd) Leave(app kefu.AppID) {
	if app != "" {
		if share, known := c.shares.Load(app); known {
			share.(*atomic.Int64).Add(-1)
		}
	}
	c.calls.Add(-1)
}

// Reserve implements [api.Crowd].
func (c *crowd) Reserve(ctx context.Context, app kefu.AppID, bytes int64) bool {
	if c.memory.reserve(ctx, app, bytes) {
		return true
	}
	c.refuse()
	return false
}

// Release implements [api.Crowd].
func (c *crowd) Release(app kefu.AppID, bytes int64) { c.memory.release(app, bytes) }

// refuse counts a request that is refused, and tells the log now and then.
func (c *crowd) refuse() {
	refused := c.refused.Add(1)
	if c.ofRequests.isTime() {
		c.log.Warn("there is more to do than fits: some requests are told to come again",
			"refused", refused, "calls", c.calls.Load(), "others", c.others.Load())
	}
}

// refuseConnection is the same for a connection.
func (c *crowd) refuseConnection(most int) {
	refused := c.connections.Add(1)
	if c.ofArrivals.isTime() {
		c.log.Warn("there are more connections than fit: some are told to come again", "refused", refused, "most", most)
	}
}

// occasionally is for what must not be done at each of many occasions.
type occasionally struct {
	mu   sync.Mutex
	last time.Time
}

func (o *occasionally) isTime() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	if !o.last.IsZero() && now.Sub(o.last) < crowdToldEvery {
		return false
	}
	o.last = now
	return true
}

// admit serves what is not the API while there are places; what comes on top is
// answered by busy.
func (c *crowd) admit(next, busy http.Handler) http.Handler {
	served := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer c.others.Add(-1)
		if c.others.Add(1) > c.mostOthers {
			c.refuse()
			busy.ServeHTTP(w, r)
			return
		}
		if bytes := roomFor(r); bytes > 0 {
			if !c.Reserve(r.Context(), "", bytes) {
				busy.ServeHTTP(w, r)
				return
			}
			defer c.Release("", bytes)
		}
		next.ServeHTTP(w, r)
	})
	return unlessWatching(next, served)
}

// unlessWatching answers in any crowd who asks how the process is: that is when it
// is asked.
func unlessWatching(watched, other http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz", "/readyz", "/metrics":
			watched.ServeHTTP(w, r)
		default:
			other.ServeHTTP(w, r)
		}
	})
}

// refuse answers a request for another door than the API, in that door's words.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", comeAgain)
	w.Header().Set("Cache-Control", "no-store")
	if s.sandbox != nil && strings.HasPrefix(r.URL.Path, "/sandbox/") {
		s.sandbox.Busy(w, r)
		return
	}
	http.Error(w, "There is more to do than fits. Try again in a moment.", http.StatusServiceUnavailable)
}
