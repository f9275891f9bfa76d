package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu/internal/store"
)

// saidCode is an error of a driver, of either kind.
type saidCode struct {
	sqlite   int
	postgres string
}

func (e saidCode) Error() string    { return fmt.Sprint(e.sqlite, e.postgres) }
func (e saidCode) Code() int        { return e.sqlite }
func (e saidCode) SQLState() string { return e.postgres }

// TestWhy: what operators meet has words of its own, also when it comes wrapped.
func TestWhy(t *testing.T) {
	one, other := sqliteDialect(), postgresDialect()
	for _, c := range []struct {
		name string
		on   *dialect
		err  error
		want string
	}{
		{"a full disk", one, saidCode{sqlite: 13}, "the disk is full"},
		{"a read-only file", one, saidCode{sqlite: 8}, "read-only"},
		{"a read-only folder", one, saidCode{sqlite: 8 | 6<<8}, "read-only"},
		{"busy", one, saidCode{sqlite: 5}, "another process holds"},
		{"busy with a snapshot", one, saidCode{sqlite: 5 | 2<<8}, "another process holds"},
		{"no room for shared memory", one, saidCode{sqlite: 10 | 19<<8}, "the disk is full"},
		{"a bad disk", one, saidCode{sqlite: 10 | 3<<8}, "cannot be read or written"},
		{"no file", one, saidCode{sqlite: 14}, "cannot be opened"},
		{"damaged", one, saidCode{sqlite: 11}, "damaged"},
		{"something new", one, saidCode{sqlite: 99}, unexplained},
		{"shutting down", other, saidCode{postgres: "57P01"}, "is stopping"},
		{"crashed", other, saidCode{postgres: "57P02"}, "is stopping"},
		{"starting", other, saidCode{postgres: "57P03"}, "starting or stopping"},
		{"a full disk there", other, saidCode{postgres: "53100"}, "disk of the database server is full"},
		{"too many", other, saidCode{postgres: "53300"}, "no more connections"},
		{"a standby", other, saidCode{postgres: "25006"}, "read-only"},
		{"locked", other, saidCode{postgres: "55P03"}, "holds a lock"},
		{"too slow", other, saidCode{postgres: "57014"}, "took too long"},
		{"a wrong password", other, saidCode{postgres: "28P01"}, "does not let this user in"},
		{"time is up", other, context.DeadlineExceeded, "does not answer in time"},
		{"an open outcome", other, errors.Join(errOutcomeOpen, context.DeadlineExceeded), "not known whether"},
		{"a dead connection", other, sql.ErrConnDone, "was lost"},
		{"something new there", other, saidCode{postgres: "99999"}, unexplained},
	} {
		t.Run(c.name, func(t *testing.T) {
			var fault *store.Fault
			if err := c.on.fault(fmt.Errorf("store: asked: %w", c.err)); !errors.As(err, &fault) || !strings.Contains(fault.Why, c.want) {
				t.Errorf("got %v (%v), want %q in it", err, fault, c.want)
			}
		})
	}
}

// TestDiskFullInAChange: SQLite gives a transaction up when it finds no room, with
// all that its neighbours did. Nothing of those who were refused is there, and
// everything works when there is room.
func TestDiskFullInAChange(t *testing.T) {
	s, err := OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	write := func(name string, size int) error {
		return s.Update(t.Context(), store.House, func(tx store.Tx) error { return tx.SetSetting(name, strings.Repeat("x", size)) })
	}
	limit := func(setup []string) {
		t.Helper()
		w, err := s.writers.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s.writers.setup = setup
		if err := s.writers.release(w, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := write("before", 10); err != nil {
		t.Fatal(err)
	}
	// A file may not become larger than it is, but for some pages.
	pages := 0
	if err := s.db.QueryRowContext(t.Context(), "pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit(append(sqliteWriter[:], fmt.Sprintf("pragma max_page_count = %d", pages+20)))
	const small, large = 20, 1 << 20
	var wait sync.WaitGroup
	results := make([]error, 40)
	for i := range results {
		size := small
		if i%4 == 0 {
			size = large
		}
		wait.Go(func() { results[i] = write(fmt.Sprint("at once ", i), size) })
	}
	wait.Wait()
	there := func(name string) bool {
		var value string
		if err := s.View(t.Context(), func(r store.Reader) (err error) { value, err = r.Setting(name); return err }); err != nil {
			t.Fatal(err)
		}
		return value != ""
	}
	for i, err := range results {
		var fault *store.Fault
		if i%4 == 0 && (!errors.As(err, &fault) || fault.Why != "the disk is full") {
			t.Errorf("a large change: got %v, want a fault: the disk is full", err)
		}
		if i%4 != 0 && err != nil {
			t.Errorf("a small change: got %v, want nil", err)
		}
		if got, want := there(fmt.Sprint("at once ", i)), err == nil; got != want {
			t.Errorf("change %d: got %t, want it there: %t", i, got, want)
		}
	}
	limit(sqliteWriter[:])
	if err := write("after", large); err != nil {
		t.Errorf("when there is room: got %v, want nil", err)
	}
}

// TestLongQueue: who has waited too long for a turn is refused; who came later is
// not.
func TestLongQueue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kefu.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := OpenSQLite(t.Context(), "sqlite", path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ran := false
		change := func(store.Tx) error { ran = true; return nil }
		var slow, early, late error
		var wait sync.WaitGroup
		wait.Go(func() {
			slow = s.Update(t.Context(), store.House, func(store.Tx) error { time.Sleep(queueBound + 2*time.Second); return nil })
		})
		synctest.Wait()
		wait.Go(func() { early = s.Update(t.Context(), store.House, change) })
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if ran {
			t.Error("a change ran beside another")
		}
		wait.Go(func() { late = s.Update(t.Context(), store.House, func(store.Tx) error { return nil }) })
		wait.Wait()
		if slow != nil || late != nil || !errors.Is(early, store.ErrBusy) || ran {
			t.Errorf("got %v, %v, %v (ran: %t), want nil, %v (ran: false), nil", slow, early, late, ran, store.ErrBusy)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestReadsAreBounded: a read of a table that somebody has locked ends with a
// fault, and one whose caller has less patience with that.
func TestReadsAreBounded(t *testing.T) {
	at := os.Getenv("KEFU_TEST_POSTGRES_URL")
	if at == "" {
		t.Skip("KEFU_TEST_POSTGRES_URL is not set")
	}
	open := func() *sql.DB {
		db, err := sql.Open("pgx", at)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	schema := fmt.Sprintf("kefu_bounds_%d", os.Getpid())
	admin := open()
	defer admin.Close()
	if _, err := admin.Exec("create schema " + schema); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, err := admin.Exec("drop schema " + schema + " cascade"); err != nil {
			t.Error(err)
		}
	}()
	if strings.Contains(at, "?") {
		at += "&search_path=" + schema
	} else {
		at += "?search_path=" + schema
	}
	s, err := OpenPostgres(t.Context(), open(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	s.dialect.patience = func(caller context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(caller, 300*time.Millisecond)
	}
	lock, err := admin.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.Exec("lock table " + schema + ".setting in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	ask := func(ctx context.Context) error {
		return s.View(ctx, func(r store.Reader) error { _, err := r.Setting("ping"); return err })
	}
	var fault *store.Fault
	if err := ask(t.Context()); !errors.As(err, &fault) || !strings.Contains(fault.Why, "in time") {
		t.Errorf("got %v, want a fault that speaks of time", err)
	}
	hasty, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := ask(hasty); !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &fault) {
		t.Errorf("in a hurry: got %v, want %v and no fault", err, context.DeadlineExceeded)
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := ask(t.Context()); err != nil {
		t.Errorf("afterwards: got %v, want nil", err)
	}
}
