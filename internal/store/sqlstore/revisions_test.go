package sqlstore

import (
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// TestFillKeepsTheNewer plays two reads around a commit that is in the file but
// not told yet: the one that began before must not hide what the other saw.
func TestFillKeepsTheNewer(t *testing.T) {
	const app kefu.AppID = "wx5d3c0ffee1234567"
	before, after := store.Revision{Credentials: 7, Directory: 7}, store.Revision{Credentials: 7, Directory: 8}
	for name, order := range map[string][]store.Revision{"newer first": {after, before}, "older first": {before, after}} {
		t.Run(name, func(t *testing.T) {
			r := newRevisions()
			generation := r.now()
			for _, read := range order {
				if _, ok := r.fill(app, read, generation); !ok {
					t.Fatal("a read without a commit beside it was not remembered")
				}
			}
			if got, known := r.get(app); !known || got != after {
				t.Errorf("got %v, %t, want %v", got, known, after)
			}
		})
	}
	r := newRevisions()
	generation := r.now()
	r.forget()
	if _, ok := r.fill(app, after, generation); ok {
		t.Error("a read that began before somebody else's change was remembered")
	}
	if got, known := r.get(app); known {
		t.Errorf("got %v from a read that began before somebody else's change, want none", got)
	}
}
