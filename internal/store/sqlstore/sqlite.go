package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// busyTimeout is how long a statement waits for another process, such as
	// the command line, that writes the same file. Such a process holds the
	// lock for one commit; five seconds outlast any disk that still works.
	busyTimeout = 5 * time.Second

	// busyPause is the pause between two tries where SQLite does not wait by
	// itself; the other process needs some milliseconds.
	busyPause = 20 * time.Millisecond

	// sqliteMaxGroup bounds the changes of one commit. At some 20 µs each, 256
	// hold the first one back by 5 ms, which is what a slow disk takes anyway.
	sqliteMaxGroup = 256

	// Extended result codes of SQLite for a row that is there already, from its
	// documentation.
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// sqliteWriter prepares the one connection that writes. The order matters:
// waiting for others must work before the journal's mode is changed.
var sqliteWriter = [...]string{
	fmt.Sprintf("pragma busy_timeout = %d", busyTimeout.Milliseconds()),
	"pragma journal_mode = wal",
	// Full: what was acknowledged survives a power cut.
	"pragma synchronous = full",
	"pragma foreign_keys = on",
}

// sqliteReader prepares a connection that only reads.
var sqliteReader = [...]string{
	fmt.Sprintf("pragma busy_timeout = %d", busyTimeout.Milliseconds()),
	"pragma query_only = on",
}

// OpenSQLite opens the ledger in a file and brings its schema up to date.
// driver is the name under which the caller's SQLite driver is registered with
// database/sql, "sqlite" for modernc.org/sqlite. A missing file is made with
// mode 0600, its missing folders with 0700. Data of a later program is left
// alone and answered with a [store.NewerError].
func OpenSQLite(ctx context.Context, driver, path string, o Options) (_ *Store, err error) {
	d := sqliteDialect()
	defer func() { err = d.blame(ctx, err) }()
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	db, err := sqliteDB(driver, path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if _, err := migrate(ctx, db, d, o.logger()); err != nil {
		return nil, err
	}
	// Two busy readers cut the rate of writes to a third on two cores, so one
	// core stays with the writer.
	readers := max(1, runtime.NumCPU()-1)
	// One connection writes, and one watches for other processes.
	db.SetMaxOpenConns(readers + 2)
	db.SetMaxIdleConns(readers + 2)
	s := newStore(db, d, o)
	s.writers = newPool(db, d, 1, sqliteWriter[:])
	s.readers = newPool(db, d, readers, sqliteReader[:])
	s.revisions = newRevisions()
	if err := s.startWriter(ctx); err != nil {
		return nil, err
	}
	if err := s.startWatch(ctx); err != nil {
		return nil, errors.Join(err, s.writers.close())
	}
	return s, nil
}

// startWriter opens the connection that writes, and with it turns a new file to
// a write-ahead log. SQLite does not wait for others then, who may be doing the
// same, so we do.
func (s *Store) startWriter(ctx context.Context) error {
	start := time.Now()
	for {
		w, err := s.writers.acquire(ctx)
		if err == nil {
			return s.writers.release(w, true)
		}
		if !s.dialect.busy(err) || time.Since(start) > busyTimeout {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(busyPause):
		}
	}
}

// sqliteDB names the file as a URI, so that no character of its path is taken
// for a parameter.
func sqliteDB(driver, path string) (*sql.DB, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: the path of the database: %w", err)
	}
	uri := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(full)}
	db, err := sql.Open(driver, uri.String())
	if err != nil {
		return nil, fmt.Errorf("sqlstore: open %s: %w", path, err)
	}
	return db, nil
}

// makeFile makes the file for its owner alone; SQLite gives the files that it
// puts beside it the same mode.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func sqliteDialect() *dialect {
	return &dialect{
		name:          "sqlite",
		prepare:       true,
		keep:          true,
		tableExists:   "select count(*) from sqlite_master where type = 'table' and name = ?",
		beginChange:   "begin immediate",
		beginView:     "begin deferred",
		nextSavepoint: []string{"release change", "savepoint change"},
		// Nothing else yet: data of a later program must stay as it is.
		migrationSetup: sqliteWriter[:1],
		lastStatement:  "pragma wal_checkpoint(truncate)",
		maxGroup:       sqliteMaxGroup,
		lane:           func(kefu.AppID) kefu.AppID { return onlyLane },
		// The only thing a statement can wait for is the lock of another
		// process, and busyTimeout bounds that. A context that can end would
		// cost the driver a goroutine for every statement.
		work: func() (context.Context, context.CancelFunc) { return context.Background(), func() {} },
		patience: func(caller context.Context) (context.Context, context.CancelFunc) {
			return caller, func() {}
		},
		takePen: func(context.Context, *session, kefu.AppID) (string, error) { return "", nil },
		unique: func(err error) bool {
			code := sqliteCode(err)
			return code == sqliteUnique || code == sqlitePrimaryKey
		},
		busy:  func(err error) bool { return sqliteCode(err)&0xff == sqliteBusy },
		again: func(error) bool { return false },
		lost:  func(error) bool { return false },
		why:   sqliteWhy,
	}
}

// onlyLane is the name of the only lane of a file.
const onlyLane kefu.AppID = ""
