package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/admin"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/calls"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
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
// test's hand. It has an official account without a developer's server, where alice,
// bob and vera are agents and empty is nobody's, and another one, where carol is. ada is
// an administrator, sue a supervisor, and the others are agents.
type house struct {
	*desk.Desk
	t      testing.TB
	url    string
	people *auth.People
	door   *admin.Door
	hub    *realtime.Hub
	calls  *calls.Journal
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
	h.calls = calls.New(ledger, log)
	h.door = admin.New(admin.Parts{
		Desk: h.Desk, People: h.people, Sockets: h.hub, Calls: h.calls, Preview: callback.Preview, Now: now, Log: log,
		PublicURL: "https://kefu.example",
		Handshake: func(ctx context.Context, c kefu.Callback) kefu.Handshake {
			return callback.Try(ctx, callback.Policy{AllowLoopback: true}, nil, c)
		},
	})
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
	<-h.hub.Ready()
	following := make(chan struct{})
	go func() {
		defer close(following)
		h.door.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		<-following
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
		"vera_wx": kefu.RoleAgent, "sue_wx": kefu.RoleSupervisor, "ada_wx": kefu.RoleAdministrator,
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

// page is somebody's browser. Its paths are below /admin/v1; see [at].
type page struct {
	h      *house
	cookie string
}

// at is a path about the official account.
func at(path string) string { return "/accounts/" + string(app) + path }

// signIn opens a browser for somebody; nobody is signed in for an empty id.
func (h *house) signIn(id kefu.WeChatID) *page {
	h.t.Helper()
	p := &page{h: h}
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
	r, err := http.NewRequestWithContext(p.h.t.Context(), method, p.h.url+"/admin/v1"+path, bytes.NewReader(body))
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

func (p *page) remove(path string) *answer {
	p.h.t.Helper()
	return p.call(http.MethodDelete, path, "")
}

// everything chooses all acts.
var everything desk.ActFilter

// audited is the last act that was noted.
func (h *house) audited() kefu.Act {
	h.t.Helper()
	p, err := h.Acts(h.t.Context(), everything, 0, 1)
	h.must(err)
	if len(p.Acts) == 0 {
		return kefu.Act{}
	}
	return p.Acts[0]
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
