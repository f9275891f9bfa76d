package realtime

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
)

const (
	// defaultSockets bounds the sockets of a process whose assembler names no bound:
	// as many as the idle ones of a house of some thousand agents, within 100 MiB.
	defaultSockets = 10_000
	// beat is how often the hub looks at its sockets.
	beat = time.Second
	// pingBeats is how many beats pass between two pings of a socket: less than the
	// half minute after which proxies forget a silent connection.
	pingBeats = 25
	// maxUnanswered is how many pings may be without an answer when the next is due.
	// Then the other side is gone, though nobody said so.
	maxUnanswered = 2
	// endWithin is how long the sockets have to be closed when the hub ends. Pages
	// that do not answer are then cut off.
	endWithin = 2 * time.Second
)

// Parts are what a hub works with. Signals and Log are needed.
type Parts struct {
	Signals *pubsub.Hub
	Log     *slog.Logger
	// Now is the time of the house, which pages are told; time.Now when nil.
	Now func() time.Time
	// Sockets is how many there may be at once; 0 for a bound that suits most.
	Sockets int
	// PublicHost is the host of the address under which the world reaches the house,
	// if it is known: pages from there may open sockets, whatever name a proxy asks
	// for.
	PublicHost string
}

// Hub holds the sockets of all doors. It admits them while [Hub.Run] runs.
type Hub struct {
	parts Parts
	// open tells whether sockets are admitted; count how many there are.
	open  atomic.Bool
	count atomic.Int64
	// step counts the beats.
	step atomic.Int64
	// resuming holds a token for every socket that reads what it missed.
	resuming chan struct{}
	ready    chan struct{}
	// ctx ends the feeds.
	ctx context.Context
	// running counts sockets, their writers, and feeds.
	running sync.WaitGroup

	refused, slow atomic.Uint64

	mu      sync.Mutex
	doors   []*Door
	sockets map[*Socket]struct{}
}

// maxResuming bounds the sockets that read the ledger at once after a restart, when
// all come back together; the others wait, and the ledger has room for others.
const maxResuming = 4

// New makes a hub.
func New(p Parts) *Hub {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Sockets == 0 {
		p.Sockets = defaultSockets
	}
	return &Hub{parts: p, ready: make(chan struct{}), resuming: make(chan struct{}, maxResuming), sockets: make(map[*Socket]struct{})}
}

// Door adds a door, before Run.
func (h *Hub) Door(p DoorParts) *Door {
	if p.Each == 0 {
		p.Each = defaultEach
	}
	d := &Door{hub: h, parts: p, feeds: make(map[kefu.AppID]*feed), visitors: make(map[visitorKey]*visits), arrived: make(chan struct{}, 1)}
	h.doors = append(h.doors, d)
	return d
}

// Run admits sockets and feeds them until ctx ends, once; then it closes all, and returns
// when everything that it started has ended.
func (h *Hub) Run(ctx context.Context) {
	feeding, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	h.ctx = feeding
	var loops sync.WaitGroup
	loops.Go(func() { h.tend(ctx) })
	for _, d := range h.doors {
		if d.parts.Presence != nil {
			loops.Go(func() { d.watchPresence(ctx) })
		}
	}
	h.open.Store(true)
	close(h.ready)
	<-ctx.Done()
	h.open.Store(false)
	h.close(GoingAway)
	cut := time.AfterFunc(endWithin, h.cut)
	loops.Wait()
	stop()
	h.running.Wait()
	cut.Stop()
}

// Ready is closed when sockets are admitted.
func (h *Hub) Ready() <-chan struct{} { return h.ready }

// tend pings the sockets, each in its turn.
func (h *Hub) tend(ctx context.Context) {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		step := h.step.Add(1)
		h.mu.Lock()
		for s := range h.sockets {
			if (step-s.opened)%pingBeats == 0 && step != s.opened {
				s.ping()
			}
		}
		h.mu.Unlock()
	}
}

// enter counts a socket, unless there are as many as there may be.
func (h *Hub) enter() bool {
	if h.open.Load() {
		if h.count.Add(1) <= int64(h.parts.Sockets) {
			return true
		}
		h.count.Add(-1)
	}
	h.refused.Add(1)
	return false
}

func (h *Hub) exit() { h.count.Add(-1) }

// add makes a socket known; false when the hub has closed meanwhile.
func (h *Hub) add(s *Socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.open.Load() {
		return false
	}
	h.sockets[s] = struct{}{}
	h.running.Add(1)
	return true
}

func (h *Hub) remove(s *Socket) {
	h.mu.Lock()
	delete(h.sockets, s)
	h.mu.Unlock()
	h.running.Done()
}

// close closes all sockets.
func (h *Hub) close(code Code) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.sockets {
		s.close(code)
	}
}

// cut ends the connections that are left.
func (h *Hub) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.sockets {
		_ = s.conn.Close() // its reader hears of it
	}
}

// Forget closes all sockets because the world has begun afresh.
func (h *Hub) Forget() { h.close(FreshWorld) }

// Count is how many sockets there are.
func (h *Hub) Count() int64 { return h.count.Load() }

// Refused is how many were refused because there were too many.
func (h *Hub) Refused() uint64 { return h.refused.Load() }

// Slow is how many sockets were closed because they read too slowly.
func (h *Hub) Slow() uint64 { return h.slow.Load() }
