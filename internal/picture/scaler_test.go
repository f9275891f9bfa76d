package picture_test

import (
	"context"
	"errors"
	"image"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/openkefu/kefu/internal/picture"
)

// slow is a context that holds up the work on a picture: Avatar asks it whether
// to go on before it enters, which is answered, and between its steps, where it
// waits for release.
type slow struct {
	context.Context
	asked   atomic.Int32
	release chan struct{}
	working *atomic.Int32
	most    *atomic.Int32
}

func (s *slow) Err() error {
	if s.asked.Add(1) == 2 {
		n := s.working.Add(1)
		for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
		}
		<-s.release
		s.working.Add(-1)
	}
	return s.Context.Err()
}

func TestScalerBoundsHowManyWorkAndWait(t *testing.T) {
	data := encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	synctest.Test(t, func(t *testing.T) {
		const n, waiting = 2, 3
		s := picture.NewScalerWithin(n, 1<<20, 1<<20, 1<<20, waiting)
		release := make(chan struct{})
		var working, most atomic.Int32
		var all sync.WaitGroup
		for range n + waiting {
			all.Go(func() {
				ctx := &slow{Context: t.Context(), release: release, working: &working, most: &most}
				if _, err := s.Avatar(ctx, data); err != nil {
					t.Errorf("got %v, want no error", err)
				}
			})
		}
		synctest.Wait()
		if got := working.Load(); got != n {
			t.Errorf("pictures that are worked on: got %d, want %d", got, n)
		}
		if _, err := s.Avatar(t.Context(), data); !errors.Is(err, picture.ErrBusy) {
			t.Errorf("one more: got %v, want ErrBusy", err)
		}
		if _, err := s.Avatar(t.Context(), []byte("text")); errors.Is(err, picture.ErrBusy) {
			t.Error("what is no picture: got ErrBusy, want to hear at once that it is none")
		}
		close(release)
		all.Wait()
		if got := most.Load(); got != n {
			t.Errorf("at most at a time: got %d, want %d", got, n)
		}
		if _, err := s.Avatar(t.Context(), data); err != nil {
			t.Errorf("afterwards: got %v, want no error", err)
		}
	})
}

func TestScalerForgetsCallersWhoGo(t *testing.T) {
	data := encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	synctest.Test(t, func(t *testing.T) {
		s := picture.NewScalerWithin(1, 1<<20, 1<<20, 1<<20, 1)
		release := make(chan struct{})
		var working, most atomic.Int32
		var all sync.WaitGroup
		all.Go(func() {
			ctx := &slow{Context: t.Context(), release: release, working: &working, most: &most}
			if _, err := s.Avatar(ctx, data); err != nil {
				t.Errorf("the one that is worked on: got %v, want no error", err)
			}
		})
		synctest.Wait()
		for range 3 { // Each takes the only place to wait, and leaves it.
			ctx, cancel := context.WithCancel(t.Context())
			var one sync.WaitGroup
			one.Go(func() {
				if _, err := s.Avatar(ctx, data); !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want context.Canceled", err)
				}
			})
			synctest.Wait()
			cancel()
			one.Wait()
		}
		close(release)
		all.Wait()
	})
}

func TestScalerStopsWhenTheCallerHasGone(t *testing.T) {
	data := encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	gone, cancel := context.WithCancel(t.Context())
	s := picture.NewScaler(0) // Works on one at a time all the same.
	if _, err := s.Avatar(gone, data); err != nil {
		t.Errorf("before: got %v, want no error", err)
	}
	cancel()
	if _, err := s.Avatar(gone, data); !errors.Is(err, context.Canceled) {
		t.Errorf("after: got %v, want context.Canceled", err)
	}
	midway, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	close(release)
	var working, most atomic.Int32
	leaving := &slow{Context: midway, release: release, working: &working, most: &most}
	leaving.asked.Store(-2) // Let three steps pass before it waits.
	cancel()
	if _, err := s.Avatar(leaving, data); !errors.Is(err, context.Canceled) {
		t.Errorf("midway: got %v, want context.Canceled", err)
	}
}
