package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// defaultConnections leaves a server with its usual 100 connections room
	// for several processes.
	defaultConnections = 16

	// workBound is how long one attempt to commit a group may take, the wait for
	// a connection and for the pen of another process included. A group takes
	// milliseconds; after ten seconds something is broken and callers should
	// hear of it.
	workBound = 10 * time.Second

	// postgresLaneIdle keeps the lane of an account that is written to now and
	// then, and lets those of quiet accounts go.
	postgresLaneIdle = 10 * time.Second

	// postgresMaxGroup is the number of subtransactions that PostgreSQL keeps at
	// hand for one transaction; with more, every other session gets slower.
	postgresMaxGroup = 64

	// readBound is how long one read may take, the wait for a connection included.
	// A read takes milliseconds, and the largest page some hundreds; a caller whose
	// server hangs, or who meets a locked table, hears of it after ten seconds and
	// gives the connection back to others.
	readBound = 10 * time.Second

	// settleBound is how long the fate of a commit without an answer is asked for.
	// A server that is restarted is back by then; callers wait meanwhile.
	settleBound = 5 * time.Second

	// outcomeWait is the pause between two questions about a transaction that
	// the server has not ended yet, or about one of a server that does not answer.
	outcomeWait = 50 * time.Millisecond

	// migrationLock is the key of the advisory lock under which migrations run:
	// "kefu" in ASCII.
	migrationLock = "select pg_advisory_xact_lock(1801807477)"
)

var errOutcomeOpen = errors.New("sqlstore: the connection was lost during the commit, and whether the change is in the ledger is not known: look before trying again")

// OpenPostgres opens the ledger in a PostgreSQL database, version 13 or later,
// and brings its schema up to date; processes that start at once take turns.
// db becomes the store's and is closed with it; when OpenPostgres fails, it
// stays the caller's. Data of a later program is left alone and answered with a
// [store.NewerError].
func OpenPostgres(ctx context.Context, db *sql.DB, o Options) (*Store, error) {
	d := postgresDialect()
	if _, err := migrate(ctx, db, d, o.logger()); err != nil {
		return nil, d.blame(ctx, err)
	}
	n := o.Connections
	if n == 0 {
		n = defaultConnections
	}
	// A reader and a writer must not wait for each other.
	n = max(n, 2)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	s := newStore(db, d, o)
	s.maxIdle = n
	s.writers = newPool(db, d, n/2, nil)
	s.readers = newPool(db, d, n-n/2, nil)
	return s, nil
}

func postgresDialect() *dialect {
	return &dialect{
		name:     "postgres",
		numbered: true,
		// Not to_regclass: it may remember from before the wait for the lock
		// that the table was not there.
		tableExists:    "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = ?",
		beginChange:    "begin isolation level read committed read write",
		beginView:      "begin isolation level repeatable read read only",
		guardMigration: migrationLock,
		// Both in one message: a trip to the server costs more than either.
		lateSavepoints: true,
		nextSavepoint:  []string{"release savepoint change; savepoint change"},
		rowLock:        " for update",
		maxGroup:       postgresMaxGroup,
		lane:           func(app kefu.AppID) kefu.AppID { return app },
		laneIdle:       postgresLaneIdle,
		heeds:          true,
		work: func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), workBound)
		},
		patience: func(caller context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(caller, readBound)
		},
		takePen: takePostgresPen,
		outcome: postgresOutcome,
		unique:  func(err error) bool { return sqlState(err) == uniqueViolation },
		busy:    func(err error) bool { return sqlState(err) == lockNotAvailable },
		again: func(err error) bool {
			code := sqlState(err)
			return code == serializationFailure || code == deadlockDetected
		},
		lost: postgresLost,
		why:  postgresWhy,
	}
}

// takePostgresPen locks the row of the official account. An account that is not
// there yet has no row and needs none: whoever adds it first wins by the primary
// key. The pen of the house is the lock of the table of settings against other
// writers.
func takePostgresPen(ctx context.Context, s *session, app kefu.AppID) (string, error) {
	if app == store.House {
		if _, err := s.exec(ctx, "lock table setting in share row exclusive mode"); err != nil {
			return "", err
		}
	} else {
		name, err := s.text(ctx, "select cast(pg_current_xact_id() as text) from official_account where appid = ? for update", string(app))
		if !errors.Is(err, sql.ErrNoRows) {
			return name, err
		}
	}
	return s.text(ctx, "select cast(pg_current_xact_id() as text)")
}

// postgresOutcome asks for the fate of a transaction by its id, which the server
// remembers for a long time. One that is in progress still will end soon: its
// connection is gone, or its commit is being written.
func postgresOutcome(ctx context.Context, s *session, name string) (bool, error) {
	for {
		status, err := s.text(ctx, "select coalesce(pg_xact_status(cast(? as xid8)), 'forgotten')", name)
		if err != nil {
			return false, fmt.Errorf("%w (asked: %w)", errOutcomeOpen, err)
		}
		switch status {
		case "committed":
			return true, nil
		case "aborted":
			return false, nil
		case "in progress":
		default:
			return false, errOutcomeOpen
		}
		select {
		case <-ctx.Done():
			return false, errOutcomeOpen
		case <-time.After(outcomeWait):
		}
	}
}
