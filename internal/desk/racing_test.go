package desk_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// processes are two desks on one ledger, each as in a process of its own.
func processes(t *testing.T, open func(*testing.T) (one, two store.Store)) (*house, *desk.Desk) {
	t.Helper()
	one, two := open(t)
	h := newHouseOver(t, one)
	t.Cleanup(func() {
		if err := two.Close(); err != nil {
			t.Error(err)
		}
	})
	parts := h.parts
	parts.Ledger, parts.Courier, parts.Signals = two, "there", nil
	return h, desk.New(parts)
}

func onBothDatabases(t *testing.T, test func(t *testing.T, h *house, there *desk.Desk)) {
	t.Run("SQLite", func(t *testing.T) {
		h, there := processes(t, func(t *testing.T) (one, two store.Store) {
			path := filepath.Join(t.TempDir(), "kefu.db")
			return openSQLite(t, path), openSQLite(t, path)
		})
		test(t, h, there)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		if os.Getenv("KEFU_TEST_POSTGRES_URL") == "" {
			t.Skip("KEFU_TEST_POSTGRES_URL is not set")
		}
		h, there := processes(t, func(t *testing.T) (one, two store.Store) {
			dsn := newSchema(t)
			return openPostgres(t, dsn), openPostgres(t, dsn)
		})
		test(t, h, there)
	})
}

func openSQLite(t *testing.T, path string) store.Store {
	t.Helper()
	s, err := sqlstore.OpenSQLite(t.Context(), "sqlite", path, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openPostgres(t *testing.T, dsn string) store.Store {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.OpenPostgres(t.Context(), db, sqlstore.Options{})
	if err != nil {
		t.Fatal(errors.Join(err, db.Close()))
	}
	return s
}

// newSchema makes an empty schema that goes with the test, and returns the URL
// that leads there.
func newSchema(t *testing.T) string {
	t.Helper()
	base := os.Getenv("KEFU_TEST_POSTGRES_URL")
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("desk_%d_%d", os.Getpid(), schemas.next())
	if _, err := db.ExecContext(t.Context(), "create schema "+name); err != nil {
		t.Fatal(errors.Join(err, db.Close()))
	}
	t.Cleanup(func() {
		_, err := db.Exec("drop schema " + name + " cascade")
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

var schemas counter

// Of callers who race for one customer, exactly one succeeds, also from two
// processes.
func TestRacingForACustomer(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, h *house, there *desk.Desk) {
		h.follow("c1")
		h.online(alice, 0)
		h.online(bob, 0)
		for round := range 10 {
			var mu sync.Mutex
			got := make(map[kefu.KFAccount][]error)
			var wg sync.WaitGroup
			for _, agent := range []kefu.KFAccount{alice, bob} {
				for _, d := range []*desk.Desk{h.Desk, there} {
					wg.Go(func() {
						err := d.CreateSession(t.Context(), app, agent, "c1")
						mu.Lock()
						defer mu.Unlock()
						got[agent] = append(got[agent], err)
					})
				}
			}
			wg.Wait()
			winner := h.servedBy("c1")
			for agent, errs := range got {
				for _, err := range errs {
					// The same pair twice is one success, told twice.
					if agent == winner && err != nil || agent != winner && !errors.Is(err, kefu.SessionOfAnother) {
						t.Fatalf("round %d, won by %s: got %v for %s", round, winner, err, agent)
					}
				}
			}
			before := h.latestPush()
			closed := make([]error, 2)
			for i, d := range []*desk.Desk{h.Desk, there} {
				wg.Go(func() { closed[i] = d.CloseSession(t.Context(), app, winner, "c1") })
			}
			wg.Wait()
			if one, two := errors.Is(closed[0], kefu.SessionNone), errors.Is(closed[1], kefu.SessionNone); one == two {
				t.Fatalf("round %d: got %v and %v for two who close, want one success", round, closed[0], closed[1])
			}
			wantList(t, "pushes", h.told(before), "kf_close_session "+string(winner))
		}
	})
}

// Capacity holds when customers come through two processes at once.
func TestRacingForRoom(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, h *house, there *desk.Desk) {
		const customers, room = 40, 5
		h.must(h.ChangeOfficialAccount(t.Context(), app, func(o *kefu.OfficialAccount) error {
			o.Callback = kefu.Callback{}
			return nil
		}))
		ids := make([]kefu.OpenID, customers)
		for i := range ids {
			ids[i] = kefu.OpenID(fmt.Sprintf("c%02d", i))
		}
		h.follow(ids...)
		h.online(alice, room)
		var wg sync.WaitGroup
		for i, id := range ids {
			d := []*desk.Desk{h.Desk, there}[i%2]
			wg.Go(func() {
				_, err := d.Receive(t.Context(), app, id, kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "hi"}})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		sessions, err := h.SessionsOf(t.Context(), app, alice)
		h.must(err)
		if queue := h.waits(); len(sessions) != room || len(queue) != customers-room {
			t.Errorf("got %d in session and %d waiting, want %d and %d", len(sessions), len(queue), room, customers-room)
		}
	})
}
