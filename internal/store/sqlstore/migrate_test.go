package sqlstore_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func TestNewerDataIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kefu.db")
	if err := openSQLite(t, path, sqlstore.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"insert into migration values (99, '0099_future', 0)", "pragma journal_mode = delete"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = sqlstore.OpenSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
	wantNewer(t, err)
	_, err = sqlstore.MigrateSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
	wantNewer(t, err)
	got, err := sqlstore.StatusSQLite(t.Context(), "sqlite", path)
	if err != nil || got.Current != 99 || got.Known >= 99 || len(got.Pending) != 0 {
		t.Errorf("StatusSQLite: got %+v (%v), want current 99 and nothing pending", got, err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file: it changed (%v), want it left alone", err)
	}
}

func TestNewerDataIsLeftAlonePostgres(t *testing.T) {
	dsn := newSchema(t)
	if err := openPostgres(t, dsn, sqlstore.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	db := postgresDB(t, dsn)
	if _, err := db.Exec("insert into migration values (99, '0099_future', 0)"); err != nil {
		t.Fatal(err)
	}
	_, err := sqlstore.OpenPostgres(t.Context(), db, sqlstore.Options{})
	wantNewer(t, err)
	// When it fails, the pool is still ours.
	got, err := sqlstore.StatusPostgres(t.Context(), db)
	if err != nil || got.Current != 99 {
		t.Errorf("StatusPostgres: got %+v (%v), want current 99", got, err)
	}
}

func wantNewer(t *testing.T, err error) {
	t.Helper()
	var newer *store.NewerError
	if !errors.As(err, &newer) || newer.Data != 99 || newer.Program < 1 || newer.Program > 98 {
		t.Errorf("newer data: got %v, want a NewerError from 99", err)
	}
}

func TestMigrate(t *testing.T) {
	type doors struct {
		status  func() (sqlstore.Status, error)
		migrate func() ([]string, error)
		open    func() (*sqlstore.Store, error)
	}
	for name, make := range map[string]func(t *testing.T) doors{
		"SQLite": func(t *testing.T) doors {
			path := filepath.Join(t.TempDir(), "kefu.db")
			return doors{
				func() (sqlstore.Status, error) { return sqlstore.StatusSQLite(t.Context(), "sqlite", path) },
				func() ([]string, error) {
					return sqlstore.MigrateSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
				},
				func() (*sqlstore.Store, error) {
					return sqlstore.OpenSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
				},
			}
		},
		"PostgreSQL": func(t *testing.T) doors {
			dsn := newSchema(t)
			return doors{
				func() (sqlstore.Status, error) { return sqlstore.StatusPostgres(t.Context(), postgresDB(t, dsn)) },
				func() ([]string, error) {
					return sqlstore.MigratePostgres(t.Context(), postgresDB(t, dsn), sqlstore.Options{})
				},
				func() (*sqlstore.Store, error) {
					return sqlstore.OpenPostgres(t.Context(), postgresDB(t, dsn), sqlstore.Options{})
				},
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := make(t)
			got, err := d.status()
			if err != nil || got.Current != 0 || got.Known < 1 || len(got.Pending) != got.Known || got.Pending[0] != "0001_accounts" {
				t.Errorf("status of nothing: got %+v (%v), want all pending", got, err)
			}
			applied, err := d.migrate()
			if err != nil || strings.Join(applied, " ") != strings.Join(got.Pending, " ") {
				t.Errorf("migrate: got %v (%v), want %v", applied, err, got.Pending)
			}
			if applied, err := d.migrate(); err != nil || len(applied) != 0 {
				t.Errorf("migrate again: got %v (%v), want nothing", applied, err)
			}
			after, err := d.status()
			if err != nil || after.Current != got.Known || len(after.Pending) != 0 {
				t.Errorf("status after: got %+v (%v), want nothing pending", after, err)
			}
		})
		t.Run(name+" from several processes at once", func(t *testing.T) {
			d := make(t)
			var wait sync.WaitGroup
			for range 6 {
				wait.Go(func() {
					s, err := d.open()
					if err != nil {
						t.Errorf("open: got %v, want nil", err)
						return
					}
					closeAfter(t, s)
				})
			}
			wait.Wait()
		})
	}
}
