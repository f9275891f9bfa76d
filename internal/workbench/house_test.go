package workbench_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/internal/workbench"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	app   kefu.AppID     = "wx5d3c0ffee1234567"
	other kefu.AppID     = "wx5d3c0ffee7654321"
	alice kefu.KFAccount = "alice@demo_shop"
	bob   kefu.KFAccount = "bob_02@demo_shop"
)

var noon = time.Date(2024, 3, 12, 12, 0, 0, 0, time.UTC)

// house is the door over a real ledger, behind a real listener, with a clock in the
// test's hand. It has an official account without a developer's server, where alice
// and bob are agents, and another one, where carol is; sue is a supervisor without a
// seat, and vera one with the seat of vera.
type house struct {
	*desk.Desk
	t      testing.TB
	url    string
	people *auth.People
	door   *workbench.Door
	hub    *realtime.Hub
	clock  *atomic.Int64
}

func newHouse(t testing.TB) *house {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return newHouseOver(t, ledger)
}

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, newHouse(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, newHouseOver(t, openPostgres(t)))
	})
}

func openPostgres(t *testing.T) store.Store {
	t.Helper()
	base := os.Getenv("KEFU_TEST_POSTGRES_URL")
	if base == "" {
		t.Skip("KEFU_TEST_POSTGRES_URL is not set")
	}
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("KEFU_TEST_POSTGRES_URL: got %v, want a URL", err)
	}
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("workbench_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := admin.Exec("create schema " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("drop schema " + name + " cascade"); err != nil {
			t.Error(err)
		}
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	ledger, err := sqlstore.OpenPostgres(t.Context(), db, sqlstore.Options{Connections: 6})
	if err != nil {
		t.Fatal(err)
	}
	return ledger
}

func newHouseOver(t testing.TB, ledger store.Store) *house {
	t.Helper()
	disk, err := media.NewDisk(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, clock: new(atomic.Int64)}
	h.clock.Store(noon.UnixNano())
	now := func() time.Time { return time.Unix(0, h.clock.Load()).UTC() }
	log := slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	signals := pubsub.New()
	h.Desk = desk.New(desk.Parts{
		Ledger: ledger, Media: disk, Pictures: picture.NewScaler(1), Now: now, Log: log, Signals: signals,
		PublicURL: "http://kefu.example",
	})
	h.people = auth.NewPeople(auth.PeopleParts{Ledger: ledger, Now: now, Log: log})
	h.hub = realtime.New(realtime.Parts{Signals: signals, Log: log, Now: now})
	h.door = workbench.New(workbench.Parts{Desk: h.Desk, People: h.people, Sockets: h.hub, Now: now, Log: log})
	mux := http.NewServeMux()
	h.door.Mount(mux)
	server := httptest.NewServer(mux)
	h.url = server.URL
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.hub.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		server.Close()
		for _, err := range []error{ledger.Close(), disk.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	for id, owner := range map[kefu.AppID]kefu.WeChatID{app: "demo_shop", other: "other_shop"} {
		h.must(h.AddOfficialAccount(t.Context(), &kefu.OfficialAccount{
			AppID: id, Secret: kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), WeChatID: owner,
			OriginalID: kefu.OriginalID("gh_" + string(id[len(id)-12:])),
			KFIDForm:   kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
		}))
	}
	for _, seat := range []struct {
		app     kefu.AppID
		account kefu.KFAccount
		worker  kefu.WeChatID
		name    string
	}{
		{app, alice, "alice_wx", "Alice"}, {app, bob, "bob_wx", "Bob"}, {app, "vera@demo_shop", "vera_wx", "Vera"},
		{other, "carol@other_shop", "carol_wx", "Carol"},
	} {
		_, err := h.AddAgent(t.Context(), seat.app, seat.account, seat.name)
		h.must(err)
		h.must(h.Invite(t.Context(), seat.app, seat.account, seat.worker))
		h.must(h.AcceptInvitation(t.Context(), seat.app, seat.account))
	}
	_, err = h.AddAgent(t.Context(), app, "empty@demo_shop", "Empty")
	h.must(err)
	for id, role := range map[kefu.WeChatID]kefu.Role{
		"alice_wx": kefu.RoleAgent, "bob_wx": kefu.RoleAgent, "carol_wx": kefu.RoleAgent,
		"vera_wx": kefu.RoleSupervisor, "sue_wx": kefu.RoleSupervisor, "nobody_wx": kefu.RoleAgent,
	} {
		h.must(h.people.LetIn(t.Context(), kefu.Person{ID: id, Name: "Name of " + string(id), Role: role}))
	}
	return h
}

type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// online brings agents online without a page, as a test of a developer does.
func (h *house) online(accounts ...kefu.KFAccount) {
	h.t.Helper()
	for _, a := range accounts {
		h.must(h.SetPresence(h.t.Context(), app, a, true, 0))
	}
}

// writes has a customer, who follows at the latest now, write a text.
func (h *house) writes(openid kefu.OpenID, text string) kefu.MsgID {
	h.t.Helper()
	_, err := h.Follow(h.t.Context(), app, desk.Follower{OpenID: openid, Nickname: "nick of " + string(openid)})
	h.must(err)
	got, err := h.Receive(h.t.Context(), app, openid, kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: text}})
	h.must(err)
	return got.Message
}

// advance moves the clock.
func (h *house) advance(by time.Duration) { h.clock.Add(int64(by)) }

// page is somebody's browser.
type page struct {
	h      *house
	app    kefu.AppID
	cookie string
}

// signIn opens a browser for somebody; nobody is signed in for an empty id.
func (h *house) signIn(id kefu.WeChatID) *page {
	h.t.Helper()
	p := &page{h: h, app: app}
	if id != "" {
		_, token, err := h.people.Welcome(h.t.Context(), id)
		h.must(err)
		p.cookie = token
	}
	return p
}

// answer is what came back.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

func (p *page) request(method, path, contentType string, body []byte) *http.Request {
	p.h.t.Helper()
	r, err := http.NewRequestWithContext(p.h.t.Context(), method, p.h.url+"/workbench/v1/"+string(p.app)+path, bytes.NewReader(body))
	p.h.must(err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if p.cookie != "" {
		r.AddCookie(&http.Cookie{Name: auth.LoginCookie, Value: p.cookie})
	}
	return r
}

func (p *page) do(r *http.Request) *answer {
	p.h.t.Helper()
	response, err := http.DefaultClient.Do(r)
	p.h.must(err)
	defer response.Body.Close() // it was only read
	body, err := io.ReadAll(response.Body)
	p.h.must(err)
	return &answer{p.h.t, r.Method + " " + r.URL.Path, response.StatusCode, response.Header, body}
}

func (p *page) call(method, path, body string) *answer {
	p.h.t.Helper()
	contentType := ""
	if method != http.MethodGet && method != http.MethodDelete {
		contentType = "application/json"
	}
	return p.do(p.request(method, path, contentType, []byte(body)))
}

func (p *page) get(path string) *answer { p.h.t.Helper(); return p.call(http.MethodGet, path, "") }

func (p *page) post(path, body string) *answer {
	p.h.t.Helper()
	return p.call(http.MethodPost, path, body)
}

func (p *page) put(path, body string) *answer {
	p.h.t.Helper()
	return p.call(http.MethodPut, path, body)
}

// into reads an answer that must be a good one.
func (a *answer) into(v any) {
	a.t.Helper()
	if a.status != http.StatusOK {
		a.t.Fatalf("%s: got HTTP %d %s, want 200", a.what, a.status, a.body)
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: got %s, want JSON: %v", a.what, a.body, err)
	}
}

// done is an answer that says nothing but that it is done.
func (a *answer) done() {
	a.t.Helper()
	if a.status != http.StatusOK || string(a.body) != "{}" {
		a.t.Errorf("%s: got HTTP %d %s, want 200 {}", a.what, a.status, a.body)
	}
}

// refused is an answer with a status, a code, a sentence and a rid.
func (a *answer) refused(status int, code string) {
	a.t.Helper()
	var said struct {
		Error struct{ Code, Message, RID string }
	}
	if err := json.Unmarshal(a.body, &said); err != nil {
		a.t.Fatalf("%s: got HTTP %d %s, want JSON", a.what, a.status, a.body)
	}
	if a.status != status || said.Error.Code != code || said.Error.Message == "" || said.Error.RID == "" {
		a.t.Errorf("%s: got HTTP %d %s, want %d with the code %s, a message and a rid", a.what, a.status, a.body, status, code)
	}
}

// What pages read, as far as tests look at it.
type (
	message struct {
		ID        int64
		From      string
		KFAccount string `json:"kf_account"`
		Nickname  string
		MsgType   string
		Text      struct{ Content string }
		Image     struct {
			MediaID string `json:"media_id"`
			PicURL  string `json:"pic_url"`
		}
		At       int64
		State    string
		ClientID string `json:"client_id"`
	}
	allowance struct {
		Left   int
		Until  int64
		Reason string
		Grants []struct {
			Kind  string
			Left  int
			Until int64
		}
	}
	customer struct {
		OpenID, Nickname, Remark string
		Subscribed, Blocked      bool
	}
	conversation struct {
		Customer     customer
		Standing     string
		KFAccount    string `json:"kf_account"`
		OpenedAt     int64  `json:"opened_at"`
		Last         *message
		Unread       int
		WaitingSince int64 `json:"waiting_since"`
		ActiveAt     int64 `json:"active_at"`
		Silent       bool
		Allowance    allowance
	}
	waiting struct {
		Customer customer
		Since    int64
		Named    string
		Last     *message
		Visits   int
	}
	agent struct {
		KFAccount  string `json:"kf_account"`
		KFID       int    `json:"kf_id"`
		Nickname   string
		Status     string
		AutoAccept int `json:"auto_accept"`
		Serving    int
	}
	happening struct {
		ID        int64
		What      string
		KFAccount string `json:"kf_account"`
		From      string
		Why, Note string
		At        int64
	}
	state struct {
		ServedToday int `json:"served_today"`
		Epoch       string
		Offset      int64
		Now         int64
		Me          agent
		Max         int
		Sessions    []conversation
		Queue       struct {
			Total        int
			LongestSince int64 `json:"longest_since"`
			Waiting      []waiting
		}
		Agents []agent
		Limits map[string]int64
	}
	talk struct {
		Messages   []message
		Happenings []happening
		More       bool
	}
	conversations struct {
		Conversations []conversation
		More          bool
		Next          int64
	}
	panel struct {
		Conversation conversation
		Tags         []struct {
			ID   int64
			Name string
		}
		Notes []struct {
			ID           int64
			Text, Author string
			Own          bool
			At           int64
		}
		Visits []struct {
			OpenedAt  int64  `json:"opened_at"`
			ClosedAt  int64  `json:"closed_at"`
			KFAccount string `json:"kf_account"`
			Nickname  string
			Messages  int
			First     string
		}
		VisitsTotal int `json:"visits_total"`
	}
	said struct {
		Message   message
		Allowance allowance
	}
)

func (p *page) state() (s state) { p.h.t.Helper(); p.get("/state").into(&s); return s }

func (p *page) messages(openid, query string) (k talk) {
	p.h.t.Helper()
	p.get("/customers/" + openid + "/messages" + query).into(&k)
	return k
}

func (p *page) panel(openid string) (c panel) {
	p.h.t.Helper()
	p.get("/customers/" + openid).into(&c)
	return c
}

// says sends a text under a name of its own.
func (p *page) says(openid, clientID, text string) *answer {
	p.h.t.Helper()
	return p.post("/customers/"+openid+"/messages", fmt.Sprintf(`{"client_id":%q,"msgtype":"text","text":{"content":%q}}`, clientID, text))
}

// handOf is somebody as the desk knows it.
func handOf(h *house, id kefu.WeChatID) desk.Hand {
	h.t.Helper()
	p, err := h.people.Person(h.t.Context(), id)
	h.must(err)
	hand, err := h.HandOf(h.t.Context(), app, p)
	h.must(err)
	return hand
}
