package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// pool lends connections of one kind, a bounded number at a time.
type pool struct {
	db      *sql.DB
	dialect *dialect
	// setup runs once on every new connection.
	setup []string
	// slots holds one token for each connection that is lent.
	slots chan struct{}
	// idle holds sessions with their prepared statements, where the dialect
	// keeps them; database/sql keeps the others.
	idle chan *session
}

func newPool(db *sql.DB, d *dialect, size int, setup []string) *pool {
	return &pool{db: db, dialect: d, setup: setup, slots: make(chan struct{}, size), idle: make(chan *session, size)}
}

// slotBound is how long a connection is waited for. Those that are lent come back
// after milliseconds; when all of them hang for as long as this, whoever waits had
// better be told.
const slotBound = 10 * time.Second

// acquire waits for a free connection until ctx ends, or for slotBound.
func (p *pool) acquire(ctx context.Context) (*session, error) {
	if err := p.slot(ctx); err != nil {
		return nil, err
	}
	select {
	case s := <-p.idle:
		return s, nil
	default:
	}
	s, err := p.open(ctx)
	if err != nil {
		<-p.slots
		return nil, err
	}
	return s, nil
}

func (p *pool) slot(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, slotBound)
	defer cancel()
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("sqlstore: all connections are in use: %w", ctx.Err())
	}
}

func (p *pool) open(ctx context.Context) (*session, error) {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: connect: %w", err)
	}
	s := &session{conn: conn, dialect: p.dialect}
	if p.dialect.prepare {
		s.prepared = make(map[string]*sql.Stmt)
	}
	for _, q := range p.setup {
		// Not prepared: a setting is made once, and some settings answer rows.
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return nil, errors.Join(fmt.Errorf("sqlstore: %s: %w", q, err), s.discard())
		}
	}
	return s, nil
}

// release takes a connection back. One that is not healthy, because a
// transaction on it could not be ended or the connection itself failed, is
// closed, and the database rolls back what was open.
func (p *pool) release(s *session, healthy bool) (err error) {
	defer func() { <-p.slots }()
	switch {
	case !healthy:
		return s.discard()
	case p.dialect.keep:
		p.idle <- s // has room for every slot
		return nil
	default:
		return s.close()
	}
}

// close closes the idle sessions. Nothing may be lent any more.
func (p *pool) close() (err error) {
	for {
		select {
		case s := <-p.idle:
			err = errors.Join(err, s.close())
		default:
			return err
		}
	}
}

// session is one connection and the statements prepared on it. It is used by
// one goroutine at a time.
type session struct {
	conn    *sql.Conn
	dialect *dialect
	// prepared holds statements by their text, where we keep them. The texts are
	// constants of this package, so the map stays small.
	prepared map[string]*sql.Stmt
}

func (s *session) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if !s.dialect.prepare {
		return s.conn.QueryContext(ctx, s.dialect.bind(q), args...)
	}
	stmt, err := s.statement(ctx, q)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (s *session) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if !s.dialect.prepare {
		return s.conn.ExecContext(ctx, s.dialect.bind(q), args...)
	}
	stmt, err := s.statement(ctx, q)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (s *session) statement(ctx context.Context, q string) (*sql.Stmt, error) {
	if stmt, ok := s.prepared[q]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.dialect.bind(q))
	if err != nil {
		return nil, err
	}
	s.prepared[q] = stmt
	return stmt, nil
}

// run executes statements that take no arguments and answer nothing.
func (s *session) run(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// one reads the only row of an answer, or returns sql.ErrNoRows.
func (s *session) one(ctx context.Context, q string, args []any, dest ...any) (err error) {
	rows, err := s.query(ctx, q, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	return rows.Scan(dest...)
}

// text reads the only column of the only row of an answer.
func (s *session) text(ctx context.Context, q string, args ...any) (answer string, err error) {
	err = s.one(ctx, q, args, &answer)
	return answer, err
}

// close gives the connection back to database/sql.
func (s *session) close() error {
	return errors.Join(s.unprepare(), s.conn.Close())
}

// discard closes the connection for good instead.
func (s *session) discard() error {
	err := s.unprepare()
	// A connection that calls itself bad is closed; then there is nothing left
	// to give back.
	if rerr := s.conn.Raw(func(any) error { return driver.ErrBadConn }); !errors.Is(rerr, driver.ErrBadConn) && !errors.Is(rerr, sql.ErrConnDone) {
		err = errors.Join(err, rerr)
	}
	return err
}

// unprepare closes the statements: database/sql does not close those of a
// connection that was taken out of it, and SQLite keeps a file open, and locked,
// as long as there is one.
func (s *session) unprepare() (err error) {
	for _, stmt := range s.prepared {
		err = errors.Join(err, stmt.Close())
	}
	clear(s.prepared)
	return err
}
