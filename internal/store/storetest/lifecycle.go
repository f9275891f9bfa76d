package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// holdPen begins a change that waits; let ends it.
func holdPen(t *testing.T, s store.Store, app kefu.AppID) (let func(), result <-chan error) {
	t.Helper()
	began, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var once, twice sync.Once
	go func() {
		done <- s.Update(context.WithoutCancel(t.Context()), app, func(tx store.Tx) error {
			once.Do(func() { close(began) })
			<-release
			return tx.SetSetting("held", "yes")
		})
	}()
	let = func() { twice.Do(func() { close(release) }) }
	t.Cleanup(let)
	select {
	case <-began:
	case <-time.After(patience):
		t.Fatal("a change: got no beginning, want one")
	}
	return let, done
}

func await(t *testing.T, what string, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(patience):
		t.Fatalf("%s: got no result within %s", what, patience)
		return nil
	}
}

func cancelledBefore(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	if err := s.Update(ended, o.AppID, func(store.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("Update with an ended context: got %v, ran %v, want %v and false", err, ran, context.Canceled)
	}

	let, held := holdPen(t, s, o.AppID)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	waiting := make(chan error, 1)
	go func() {
		waiting <- s.Update(ctx, o.AppID, func(tx store.Tx) error { return tx.SetSetting("ran", "yes") })
	}()
	time.Sleep(20 * time.Millisecond) // so that it queues; it passes too if it does not
	cancel()
	if err := await(t, "a cancelled change", waiting); !errors.Is(err, context.Canceled) {
		t.Errorf("Update that was cancelled while it waited: got %v, want %v", err, context.Canceled)
	}
	let()
	if err := await(t, "the change before", held); err != nil {
		t.Errorf("the change before: got %v, want nil", err)
	}
	update(t, s, o.AppID, func(tx store.Tx) error {
		got, err := tx.Setting("ran")
		if got != "" {
			t.Error("the cancelled change: it ran, want never")
		}
		return err
	})
}

func cancelledAfter(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	release := make(chan struct{})
	err := s.Update(ctx, o.AppID, func(tx store.Tx) error {
		cancel()
		<-release
		return tx.SetSetting("finished", "yes")
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update that was cancelled while it ran: got %v, want %v", err, context.Canceled)
	}
	close(release)
	// The pen is free again only when the change is finished.
	update(t, s, o.AppID, func(tx store.Tx) error {
		got, err := tx.Setting("finished")
		if got != "yes" {
			t.Errorf("the change that had begun: got %q, want it finished", got)
		}
		return err
	})
}

func tooMany(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	let, held := holdPen(t, s, o.AppID)
	// More than any bound on a queue that makes sense, and each either waits or
	// is told at once.
	const flood = 20_000
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	results := make(chan error, flood)
	for range flood {
		go func() { results <- s.Update(ctx, o.AppID, func(store.Tx) error { return nil }) }()
	}
	if err := await(t, "a change too many", results); !errors.Is(err, store.ErrBusy) {
		t.Errorf("a change too many: got %v, want %v", err, store.ErrBusy)
	}
	cancel()
	for range flood - 1 {
		if err := await(t, "a change of the flood", results); !errors.Is(err, store.ErrBusy) && !errors.Is(err, context.Canceled) {
			t.Fatalf("a change of the flood: got %v, want %v or %v", err, store.ErrBusy, context.Canceled)
		}
	}
	let()
	if err := await(t, "the change before", held); err != nil {
		t.Errorf("the change before: got %v, want nil", err)
	}
	eventually(t, patience, "room in the queue", func() bool {
		return s.Update(t.Context(), o.AppID, func(store.Tx) error { return nil }) == nil
	})
}

func ping(t *testing.T, s store.Store) {
	for range 3 {
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("Ping: got %v, want nil", err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Ping(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Ping with an ended context: got %v, want %v", err, context.Canceled)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("Close: got %v, want nil", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Ping of a closed store: got %v, want %v", err, store.ErrClosed)
	}
}

func closing(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	let, held := holdPen(t, s, o.AppID)
	const late = 10
	queued := make(chan error, late)
	for i := range late {
		go func() {
			queued <- s.Update(context.WithoutCancel(t.Context()), o.AppID, func(tx store.Tx) error {
				return tx.SetSetting(fmt.Sprint("late", i), "yes")
			})
		}()
	}
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("Close while a change runs: got %v, want it to wait", err)
	case <-time.After(50 * time.Millisecond):
	}
	let()
	if err := await(t, "the change that had begun", held); err != nil {
		t.Errorf("the change that had begun: got %v, want nil", err)
	}
	for range late {
		// One that was queued when the lane looked may still have been taken.
		if err := await(t, "a change that queued", queued); err != nil && !errors.Is(err, store.ErrClosed) {
			t.Errorf("a change that queued: got %v, want nil or %v", err, store.ErrClosed)
		}
	}
	if err := await(t, "Close", closed); err != nil {
		t.Errorf("Close: got %v, want nil", err)
	}
	for what, err := range map[string]error{
		"Update":   s.Update(t.Context(), o.AppID, func(store.Tx) error { return nil }),
		"View":     s.View(t.Context(), func(store.Reader) error { return nil }),
		"Revision": second(s.Revision(t.Context(), account(7).AppID)),
		"Known":    second(s.Revision(t.Context(), o.AppID)),
		"Ping":     s.Ping(t.Context()),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s after Close: got %v, want %v", what, err, store.ErrClosed)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close again: got %v, want nil", err)
	}
}
