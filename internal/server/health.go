package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
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
	ledger store.Store
	log    *slog.Logger

	mu     sync.Mutex
	isOpen bool
	asked  time.Time
	ill    bool
}

func newHealth(ledger store.Store, log *slog.Logger) *health {
	return &health{ledger: ledger, log: log}
}

func (h *health) open()  { h.setOpen(true) }
func (h *health) close() { h.setOpen(false) }

func (h *health) setOpen(open bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.isOpen = open
}

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
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isOpen {
		return "the process is starting or stopping"
	}
	if time.Since(h.asked) >= pingMemory {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTimeout)
		err := h.ledger.Ping(ctx)
		cancel()
		h.asked = time.Now()
		if ill := err != nil; ill != h.ill {
			h.ill = ill
			if ill {
				h.log.Error("the ledger cannot be read and written: not ready", "error", err)
			} else {
				h.log.Info("the ledger can be read and written again: ready")
			}
		}
	}
	if h.ill {
		return "the database cannot be read and written; the log tells why"
	}
	return ""
}

func answer(w http.ResponseWriter, status int, what map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // a caller that went away is told nothing more
}
