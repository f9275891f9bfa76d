package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func shop() *kefu.OfficialAccount {
	return &kefu.OfficialAccount{
		AppID: "wx5d3c0ffee1234567", Secret: kefu.DigestSecret("secret"), WeChatID: "demo_shop", OriginalID: "gh_0123456789ab",
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
}

func addShop(tb testing.TB, s store.Store) *kefu.OfficialAccount {
	tb.Helper()
	o := shop()
	if err := s.Update(tb.Context(), o.AppID, func(tx store.Tx) error { return tx.AddOfficialAccount(o) }); err != nil {
		tb.Fatalf("AddOfficialAccount: got %v, want nil", err)
	}
	return o
}

// total is the value of the one counter that these tests count with.
func total(tb testing.TB, s store.Store, o *kefu.OfficialAccount) (n int64) {
	tb.Helper()
	err := s.View(tb.Context(), func(r store.Reader) error {
		counts, err := r.Counts(o.AppID, "2024-03-12")
		n = counts["/path"]
		return err
	})
	if err != nil {
		tb.Fatalf("Counts: got %v, want nil", err)
	}
	return n
}

func count(s store.Store, o *kefu.OfficialAccount) error {
	return s.Update(context.Background(), o.AppID, func(tx store.Tx) error {
		_, err := tx.Count(o.AppID, "2024-03-12", "/path", 1)
		return err
	})
}

// crowd counts n times at once and returns how many were told that it is done.
// The first change waits until the others have queued, so that there is a group.
func crowd(t *testing.T, s store.Store, o *kefu.OfficialAccount, n int) (done int64, failed error) {
	t.Helper()
	var good atomic.Int64
	var last atomic.Pointer[error]
	var wait sync.WaitGroup
	began, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	wait.Go(func() {
		err := s.Update(context.Background(), o.AppID, func(store.Tx) error {
			once.Do(func() { close(began) })
			<-release
			return nil
		})
		once.Do(func() { close(began) }) // it may never have begun
		if err != nil {
			last.Store(&err)
		}
	})
	<-began
	for range n {
		wait.Go(func() {
			if err := count(s, o); err != nil {
				last.Store(&err)
			} else {
				good.Add(1)
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	close(release)
	wait.Wait()
	if e := last.Load(); e != nil {
		failed = *e
	}
	return good.Load(), failed
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder?#%20", "kefu.db")
	s := openSQLite(t, path, sqlstore.Options{})
	o := addShop(t, s)
	if err := count(s, o); err != nil {
		t.Fatalf("Count: got %v, want nil", err)
	}
	before, err := s.Revision(t.Context(), o.AppID)
	if err != nil {
		t.Fatalf("Revision: got %v, want nil", err)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, path + "-wal": 0o600, filepath.Dir(path): 0o700 | fs.ModeDir} {
		info, err := os.Stat(name)
		if err != nil || info.Mode() != want {
			t.Errorf("mode of %s: got %v (%v), want %v", filepath.Base(name), info.Mode(), err, want)
		}
	}

	// What a power cut leaves: the files as they are, without a Close.
	crashed := filepath.Join(t.TempDir(), "crashed.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(crashed+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatalf("Close: got %v, want nil", err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("write-ahead log after Close: got %v, want none", err)
	}
	for name, path := range map[string]string{"after Close": path, "after a crash": crashed} {
		t.Run(name, func(t *testing.T) {
			s := openSQLite(t, path, sqlstore.Options{})
			if got := total(t, s, o); got != 1 {
				t.Errorf("counter: got %d, want 1", got)
			}
			if got, err := s.Revision(t.Context(), o.AppID); got != before || err != nil {
				t.Errorf("Revision: got %+v (%v), want %+v", got, err, before)
			}
		})
	}
}

// TestVirtualTime: everything works in a bubble, where hours pass at once.
func TestVirtualTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kefu.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlstore.OpenSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
		if err != nil {
			t.Fatalf("OpenSQLite: got %v, want nil", err)
		}
		o := addShop(t, s)
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				if err := count(s, o); err != nil {
					t.Errorf("Count: got %v, want nil", err)
				}
			})
		}
		wait.Wait()
		time.Sleep(10 * time.Minute)
		if got := total(t, s, o); got != 20 {
			t.Errorf("counted: got %d, want 20", got)
		}
		if _, err := s.Revision(t.Context(), o.AppID); err != nil {
			t.Errorf("Revision: got %v, want nil", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("Close: got %v, want nil", err)
		}
	})
}

// TestObserver: the groups add up to what was acknowledged.
func TestObserver(t *testing.T) {
	var changes, groups atomic.Int64
	s := openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{Committed: func(n int, took time.Duration) {
		changes.Add(int64(n))
		groups.Add(1)
		if took <= 0 {
			t.Errorf("Committed: got a group that took %s, want some time", took)
		}
	}})
	o := addShop(t, s)
	const n = 50
	if good, err := crowd(t, s, o, n); good != n || err != nil {
		t.Fatalf("crowd: got %d (%v), want %d", good, err, n)
	}
	// The account, the crowd, and the change that held it back.
	if got := changes.Load(); got != n+2 {
		t.Errorf("changes: got %d, want %d", got, n+2)
	}
	if got := groups.Load(); got >= n {
		t.Errorf("groups: got %d, want far fewer than %d", got, n)
	}
}

func TestUnusablePath(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("this is no database, and long enough to be read as the header of one: "+fmt.Sprint(dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a folder": dir, "below a file": filepath.Join(file, "kefu.db"), "not a database": file} {
		t.Run(name, func(t *testing.T) {
			s, err := sqlstore.OpenSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
			if err == nil {
				t.Error("OpenSQLite: got nil, want an error")
				closeAfter(t, s)
			}
		})
	}
}
