package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// retryBound is how long the changes of a failed group are tried one by one.
// Those that were not reached by then fail with the group's error: a lane that
// retried 256 changes against a dead server, ten seconds each, would be gone for
// most of an hour.
const retryBound = 10 * time.Second

// notBegun is an attempt that failed before any change ran.
type notBegun struct{ err error }

func (e *notBegun) Error() string { return e.err.Error() }
func (e *notBegun) Unwrap() error { return e.err }

// commit brings a group of changes to disk and tells each caller. It returns why
// the group failed as a whole, or nil.
func (s *Store) commit(group []*change) error {
	if len(group) == 0 {
		return nil
	}
	// Whatever happens to this goroutine, every caller hears something, and
	// nobody success before the commit.
	decided := false
	defer func() {
		for _, c := range group {
			if !decided {
				c.err = errGoexit
			}
			c.end()
		}
	}()
	err := s.attempt(group, !s.dialect.lateSavepoints)
	if errors.Is(err, errSpoiled) && !s.hopeless(err) {
		err = s.attempt(group, true)
	}
	decided = true
	if err == nil {
		return nil
	}
	s.distrust(err)
	// Whoever waited is told, so this is for those who look closely.
	s.log.Debug("a group of changes could not be committed", "changes", len(group), "error", err)
	failed := s.dialect.fault(err)
	for _, c := range group {
		c.err = failed
	}
	if s.hopeless(err) {
		return failed
	}
	return s.retry(group, failed)
}

// retry tries the changes of a group that failed one by one, and returns the last
// failure that was not a change's own.
func (s *Store) retry(group []*change, failed error) (last error) {
	start := time.Now()
	for i, c := range group {
		if time.Since(start) > retryBound {
			return failed
		}
		err := s.attempt(group[i:i+1], true)
		if err != nil {
			s.distrust(err)
			c.err = s.dialect.fault(err)
			last = c.err
		}
		c.end()
		var early *notBegun
		if errors.As(err, &early) {
			return last
		}
	}
	return last
}

// hopeless tells errors after which trying again at once makes it worse: whether
// the commit took place is not known, others hold the lock, or the time is over.
func (s *Store) hopeless(err error) bool {
	return errors.Is(err, errOutcomeOpen) || errors.Is(err, context.DeadlineExceeded) || s.dialect.busy(err)
}

// errSpoiled ends an attempt without savepoints in which a change failed after it
// had written.
var errSpoiled = errors.New("sqlstore: a change of the group must be undone by itself")

// attempt runs a group in one transaction. When it returns nil, every change has
// its own result, and those without error are durable. When it returns an
// error, none is. Without savepoints that error may be errSpoiled.
func (s *Store) attempt(group []*change, savepoints bool) (err error) {
	ctx, cancel := s.dialect.work()
	defer cancel()
	defer func() { err = timely(ctx, err) }()
	w, err := s.writers.acquire(ctx)
	if err != nil {
		return &notBegun{fmt.Errorf("sqlstore: no connection to write on: %w", err)}
	}
	healthy := false
	defer func() {
		if rerr := s.writers.release(w, healthy); rerr != nil {
			s.log.Debug("a connection could not be closed", "error", rerr)
		}
	}()
	start := time.Now()
	if err := w.run(ctx, s.dialect.beginChange); err != nil {
		return &notBegun{fmt.Errorf("sqlstore: begin: %w", err)}
	}
	name, err := s.dialect.takePen(ctx, w, group[0].app)
	if err != nil {
		return &notBegun{fmt.Errorf("sqlstore: take the pen: %w", err)}
	}
	good, err := s.runEach(ctx, w, group, savepoints && len(group) > 1)
	if err != nil {
		healthy = errors.Is(err, errSpoiled) && w.run(ctx, "rollback") == nil
		return err
	}
	if good == 0 {
		healthy = w.run(ctx, "rollback") == nil
		if !healthy {
			// Refusals stand, but an error that came from a dead connection
			// is no result.
			return group[0].tx.failed
		}
		return nil
	}
	if err := w.run(ctx, "commit"); err != nil {
		// The connection goes first: a server that has not seen the commit
		// ends the transaction when the connection ends.
		if err := s.settle(name, errors.Join(err, w.discard())); err != nil {
			return err
		}
	} else {
		healthy = true
	}
	// Before anybody is told, so that nobody who was told sees an older one.
	s.revisions.committed(group)
	s.observe(good, time.Since(start))
	return nil
}

// runEach runs every change, in a savepoint of its own if so told. The only
// change of a group needs none: the transaction is its savepoint.
func (s *Store) runEach(ctx context.Context, w *session, group []*change, savepoints bool) (good int, err error) {
	if savepoints {
		if err := w.run(ctx, "savepoint change"); err != nil {
			return 0, fmt.Errorf("sqlstore: savepoint: %w", err)
		}
	}
	for i, c := range group {
		t := &tx{reader: reader{ctx: ctx, on: w, locking: true, accounts: lookup{accounts: &s.accounts}}}
		c.run(t, s)
		if t.failed != nil && s.dialect.again(t.failed) {
			return 0, t.failed
		}
		if c.err == nil {
			good++
		}
		switch {
		case !savepoints:
			// What a refusal left untouched needs not be undone.
			if c.err != nil && (t.wrote || t.failed != nil) && len(group) > 1 {
				return 0, errSpoiled
			}
		case c.err != nil:
			// The savepoint stays and serves the next change.
			err = w.run(ctx, "rollback to savepoint change")
		case i < len(group)-1:
			err = w.run(ctx, s.dialect.nextSavepoint...)
		}
		if err != nil {
			// SQLite undoes the whole transaction by itself after some failures, so
			// that the savepoint is gone: what the change met says why.
			return 0, errors.Join(t.failed, fmt.Errorf("sqlstore: savepoint: %w", err))
		}
	}
	return good, nil
}

// settle finds out what became of a commit that returned an error: nil when it
// took place all the same.
func (s *Store) settle(name string, cause error) error {
	cause = fmt.Errorf("sqlstore: commit: %w", cause)
	if s.dialect.outcome == nil {
		return cause
	}
	s.distrust(cause)
	ctx, cancel := context.WithTimeout(context.Background(), settleBound)
	defer cancel()
	for {
		committed, err := s.fate(ctx, name)
		switch {
		case committed:
			return nil
		case err == nil:
			return cause
		case err == errOutcomeOpen:
			return errors.Join(err, cause) // It is not going to be known.
		}
		select {
		case <-ctx.Done():
			return errors.Join(errOutcomeOpen, err, cause)
		case <-time.After(outcomeWait):
		}
	}
}

// fate asks over a fresh connection whether a transaction was committed.
func (s *Store) fate(ctx context.Context, name string) (committed bool, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return false, err
	}
	committed, err = s.dialect.outcome(ctx, &session{conn: conn, dialect: s.dialect}, name)
	// Only that it was asked matters; a connection that cannot be given back is gone.
	_ = conn.Close()
	return committed, err
}
