package phone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	app   kefu.AppID     = "wx5d3c0ffee1234567"
	alice kefu.KFAccount = "alice@demo_shop"
	bob   kefu.KFAccount = "bob_02@demo_shop"
)

func account() kefu.OfficialAccount {
	return kefu.OfficialAccount{
		AppID: app, Secret: kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		Name: "青禾茶铺", KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
}

// house is a running house with two agents. Its desk is one of its own on the same
// ledger and the same signals, and plays the agents.
type house struct {
	*desk.Desk
	t   *testing.T
	url string
}

// production has an official account without a developer's server.
func production(t *testing.T) *house {
	t.Helper()
	h := start(t, nil)
	o := account()
	h.must(h.AddOfficialAccount(t.Context(), &o))
	for account, worker := range map[kefu.KFAccount]kefu.WeChatID{alice: "alice_wx", bob: "bob_wx"} {
		_, err := h.AddAgent(t.Context(), app, account, strings.ToUpper(string(account[:1])))
		h.must(err)
		h.must(h.Invite(t.Context(), app, account, worker))
		h.must(h.AcceptInvitation(t.Context(), app, account))
	}
	return h
}

func start(t *testing.T, demo *sandbox.Demo) *house {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	disk, err := media.NewDisk(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, url: "http://" + listener.Addr().String()}
	signals := pubsub.New()
	s := server.New(server.Parts{
		Ledger: ledger, Media: disk, Metrics: metrics.New("test"), Log: log, PublicURL: h.url, Signals: signals, Demo: demo,
		// Tests come from as many addresses as they say.
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
	})
	h.Desk = desk.New(desk.Parts{Ledger: ledger, Media: disk, Pictures: picture.NewScaler(1), Now: time.Now, Log: log, Signals: signals})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		h.must(<-ended)
		h.must(ledger.Close())
		h.must(disk.Close())
	})
	eventually(t, "the house is ready", func() bool {
		r, err := http.Get(h.url + "/readyz") //nolint:noctx // a test
		if err != nil {
			return false
		}
		_ = r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
	http.DefaultClient.CloseIdleConnections()
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

const patience = 20 * time.Second

func eventually(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !reached(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// phone is a browser with its cookies.
type phone struct {
	h      *house
	client *http.Client
	// from is the address it comes from; query is added to every call.
	from   string
	query  url.Values
	openid kefu.OpenID
	hello  hello
}

type hello struct {
	OpenID  kefu.OpenID
	Sandbox bool
	Account struct{ Name string }
	Epoch   string
	Offset  int64
	Now     int64
	Place   place
	Typing  bool
}

type place struct {
	Standing string
	Ahead    *int
	Since    int64
	Agent    *struct{ Nickname, Avatar string }
	Service  string
}

type message struct {
	ID       kefu.MsgID
	From     string
	Name     string
	At       int64
	ClientID string `json:"client_id"`
	MsgType  string
	Text     struct{ Content string }
	Notice   struct{ Content string }
	Image    struct {
		MediaID string `json:"media_id"`
		PicURL  string
	}
	BizMsgMenuID string
}

func (m message) String() string { return m.From + ": " + m.Text.Content + m.Notice.Content }

type fault struct {
	Error struct {
		Code       string
		RetryAfter int `json:"retry_after"`
		RID        string
	}
}

func (h *house) browser() *phone {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	transport := &http.Transport{}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &phone{h: h, client: &http.Client{Jar: jar, Transport: transport}, from: "203.0.113.9", query: url.Values{}}
}

// phone is a browser that has said hello.
func (h *house) phone() *phone {
	h.t.Helper()
	p := h.browser()
	p.ok(p.post("/hello", `{}`), &p.hello)
	p.openid = p.hello.OpenID
	return p
}

func (p *phone) address(path string) string {
	path, query, _ := strings.Cut(path, "?")
	q, err := url.ParseQuery(query)
	p.h.must(err)
	for k, v := range p.query {
		q[k] = v
	}
	of := string(app)
	if strings.HasPrefix(path, "/wx") {
		of = ""
	}
	return p.h.url + "/phone/v1/" + of + path + "?" + q.Encode()
}

// answer is what a call was answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (p *phone) do(method, path, contentType string, body io.Reader, header ...string) answer {
	p.h.t.Helper()
	r, err := http.NewRequestWithContext(p.h.t.Context(), method, p.address(path), body)
	p.h.must(err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set("X-Forwarded-For", p.from)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := p.client.Do(r)
	p.h.must(err)
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	p.h.must(err)
	return answer{response.StatusCode, response.Header, read}
}

func (p *phone) get(path string) answer { p.h.t.Helper(); return p.do(http.MethodGet, path, "", nil) }

func (p *phone) post(path, body string) answer {
	p.h.t.Helper()
	return p.do(http.MethodPost, path, "application/json", strings.NewReader(body))
}

// ok reads a good answer.
func (p *phone) ok(a answer, into any) {
	p.h.t.Helper()
	if a.status != http.StatusOK {
		p.h.t.Fatalf("got HTTP %d %s, want 200", a.status, a.body)
	}
	if into != nil {
		p.h.must(json.Unmarshal(a.body, into))
	}
}

// refused fails the test unless a call was refused so.
func (p *phone) refused(what string, a answer, status int, code string) fault {
	p.h.t.Helper()
	var f fault
	if err := json.Unmarshal(a.body, &f); err != nil || a.status != status || f.Error.Code != code || f.Error.RID == "" {
		p.h.t.Errorf("%s: got HTTP %d %s, want %d %s", what, a.status, a.body, status, code)
	}
	return f
}

// says writes a text, and returns the message.
func (p *phone) says(clientID, text string) (m message) {
	p.h.t.Helper()
	body, err := json.Marshal(map[string]any{"client_id": clientID, "msgtype": "text", "text": map[string]string{"content": text}})
	p.h.must(err)
	var said struct{ Message message }
	p.ok(p.post("/messages", string(body)), &said)
	return said.Message
}

// shows is what the phone shows.
func (p *phone) shows() (lines []string) {
	p.h.t.Helper()
	var page struct{ Messages []message }
	p.ok(p.get("/messages"), &page)
	for _, m := range page.Messages {
		lines = append(lines, m.String())
	}
	return lines
}

// upload sends a file.
func (p *phone) upload(kind, name string, bytes []byte) answer {
	p.h.t.Helper()
	contentType, body := form(p.h.t, name, bytes)
	return p.do(http.MethodPost, "/media?type="+kind, contentType, body)
}

func form(t *testing.T, name string, content []byte) (contentType string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("media", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

// socket is a page's socket.
type socket struct {
	t     *testing.T
	conn  *websocket.Conn
	hello frame
}

type frame struct {
	T       string
	Epoch   string
	Offset  int64
	Resumed bool
	ID      int64
	What    string
	Message message
	Place   place
	On      bool
	Until   int64
}

func (f frame) String() string {
	switch f.What {
	case "said":
		return f.Message.String()
	case "place":
		s := "place " + f.Place.Standing
		if f.Place.Ahead != nil {
			s += fmt.Sprint(" ", *f.Place.Ahead)
		}
		if f.Place.Agent != nil {
			s += " " + f.Place.Agent.Nickname
		}
		return s
	case "typing":
		return fmt.Sprint("typing ", f.On)
	}
	return f.T
}

func (p *phone) socket(epoch string, offset int64) *socket {
	p.h.t.Helper()
	address := "ws" + strings.TrimPrefix(p.address(fmt.Sprintf("/socket?epoch=%s&offset=%d", epoch, offset)), "http")
	u, err := url.Parse(p.address("/socket"))
	p.h.must(err)
	header := http.Header{"X-Forwarded-For": {p.from}}
	for _, c := range p.client.Jar.Cookies(u) {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	conn, response, err := websocket.DefaultDialer.DialContext(p.h.t.Context(), address, header)
	if err != nil {
		p.h.t.Fatalf("open a socket: got %v, %+v", err, response)
	}
	s := &socket{t: p.h.t, conn: conn}
	p.h.t.Cleanup(func() { _ = conn.Close() })
	s.hello = s.next()
	return s
}

func (s *socket) next() (f frame) {
	s.t.Helper()
	_ = s.conn.SetReadDeadline(time.Now().Add(patience))
	if err := s.conn.ReadJSON(&f); err != nil {
		s.t.Fatalf("read a frame: got %v", err)
	}
	return f
}

// ends reads until the socket is closed, and returns the code; 0 when it just broke.
func (s *socket) ends() realtime.Code {
	s.t.Helper()
	for {
		_ = s.conn.SetReadDeadline(time.Now().Add(patience))
		_, _, err := s.conn.ReadMessage()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			return realtime.Code(closed.Code)
		}
		if err != nil {
			return 0
		}
	}
}

// reads fails the test unless these frames come.
func (s *socket) reads(want ...string) (last frame) {
	s.t.Helper()
	for _, w := range want {
		if last = s.next(); last.String() != w {
			s.t.Fatalf("got %q, want %q", last, w)
		}
	}
	return last
}
