package sqlstore

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// TestQuietLanesEnd: with a lane for each account, as on PostgreSQL, those that
// have nothing to do go, and come back with the next change.
func TestQuietLanesEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kefu.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := OpenSQLite(t.Context(), "sqlite", path, Options{})
		if err != nil {
			t.Fatalf("OpenSQLite: got %v, want nil", err)
		}
		s.dialect.lane = func(app kefu.AppID) kefu.AppID { return app }
		s.dialect.laneIdle = postgresLaneIdle
		lanes := func() int {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.lanes)
		}
		change := func(app kefu.AppID) {
			t.Helper()
			if err := s.Update(t.Context(), app, func(store.Tx) error { return nil }); err != nil {
				t.Errorf("Update: got %v, want nil", err)
			}
		}
		for range 2 {
			change("one")
			change("two")
			if got := lanes(); got != 2 {
				t.Errorf("lanes at work: got %d, want 2", got)
			}
			time.Sleep(postgresLaneIdle / 2)
			change("one")
			time.Sleep(postgresLaneIdle/2 + time.Second)
			if got := lanes(); got != 1 {
				t.Errorf("lanes when one is quiet: got %d, want 1", got)
			}
			time.Sleep(postgresLaneIdle)
			if got := lanes(); got != 0 {
				t.Errorf("lanes when all are quiet: got %d, want 0", got)
			}
		}
		if err := s.Close(); err != nil {
			t.Errorf("Close: got %v, want nil", err)
		}
	})
}

func TestPlaceholders(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"none", "select 1", "select 1"},
		{"one", "select ?", "select $1"},
		{"many", "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := postgresDialect()
			for range 2 {
				if got := d.bind(c.text); got != c.want {
					t.Errorf("bind: got %q, want %q", got, c.want)
				}
			}
			if got := sqliteDialect().bind(c.text); got != c.text {
				t.Errorf("bind for SQLite: got %q, want %q", got, c.text)
			}
		})
	}
}

// TestFillLosesToACommit: what was read before a commit does not replace what
// the commit left behind.
func TestFillLosesToACommit(t *testing.T) {
	const app kefu.AppID = "wx5d3c0ffee1234567"
	r := newRevisions()
	generation := r.now()
	r.committed([]*change{{tx: &tx{revisions: map[kefu.AppID]store.Revision{app: {Directory: 2}}}}})
	r.fill(app, store.Revision{Directory: 1}, generation)
	if got, _ := r.get(app); got.Directory != 2 {
		t.Errorf("after a late fill: got %d, want 2", got.Directory)
	}
	generation = r.now()
	r.forget()
	r.fill(app, store.Revision{Directory: 3}, generation)
	if got, ok := r.get(app); ok {
		t.Errorf("after a fill that began before another process changed the file: got %d, want nothing", got.Directory)
	}
}
