package mediatest

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/openkefu/kefu/internal/media"
)

// concurrent has writers put pages of one repeated byte under one key, while
// readers look whether they ever see anything but one whole page.
func concurrent(t *testing.T, s media.Store) {
	const writers, readers, rounds, page = 4, 4, 10, 100_000
	put(t, s, "k", bytes.Repeat([]byte{'0'}, page))
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			content := bytes.Repeat([]byte{'a' + byte(w)}, page)
			for range rounds {
				if err := s.Put(t.Context(), "k", bytes.NewReader(content)); err != nil {
					t.Errorf("putting: got %v, want no error", err)
				}
			}
		})
	}
	for range readers {
		all.Go(func() {
			for range rounds {
				r, _, err := s.Open(t.Context(), "k")
				if err != nil {
					t.Errorf("opening: got %v, want no error", err)
					continue
				}
				got, err := io.ReadAll(r)
				if err = errors.Join(err, r.Close()); err != nil {
					t.Errorf("reading: got %v, want no error", err)
				} else if len(got) != page || bytes.Count(got, got[:1]) != page {
					t.Errorf("reading: got %d bytes that are not one page, want one page of %d", len(got), page)
				}
			}
		})
	}
	all.Wait()
}
