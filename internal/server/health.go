package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu/internal/store"
)

const (
	// pingTimeout is how long the ledger may take to say that it is well.
	pingTimeout = 2 * time.Second
	// pingMemory is how long its word is believed, so that anybody may ask
	// /readyz as often as they like.
	pingMemory = time.Second
)

// health answers whether the process lives and whether it can serve.
type health struct {
	ledger   store.Store
	troubles *troubles
	isOpen   atomic.Bool

	// asking is held while the ledger is asked; asked is when it answered last.
	asking sync.Mutex
	asked  time.Time
}

func newHealth(ledger store.Store, t *troubles) *health {
	return &health{ledger: ledger, troubles: t}
}

func (h *health) open()  { h.isOpen.Store(true) }
func (h *health) close() { h.isOpen.Store(false) }

func (h *health) mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"alive": true})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if why := h.notReady(r.Context()); why != "" {
			answer(w, http.StatusServiceUnavailable, map[string]any{"ready": false, "why": why})
			return
		}
		answer(w, http.StatusOK, map[string]any{"ready": true})
	})
}

// notReady says why requests should go elsewhere; empty when they are welcome.
func (h *health) notReady(ctx context.Context) string {
	if !h.isOpen.Load() {
		return "the process is starting or stopping"
	}
	// Who asks may go away; what they asked is still to be answered for others.
	h.ask(context.WithoutCancel(ctx))
	return h.troubles.database()
}

// ask asks the ledger how it is, unless it said so a moment ago.
func (h *health) ask(ctx context.Context) {
	h.asking.Lock()
	defer h.asking.Unlock()
	if time.Since(h.asked) < pingMemory {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_ = h.ledger.Ping(ctx) // The troubles have heard it.
	h.asked = time.Now()
}

// follow asks again and again while there is trouble, so that its end is noticed
// although nobody calls.
func (h *health) follow(ctx context.Context) {
	ticker := time.NewTicker(pingMemory)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if h.troubles.reading.on.Load() || h.troubles.writing.on.Load() {
				h.ask(ctx)
			}
		}
	}
}

func answer(w http.ResponseWriter, status int, what map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // a caller that went away is told nothing more
}
