package sqlstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

var errDisk = errors.New("the disk is on fire")

// TestFailingCommit: a group that could not be committed is acknowledged to
// nobody, and its changes are tried once more, each by itself.
func TestFailingCommit(t *testing.T) {
	for _, c := range []struct {
		name      string
		statement string
		times     int64
		recovers  bool
	}{
		{"the commit fails once", "commit", 1, true},
		{"the commit fails for long", "commit", 1000, false},
		{"a savepoint fails once", "savepoint change", 1, true},
		{"the transaction cannot begin once", "begin immediate", 1, true},
		{"the transaction cannot begin for long", "begin immediate", 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f faults
			s := openSQLiteWith(t, faultyDriver(t, &f, "sqlite"), filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{Logger: logger(t)})
			o := addShop(t, s)
			f.before.Store(failing(c.statement, c.times, errDisk))
			const n = 20
			good, err := crowd(t, s, o, n)
			f.before.Store(nil)
			if c.recovers && (good != n || err != nil) {
				t.Errorf("acknowledged: got %d (%v), want %d", good, err, n)
			}
			if !c.recovers && (good != 0 || !errors.Is(err, errDisk)) {
				t.Errorf("acknowledged: got %d (%v), want none and %v", good, err, errDisk)
			}
			if got := total(t, s, o); got != good {
				t.Errorf("counted: got %d, want %d as acknowledged", got, good)
			}
			if err := count(s, o); err != nil {
				t.Errorf("afterwards: got %v, want nil", err)
			}
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("Ping afterwards: got %v, want nil", err)
			}
		})
	}
}

// TestPingTellsOfAFailingDisk: reading still works then, writing does not.
func TestPingTellsOfAFailingDisk(t *testing.T) {
	var f faults
	s := openSQLiteWith(t, faultyDriver(t, &f, "sqlite"), filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	f.before.Store(failing("begin immediate", 1000, errDisk))
	if err := s.Ping(t.Context()); !errors.Is(err, errDisk) {
		t.Errorf("Ping: got %v, want %v", err, errDisk)
	}
}

// TestConnectionDies: the server ends the connection in the middle of a change,
// and the change happens once all the same.
func TestConnectionDies(t *testing.T) {
	dsn := newSchema(t)
	s := openPostgres(t, dsn, sqlstore.Options{Logger: logger(t)})
	o := addShop(t, s)
	admin := postgresDB(t, dsn)
	runs := 0
	err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
		runs++
		if _, err := tx.Count(o.AppID, "2024-03-12", "/path", 1); err != nil {
			return err
		}
		if runs == 1 {
			if _, err := admin.Exec(`select pg_terminate_backend(pid) from pg_stat_activity
				where application_name = current_setting('application_name') and state = 'idle in transaction'`); err != nil {
				t.Errorf("end the connection: got %v, want nil", err)
			}
		}
		_, err := tx.Count(o.AppID, "2024-03-12", "/path", 1)
		return err
	})
	if err != nil || runs != 2 {
		t.Errorf("Update: got %v after %d runs, want nil after 2", err, runs)
	}
	if got := total(t, s, o); got != 2 {
		t.Errorf("counted: got %d, want 2", got)
	}
}

// TestCommitWithoutAnswer: the connection is lost after the commit was sent. The
// store finds out what became of it; a change that took place is not run again.
func TestCommitWithoutAnswer(t *testing.T) {
	for _, c := range []struct {
		name     string
		took     bool
		hook     func(f *faults) *atomic.Pointer[func(string) error]
		wantRuns int
	}{
		{"it took place", true, func(f *faults) *atomic.Pointer[func(string) error] { return &f.after }, 1},
		{"it did not", false, func(f *faults) *atomic.Pointer[func(string) error] { return &f.before }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f faults
			dsn := newSchema(t)
			db, err := sql.Open(faultyDriver(t, &f, "pgx"), dsn)
			if err != nil {
				t.Fatal(err)
			}
			s, err := sqlstore.OpenPostgres(t.Context(), db, sqlstore.Options{Logger: logger(t)})
			if err != nil {
				t.Fatal(err)
			}
			closeAfter(t, s)
			o := addShop(t, s)
			c.hook(&f).Store(failing("commit", 1, errors.New("connection reset by peer")))
			runs := 0
			err = s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
				runs++
				_, err := tx.Count(o.AppID, "2024-03-12", "/path", 1)
				return err
			})
			if err != nil || runs != c.wantRuns {
				t.Errorf("Update: got %v after %d runs, want nil after %d", err, runs, c.wantRuns)
			}
			if got := total(t, s, o); got != 1 {
				t.Errorf("counted: got %d, want 1", got)
			}
		})
	}
}

// TestDeadlock: two accounts that change the same people in opposite order.
func TestDeadlock(t *testing.T) {
	s := openPostgres(t, newSchema(t), sqlstore.Options{Logger: logger(t)})
	one, two := shop(), shop()
	two.AppID, two.WeChatID, two.OriginalID = "wx5d3c0ffee7654321", "other_shop", "gh_ba9876543210"
	var met sync.WaitGroup
	met.Add(2)
	var results [2]error
	var wait sync.WaitGroup
	for i, o := range []*kefu.OfficialAccount{one, two} {
		if err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.AddOfficialAccount(o) }); err != nil {
			t.Fatal(err)
		}
		people := []kefu.WeChatID{"alice_wx", "bobby_wx"}
		if i == 1 {
			people[0], people[1] = people[1], people[0]
		}
		wait.Go(func() {
			var once sync.Once
			results[i] = s.Update(context.Background(), o.AppID, func(tx store.Tx) error {
				if _, err := tx.Worker(people[0]); err != nil {
					return err
				}
				once.Do(func() { met.Done(); met.Wait() })
				if _, err := tx.Worker(people[1]); err != nil {
					return err
				}
				_, err := tx.Count(o.AppID, "2024-03-12", "/path", 1)
				return err
			})
		})
	}
	wait.Wait()
	for i, o := range []*kefu.OfficialAccount{one, two} {
		if got := total(t, s, o); results[i] != nil || got != 1 {
			t.Errorf("change %d: got %v and counted %d, want nil and 1", i, results[i], got)
		}
	}
}

// TestGoexit: a change that takes its goroutine down, as FailNow of a test does,
// does not take the lane with it.
func TestGoexit(t *testing.T) {
	s := openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	o := addShop(t, s)
	err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
		if _, err := tx.Count(o.AppID, "2024-03-12", "/path", 1); err != nil {
			return err
		}
		runtime.Goexit()
		return nil
	})
	if err == nil {
		t.Error("Update: got nil, want an error")
	}
	if err := count(s, o); err != nil {
		t.Errorf("the next change: got %v, want nil", err)
	}
	if got := total(t, s, o); got != 1 {
		t.Errorf("counted: got %d, want 1", got)
	}
}

// TestPanicIsLogged: with its stack, and only there.
func TestPanicIsLogged(t *testing.T) {
	var log bytes.Buffer
	s := openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{Logger: textLogger(&log)})
	err := s.Update(t.Context(), store.House, func(store.Tx) error { panic("a broken rule") })
	if err == nil || strings.Contains(err.Error(), "a broken rule") {
		t.Errorf("Update: got %v, want an error without the panic's text", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a broken rule", "TestPanicIsLogged"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log: got %q, want it to have %q", log.String(), want)
		}
	}
}
