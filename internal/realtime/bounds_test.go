package realtime_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openkefu/kefu/internal/realtime"
)

// TestOrigin: a page of another site opens no socket.
func TestOrigin(t *testing.T) {
	h := newHouse(t, func(o *options) { o.parts.PublicHost = "kefu.example.com" })
	host := strings.TrimPrefix(h.server.URL, "http://")
	for origin, want := range map[string]bool{
		"":                           true, // no browser
		"http://" + host:             true,
		"https://" + host:            true, // a proxy in front speaks TLS
		"https://kefu.example.com":   true,
		"https://KEFU.example.com":   true,
		"https://evil.example":       false,
		"null":                       false,
		"http://" + host + ".evil.x": false,
		"ftp://" + host:              false,
		"http://[":                   false,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		_, response, err := h.try(query("a", "all"), header)
		switch {
		case want && err != nil:
			t.Errorf("origin %q: got %v, want a socket", origin, err)
		case !want && (err == nil || response.StatusCode != http.StatusForbidden):
			t.Errorf("origin %q: got %v, %v, want %d", origin, err, response, http.StatusForbidden)
		}
	}
}

// TestNoHandshake: other requests are refused before anything happens.
func TestNoHandshake(t *testing.T) {
	h := newHouse(t)
	for name, header := range map[string]http.Header{
		"an ordinary request": {},
		"no key":              {"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}},
		"an old version":      {"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"8"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http"+strings.TrimPrefix(h.address(query("a", "all")), "ws"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = header
		response, err := h.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got %s, want %d", name, response.Status, http.StatusBadRequest)
		}
	}
	if n := h.hub.Count(); n != 0 {
		t.Errorf("got %d sockets, want none", n)
	}
	_, response, err := h.try(map[string][]string{"app": {"wx0000000000000000"}, "who": {"a"}}, nil)
	if err == nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("an account that is not there: got %v, want %d", response, http.StatusNotFound)
	}
}

// TestBusy: one socket too many is refused in words that say when to come back, and
// each that leaves makes room.
func TestBusy(t *testing.T) {
	h := newHouse(t, func(o *options) { o.parts.Sockets = 3 })
	first := h.open(query("a", "all"))
	h.open(query("b", "all"))
	h.open(query("c", "all"))
	_, response, err := h.try(query("d", "all"), nil)
	if err == nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" {
		t.Fatalf("one too many: got %v, want %d with Retry-After", response, http.StatusServiceUnavailable)
	}
	if n := h.hub.Refused(); n != 1 {
		t.Errorf("got %d refused, want 1", n)
	}
	_ = first.conn.Close()
	eventually(t, "room for one", func() bool { return h.hub.Count() == 2 })
	h.open(query("d", "all"))
}

// TestOpenElsewhere: who opens too many closes its oldest, and nobody else's.
func TestOpenElsewhere(t *testing.T) {
	h := newHouse(t, func(o *options) { o.door.Each = 2 })
	other := h.open(query("b", "all"))
	oldest, second := h.open(query("a", "all")), h.open(query("a", "all"))
	third := h.open(query("a", "all"))
	if code := oldest.ends(); code != realtime.OpenElsewhere {
		t.Errorf("the oldest: got %d, want %d", code, realtime.OpenElsewhere)
	}
	h.ledger.says("o1", 1)
	for _, p := range []*page{other, second, third} {
		p.reads(1)
	}
}

// TestClose: a door closes the sockets of those it names.
func TestClose(t *testing.T) {
	h := newHouse(t)
	out, in := h.open(query("a", "all")), h.open(query("b", "all"))
	h.door.Close(realtime.SignedOut, func(v realtime.Visitor) bool { return v.Who == "a" })
	if code := out.ends(); code != realtime.SignedOut {
		t.Errorf("who signed out: got %d, want %d", code, realtime.SignedOut)
	}
	h.ledger.says("o1", 1)
	in.reads(1)
}

// TestNonsense: a page that says what cannot be is closed for good; what is only
// unknown is passed over.
func TestNonsense(t *testing.T) {
	long, err := json.Marshal(map[string]string{"t": "watch", "x": strings.Repeat("x", 5000)})
	if err != nil {
		t.Fatal(err)
	}
	many, err := json.Marshal(map[string]any{"t": "watch", "openids": make([]string, 51)})
	if err != nil {
		t.Fatal(err)
	}
	for name, say := range map[string]struct {
		kind int
		text string
		want realtime.Code
	}{
		"no JSON":            {websocket.TextMessage, "hello", realtime.Policy},
		"no object":          {websocket.TextMessage, "[]", realtime.Policy},
		"no kind":            {websocket.TextMessage, "{}", realtime.Policy},
		"bytes":              {websocket.BinaryMessage, `{"t":"here"}`, realtime.Policy},
		"no openid":          {websocket.TextMessage, `{"t":"watch","openids":["<b>"]}`, realtime.Policy},
		"too many customers": {websocket.TextMessage, string(many), realtime.Policy},
		"no UTF-8":           {websocket.TextMessage, "{\"t\":\"\xff\"}", websocket.CloseProtocolError},
		"too long":           {websocket.TextMessage, string(long), websocket.CloseMessageTooBig},
	} {
		h := newHouse(t)
		p := h.open(query("a", "all"))
		if err := p.conn.WriteMessage(websocket.TextMessage, []byte(`{"t":"here"}`)); err != nil {
			t.Fatal(err)
		}
		if err := p.conn.WriteMessage(say.kind, []byte(say.text)); err != nil {
			t.Fatal(err)
		}
		if code := p.ends(); code != say.want {
			t.Errorf("%s: got %d, want %d", name, code, say.want)
		}
		eventually(t, "it is forgotten", func() bool { return h.hub.Count() == 0 })
		h.end()
	}
}

// TestChatter: a page that never stops talking is closed.
func TestChatter(t *testing.T) {
	for name, kind := range map[string]int{"frames": websocket.TextMessage, "pings": websocket.PingMessage} {
		h := newHouse(t)
		p := h.open(query("a", "all"))
		for range 200 {
			if kind == websocket.PingMessage {
				_ = p.conn.WriteControl(kind, nil, time.Now().Add(time.Second)) // until it is closed
			} else {
				_ = p.conn.WriteMessage(kind, []byte(`{"t":"here"}`)) // until it is closed
			}
		}
		if code := p.ends(); code != realtime.Policy {
			t.Errorf("%s: got %d, want %d", name, code, realtime.Policy)
		}
		h.end()
	}
}

// TestGoingAway: the end of the process is told, and waits for nobody who does not
// listen.
func TestGoingAway(t *testing.T) {
	h := newHouse(t)
	pages := []*page{h.open(query("a", "all")), h.open(query("b", "o1"))}
	deaf := h.open(query("c", "all"))
	ended := make(chan struct{})
	go func() {
		h.end()
		close(ended)
	}()
	for _, p := range pages {
		if code := p.ends(); code != realtime.GoingAway {
			t.Errorf("got %d, want %d", code, realtime.GoingAway)
		}
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the hub waits for a page that does not listen")
	}
	if _, response, err := h.try(query("d", "all"), nil); err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after the end: got %v, want %d", response, http.StatusServiceUnavailable)
	}
	if n := h.hub.Count(); n != 0 {
		t.Errorf("got %d sockets after the end, want none", n)
	}
	_ = deaf
}
