package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/openkefu/kefu/wechat"
)

const (
	testAppID  = "wx5d3c0ffee1234567"
	testSecret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	testRID    = "65f0c2a1-1a2b3c4d-0badf00d"
)

// seenRequest is what the fake API was asked.
type seenRequest struct {
	method, path, rawQuery, contentType, body string
}

// fakeAPI answers as the API does: tokens for the right secret, and for every
// other path what the test says, once the token is right.
type fakeAPI struct {
	t *testing.T
	// answer writes the answer of a path other than those of tokens.
	answer http.HandlerFunc
	// expiresIn is what tokens are said to live, in seconds.
	expiresIn int
	// slowToken runs before a token is answered; nil for nothing.
	slowToken func(r *http.Request)

	mu      sync.Mutex
	issued  int
	valid   string
	fetches []string // paths of token requests
	seen    []seenRequest
}

func (a *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		a.t.Errorf("reading the request: %v", err)
	}
	if r.URL.Path == wechat.PathToken || r.URL.Path == wechat.PathStableToken {
		a.serveToken(w, r, body)
		return
	}
	a.mu.Lock()
	a.seen = append(a.seen, seenRequest{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Content-Type"), string(body)})
	token := r.URL.Query().Get("access_token")
	refused := token != a.valid && r.URL.Path != wechat.PathClearQuotaV2
	a.mu.Unlock()
	if refused {
		reply(w, wechat.NewStatusText(wechat.InvalidCredential, wechat.InvalidCredential.LongText(), testRID))
		return
	}
	a.answer(w, r)
}

func (a *fakeAPI) serveToken(w http.ResponseWriter, r *http.Request, body []byte) {
	if a.slowToken != nil {
		a.slowToken(r)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fetches = append(a.fetches, r.URL.Path)
	request := wechat.StableTokenRequest{GrantType: r.URL.Query().Get("grant_type"), AppID: r.URL.Query().Get("appid"), Secret: r.URL.Query().Get("secret")}
	if r.URL.Path == wechat.PathStableToken {
		if err := json.Unmarshal(body, &request); err != nil || r.Method != http.MethodPost {
			a.t.Errorf("got a token request %s %s", r.Method, body)
		}
	}
	switch {
	case request.GrantType != wechat.GrantTypeClientCredential:
		reply(w, wechat.NewStatus(wechat.InvalidGrantType, testRID))
	case request.AppID != testAppID:
		reply(w, wechat.NewStatus(wechat.InvalidAppID, testRID))
	case request.Secret != testSecret:
		reply(w, wechat.NewStatus(wechat.InvalidAppSecret, testRID))
	default:
		if a.valid == "" {
			a.issued++
			a.valid = fmt.Sprintf("85_TOKEN-%d_%s", a.issued, strings.Repeat("a", 120))
		}
		reply(w, wechat.Token{AccessToken: a.valid, ExpiresIn: int64(a.expiresIn)})
	}
}

// revoke makes the API refuse the token it issued last.
func (a *fakeAPI) revoke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.valid = ""
}

func (a *fakeAPI) fetched() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.fetches)
}

func (a *fakeAPI) calls() []seenRequest {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]seenRequest(nil), a.seen...)
}

func reply(w http.ResponseWriter, v any) {
	body, err := wechat.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	if _, err := w.Write(body); err != nil {
		return // the client went away, which some tests want
	}
}

func answering(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

// start runs a fake API and makes a client of it.
func start(t *testing.T, answer http.HandlerFunc, opts ...Option) (*fakeAPI, *Client) {
	t.Helper()
	api := &fakeAPI{t: t, answer: answer, expiresIn: 7200}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return api, New(server.URL, testAppID, testSecret, append([]Option{WithHTTPClient(server.Client())}, opts...)...)
}
