package signin_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// Two processes on one PostgreSQL print the same link for the first administrator, know
// each other's logins and links, and soon know that one has ended.
func TestTwoHouses(t *testing.T) {
	t.Parallel()
	base := os.Getenv("KEFU_TEST_POSTGRES_URL")
	if base == "" {
		t.Skip("KEFU_TEST_POSTGRES_URL is not set")
	}
	schema := newSchema(t, base)
	open := func() *house {
		db, err := sql.Open("pgx", schema)
		if err != nil {
			t.Fatal(err)
		}
		ledger, err := sqlstore.OpenPostgres(t.Context(), db, sqlstore.Options{Connections: 4})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := ledger.Close(); err != nil {
				t.Error(err)
			}
		})
		return startOn(t, ledger, nil)
	}
	first, second := open(), open()
	link := func(h *house) string {
		t.Helper()
		got, err := h.SetupLink(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got[len(h.url):]
	}
	if a, b := link(first), link(second); a != b {
		t.Errorf("got the links %s and %s, want one", a, b)
	}
	o := account()
	if err := first.desk.AddOfficialAccount(t.Context(), &o); err != nil {
		t.Fatal(err)
	}
	token := first.invite(t, "carol_wx")
	here, there := first.browser(t), second.browser(t)
	cookie := here.post("invitations/"+token+"/register", register).Cookies()[0]
	there.headers["Cookie"] = cookie.Name + "=" + cookie.Value
	if got := there.who(); got != "carol_wx" {
		t.Errorf("in the other process: got %q, want carol_wx signed in", got)
	}
	there.post("invitations/"+token+"/accept", "").ok(t)
	if got := here.invitation(token).Status; got != "bound" {
		t.Errorf("accepted in the other process: got %q, want bound", got)
	}
	here.post("logout", "").ok(t)
	ended := time.Now()
	eventually(t, "the login ends in the other process", func() bool { return there.who() == "" })
	if late := time.Since(ended); late > 7*time.Second {
		t.Errorf("got it ended after %s, want within some 5 s", late)
	}
	first.add(t, kefu.RoleAdministrator, "zhang_wei")
	if got, err := second.SetupLink(t.Context()); got != "" || err != nil {
		t.Errorf("got the link %q (%v) when there is an administrator, want none", got, err)
	}
}

// newSchema makes a schema for one test and returns the URL that leads into it.
func newSchema(t *testing.T, base string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal("KEFU_TEST_POSTGRES_URL is no URL")
	}
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("kefu_signin_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := db.Exec("create schema " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("drop schema " + name + " cascade"); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
}
