package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/openkefu/kefu/internal/store"
)

func viewIsOneState(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	const rounds = 40
	var wait sync.WaitGroup
	stop := make(chan struct{})
	// Both settings always change together.
	wait.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := s.Update(context.WithoutCancel(t.Context()), o.AppID, func(tx store.Tx) error {
				if err := tx.SetSetting("left", fmt.Sprint(i)); err != nil {
					return err
				}
				return tx.SetSetting("right", fmt.Sprint(i))
			})
			if err != nil {
				t.Errorf("Update: got %v, want nil", err)
				return
			}
		}
	})
	for range rounds {
		view(t, s, func(r store.Reader) error {
			left, err := r.Setting("left")
			if err != nil {
				return err
			}
			// Time enough for the writer to go on.
			if err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
				return second(tx.Count(o.AppID, "2024-03-12", "/views", 1))
			}); err != nil {
				return err
			}
			right, err := r.Setting("right")
			if left != right {
				t.Errorf("two questions of one view: got %q and %q, want the same state", left, right)
			}
			return err
		})
	}
	close(stop)
	wait.Wait()
}

func viewReturnsError(t *testing.T, s store.Store) {
	if err := s.View(t.Context(), func(store.Reader) error { return errUndo }); err != errUndo {
		t.Errorf("View: got %v, want %v", err, errUndo)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.View(ctx, func(store.Reader) error {
		t.Error("View with an ended context: got a call, want none")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("View with an ended context: got %v, want %v", err, context.Canceled)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	err = s.View(ctx, func(r store.Reader) error {
		cancel()
		return second(r.OfficialAccounts())
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("View whose context ended: got %v, want %v", err, context.Canceled)
	}
	// A view that panics lets its connection go.
	for range 20 {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("View that panics: got no panic, want one")
				}
			}()
			_ = s.View(t.Context(), func(store.Reader) error { panic("in a view") })
		}()
	}
	view(t, s, func(r store.Reader) error { return second(r.OfficialAccounts()) })
}

func overWithItsFunction(t *testing.T, s store.Store) {
	var leakedTx store.Tx
	var leakedReader store.Reader
	update(t, s, store.House, func(tx store.Tx) error { leakedTx = tx; return nil })
	view(t, s, func(r store.Reader) error { leakedReader = r; return nil })
	if err := leakedTx.SetSetting("late", "value"); err == nil {
		t.Error("SetSetting after the change: got nil, want an error")
	}
	if _, err := leakedReader.Setting("late"); err == nil {
		t.Error("Setting after the view: got nil, want an error")
	}
}
