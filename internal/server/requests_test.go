package server_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

// One line a request, with what an operator looks for and without a secret.
func TestLogLines(t *testing.T) {
	t.Parallel()
	h := build(t, func(p *server.Parts) {
		p.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	}).run(t)
	token := h.token(t)
	ask := func(method, target, body string) {
		t.Helper()
		request, err := http.NewRequest(method, h.url+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Forwarded-For", "203.0.113.9")
		answer, err := h.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			t.Fatal(err)
		}
	}
	before := len(h.book.lines(t, "api"))
	ask(http.MethodGet, wechat.PathToken+"?grant_type=client_credential&appid="+appID+"&secret="+secret+"x", "")
	ask(http.MethodPost, wechat.PathStableToken, `{"appid":"`+appID+`","secret":"`+secret)
	ask(http.MethodPost, wechat.PathAgentAdd+"?access_token="+token, `{"kf_account":"carol@demo_shop","nickname":"Carol"}`)
	ask(http.MethodGet, "/cgi-bin/nothing?access_token="+token, "")
	lines := h.book.lines(t, "api")[before:]
	if len(lines) != 4 {
		t.Fatalf("got %d lines for 4 calls: %v", len(lines), lines)
	}
	for i, want := range []struct {
		path    string
		errcode float64
		appid   any
	}{
		{wechat.PathToken, 40125, appID},
		{wechat.PathStableToken, 47001, nil},
		{wechat.PathAgentAdd, 0, appID},
		{"/cgi-bin/nothing", 48001, appID},
	} {
		line := lines[i]
		rid, _ := line["rid"].(string)
		if _, ok := kefu.RID(rid).Time(); !ok {
			t.Errorf("line %d: got rid %q, want one", i+1, rid)
		}
		if took, ok := line["took_us"].(float64); !ok || took < 0 {
			t.Errorf("line %d: got took_us %v, want a duration in microseconds", i+1, line["took_us"])
		}
		if line["path"] != want.path || line["errcode"] != want.errcode || line["appid"] != want.appid || line["from"] != "203.0.113.9" {
			t.Errorf("line %d: got %v, want %+v from 203.0.113.9", i+1, line, want)
		}
	}
	ask(http.MethodGet, "/docs/api/?secret="+secret, "")
	ask(http.MethodGet, "/nowhere", "")
	pages := h.book.lines(t, "http")
	for path, status := range map[string]float64{"/docs/api/": 200, "/nowhere": 404} {
		found := 0
		for _, line := range pages {
			if line["path"] == path && line["status"] == status && line["from"] == "203.0.113.9" {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s: got %d lines with status %v, want one: %v", path, found, status, pages)
		}
	}
	for _, kept := range []string{secret, token} {
		if strings.Contains(h.book.String(), kept) {
			t.Error("a secret is in the log")
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	h := build(t, nil).run(t)
	token := h.token(t)
	for range 3 {
		h.call(t, http.MethodGet, wechat.PathAgentList+"?access_token="+token, "")
	}
	h.call(t, http.MethodPost, wechat.PathAgentAdd+"?access_token="+token, "")
	for _, unknown := range []string{"/cgi-bin/a", "/cgi-bin/b", "/customservice/c"} {
		h.call(t, http.MethodGet, unknown, "")
	}
	status, figures := h.call(t, http.MethodGet, "/metrics", "")
	if status != http.StatusOK {
		t.Fatalf("got HTTP %d, want 200", status)
	}
	for _, want := range []string{
		`kefu_api_calls_total{errcode="0",path="/cgi-bin/customservice/getkflist"} 3`,
		`kefu_api_calls_total{errcode="44002",path="/customservice/kfaccount/add"} 1`,
		// Paths that strangers make up do not each become a figure.
		`kefu_api_calls_total{errcode="41001",path="other"} 3`,
		`kefu_api_call_seconds_count{path="/cgi-bin/customservice/getkflist"} 3`,
		"kefu_api_calls_not_remembered_total 0",
		`kefu_info{version="test"} 1`,
	} {
		if !strings.Contains(figures, want+"\n") {
			t.Errorf("got no line %s", want)
		}
	}
}

// panicky is a ledger that panics when it is told to.
type panicky struct {
	store.Store
	now atomic.Bool
}

func (p *panicky) View(ctx context.Context, read func(store.Reader) error) error {
	if p.now.Load() {
		panic("a broken ledger")
	}
	return p.Store.View(ctx, read)
}

// panickyMedia panics when a picture is asked for.
type panickyMedia struct{ media.Store }

func (panickyMedia) Open(context.Context, string) (io.ReadSeekCloser, media.Info, error) {
	panic("broken pictures")
}

// A panic within a door becomes an answer in the words of that door, its story
// goes to the log, and the next request is served.
func TestPanics(t *testing.T) {
	t.Parallel()
	broken := &panicky{}
	h := build(t, func(p *server.Parts) {
		broken.Store = p.Ledger
		p.Ledger, p.Media = broken, panickyMedia{p.Media}
	}).run(t)
	token := h.token(t)

	broken.now.Store(true)
	status, answer := h.call(t, http.MethodGet, wechat.PathAgentList+"?access_token=nonsense", "")
	if status != http.StatusOK || !strings.HasPrefix(answer, `{"errcode":-1,"errmsg":"system error rid: `) {
		t.Errorf("the API: got HTTP %d %s, want 200 and errcode -1", status, answer)
	}
	if lines := h.book.lines(t, "an API call panicked"); len(lines) != 1 || !strings.Contains(lines[0]["stack"].(string), "panicky") {
		t.Errorf("the API: got %v in the log, want one story with its stack", lines)
	}
	if status, _ := h.call(t, http.MethodPost, "/sandbox/v1/agents/online?appid="+appID, `{"kf_account":"alice@demo_shop","online":true}`); status != http.StatusInternalServerError {
		t.Errorf("the sandbox: got HTTP %d, want 500", status)
	}
	broken.now.Store(false)
	key := strings.Repeat("A", 43)
	if status, _ := h.call(t, http.MethodGet, "/mmbiz_png/"+key+"/300", ""); status != http.StatusInternalServerError {
		t.Errorf("pictures: got HTTP %d, want 500", status)
	}
	if lines := h.book.lines(t, "a request panicked"); len(lines) != 2 {
		t.Errorf("other doors: got %v in the log, want two stories", lines)
	}
	if got := h.agents(t, token); !strings.Contains(got, "alice@demo_shop") {
		t.Errorf("the next call: got %s, want the agents", got)
	}
}

// Odd requests at the edge of HTTP are answered, not served as anything else.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	h := build(t, nil).run(t)
	for _, tt := range []struct {
		target string
		want   int
	}{
		{"/nowhere", http.StatusNotFound},
		{"/sandbox/v1/nothing", http.StatusNotFound},
		{"/mmbiz_png/../../etc/passwd", http.StatusMovedPermanently},
		{"/docs/api/other", http.StatusNotFound},
	} {
		request := httptest.NewRequest(http.MethodGet, tt.target, nil)
		request.Host = "localhost"
		answer := httptest.NewRecorder()
		h.Handler().ServeHTTP(answer, request)
		if got := answer.Code; got != tt.want && !(tt.want == http.StatusMovedPermanently && got/100 == 3) {
			t.Errorf("%s: got HTTP %d, want %d", tt.target, got, tt.want)
		}
	}
	if got := h.ask(http.MethodDelete, "/metrics", "").Code; got != http.StatusMethodNotAllowed {
		t.Errorf("DELETE /metrics: got HTTP %d, want 405", got)
	}
	huge, err := http.NewRequest(http.MethodGet, h.url+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	huge.Header.Set("X-Large", string(bytes.Repeat([]byte("x"), 200<<10)))
	answer, err := h.client.Do(huge)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("200 KiB of headers: got HTTP %d, want 431", answer.StatusCode)
	}
}
