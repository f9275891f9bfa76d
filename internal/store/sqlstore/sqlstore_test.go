package sqlstore_test

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		return openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{Logger: logger(t)})
	})
	storetest.RunTwo(t, func(t *testing.T) (one, two store.Store) {
		path := filepath.Join(t.TempDir(), "kefu.db")
		return openSQLite(t, path, sqlstore.Options{Logger: logger(t)}), openSQLite(t, path, sqlstore.Options{Logger: logger(t)})
	})
}

func TestPostgres(t *testing.T) {
	postgresURL(t)
	storetest.Run(t, func(t *testing.T) store.Store {
		return openPostgres(t, newSchema(t), sqlstore.Options{Logger: logger(t)})
	})
	storetest.RunTwo(t, func(t *testing.T) (one, two store.Store) {
		dsn := newSchema(t)
		return openPostgres(t, dsn, sqlstore.Options{Logger: logger(t)}), openPostgres(t, dsn, sqlstore.Options{Logger: logger(t)})
	})
}

func openSQLite(t testing.TB, path string, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	return openSQLiteWith(t, "sqlite", path, o)
}

func openSQLiteWith(t testing.TB, driver, path string, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.OpenSQLite(t.Context(), driver, path, o)
	if err != nil {
		t.Fatalf("OpenSQLite: got %v, want nil", err)
	}
	closeAfter(t, s)
	return s
}

func openPostgres(t testing.TB, dsn string, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.OpenPostgres(t.Context(), postgresDB(t, dsn), o)
	if err != nil {
		t.Fatalf("OpenPostgres: got %v, want nil", err)
	}
	closeAfter(t, s)
	return s
}

func closeAfter(t testing.TB, s *sqlstore.Store) {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: got %v, want nil", err)
		}
	})
}

func postgresDB(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatalf("open PostgreSQL: got %v, want nil", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close PostgreSQL: got %v, want nil", err)
		}
	})
	return db
}

// postgresURL names the server to test with; without one the test is skipped.
func postgresURL(t testing.TB) string {
	t.Helper()
	base := os.Getenv("KEFU_TEST_POSTGRES_URL")
	if base == "" {
		t.Skip("KEFU_TEST_POSTGRES_URL is not set")
	}
	return base
}

var schemas atomic.Int64

// newSchema makes a schema of its own for a test, and returns a URL whose
// connections see nothing else.
func newSchema(t testing.TB) (dsn string) {
	t.Helper()
	base := postgresURL(t)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("KEFU_TEST_POSTGRES_URL: got %v, want a URL", err)
	}
	admin := postgresDB(t, base)
	name := fmt.Sprintf("kefu_test_%d_%d", os.Getpid(), schemas.Add(1))
	exec := func(q string) {
		t.Helper()
		if _, err := admin.Exec(q); err != nil {
			t.Fatalf("%s: got %v, want nil", q, err)
		}
	}
	exec("create schema " + name)
	t.Cleanup(func() { exec("drop schema " + name + " cascade") })
	q := u.Query()
	q.Set("search_path", name)
	q.Set("application_name", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// logger writes to the log of the test.
func logger(t testing.TB) *slog.Logger {
	return textLogger(testWriter{t})
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
