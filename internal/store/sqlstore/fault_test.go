package sqlstore_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// whyOf is why an error is a fault of the database; empty when it is none.
func whyOf(err error) string {
	var fault *store.Fault
	if errors.As(err, &fault) {
		return fault.Why
	}
	return ""
}

// TestFaults: what the database cannot do is a fault, whatever was asked of it, and
// so is what a change was told meanwhile and passed on in words of its own.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, statement string
		ask             func(s store.Store, o *kefu.OfficialAccount) error
	}{
		{"a read cannot begin", "begin deferred", func(s store.Store, _ *kefu.OfficialAccount) error {
			return s.View(context.Background(), func(store.Reader) error { return nil })
		}},
		{"a read cannot end", "rollback", func(s store.Store, _ *kefu.OfficialAccount) error {
			return s.View(context.Background(), func(store.Reader) error { return nil })
		}},
		{"a change cannot begin", "begin immediate", count},
		{"a change cannot be committed", "commit", count},
		{"the ledger cannot be written", "commit", func(s store.Store, _ *kefu.OfficialAccount) error {
			return s.Ping(context.Background())
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f faults
			s := openSQLiteWith(t, faultyDriver(t, &f, "sqlite"), filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{Logger: logger(t)})
			o := addShop(t, s)
			f.before.Store(failing(c.statement, 1000, errDisk))
			err := c.ask(s, o)
			f.before.Store(nil)
			if whyOf(err) == "" || !errors.Is(err, errDisk) {
				t.Errorf("got %v, want a fault with the story of %v", err, errDisk)
			}
			if err := count(s, o); err != nil {
				t.Errorf("afterwards: got %v, want nil", err)
			}
		})
	}
}

// TestNoFaults: what is not the database's doing is told as it is.
func TestNoFaults(t *testing.T) {
	s := openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	o := addShop(t, s)
	own := errors.New("the change thought better of it")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, got := range map[string]error{
		"a refusal":        s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.AddOfficialAccount(shop()) }),
		"an own error":     s.Update(t.Context(), o.AppID, func(store.Tx) error { return own }),
		"an own, reading":  s.View(t.Context(), func(store.Reader) error { return own }),
		"a text with NUL":  s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.SetSetting("a\x00b", "") }),
		"an ended context": s.View(ended, func(store.Reader) error { return nil }),
	} {
		if got == nil || whyOf(got) != "" {
			t.Errorf("%s: got %v (fault: %q), want an error that is no fault", name, got, whyOf(got))
		}
	}
}

// TestOpeningFaults: why a file cannot be opened is said in words for anybody.
func TestOpeningFaults(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database, but long enough for the header of one. ", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		text: "the database file is not one of SQLite",
		dir:  "the database file cannot be opened",
	} {
		s, err := sqlstore.OpenSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
		if got := whyOf(err); got != want {
			t.Errorf("%s: got %q (%v), want %q", filepath.Base(path), got, err, want)
		}
		if err == nil {
			closeAfter(t, s)
		}
	}
}

// TestLockHeldByAnotherSession: the server gives up waiting for a lock before we
// do, and nothing of it is repeated.
func TestLockHeldByAnotherSession(t *testing.T) {
	dsn := newSchema(t)
	o := addShop(t, openPostgres(t, dsn, sqlstore.Options{}))
	tx, err := postgresDB(t, dsn).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("select appid from official_account for update"); err != nil {
		t.Fatal(err)
	}
	s := openPostgres(t, withSetting(t, dsn, "lock_timeout", "100"), sqlstore.Options{})
	if got, want := whyOf(count(s, o)), "somebody holds a lock in the database"; got != want {
		t.Errorf("Update: got %q, want %q", got, want)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := count(s, o); err != nil {
		t.Errorf("Update afterwards: got %v, want nil", err)
	}
}

// withSetting is a URL whose connections have a setting of the server.
func withSetting(t *testing.T, dsn, name, value string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// TestIdleConnectionsDie: a server that has closed the connections which nobody
// uses, as after a restart, costs no caller an answer.
func TestIdleConnectionsDie(t *testing.T) {
	dsn := newSchema(t)
	s := openPostgres(t, dsn, sqlstore.Options{})
	o := addShop(t, s)
	admin := postgresDB(t, withSetting(t, dsn, "application_name", "admin"))
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func() error{
		"View": func() error {
			return s.View(t.Context(), func(r store.Reader) error { _, err := r.OfficialAccount(o.AppID); return err })
		},
		"Revision": func() error { _, err := s.Revision(t.Context(), o.AppID); return err },
		"Update":   func() error { return count(s, o) },
	} {
		// The second time they are used again, and then believed to live for a while.
		for range 2 {
			readTogether(t, s, 8)
		}
		if _, err := admin.Exec("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", u.Query().Get("application_name")); err != nil {
			t.Fatal(err)
		}
		if err := ask(); err != nil {
			t.Errorf("%s: got %v, want nil", name, err)
		}
	}
}

// readTogether reads as often at once, so that there are as many connections.
func readTogether(t *testing.T, s store.Store, readers int) {
	t.Helper()
	var met, wait sync.WaitGroup
	met.Add(readers)
	for range readers {
		wait.Go(func() {
			here := sync.OnceFunc(met.Done)
			defer here()
			if err := s.View(t.Context(), func(store.Reader) error { here(); met.Wait(); return nil }); err != nil {
				t.Errorf("View: got %v, want nil", err)
			}
		})
	}
	wait.Wait()
}
