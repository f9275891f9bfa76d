package signin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	app    kefu.AppID     = "wx5d3c0ffee1234567"
	carol  kefu.KFAccount = "carol@demo_shop"
	secret                = "correct horse"
)

func account() kefu.OfficialAccount {
	return kefu.OfficialAccount{
		AppID: app, Secret: kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		Name: "青禾茶铺", KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
}

// book keeps what the house logs.
type book struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// house is a running house. Its command line is a desk and people of its own on the
// same ledger, as another process would have them.
type house struct {
	*server.Server
	url    string
	book   *book
	desk   *desk.Desk
	people *auth.People
}

// production is a house with one official account and nobody in it.
func production(t *testing.T) *house {
	t.Helper()
	h := start(t, nil)
	o := account()
	if err := h.desk.AddOfficialAccount(t.Context(), &o); err != nil {
		t.Fatal(err)
	}
	return h
}

// demo is a sandbox.
func demo(t *testing.T) *house {
	t.Helper()
	return start(t, &sandbox.Demo{Account: account(), Agents: true})
}

func start(t *testing.T, demo *sandbox.Demo) *house {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			t.Error(err)
		}
	})
	return startOn(t, ledger, demo)
}

func startOn(t *testing.T, ledger store.Store, demo *sandbox.Demo) *house {
	t.Helper()
	pictures, err := media.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{book: new(book), desk: desk.New(desk.Parts{Ledger: ledger, Now: time.Now})}
	log := slog.New(slog.NewTextHandler(h.book, nil))
	h.people = auth.NewPeople(auth.PeopleParts{Ledger: ledger, Now: time.Now, Log: log})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + listener.Addr().String()
	h.Server = server.New(server.Parts{
		Ledger: ledger, Media: pictures, Metrics: metrics.New("test"), Log: log, PublicURL: h.url,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Demo: demo,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the house ended with %v", err)
		}
		if err := pictures.Close(); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the house is ready", func() bool {
		answer, err := http.Get(h.url + "/readyz")
		if err != nil {
			return false
		}
		http.DefaultClient.CloseIdleConnections()
		return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	})
	return h
}

func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	const patience, pause = 20 * time.Second, 5 * time.Millisecond
	for began := time.Now(); !happened(); time.Sleep(pause) {
		if time.Since(began) > patience {
			t.Fatalf("waited %s in vain: %s", patience, what)
		}
	}
}

// browser is somebody's browser, with its cookies.
type browser struct {
	t      *testing.T
	h      *house
	client *http.Client
	// from is its address, behind the proxy that the house trusts.
	from string
	// headers go with every request.
	headers map[string]string
}

func (h *house) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{
		t: t, h: h, client: &http.Client{Transport: transport, Jar: jar, Timeout: time.Minute}, from: "203.0.113.9",
		headers: map[string]string{"Content-Type": "application/json"},
	}
}

// answer is what a browser is answered.
type answer struct {
	*http.Response
	text string
}

// ask makes one call of the door.
func (b *browser) ask(method, path, body string) answer {
	b.t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = "/auth/v1/" + path
	}
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.h.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", b.from)
	for name, value := range b.headers {
		request.Header.Set(name, value)
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		b.t.Fatal(err)
	}
	return answer{response, string(text)}
}

func (b *browser) post(path, body string) answer {
	b.t.Helper()
	return b.ask(http.MethodPost, path, body)
}

func (b *browser) login(id, password string) answer {
	b.t.Helper()
	body, err := json.Marshal(map[string]string{"wechat_id": id, "password": password})
	if err != nil {
		b.t.Fatal(err)
	}
	return b.post("login", string(body))
}

// who is who is signed in; empty for nobody.
func (b *browser) who() string {
	b.t.Helper()
	a := b.ask(http.MethodGet, "me", "")
	if a.StatusCode == http.StatusUnauthorized {
		return ""
	}
	return a.me(b.t).Person.WeChatID
}

// me is a person with its seats.
type me struct {
	Person struct {
		WeChatID string `json:"wechat_id"`
		Name     string
		Role     string
	}
	Seats []struct {
		AppID       string
		AccountName string `json:"account_name"`
		KFAccount   string `json:"kf_account"`
		KFID        int64  `json:"kf_id"`
		Nickname    string
	}
	Sandbox bool
}

func (a answer) me(t *testing.T) (m me) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.text), &m); err != nil || a.StatusCode != http.StatusOK || m.Person.WeChatID == "" {
		t.Fatalf("got HTTP %d %s, want who is signed in", a.StatusCode, a.text)
	}
	return m
}

func (a answer) ok(t *testing.T) {
	t.Helper()
	if a.StatusCode != http.StatusOK || a.text != "{}" {
		t.Fatalf("got HTTP %d %s, want {}", a.StatusCode, a.text)
	}
}

// refused wants an error with a status and a code.
func (a answer) refused(t *testing.T, status int, code string) (retryAfter int64) {
	t.Helper()
	var got struct {
		Error struct {
			Code, Message, RID string
			RetryAfter         int64 `json:"retry_after"`
		}
	}
	err := json.Unmarshal([]byte(a.text), &got)
	if err != nil || a.StatusCode != status || got.Error.Code != code || got.Error.Message == "" || len(got.Error.RID) != 26 {
		t.Errorf("got HTTP %d %s, want %d %s", a.StatusCode, a.text, status, code)
	}
	if a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got Cache-Control %q, want no-store", a.Header.Get("Cache-Control"))
	}
	return got.Error.RetryAfter
}

// add adds people, all with the same password.
func (h *house) add(t *testing.T, role kefu.Role, ids ...kefu.WeChatID) {
	t.Helper()
	for _, id := range ids {
		person := kefu.Person{ID: id, Name: string(id), Role: role}
		if err := h.people.Add(t.Context(), person, secret, auth.By{Who: kefu.ByCommand}); err != nil {
			t.Fatal(err)
		}
	}
}

// audit is what was done, the last first, each as "who what object".
func (h *house) audit(t *testing.T) (acts []string) {
	t.Helper()
	all, err := h.desk.Audit(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		acts = append(acts, strings.Join([]string{a.Who, string(a.What), a.Object}, " "))
	}
	return acts
}
