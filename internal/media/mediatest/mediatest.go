// Package mediatest is what every media store must do, as a test that each
// implementation of [media.Store] runs.
package mediatest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/openkefu/kefu/internal/media"
)

// Run runs the suite. open returns an empty store, which it closes with
// t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) media.Store) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s media.Store)
	}{
		{"what was put is read back", readBack},
		{"what was opened can be sought in", seek},
		{"the size and the time are known", info},
		{"nothing is found under an unknown key", unknown},
		{"what is deleted is gone", deleted},
		{"a second put takes the place of the first", replaced},
		{"keys that look alike are different", alike},
		{"illegal keys are refused", illegal},
		{"too many bytes are refused", tooLarge},
		{"a reader that fails leaves what was there", failing},
		{"a caller who goes leaves what was there", canceled},
		{"concurrent puts of one key never show a part", concurrent},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func readBack(t *testing.T, s media.Store) {
	for key, want := range map[string][]byte{
		"empty":                           {},
		"a/b/c":                           []byte("bytes"),
		"avatar/-_x.Y9/300":               []byte("\x89PNG\r\n\x1a\n"),
		"large":                           bytes.Repeat([]byte("0123456789abcdef"), 1<<17),
		"...":                             []byte("a segment of dots that is not a folder"),
		strings.Repeat("k", media.MaxKey): []byte("the longest key"),
	} {
		put(t, s, key, want)
		if got := read(t, s, key); !bytes.Equal(got, want) {
			t.Errorf("reading %q: got %d bytes, want the %d that were put", key, len(got), len(want))
		}
	}
}

func seek(t *testing.T, s media.Store) {
	put(t, s, "k", []byte("0123456789"))
	r, _, err := s.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, r)
	if end, err := r.Seek(0, io.SeekEnd); err != nil || end != 10 {
		t.Errorf("seeking the end: got %d, %v, want 10", end, err)
	}
	if _, err := r.Seek(7, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "789" {
		t.Errorf("reading from 7: got %q, %v, want %q", got, err, "789")
	}
}

func info(t *testing.T, s media.Store) {
	// Some stores keep whole seconds only, and their clock is their own.
	const slack = time.Minute
	before := time.Now()
	put(t, s, "k", []byte("12345"))
	r, got, err := s.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, r)
	if got.Size != 5 {
		t.Errorf("size: got %d, want 5", got.Size)
	}
	if got.ModTime.Before(before.Add(-slack)) || got.ModTime.After(time.Now().Add(slack)) {
		t.Errorf("time: got %v, want about %v", got.ModTime, before)
	}
}

func unknown(t *testing.T, s media.Store) {
	put(t, s, "a/b", []byte("x"))
	for _, key := range []string{"b", "a", "a/b/c", "a/c"} {
		missing(t, s, key)
	}
}

func deleted(t *testing.T, s media.Store) {
	put(t, s, "a/b", []byte("x"))
	put(t, s, "a/c", []byte("y"))
	for range 2 { // The second time there is nothing to delete.
		if err := s.Delete(t.Context(), "a/b"); err != nil {
			t.Fatalf("deleting: got %v, want no error", err)
		}
		missing(t, s, "a/b")
	}
	if got := read(t, s, "a/c"); string(got) != "y" {
		t.Errorf("the neighbour: got %q, want %q", got, "y")
	}
	put(t, s, "a/b", []byte("again"))
	if got := read(t, s, "a/b"); string(got) != "again" {
		t.Errorf("put after delete: got %q, want %q", got, "again")
	}
}

func replaced(t *testing.T, s media.Store) {
	put(t, s, "k", []byte("a first, longer text"))
	put(t, s, "k", []byte("a second"))
	if got := read(t, s, "k"); string(got) != "a second" {
		t.Errorf("got %q, want %q", got, "a second")
	}
}

func alike(t *testing.T, s media.Store) {
	keys := []string{"a", "A", "a/b", "A/b", "a/B", "a/b/c", "a.b", "a-b", "a_b", "a."}
	for _, key := range keys {
		put(t, s, key, []byte("under "+key))
	}
	for _, key := range keys {
		if got, want := read(t, s, key), "under "+key; string(got) != want {
			t.Errorf("key %q: got %q, want %q", key, got, want)
		}
	}
}

func illegal(t *testing.T, s media.Store) {
	for _, key := range []string{
		"", "/", "..", ".", "../x", "a/../b", "a/./b", "a/..", "/etc/passwd", "a//b", "a/", "/a",
		`a\b`, `C:\x`, "C:x", "a b", "a~b", "a%2Fb", "a\x00b", "a\nb", "头像", strings.Repeat("k", media.MaxKey+1),
	} {
		if err := s.Put(t.Context(), key, strings.NewReader("x")); !errors.Is(err, media.ErrKeyIllegal) {
			t.Errorf("putting %q: got %v, want ErrKeyIllegal", key, err)
		}
		if r, _, err := s.Open(t.Context(), key); !errors.Is(err, media.ErrKeyIllegal) {
			t.Errorf("opening %q: got %v, want ErrKeyIllegal", key, err)
			if err == nil {
				closing(t, r)
			}
		}
		if err := s.Delete(t.Context(), key); !errors.Is(err, media.ErrKeyIllegal) {
			t.Errorf("deleting %q: got %v, want ErrKeyIllegal", key, err)
		}
	}
}

func tooLarge(t *testing.T, s media.Store) {
	if err := s.Put(t.Context(), "most", io.LimitReader(zeros{}, media.MaxSize)); err != nil {
		t.Errorf("%d bytes: got %v, want no error", media.MaxSize, err)
	}
	if err := s.Put(t.Context(), "more", io.LimitReader(zeros{}, media.MaxSize+1)); !errors.Is(err, media.ErrTooLarge) {
		t.Errorf("one more byte: got %v, want ErrTooLarge", err)
	}
	if err := s.Put(t.Context(), "endless", zeros{}); !errors.Is(err, media.ErrTooLarge) {
		t.Errorf("a reader without end: got %v, want ErrTooLarge", err)
	}
	missing(t, s, "more")
	missing(t, s, "endless")
}

func failing(t *testing.T, s media.Store) {
	broken := errors.New("the line broke")
	half := func() io.Reader {
		return io.MultiReader(strings.NewReader("half of the"), iotest.ErrReader(broken))
	}
	put(t, s, "old", []byte("what was there"))
	for _, key := range []string{"old", "new"} {
		if err := s.Put(t.Context(), key, half()); !errors.Is(err, broken) {
			t.Errorf("putting %q: got %v, want the error of the reader", key, err)
		}
	}
	if got := read(t, s, "old"); string(got) != "what was there" {
		t.Errorf("after a failed put: got %q, want %q", got, "what was there")
	}
	missing(t, s, "new")
}

func canceled(t *testing.T, s media.Store) {
	put(t, s, "old", []byte("what was there"))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Put(gone, "old", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("putting: got %v, want context.Canceled", err)
	}
	if r, _, err := s.Open(gone, "old"); !errors.Is(err, context.Canceled) {
		t.Errorf("opening: got %v, want context.Canceled", err)
		if err == nil {
			closing(t, r)
		}
	}
	if err := s.Delete(gone, "old"); !errors.Is(err, context.Canceled) {
		t.Errorf("deleting: got %v, want context.Canceled", err)
	}

	for name, last := range map[string]error{"more would come": nil, "nothing would come": io.EOF} {
		midway, cancel := context.WithCancel(t.Context())
		leaving := reading(func(p []byte) (int, error) {
			cancel()
			return copy(p, "half"), last
		})
		if err := s.Put(midway, "old", leaving); !errors.Is(err, context.Canceled) {
			t.Errorf("putting while the caller goes, %s: got %v, want context.Canceled", name, err)
		}
	}
	if got := read(t, s, "old"); string(got) != "what was there" {
		t.Errorf("afterwards: got %q, want %q", got, "what was there")
	}
}
