package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

const (
	// sqliteDriver is the name under which modernc.org/sqlite registers itself.
	sqliteDriver = "sqlite"
	// databaseFile is the SQLite file in the data folder.
	databaseFile = "kefu.db"
	// mediaFolder is the folder of stored pictures and media in the data folder.
	mediaFolder = "media"
	// openTimeout bounds how long opening a database may take, a wait for
	// another process that migrates it included. A database that does not
	// answer for so long will not be there in a moment.
	openTimeout = 30 * time.Second
)

// openLedger opens the database that the settings name and brings it up to
// date.
func openLedger(ctx context.Context, s *config.Settings, o sqlstore.Options) (store.Store, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	if s.DatabaseURL == "" {
		ledger, err := sqlstore.OpenSQLite(ctx, sqliteDriver, filepath.Join(s.Data, databaseFile), o)
		if err != nil {
			return nil, fmt.Errorf("open the database in %s: %w", s.Data, err)
		}
		return ledger, nil
	}
	db, err := postgres(s)
	if err != nil {
		return nil, err
	}
	ledger, err := sqlstore.OpenPostgres(ctx, db, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the PostgreSQL database: %w", err), db.Close())
	}
	return ledger, nil
}

// postgres makes the pool of connections. The driver's own error is left out:
// it repeats parts of the URL, which holds a password.
func postgres(s *config.Settings) (*sql.DB, error) {
	c, err := pgx.ParseConfig(s.DatabaseURL.Reveal())
	if err != nil {
		return nil, &config.Error{
			Name: "database-url", Origin: s.Origin("database-url"),
			Problem: "the PostgreSQL driver cannot read it; the form is postgres://user:password@host:port/database?sslmode=…",
		}
	}
	return stdlib.OpenDB(*c), nil
}

// withDesk opens the database and the pictures for one verb of the command line,
// while a server may be running on them.
func (t *terminal) withDesk(ctx context.Context, s *config.Settings, create bool, work func(*desk.Desk) error) error {
	return t.withLedger(ctx, s, create, func(ledger store.Store) (err error) {
		pictures := &lateMedia{settings: s}
		defer func() { err = errors.Join(err, pictures.close()) }()
		return work(desk.New(desk.Parts{Ledger: ledger, Media: pictures, Now: time.Now, Log: t.plainLog()}))
	})
}

// plainLog is the log of a verb that ends soon.
func (t *terminal) plainLog() *slog.Logger { return slog.New(slog.NewTextHandler(t.err, nil)) }

// withLedger is [terminal.withDesk] for what the desk does not do.
func (t *terminal) withLedger(ctx context.Context, s *config.Settings, create bool, work func(store.Store) error) (err error) {
	if s.DatabaseURL == "" {
		unlock, err := prepareFile(ctx, s, create)
		if err != nil {
			return err
		}
		defer unlock() // Its error says nothing: the pid was written long ago.
	} else if err := unchanged(ctx, s); err != nil {
		return err
	}
	ledger, err := openLedger(ctx, s, sqlstore.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	return work(ledger)
}

// unchanged refuses a PostgreSQL database that opening would migrate below a
// server of an earlier version. An empty one has no server.
func unchanged(ctx context.Context, s *config.Settings) (err error) {
	db, err := postgres(s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	status, err := sqlstore.StatusPostgres(ctx, db)
	if err != nil {
		return fmt.Errorf("open the PostgreSQL database: %w", err)
	}
	if status.Current > 0 && len(status.Pending) > 0 {
		return errors.New("the database is older than this program: stop the servers that use it, and run kefu migrate first")
	}
	return nil
}

// prepareFile makes sure that the SQLite file can be opened beside a running
// server. Opening brings its schema up to date, and that must not happen under
// a server of an earlier version: then the file is locked, as a server would.
func prepareFile(ctx context.Context, s *config.Settings, create bool) (unlock func() error, err error) {
	path := filepath.Join(s.Data, databaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !create {
		return nil, fmt.Errorf("there is no database in %s: name its folder with --data, or begin with kefu official-account add", s.Data)
	}
	status, err := sqlstore.StatusSQLite(ctx, sqliteDriver, path)
	if err != nil {
		return nil, fmt.Errorf("open the database in %s: %w", s.Data, err)
	}
	if len(status.Pending) == 0 {
		return func() error { return nil }, nil
	}
	if err := makeData(s); err != nil {
		return nil, err
	}
	return lockFolder(s.Data)
}

// makeData makes the data folder, for this user alone.
func makeData(s *config.Settings) error {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}
