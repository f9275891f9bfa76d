package simtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// agentNames are the kf accounts of every ledger, all bound; a world's plan says
// how many of them come to work.
var agentNames = []kefu.KFAccount{"alice@" + wechatID, "bob@" + wechatID, "carol@" + wechatID, "dave@" + wechatID}

// unwatched is the SQLite driver, but for the question whether somebody else
// changed the file. A ledger asks it five times a second, nobody else is there,
// and in virtual time it would be most of what a world does.
var unwatched = sync.OnceValue(func() string {
	const name = "unwatched sqlite"
	db, err := sql.Open("sqlite", "")
	if err != nil {
		panic(err)
	}
	sql.Register(name, unwatchedOpener{db.Driver()})
	_ = db.Close() // it opened nothing
	return name
})

type unwatchedOpener struct{ driver.Driver }

func (d unwatchedOpener) Open(dsn string) (driver.Conn, error) {
	c, err := d.Driver.Open(dsn)
	if err != nil {
		return nil, err
	}
	return &unwatchedConn{c.(sqliteConn)}, nil
}

// sqliteConn is what database/sql uses of a connection to SQLite.
type sqliteConn interface {
	driver.Conn
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type unwatchedConn struct{ sqliteConn }

func (c *unwatchedConn) PrepareContext(ctx context.Context, q string) (driver.Stmt, error) {
	if q == "pragma data_version" {
		return sameVersion{}, nil
	}
	return c.sqliteConn.PrepareContext(ctx, q)
}

// sameVersion answers that nothing has changed.
type sameVersion struct{}

func (sameVersion) Close() error                               { return nil }
func (sameVersion) NumInput() int                              { return 0 }
func (sameVersion) Exec([]driver.Value) (driver.Result, error) { return driver.ResultNoRows, nil }
func (sameVersion) Query([]driver.Value) (driver.Rows, error)  { return &oneRow{}, nil }

type oneRow struct{ read bool }

func (*oneRow) Columns() []string { return []string{"data_version"} }
func (*oneRow) Close() error      { return nil }

func (r *oneRow) Next(into []driver.Value) error {
	if r.read {
		return io.EOF
	}
	r.read, into[0] = true, int64(1)
	return nil
}

// firstLedger is the file of a ledger in which the account and its agents are,
// made once and copied into every world: laying it out costs as much as a small
// world. It is a day older than any bubble, whose time begins with the year 2000.
var firstLedger = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "kefu-simtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	ctx, file := context.Background(), filepath.Join(folder, "kefu.db")
	ledger, err := sqlstore.OpenSQLite(ctx, "sqlite", file, sqlstore.Options{})
	if err != nil {
		return nil, err
	}
	d := desk.New(desk.Parts{Ledger: ledger, Now: func() time.Time { return time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC) }})
	first := account()
	if err := d.AddOfficialAccount(ctx, &first); err != nil {
		return nil, err
	}
	for i, name := range agentNames {
		if _, err := d.AddAgent(ctx, appID, name, "Agent"); err != nil {
			return nil, err
		}
		if err := d.Invite(ctx, appID, name, kefu.WeChatID(fmt.Sprintf("person_%d", i))); err != nil {
			return nil, err
		}
		if err := d.AcceptInvitation(ctx, appID, name); err != nil {
			return nil, err
		}
	}
	if err := ledger.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// folder is where a world keeps its files: in memory where the machine offers
// that, since virtual time has no power cuts and a disk only makes it slower.
func folder(t *testing.T) string {
	t.Helper()
	const memory = "/dev/shm"
	made, err := os.MkdirTemp(memory, "kefu-simtest")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(made) }) // the machine forgets it with its memory
	return made
}

// openLedger opens a copy of the first ledger.
func openLedger(t *testing.T, folder string) store.Store {
	t.Helper()
	content, err := firstLedger()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "kefu.db")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	ledger, err := sqlstore.OpenSQLite(t.Context(), unwatched(), file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return ledger
}
