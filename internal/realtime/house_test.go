package realtime_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/realtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const app kefu.AppID = "wx5d3c0ffee1234567"

// ledger is the facts of one official account, and the source of a door. A fact is
// read by everybody, but by nobody who reads "not" and its customer.
type ledger struct {
	hub *pubsub.Hub

	mu      sync.Mutex
	epoch   string
	facts   []kefu.Fact
	forgot  kefu.MsgID
	failing error
	padding int
	asked   int
}

func (l *ledger) change(do func(*ledger)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(l)
}

// says adds facts about a customer, as one change that is signalled.
func (l *ledger) says(customer kefu.OpenID, n int) {
	l.add(customer, n)
	l.hub.Publish(pubsub.Facts, string(app))
}

func (l *ledger) add(customer kefu.OpenID, n int) {
	l.change(func(l *ledger) {
		for range n {
			l.facts = append(l.facts, kefu.Fact{ID: l.last() + 3, What: kefu.FactSaid, Customer: customer})
		}
	})
}

func (l *ledger) last() kefu.MsgID {
	if len(l.facts) == 0 {
		return 1000
	}
	return l.facts[len(l.facts)-1].ID
}

func (l *ledger) Facts(_ context.Context, of kefu.AppID, after kefu.MsgID, limit int) (kefu.News, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	switch {
	case of != app:
		return kefu.News{}, kefu.OfficialAccountUnknown
	case l.failing != nil:
		return kefu.News{}, l.failing
	}
	n := kefu.News{Epoch: l.epoch, Last: l.last(), Complete: after >= l.forgot}
	for _, f := range l.facts {
		if f.ID > after && len(n.Facts) < limit {
			n.Facts = append(n.Facts, f)
		}
	}
	return n, nil
}

func (l *ledger) Frames(_ context.Context, _ kefu.AppID, facts []kefu.Fact, wanted func(realtime.Key) bool) ([]realtime.Frame, error) {
	l.mu.Lock()
	padding := strings.Repeat("x", l.padding)
	l.mu.Unlock()
	var frames []realtime.Frame
	for _, f := range facts {
		keys := []realtime.Key{"all", realtime.Key(f.Customer)}
		if !wanted(keys[0]) && !wanted(keys[1]) {
			continue
		}
		body, err := realtime.FactBody(f.ID, string(f.What), map[string]any{"openid": f.Customer, "padding": padding})
		if err != nil {
			return nil, err
		}
		frames = append(frames, realtime.Frame{ID: f.ID, Keys: keys, But: []realtime.Key{"not " + realtime.Key(f.Customer)}, Body: body})
	}
	return frames, nil
}

// house is a hub with one door behind a real listener.
type house struct {
	t      *testing.T
	ledger *ledger
	hub    *realtime.Hub
	door   *realtime.Door
	server *httptest.Server
	log    *safeBuffer
	end    func()
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

type options struct {
	parts realtime.Parts
	door  realtime.DoorParts
	// pipe has the test's own listener, without a network.
	pipe net.Listener
}

func newHouse(t *testing.T, edit ...func(*options)) *house {
	t.Helper()
	signals := pubsub.New()
	h := &house{t: t, ledger: &ledger{hub: signals, epoch: "e1"}, log: new(safeBuffer)}
	o := options{
		parts: realtime.Parts{Signals: signals, Log: slog.New(slog.NewTextHandler(h.log, nil))},
		door:  realtime.DoorParts{Name: "test", Source: h.ledger},
	}
	for _, e := range edit {
		e(&o)
	}
	h.hub = realtime.New(o.parts)
	h.door = h.hub.Door(o.door)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.hub.Run(ctx)
	}()
	<-h.hub.Ready()
	h.end = sync.OnceFunc(func() { cancel(); <-ended })
	h.server = httptest.NewUnstartedServer(http.HandlerFunc(h.serve))
	if o.pipe != nil {
		_ = h.server.Listener.Close()
		h.server.Listener = o.pipe
	}
	h.server.Start()
	t.Cleanup(func() {
		h.end()
		h.server.Close()
	})
	return h
}

// serve admits whoever the query says, as a door does.
func (h *house) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := realtime.Visitor{App: kefu.AppID(q.Get("app")), Who: q.Get("who")}
	for _, key := range q["key"] {
		v.Keys = append(v.Keys, realtime.Key(key))
	}
	err := h.door.Admit(w, r, v)
	switch {
	case err == nil, errors.Is(err, realtime.ErrBroken):
	case errors.Is(err, realtime.ErrBusy):
		w.Header().Set("Retry-After", strconv.Itoa(realtime.ComeAgain))
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case errors.Is(err, realtime.ErrOrigin):
		http.Error(w, err.Error(), http.StatusForbidden)
	case errors.Is(err, kefu.OfficialAccountUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	default:
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// page is one open page.
type page struct {
	t     *testing.T
	conn  *websocket.Conn
	hello frame
	// offset is where it is.
	offset kefu.MsgID
}

type frame struct {
	T       string        `json:"t"`
	Epoch   string        `json:"epoch"`
	Offset  kefu.MsgID    `json:"offset"`
	Now     int64         `json:"now"`
	Resumed bool          `json:"resumed"`
	ID      kefu.MsgID    `json:"id"`
	What    string        `json:"what"`
	OpenID  kefu.OpenID   `json:"openid"`
	OpenIDs []kefu.OpenID `json:"openids"`
}

// dialer is how a house is reached.
func (h *house) dialer() *websocket.Dialer {
	return &websocket.Dialer{Subprotocols: []string{realtime.Protocol}, NetDialContext: new(net.Dialer).DialContext}
}

func (h *house) address(q url.Values) string {
	if q.Get("app") == "" {
		q.Set("app", string(app))
	}
	return "ws" + strings.TrimPrefix(h.server.URL, "http") + "/?" + q.Encode()
}

// query asks for a socket that reads keys.
func query(who string, keys ...string) url.Values { return url.Values{"who": {who}, "key": keys} }

// since asks to resume.
func since(q url.Values, epoch string, offset kefu.MsgID) url.Values {
	q.Set("epoch", epoch)
	q.Set("offset", strconv.FormatInt(int64(offset), 10))
	return q
}

// open opens a page and reads its hello.
func (h *house) open(q url.Values) *page {
	h.t.Helper()
	p, response, err := h.try(q, nil)
	if err != nil {
		h.t.Fatalf("open a socket: got %v (%v), want one", err, response)
	}
	return p
}

func (h *house) try(q url.Values, header http.Header) (*page, *http.Response, error) {
	conn, response, err := h.dialer().Dial(h.address(q), header)
	if err != nil {
		return nil, response, err
	}
	p := &page{t: h.t, conn: conn}
	h.t.Cleanup(func() { _ = conn.Close() })
	p.hello, err = p.next()
	if err == nil && p.hello.T != "hello" {
		h.t.Errorf("first frame: got %q, want hello", p.hello.T)
	}
	p.offset = p.hello.Offset
	return p, response, err
}

// patience bounds every wait of these tests.
const patience = 20 * time.Second

func (p *page) next() (f frame, err error) {
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	_, body, err := p.conn.ReadMessage()
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(body, &f); err != nil {
		return f, err
	}
	if f.ID != 0 {
		p.offset = f.ID
	}
	return f, nil
}

// reads reads n facts and returns their ids.
func (p *page) reads(n int) (ids []kefu.MsgID) {
	p.t.Helper()
	for range n {
		f, err := p.next()
		if err != nil {
			p.t.Fatalf("read a fact: got %v after %d, want %d of them", err, len(ids), n)
		}
		if f.T != "fact" {
			p.t.Fatalf("got a frame %+v, want a fact", f)
		}
		ids = append(ids, f.ID)
	}
	return ids
}

// ends reads until the socket is closed, and returns the code; 0 when it just broke.
func (p *page) ends() realtime.Code {
	p.t.Helper()
	for {
		_, err := p.next()
		var closed *websocket.CloseError
		switch {
		case err == nil:
			continue
		case errors.As(err, &closed):
			return realtime.Code(closed.Code)
		}
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			p.t.Fatal("the socket is not closed")
		}
		return 0
	}
}

// eventually waits for what needs nothing but time.
func eventually(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !reached(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}
