package sqlstore

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

// dialect is everything in which the two databases differ for this package.
// The one text of a statement is written for SQLite and adapted by bind.
type dialect struct {
	// name is the part of a migration's file name that chooses the database.
	name string
	// texts keeps what bind made of each statement. Statements are constants of
	// this package, so it stays small.
	texts sync.Map
	// numbered placeholders are $1, $2 … instead of ?.
	numbered bool
	// prepare tells that statements are prepared once for a connection and kept
	// by us; pgx does it by itself.
	prepare bool
	// keep tells that idle connections are kept by us, with their statements,
	// instead of going back to database/sql.
	keep bool

	// tableExists answers one row with 1 when the named table exists, else 0.
	tableExists string
	// beginChange and beginView start transactions.
	beginChange, beginView string
	// migrationSetup prepares the connection that migrates.
	migrationSetup []string
	// guardMigration makes processes that start at once migrate one after the
	// other, within a transaction that beginChange started.
	guardMigration string
	// lateSavepoints tells that a group is tried without savepoints first. On
	// PostgreSQL each is a trip to the server, as long as most changes, and few
	// changes fail after they have written; when one does, the group is rolled
	// back and runs again with savepoints.
	lateSavepoints bool
	// nextSavepoint are the statements that end the savepoint of one change and
	// start that of the next.
	nextSavepoint []string
	// lastStatement is what the last connection does before it closes, if it
	// does anything.
	lastStatement string
	// rowLock is the suffix that keeps a selected row for the transaction, where
	// there can be more than one writer.
	rowLock string

	// maxGroup is the bound on changes in one commit.
	maxGroup int
	// lane names the lane that an account's changes queue in.
	lane func(kefu.AppID) kefu.AppID
	// laneIdle is how long a lane without work lives; 0 is for ever.
	laneIdle time.Duration
	// work bounds the time of one attempt to commit a group, patience that of one
	// read on behalf of a caller.
	work     func() (context.Context, context.CancelFunc)
	patience func(caller context.Context) (context.Context, context.CancelFunc)
	// heeds tells that statements can be given a caller's context.
	heeds bool
	// takePen makes the transaction of a group the only one that changes what
	// belongs to the account, and returns the transaction's name for outcome.
	takePen func(ctx context.Context, s *session, app kefu.AppID) (name string, err error)
	// outcome asks over a fresh connection what became of a transaction whose
	// commit got no answer. It is nil where a commit that returns an error did
	// not take place.
	outcome func(ctx context.Context, s *session, name string) (committed bool, err error)

	// unique recognises the violation of a unique constraint, busy a lock that
	// others held for too long, again a transaction that the database chose to
	// give up in favour of another.
	unique, busy, again func(error) bool
	// lost recognises errors after which idle connections are not to be trusted
	// either, and an attempt that has not begun is worth another connection.
	lost func(error) bool
	// why says in words for anybody what an error means.
	why func(error) string
}

// bind turns the placeholders of a statement into those of the dialect, once
// for each statement.
func (d *dialect) bind(q string) string {
	if !d.numbered {
		return q
	}
	if text, ok := d.texts.Load(q); ok {
		return text.(string)
	}
	text := number(q)
	d.texts.Store(q, text)
	return text
}

// number writes $1, $2 … for each question mark. No statement of this package
// has one anywhere else.
func number(q string) string {
	var b strings.Builder
	b.Grow(len(q) + 16)
	n := 0
	for i := range len(q) {
		if q[i] != '?' {
			b.WriteByte(q[i])
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// sqliteCode is the extended result code of SQLite's error, or 0. The primary
// code is its lowest byte.
func sqliteCode(err error) int {
	var e interface{ Code() int }
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// sqlState is the five-letter code of PostgreSQL's error, or empty.
func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}
