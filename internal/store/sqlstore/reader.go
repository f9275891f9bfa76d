package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// errNotText is returned for a text that PostgreSQL could not hold. SQLite
// could, but what is refused must not depend on the database.
var errNotText = errors.New("a text to be stored holds a NUL or is not UTF-8")

// reader answers questions over one connection, inside a transaction.
type reader struct {
	// ctx is for statements; caller is who asks, when that is somebody else.
	ctx, caller context.Context
	on          *session
	// accounts are those that were read before.
	accounts lookup
	// locking keeps what is read for the transaction, where others write too.
	locking bool
	// over tells that the function which got the reader has returned.
	over bool
	// failed is the first error that was not a refusal. After it nothing more is
	// asked, and a change cannot be committed.
	failed error
	// wrote tells that a statement was asked that may have changed something.
	wrote bool
}

var _ store.Reader = (*reader)(nil)

// ready refuses to ask when it makes no sense.
func (r *reader) ready() error {
	switch {
	case r.over:
		return errTxOver
	case r.failed != nil:
		return r.failed
	case r.caller != nil && r.caller.Err() != nil:
		return r.caller.Err()
	}
	return nil
}

// fail keeps an error that is no refusal, with the method that met it.
func (r *reader) fail(method string, err error) error {
	if err == nil || r.over || err == r.failed {
		return err
	}
	r.failed = r.on.dialect.blame(r.caller, timely(r.ctx, fmt.Errorf("store: %s: %w", method, err)))
	return r.failed
}

// one reads one row; ok is false when there is none.
func (r *reader) one(method, q string, args []any, dest ...any) (ok bool, err error) {
	if err := r.ready(); err != nil {
		return false, err
	}
	// What cannot be stored is not there.
	if !storable(args) {
		return false, nil
	}
	r.wrote = r.wrote || !strings.HasPrefix(q, "select")
	err = r.on.one(r.ctx, q, args, dest...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, r.fail(method, err)
	}
	return true, nil
}

// each calls scan for every row.
func (r *reader) each(method, q string, args []any, scan func(*sql.Rows) error) (err error) {
	if err := r.ready(); err != nil {
		return err
	}
	if !storable(args) {
		return nil
	}
	r.wrote = r.wrote || !strings.HasPrefix(q, "select")
	rows, err := r.on.query(r.ctx, q, args...)
	if err != nil {
		return r.fail(method, err)
	}
	defer func() { err = r.fail(method, errors.Join(err, rows.Close())) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// storable tells whether both databases can hold the texts among args.
func storable(args []any) bool {
	for _, arg := range args {
		if s, ok := arg.(string); ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return false
		}
	}
	return true
}

// tx is one change: a reader that also writes.
type tx struct {
	reader
	// revisions holds those that this change moved, as they are now; removed
	// the accounts that it took away; erased tells that it took all.
	revisions map[kefu.AppID]store.Revision
	removed   map[kefu.AppID]bool
	erased    bool
	// touched remembers what has moved already: once a change is enough.
	touched map[kefu.AppID]part
	// ids are the ids that this change took from an account and has not given.
	ids map[kefu.AppID]msgIDs
}

var _ store.Tx = (*tx)(nil)

// exec runs a statement and tells how many rows it changed.
func (t *tx) exec(method, q string, args ...any) (int64, error) {
	if err := t.ready(); err != nil {
		return 0, err
	}
	if !storable(args) {
		return 0, t.fail(method, errNotText)
	}
	t.wrote = true
	result, err := t.on.exec(t.ctx, q, args...)
	if err != nil {
		return 0, t.fail(method, err)
	}
	n, err := result.RowsAffected()
	return n, t.fail(method, err)
}

// part is a part of a revision.
type part uint8

const (
	credentials part = 1 << iota
	directory
)

// touch moves parts of an account's revision, unless this change did already,
// or refuses with kefu.OfficialAccountUnknown.
func (t *tx) touch(method string, app kefu.AppID, p part) error {
	p &^= t.touched[app]
	if p == 0 {
		return t.ready()
	}
	var now store.Revision
	ok, err := t.one(method, `update official_account set credentials_revision = credentials_revision + ?,
		directory_revision = directory_revision + ? where appid = ?
		returning credentials_revision, directory_revision`,
		[]any{flag(p&credentials != 0), flag(p&directory != 0), string(app)}, &now.Credentials, &now.Directory)
	if err != nil {
		return err
	}
	if !ok {
		return kefu.OfficialAccountUnknown
	}
	t.moveTo(app, p, now)
	return nil
}

func (t *tx) moveTo(app kefu.AppID, p part, now store.Revision) {
	if t.touched == nil {
		t.touched = make(map[kefu.AppID]part)
		t.revisions = make(map[kefu.AppID]store.Revision)
	}
	t.touched[app] |= p
	t.revisions[app] = now
	delete(t.removed, app)
}

// forget notes that the account is gone.
func (t *tx) forget(app kefu.AppID) {
	if t.removed == nil {
		t.removed = make(map[kefu.AppID]bool)
	}
	t.removed[app] = true
	delete(t.touched, app)
	delete(t.revisions, app)
}

// moved tells whether any revision is another one after this change.
func (t *tx) moved() bool {
	return t.erased || len(t.removed) > 0 || len(t.revisions) > 0
}
