package sqlstore

import (
	"context"
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
	return s.reading(ctx, func(on *session) (healthy bool, err error) {
		if err := on.run(ctx, s.dialect.beginView); err != nil {
			return false, fmt.Errorf("sqlstore: begin to read: %w", err)
		}
		r := &reader{ctx: s.statements(ctx), caller: ctx, on: on, accounts: lookup{&s.accounts, true}}
		defer func() {
			r.over = true
			// A rollback ends a read as well as a commit does, and costs less.
			if rerr := on.run(context.WithoutCancel(ctx), "rollback"); rerr == nil {
				healthy = true
			} else if err == nil {
				err = fmt.Errorf("sqlstore: end the read: %w", rerr)
			}
		}()
		return false, read(r)
	})
}

// reading lends a connection to read on, and keeps Close waiting meanwhile.
func (s *Store) reading(ctx context.Context, do func(on *session) (healthy bool, err error)) error {
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

	on, err := s.readers.acquire(ctx)
	if err != nil {
		return err
	}
	healthy := false
	defer func() {
		if rerr := s.readers.release(on, healthy); rerr != nil {
			s.log.Warn("a connection could not be closed", "error", rerr)
		}
	}()
	healthy, err = do(on)
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
	c := &change{app: app, do: do, done: make(chan error, 1)}
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
	err = s.reading(ctx, func(on *session) (bool, error) {
		rd := &reader{ctx: s.statements(ctx), caller: ctx, on: on}
		var err error
		r, err = rd.Revision(app)
		// One statement outside of a transaction leaves nothing open.
		return rd.failed == nil, err
	})
	return r, err
}

// errProbe makes the probe of Ping undo itself.
var errProbe = errors.New("sqlstore: probe")

// Ping implements [store.Store]. It takes the pen of the house like a change
// does, so it also tells whether the writer moves.
func (s *Store) Ping(ctx context.Context) error {
	err := s.View(ctx, func(r store.Reader) error {
		_, err := r.Setting("")
		return err
	})
	if err != nil {
		return err
	}
	err = s.Update(ctx, store.House, func(t store.Tx) error {
		if err := t.SetSetting("ping", ""); err != nil {
			return err
		}
		return errProbe
	})
	if errors.Is(err, errProbe) {
		return nil
	}
	return err
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
