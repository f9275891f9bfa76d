package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// statement is a query as the ledger asks it. The floor below a question is the
// same statement asked of the driver bare, and this way it stays the same.
type statement struct {
	text string
	args []any
}

// asked finds out with which statement the ledger at a path asks a question: the
// last one.
func asked(ctx context.Context, path string, question func(store.Reader) error) (last statement, err error) {
	listening, err := listen()
	if err != nil {
		return last, err
	}
	ledger, err := sqlstore.OpenSQLite(ctx, listeningDriver, path, sqlstore.Options{})
	if err != nil {
		return last, err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	err = ledger.View(ctx, func(r store.Reader) error {
		err := question(r)
		last = listening.latest()
		return err
	})
	return last, err
}

// listeningDriver is the name of a driver that passes everything on to SQLite
// and remembers the last query with arguments.
const listeningDriver = "sqlite, listening"

// listen registers it. It is registered once, as database/sql wants it.
var listen = sync.OnceValues(func() (*listener, error) {
	db, err := sql.Open(sqliteDriver, "")
	if err != nil {
		return nil, err
	}
	l := &listener{Driver: db.Driver()}
	sql.Register(listeningDriver, l)
	return l, db.Close()
})

type listener struct {
	driver.Driver
	mu   sync.Mutex
	last statement
}

func (l *listener) latest() statement {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *listener) Open(name string) (driver.Conn, error) {
	c, err := l.Driver.Open(name)
	return listenedConn{c, l}, err
}

type listenedConn struct {
	driver.Conn
	to *listener
}

func (c listenedConn) Prepare(text string) (driver.Stmt, error) {
	s, err := c.Conn.Prepare(text)
	return listenedStmt{s, text, c.to}, err
}

type listenedStmt struct {
	driver.Stmt
	text string
	to   *listener
}

func (s listenedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) > 0 {
		heard := statement{text: s.text}
		for _, a := range args {
			heard.args = append(heard.args, a.Value)
		}
		s.to.mu.Lock()
		s.to.last = heard
		s.to.mu.Unlock()
	}
	asked, ok := s.Stmt.(driver.StmtQueryContext)
	if !ok {
		return nil, errors.New("the driver takes no context with a query")
	}
	return asked.QueryContext(ctx, args)
}
