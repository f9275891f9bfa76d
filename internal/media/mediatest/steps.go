package mediatest

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/openkefu/kefu/internal/media"
)

func put(t *testing.T, s media.Store, key string, content []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, bytes.NewReader(content)); err != nil {
		t.Fatalf("putting %q: got %v, want no error", key, err)
	}
}

func read(t *testing.T, s media.Store, key string) []byte {
	t.Helper()
	r, _, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatalf("opening %q: got %v, want no error", key, err)
	}
	defer closing(t, r)
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("reading %q: got %v, want no error", key, err)
	}
	return content
}

func missing(t *testing.T, s media.Store, key string) {
	t.Helper()
	r, _, err := s.Open(t.Context(), key)
	if !errors.Is(err, media.ErrNotFound) {
		t.Errorf("opening %q: got %v, want ErrNotFound", key, err)
	}
	if err == nil {
		closing(t, r)
	}
}

func closing(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("closing: got %v, want no error", err)
	}
}

// zeros is an endless reader.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// reading is a function that is a reader.
type reading func(p []byte) (int, error)

func (r reading) Read(p []byte) (int, error) { return r(p) }
