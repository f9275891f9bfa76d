package server

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxMemory is what uploads, long bodies and long answers may take at a time,
	// in bytes: a dozen of the largest files. With what the collector lets lie it
	// is twice that.
	maxMemory = 128 << 20
	// memoryPatience is how long a request waits for its part. Uploads come and go
	// within tenths of a second, and who uploads waits for longer than that.
	memoryPatience = 5 * time.Second

	// smallRequest is a body of which every request may have one.
	smallRequest = 16 << 10
	// unknownBody is reserved for a body that does not say how long it is: the
	// largest upload.
	unknownBody = 11 << 20
	// listedPage is reserved for an answer of the sandbox, whose lists have up to
	// a thousand messages or pushes.
	listedPage = 2 << 20
)

// memory is shared by what needs more of it than a few kilobytes. Nobody may have
// more than is left for others, as with places.
type memory struct {
	mu      sync.Mutex
	left    int64
	held    map[kefu.AppID]int64
	waiting []*needy
}

// needy waits for memory.
type needy struct {
	app   kefu.AppID
	bytes int64
	// given is closed when it has its part.
	given chan struct{}
}

func newMemory(bytes int64) *memory {
	return &memory{left: bytes, held: make(map[kefu.AppID]int64)}
}

// reserve takes memory for an official account, or waits for a moment until there
// is some; ok is false when there was none. At most half of all is ever had by one
// request.
func (m *memory) reserve(ctx context.Context, app kefu.AppID, bytes int64) (ok bool) {
	m.mu.Lock()
	if m.give(app, bytes) {
		m.mu.Unlock()
		return true
	}
	n := &needy{app: app, bytes: bytes, given: make(chan struct{})}
	m.waiting = append(m.waiting, n)
	m.mu.Unlock()

	timer := time.NewTimer(memoryPatience)
	defer timer.Stop()
	select {
	case <-n.given:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.Index(m.waiting, n)
	if at < 0 {
		return true // It was given at this very moment.
	}
	m.waiting = slices.Delete(m.waiting, at, at+1)
	return false
}

// give takes memory if there is enough. The caller holds m.mu.
func (m *memory) give(app kefu.AppID, bytes int64) bool {
	if m.held[app]+bytes > m.left-bytes {
		return false
	}
	m.left -= bytes
	m.held[app] += bytes
	return true
}

// release gives memory back, and to those who have waited longest first. Who needs
// too much, or has much already, is passed over.
func (m *memory) release(app kefu.AppID, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left += bytes
	if m.held[app] -= bytes; m.held[app] == 0 {
		delete(m.held, app)
	}
	m.waiting = slices.DeleteFunc(m.waiting, func(n *needy) bool {
		given := m.give(n.app, n.bytes)
		if given {
			close(n.given)
		}
		return given
	})
}

// roomFor is the memory that a request needs which is not the API's: for its body
// or, in the sandbox, its answer.
func roomFor(r *http.Request) int64 {
	switch n := r.ContentLength; {
	case n > smallRequest:
		return min(n, unknownBody)
	case n < 0:
		return unknownBody
	case r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/sandbox/"):
		return listedPage
	}
	return 0
}
