package kefutest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	_ "modernc.org/sqlite"             // registers the driver "sqlite"

	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// connections is how many connections to PostgreSQL a house may have. Tests run
// in parallel, and a server has a hundred.
const connections = 6

// schemaTimeout bounds the making and dropping of a schema.
const schemaTimeout = 30 * time.Second

// openLedger opens SQLite in the folder of data, or PostgreSQL in a schema of
// its own.
func (o *options) openLedger(t testing.TB) (store.Store, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	tuned := sqlstore.Options{Logger: o.log, Connections: connections}
	if o.postgres == "" {
		return sqlstore.OpenSQLite(ctx, "sqlite", filepath.Join(o.data, "kefu.db"), tuned)
	}
	inSchema, err := newSchema(t, o.postgres)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("pgx", inSchema)
	if err != nil {
		return nil, err
	}
	ledger, err := sqlstore.OpenPostgres(ctx, db, tuned)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return ledger, nil
}

// newSchema makes a schema and returns the URL whose connections see nothing
// else. The schema is dropped after the house has stopped, because cleanups run
// in the opposite order of their registration.
func newSchema(t testing.TB, base string) (inSchema string, err error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme == "" {
		// The parser's own error would repeat the password.
		return "", errors.New("WithPostgres wants a URL such as postgres://user:password@host/database")
	}
	name := fmt.Sprintf("kefutest_%x", randomName())
	if err := inDatabase(base, "create schema "+name); err != nil {
		return "", fmt.Errorf("make the schema %s: %w", name, err)
	}
	t.Cleanup(func() {
		if err := inDatabase(base, "drop schema "+name+" cascade"); err != nil {
			t.Errorf("kefutest: drop the schema %s: %v", name, err)
		}
	})
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func randomName() []byte {
	name := make([]byte, 8)
	rand.Read(name)
	return name
}

// inDatabase runs one statement on a connection of its own.
func inDatabase(base, statement string) (err error) {
	db, err := sql.Open("pgx", base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), schemaTimeout)
	defer cancel()
	_, err = db.ExecContext(ctx, statement)
	return err
}
