package server_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/wechat"
)

// counting is a ledger that counts how often it is read.
type counting struct {
	store.Store
	views atomic.Int64
}

func (c *counting) View(ctx context.Context, read func(store.Reader) error) error {
	c.views.Add(1)
	return c.Store.View(ctx, read)
}

func deskOn(ledger store.Store) *desk.Desk {
	return desk.New(desk.Parts{Ledger: ledger, Now: time.Now})
}

// change is something that happens in a house, and a piece of what the lists
// then say.
type change struct {
	name string
	do   func(t *testing.T, h *house, token string)
	path string
	want string
	gone bool // the piece must be absent
}

func apiCall(path, body string) func(*testing.T, *house, string) {
	return func(t *testing.T, h *house, token string) {
		t.Helper()
		if got := h.ask(http.MethodPost, path+"?access_token="+token, body).Body.String(); got != `{"errcode":0,"errmsg":"ok"}` {
			t.Fatalf("%s: got %s, want success", path, got)
		}
	}
}

func control(verb, body string) func(*testing.T, *house, string) {
	return func(t *testing.T, h *house, _ string) {
		t.Helper()
		if answer := h.ask(http.MethodPost, "/sandbox/v1/"+verb, body); answer.Code != http.StatusOK {
			t.Fatalf("%s: got HTTP %d %s, want 200", verb, answer.Code, answer.Body)
		}
	}
}

func inLedger(do func(tx store.Tx) error) func(*testing.T, *house, string) {
	return func(t *testing.T, h *house, _ string) {
		t.Helper()
		if err := h.ledger.Update(context.Background(), appID, do); err != nil {
			t.Fatal(err)
		}
	}
}

func uploadAvatar(t *testing.T, h *house, token string) {
	t.Helper()
	var picture, body bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("media", "a.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(picture.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, wechat.PathAgentAvatar+"?kf_account=alice@demo_shop&access_token="+token, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	answer := httptest.NewRecorder()
	h.Handler().ServeHTTP(answer, request)
	if got := answer.Body.String(); got != `{"errcode":0,"errmsg":"ok"}` {
		t.Fatalf("got %s, want success", got)
	}
}

// changes are one of every kind that shows in a list.
func changes() []change {
	const alice = kefu.KFID(1001)
	const customer = "oDemoKfCustomer_0000000000A1"
	return []change{
		{name: "add", do: apiCall(wechat.PathAgentAdd, `{"kf_account":"carol@demo_shop","nickname":"Carol"}`), path: wechat.PathAgentList, want: "carol@demo_shop"},
		{name: "update", do: apiCall(wechat.PathAgentUpdate, `{"kf_account":"carol@demo_shop","nickname":"Caroline"}`), path: wechat.PathAgentList, want: "Caroline"},
		{name: "invite", do: apiCall(wechat.PathAgentInvite, `{"kf_account":"carol@demo_shop","invite_wx":"carol_wx"}`), path: wechat.PathAgentList, want: "waiting"},
		{name: "reject", do: control("invitations/reject", `{"kf_account":"carol@demo_shop"}`), path: wechat.PathAgentList, want: "rejected"},
		{name: "invite again", do: apiCall(wechat.PathAgentInvite, `{"kf_account":"carol@demo_shop","invite_wx":"carol_wx"}`), path: wechat.PathAgentList, want: "waiting"},
		{name: "accept", do: control("invitations/accept", `{"kf_account":"carol@demo_shop"}`), path: wechat.PathAgentList, want: `"kf_wx":"carol_wx"`},
		{name: "picture", do: uploadAvatar, path: wechat.PathAgentList, want: "/mmbiz_png/"},
		{name: "online", do: control("agents/online", `{"kf_account":"alice@demo_shop","online":true}`), path: wechat.PathOnlineAgentList, want: `"accepted_case":0,"kf_account":"alice@demo_shop"`},
		{name: "session opened", do: inLedger(func(tx store.Tx) error { return tx.OpenSession(appID, customer, alice, time.Now()) }), path: wechat.PathOnlineAgentList, want: `"accepted_case":1`},
		{name: "session closed", do: inLedger(func(tx store.Tx) error { return tx.CloseSession(appID, customer, time.Now()) }), path: wechat.PathOnlineAgentList, want: `"accepted_case":0`},
		{name: "offline", do: control("agents/online", `{"kf_account":"alice@demo_shop","online":false}`), path: wechat.PathOnlineAgentList, want: "alice", gone: true},
		{name: "form of kf_id", do: func(t *testing.T, h *house, _ string) {
			t.Helper()
			err := deskOn(h.ledger).ChangeOfficialAccount(context.Background(), appID, func(o *kefu.OfficialAccount) error {
				o.KFIDForm = kefu.KFIDNumber
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}, path: wechat.PathAgentList, want: `"kf_id":1001`},
		{name: "delete", do: apiCall(wechat.PathAgentDelete, `{"kf_account":"carol@demo_shop"}`), path: wechat.PathAgentList, want: "carol", gone: true},
	}
}

func (c *change) shows(h *house, token string) (answer string, ok bool) {
	answer = h.ask(http.MethodGet, c.path+"?access_token="+token, "").Body.String()
	return answer, strings.HasPrefix(answer, `{"kf_`) && strings.Contains(answer, c.want) != c.gone
}

// The lists are answered from memory while nothing has changed, and are right
// at once when something has.
func TestListsAreKept(t *testing.T) {
	t.Parallel()
	counted := &counting{}
	h := build(t, func(p *server.Parts) {
		counted.Store = p.Ledger
		p.Ledger = counted
	}).run(t)
	token := h.token(t)
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			c.do(t, h, token)
			if answer, ok := c.shows(h, token); !ok {
				t.Fatalf("got %s, want %q in it: %t", answer, c.want, !c.gone)
			}
			before := counted.views.Load()
			for range 20 {
				for _, path := range []string{wechat.PathAgentList, wechat.PathOnlineAgentList, wechat.PathAgentListAlias} {
					h.ask(http.MethodGet, path+"?access_token="+token, "")
				}
			}
			if read := counted.views.Load() - before; read != 0 {
				t.Errorf("got %d reads of the ledger for 60 calls, want none", read)
			}
		})
	}
}

// Two houses on one PostgreSQL agree at once.
func TestListsOfTwoHouses(t *testing.T) {
	t.Parallel()
	base := os.Getenv("KEFU_TEST_POSTGRES_URL")
	if base == "" {
		t.Skip("KEFU_TEST_POSTGRES_URL is not set")
	}
	inSchema := newSchema(t, base)
	open := func() store.Store {
		db, err := sql.Open("pgx", inSchema)
		if err != nil {
			t.Fatal(err)
		}
		ledger, err := sqlstore.OpenPostgres(t.Context(), db, sqlstore.Options{Connections: 4})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := ledger.Close(); err != nil {
				t.Errorf("close the ledger: %v", err)
			}
		})
		return ledger
	}
	first, second := buildOn(t, open(), nil).run(t), buildOn(t, open(), nil).run(t)
	token := first.token(t)
	if got := second.token(t); got != token {
		t.Error("got another stable token from the second house")
	}
	for _, c := range changes() {
		t.Run(c.name, func(t *testing.T) {
			for _, h := range []*house{first, second} { // so that both have something in memory
				h.ask(http.MethodGet, wechat.PathAgentList+"?access_token="+token, "")
				h.ask(http.MethodGet, wechat.PathOnlineAgentList+"?access_token="+token, "")
			}
			c.do(t, first, token)
			for name, h := range map[string]*house{"first": first, "second": second} {
				if answer, ok := c.shows(h, token); !ok {
					t.Errorf("%s house: got %s, want %q in it: %t", name, answer, c.want, !c.gone)
				}
			}
		})
	}
	t.Run("a token that is cut off", func(t *testing.T) {
		forced := `{"grant_type":"client_credential","appid":"` + appID + `","secret":"` + secret + `","force_refresh":true}`
		first.ask(http.MethodPost, wechat.PathStableToken, forced)
		if got := second.agents(t, token); !strings.Contains(got, `"errcode":40001`) {
			t.Errorf("got %s from the second house, want the token refused", got)
		}
	})
}

// What another process writes into the SQLite file shows within a second.
func TestListsAfterAnotherProcess(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "kefu.db")
	h := buildOn(t, openSQLite(t, file), nil).run(t)
	token := h.token(t)
	if got := h.agents(t, token); strings.Contains(got, "Renamed") {
		t.Fatalf("got %s before the change", got)
	}
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), renameIn+"="+file)
	if out, err := other.CombinedOutput(); err != nil {
		t.Fatalf("the other process: %v\n%s", err, out)
	}
	ended := time.Now()
	await(t, "the change of another process shows", func() bool { return strings.Contains(h.agents(t, token), "Renamed") })
	if late := time.Since(ended); late > time.Second {
		t.Errorf("got the change %s after it was made, want within a second", late)
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
	name := fmt.Sprintf("kefu_server_%d_%d", os.Getpid(), time.Now().UnixNano())
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
