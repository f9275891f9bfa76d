package pubsub_test

import (
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/openkefu/kefu/internal/pubsub"
)

func TestSignalsAreCollected(t *testing.T) {
	h := pubsub.New()
	h.Publish(pubsub.Pushes, "before")
	s := h.Subscribe(pubsub.Pushes)
	defer s.Close()
	for _, key := range []string{"a", "b", "a"} {
		h.Publish(pubsub.Pushes, key)
	}
	h.Publish(pubsub.Outgoing, "c")
	<-s.C()
	keys, all := s.Take()
	slices.Sort(keys)
	if want := []string{"a", "b"}; !slices.Equal(keys, want) || all {
		t.Errorf("got %q, %t, want %q, false", keys, all, want)
	}
	if keys, all := s.Take(); len(keys) != 0 || all {
		t.Errorf("got %q, %t at the second look, want nothing", keys, all)
	}
	select {
	case <-s.C():
		t.Error("got a second wake for what was taken")
	default:
	}
}

// A reader who falls behind is told to look at everything.
func TestTooManyKeys(t *testing.T) {
	h := pubsub.New()
	s := h.Subscribe(pubsub.Pushes)
	defer s.Close()
	for i := range 5000 {
		h.Publish(pubsub.Pushes, strconv.Itoa(i))
	}
	if keys, all := s.Take(); len(keys) != 0 || !all {
		t.Errorf("got %d keys, %t, want none and all", len(keys), all)
	}
	h.Publish(pubsub.Pushes, "x")
	if keys, all := s.Take(); !slices.Equal(keys, []string{"x"}) || all {
		t.Errorf("got %q, %t, want x alone", keys, all)
	}
}

func TestClosedHearsNothing(t *testing.T) {
	h := pubsub.New()
	s := h.Subscribe(pubsub.Pushes)
	s.Close()
	h.Publish(pubsub.Pushes, "a")
	if keys, all := s.Take(); len(keys) != 0 || all {
		t.Errorf("got %q, %t after Close, want nothing", keys, all)
	}
}

// Who wants one key hears of no other, beside those who want all.
func TestOneKey(t *testing.T) {
	h := pubsub.New()
	one, all := h.SubscribeTo(pubsub.Facts, "a"), h.Subscribe(pubsub.Facts)
	defer all.Close()
	h.Publish(pubsub.Facts, "b")
	h.Publish(pubsub.Pushes, "a")
	select {
	case <-one.C():
		t.Error("got woken for another key, or another topic")
	default:
	}
	h.Publish(pubsub.Facts, "a")
	<-one.C()
	if keys, every := one.Take(); !slices.Equal(keys, []string{"a"}) || every {
		t.Errorf("got %q, %t, want a", keys, every)
	}
	keys, _ := all.Take()
	slices.Sort(keys)
	if want := []string{"a", "b"}; !slices.Equal(keys, want) {
		t.Errorf("who wants all: got %q, want %q", keys, want)
	}
	one.Close()
	one.Close()
	h.Publish(pubsub.Facts, "a")
	if keys, _ := one.Take(); len(keys) > 0 {
		t.Errorf("after Close: got %q, want nothing", keys)
	}
}

// No signal is lost between readers and writers who do not wait for each other.
func TestConcurrently(t *testing.T) {
	h := pubsub.New()
	s := h.Subscribe(pubsub.Pushes)
	defer s.Close()
	const writers, each = 8, 100
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				h.Publish(pubsub.Pushes, strconv.Itoa(w*each+i))
			}
		})
	}
	seen := make(map[string]bool)
	for len(seen) < writers*each {
		<-s.C()
		keys, _ := s.Take()
		for _, key := range keys {
			seen[key] = true
		}
	}
	wg.Wait()
}
