package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Store is a ledger in SQLite or PostgreSQL. See [store.Store] for what its
// methods promise.
type Store struct {
	db       *sql.DB
	dialect  *dialect
	log      *slog.Logger
	observe  func(changes int, took time.Duration)
	maxGroup int

	writers, readers *pool
	// maxIdle is how many idle connections database/sql keeps; 0 where we keep
	// them ourselves.
	maxIdle int
	// revisions is nil where the database itself is asked each time.
	revisions *revisions

	// accounts are the official accounts that were read.
	accounts accounts

	// closing is closed first, and tells every goroutine of the store.
	closing chan struct{}
	// running counts lanes, the watch, and reads under way.
	running sync.WaitGroup

	mu     sync.Mutex
	lanes  map[kefu.AppID]*lane
	closed bool

	closeOnce sync.Once
	closeErr  error
}

var _ store.Store = (*Store)(nil)

func newStore(db *sql.DB, d *dialect, o Options) *Store {
	s := &Store{
		db:       db,
		dialect:  d,
		log:      o.logger(),
		observe:  o.Committed,
		maxGroup: d.maxGroup,
		closing:  make(chan struct{}),
		lanes:    make(map[kefu.AppID]*lane),
	}
	if o.MaxGroup > 0 {
		s.maxGroup = min(o.MaxGroup, d.maxGroup)
	}
	if s.observe == nil {
		s.observe = func(int, time.Duration) {}
	}
	return s
}

// View implements [store.Store]. It must not be called by a function that View
// or Update runs: with one connection to read on, it would wait for itself.
func (s *Store) View(ctx context.Context, read func(store.Reader) error) error {
	return s.reading(ctx, func(within context.Context, on *session) (healthy bool, err error) {
		if err := on.run(within, s.dialect.beginView); err != nil {
			return false, &notBegun{fmt.Errorf("sqlstore: begin to read: %w", err)}
		}
		r := &reader{ctx: s.statements(within), caller: ctx, on: on, accounts: lookup{&s.accounts, true}}
		defer func() {
			r.over = true
			if rerr := s.endView(within, on); rerr == nil {
				healthy = true
			} else if err == nil {
				err = s.dialect.blame(ctx, timely(within, fmt.Errorf("sqlstore: end the read: %w", rerr)))
			}
			if ctx.Err() == nil {
				s.distrust(r.failed)
			}
		}()
		return false, read(r)
	})
}

// endBound is how long the end of a read whose caller is gone may take; then its
// connection is closed instead.
const endBound = 2 * time.Second

// endView ends a read. A rollback does it as well as a commit, and costs less.
func (s *Store) endView(within context.Context, on *session) error {
	if s.dialect.heeds && within.Err() != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(within), endBound)
		defer cancel()
		return on.run(ctx, "rollback")
	}
	return on.run(s.statements(within), "rollback")
}

// distrust closes the idle connections after an error that says that they are
// dead too. One that the server has closed is otherwise found out only by the
// caller who meets it; so at most one call fails when the server is back.
func (s *Store) distrust(err error) {
	if err == nil || s.maxIdle == 0 || !s.dialect.lost(err) {
		return
	}
	s.db.SetMaxIdleConns(0)
	s.db.SetMaxIdleConns(s.maxIdle)
}

// reading lends a connection to read on, and keeps Close waiting meanwhile. What
// do could not begin for want of a working connection is done on another one.
func (s *Store) reading(ctx context.Context, do func(within context.Context, on *session) (healthy bool, err error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return store.ErrClosed
	}
	s.running.Add(1)
	s.mu.Unlock()
	defer s.running.Done()

	within, cancel := s.dialect.patience(ctx)
	defer cancel()
	err := s.lend(within, do)
	early, ok := err.(*notBegun)
	if ok && ctx.Err() == nil && s.dialect.lost(early) {
		s.distrust(early)
		if within.Err() == nil {
			err = s.lend(within, do)
			early, ok = err.(*notBegun)
		}
	}
	if ok {
		return s.dialect.blame(ctx, timely(within, early.err))
	}
	return err
}

// lend lends a connection once.
func (s *Store) lend(within context.Context, do func(within context.Context, on *session) (healthy bool, err error)) error {
	on, err := s.readers.acquire(within)
	if err != nil {
		return &notBegun{err}
	}
	healthy := false
	defer func() {
		if rerr := s.readers.release(on, healthy); rerr != nil {
			s.log.Debug("a connection could not be closed", "error", rerr)
		}
	}()
	healthy, err = do(within, on)
	return err
}

// statements is the context for the statements of a caller.
func (s *Store) statements(ctx context.Context) context.Context {
	if s.dialect.heeds {
		return ctx
	}
	return context.Background()
}

// Update implements [store.Store]. It must not be called by a function that
// Update runs: a lane does one thing at a time.
func (s *Store) Update(ctx context.Context, app kefu.AppID, do func(store.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &change{app: app, do: do, since: time.Now(), done: make(chan error, 1)}
	if err := s.enqueue(c); err != nil {
		return err
	}
	return c.wait(ctx)
}

// maxRevisionReads bounds how often Revision reads because something was
// committed meanwhile, by whatever account. What it read last is right too; it
// only is not remembered.
const maxRevisionReads = 4

// Revision implements [store.Store]. It answers what is remembered, and
// remembers what it read before it answers: a read can see a commit of which
// nobody was told yet, and an answer from memory after it must not be older.
func (s *Store) Revision(ctx context.Context, app kefu.AppID) (r store.Revision, err error) {
	for range maxRevisionReads {
		if known, ok := s.revisions.get(app); ok {
			return known, nil
		}
		generation := s.revisions.now()
		if r, err = s.readRevision(ctx, app); err != nil {
			return store.Revision{}, err
		}
		if known, ok := s.revisions.fill(app, r, generation); ok {
			return known, nil
		}
	}
	return r, nil
}

func (s *Store) readRevision(ctx context.Context, app kefu.AppID) (r store.Revision, err error) {
	err = s.reading(ctx, func(within context.Context, on *session) (bool, error) {
		rd := &reader{ctx: s.statements(within), caller: ctx, on: on}
		var err error
		r, err = rd.Revision(app)
		if rd.failed != nil {
			return false, &notBegun{rd.failed}
		}
		// One statement outside of a transaction leaves nothing open.
		return true, err
	})
	return r, err
}

// Ping implements [store.Store]. It takes the pen of the house like a change
// does, so it also tells whether the writer moves. What it writes is another
// text each time and is kept: a disk that is full takes everything but a commit,
// and SQLite does not write what is there already.
func (s *Store) Ping(ctx context.Context) error {
	err := s.View(ctx, func(r store.Reader) error {
		_, err := r.Setting("")
		return err
	})
	if err != nil {
		return err
	}
	mark := rand.Text()
	return s.Update(ctx, store.House, func(t store.Tx) error { return t.SetSetting("ping", mark) })
}

// Close implements [store.Store]. On SQLite it also brings what is in the
// write-ahead log into the file, so that the file alone can be copied.
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		close(s.closing)
		s.running.Wait()
		s.revisions.forget()
		s.closeErr = errors.Join(s.checkpoint(), s.writers.close(), s.readers.close(), s.db.Close())
	})
	return s.closeErr
}

// checkpoint empties the write-ahead log of SQLite. Another process may be
// using it; then the last one to close does it.
func (s *Store) checkpoint() error {
	if s.dialect.lastStatement == "" {
		return nil
	}
	w, err := s.writers.acquire(context.Background())
	if err != nil {
		return err
	}
	_, err = w.conn.ExecContext(context.Background(), s.dialect.lastStatement)
	if err != nil {
		err = fmt.Errorf("sqlstore: %s: %w", s.dialect.lastStatement, err)
	}
	return errors.Join(err, s.writers.release(w, true))
}
