package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"sync/atomic"
	"testing"
)

// faults stands between a store and its driver. Its hooks see every statement
// and may fail it; they are called by one goroutine at a time and more than one
// connection.
type faults struct {
	// before fails a statement instead of running it, after once it has run.
	before, after atomic.Pointer[func(q string) error]
}

func (f *faults) fail(hook *atomic.Pointer[func(string) error], q string) error {
	if h := hook.Load(); h != nil {
		return (*h)(q)
	}
	return nil
}

// around runs a statement between the hooks.
func (f *faults) around(q string, run func() error) error {
	if err := f.fail(&f.before, q); err != nil {
		return err
	}
	if err := run(); err != nil {
		return err
	}
	return f.fail(&f.after, q)
}

var drivers atomic.Int64

// faultyDriver registers a driver that is under, but for its faults.
func faultyDriver(t testing.TB, f *faults, under string) string {
	t.Helper()
	db, err := sql.Open(under, "")
	if err != nil {
		t.Fatalf("sql.Open(%s): got %v, want nil", under, err)
	}
	name := fmt.Sprintf("faulty-%s-%d", under, drivers.Add(1))
	sql.Register(name, faultyOpener{f, db.Driver()})
	if err := db.Close(); err != nil {
		t.Fatalf("close %s: got %v, want nil", under, err)
	}
	return name
}

type faultyOpener struct {
	f     *faults
	under driver.Driver
}

func (d faultyOpener) Open(dsn string) (driver.Conn, error) {
	c, err := d.under.Open(dsn)
	if err != nil {
		return nil, err
	}
	return &faultyConn{d.f, c}, nil
}

type faultyConn struct {
	f *faults
	driver.Conn
}

func (c *faultyConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (r driver.Result, err error) {
	err = c.f.around(q, func() (err error) {
		r, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, q, args)
		return err
	})
	return r, err
}

func (c *faultyConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.f.fail(&c.f.before, q); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, q, args)
}

func (c *faultyConn) PrepareContext(ctx context.Context, q string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	return &faultyStmt{c.f, q, s}, nil
}

type faultyStmt struct {
	f *faults
	q string
	driver.Stmt
}

func (s *faultyStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (r driver.Result, err error) {
	err = s.f.around(s.q, func() (err error) {
		r, err = s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
		return err
	})
	return r, err
}

func (s *faultyStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.f.fail(&s.f.before, s.q); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// failing makes a hook that fails one statement with err, the first n times.
func failing(q string, n int64, err error) *func(string) error {
	var seen atomic.Int64
	hook := func(got string) error {
		if got == q && seen.Add(1) <= n {
			return err
		}
		return nil
	}
	return &hook
}
