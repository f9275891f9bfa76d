package interop

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chanxuehong/wechat/mp/core"
)

// weixin is where the SDK believes to send its requests.
const weixin = "api.weixin.qq.com"

// call is one request of the SDK as it went over the wire.
type call struct {
	Method  string
	Path    string
	Errcode int
}

// redirect carries the SDK's requests to a kefu in place of WeChat, remembers
// them, and checks on the way what holds for every answer of the API.
type redirect struct {
	t    *testing.T
	to   *url.URL
	next http.Transport

	mu    sync.Mutex
	calls []call
	last  []byte // body of the last answer
}

// newClient is the SDK's client, used as its documentation says, of the
// official account of a running kefu.
func newClient(t *testing.T, k *kefu) (*core.Client, *redirect) {
	t.Helper()
	to, err := url.Parse(k.base)
	if err != nil {
		t.Fatal(err)
	}
	wire := &redirect{t: t, to: to}
	client := &http.Client{Transport: wire, Timeout: controlPatience}
	return core.NewClient(core.NewDefaultAccessTokenServer(appID, secret, client), client), wire
}

// RoundTrip implements http.RoundTripper.
func (w *redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != weixin {
		w.t.Errorf("the SDK sent a request to %s, want %s", r.URL.Host, weixin)
	}
	there := r.Clone(r.Context())
	there.URL.Scheme, there.URL.Host, there.Host = w.to.Scheme, w.to.Host, w.to.Host
	response, err := w.next.RoundTrip(there)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if err := response.Body.Close(); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))

	var answer struct {
		Errcode int `json:"errcode"`
	}
	where := r.Method + " " + r.URL.Path
	if response.StatusCode != http.StatusOK {
		w.t.Errorf("%s: got HTTP status %d, want 200", where, response.StatusCode)
	}
	contentType := response.Header.Get("Content-Type")
	switch {
	case response.Header.Get("Content-Disposition") != "":
		// A file, by which SDKs tell it from a refusal.
		if r.URL.Path != "/cgi-bin/media/get" || strings.HasPrefix(contentType, "application/json") {
			w.t.Errorf("%s: got a file of type %q, want a JSON object", where, contentType)
		}
	case !strings.HasPrefix(contentType, "application/json"):
		w.t.Errorf("%s: got Content-Type %q, want application/json", where, contentType)
	default:
		if err := json.Unmarshal(body, &answer); err != nil {
			w.t.Errorf("%s: answer %q: %v", where, body, err)
		}
		if !bytes.HasPrefix(body, []byte("{")) || !bytes.HasSuffix(body, []byte("}")) {
			w.t.Errorf("%s: got %q, want one JSON object and nothing around it", where, body)
		}
	}

	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, call{r.Method, r.URL.Path, answer.Errcode})
	w.last = body
	return response, nil
}

// take hands out the calls made since it was asked last.
func (w *redirect) take() []call {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := w.calls
	w.calls = nil
	return calls
}

// lastAnswer is the body of the last answer as it came over the wire.
func (w *redirect) lastAnswer() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.last)
}
