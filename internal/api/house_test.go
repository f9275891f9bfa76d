package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/openkefu/kefu/internal/apidoc/apidoctest"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// logbook keeps what a house logs.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logbook) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSpace(l.text.String()), "\n")
}

func (l *logbook) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// check fails the test when a line holds a secret, or tells that something
// broke inside: no request of a stranger may bring that about.
func (l *logbook) check(t *testing.T, secrets []string) {
	t.Helper()
	for _, line := range l.lines() {
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("a secret is in the log: %s", line)
			}
		}
		if strings.Contains(line, `"level":"ERROR"`) {
			t.Errorf("something broke inside: %s", line)
		}
	}
}

// start runs a house and holds everything that goes in and out of it against
// the rules: those of the wire, the description of the API, and that no secret
// gets into the log.
func start(t *testing.T, opts ...kefutest.Option) *kefutest.House {
	t.Helper()
	book := new(logbook)
	secrets := &secretBox{}
	var house *kefutest.House
	t.Cleanup(func() { // after the house has stopped
		book.check(t, append(secrets.all(), house.Secret))
	})
	house = kefutest.Start(t, append([]kefutest.Option{
		kefutest.WithLogger(book.logger()),
		kefutest.WithExchanges(func(r *http.Request, body []byte, answer *http.Response, answerBody []byte) {
			if onTheWire(r.URL.Path) {
				checkWire(t, r, answer, answerBody)
			}
			if described[r.URL.Path] || !onTheWire(r.URL.Path) {
				apidoctest.Validate(t, r, body, answer, answerBody)
			}
			secrets.collect(answerBody)
		}),
	}, opts...)...)
	return house
}

func onTheWire(path string) bool {
	return strings.HasPrefix(path, "/cgi-bin/") || strings.HasPrefix(path, "/customservice/")
}

// described are the paths that tests call and that are served. Of any other no
// description can say anything.
var described = func() map[string]bool {
	paths := make(map[string]bool)
	for _, path := range allPaths() {
		paths[path] = true
	}
	return paths
}()

// checkWire holds an answer against the rules that real client libraries
// impose.
func checkWire(t *testing.T, r *http.Request, answer *http.Response, body []byte) {
	t.Helper()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s %s: got HTTP %d, want 200", r.Method, r.URL.Path, answer.StatusCode)
	}
	if isFile(r, answer) {
		return
	}
	if got, want := answer.Header.Get("Content-Type"), "application/json; encoding=utf-8"; got != want {
		t.Errorf("%s %s: got Content-Type %q, want %q", r.Method, r.URL.Path, got, want)
	}
	if r.Method == http.MethodHead {
		return
	}
	if problem := notOneObject(body); problem != "" {
		t.Errorf("%s %s: %s: %q", r.Method, r.URL.Path, problem, body)
	}
}

// isFile tells the answers that are bytes and not JSON.
func isFile(r *http.Request, answer *http.Response) bool {
	return strings.HasPrefix(r.URL.Path, wechat.PathMediaGet) && strings.HasPrefix(answer.Header.Get("Content-Disposition"), "attachment")
}

// notOneObject says how a body is not exactly one compact JSON object; empty
// when it is.
func notOneObject(body []byte) string {
	var compact bytes.Buffer
	switch err := json.Compact(&compact, body); {
	case err != nil:
		return "the answer is not JSON: " + err.Error()
	case !bytes.Equal(compact.Bytes(), body):
		return "the answer has white space around or within it"
	case body[0] != '{':
		return "the answer is no object"
	}
	return ""
}

// secretBox collects the access tokens that were issued.
type secretBox struct {
	mu     sync.Mutex
	tokens []string
}

func (b *secretBox) collect(answer []byte) {
	var token wechat.Token
	if json.Unmarshal(answer, &token) == nil && token.AccessToken != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.tokens = append(b.tokens, token.AccessToken)
	}
}

func (b *secretBox) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.tokens...)
}

// withToken is a path with an access token in its query.
func withToken(path, token string) string {
	if strings.Contains(path, "?") {
		return path + "&access_token=" + token
	}
	return path + "?access_token=" + token
}

// call makes a call with the house's own token: GET without a body, POST with
// one.
func call(t *testing.T, h *kefutest.House, path, body string) *kefutest.Answer {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	return h.Call(t, method, withToken(path, h.Token(t)), body)
}

// want fails the test when an answer has another errcode, and returns the
// answer's rid.
func want(t *testing.T, answer *kefutest.Answer, code wechat.Errcode) (rid string) {
	t.Helper()
	if got := answer.Errcode(); got != code {
		t.Errorf("got %d in %s, want %d", got, answer.Body, code)
	}
	_, rid = answer.Errmsg()
	if hasRID := rid != ""; hasRID != (code != wechat.OK) {
		t.Errorf("got rid %q in %s, want one in refusals and only there", rid, answer.Body)
	}
	return rid
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := wechat.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// list is the present answer of getkflist.
func list(t *testing.T, h *kefutest.House) string {
	t.Helper()
	return string(call(t, h, wechat.PathAgentList, "").Body)
}

// agents is the present answer of getkflist, decoded.
func agents(t *testing.T, h *kefutest.House) []wechat.Agent {
	t.Helper()
	var answer wechat.AgentList
	if err := json.Unmarshal([]byte(list(t, h)), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.KFList
}

func add(t *testing.T, h *kefutest.House, prefix, nickname string) *kefutest.Answer {
	t.Helper()
	return call(t, h, wechat.PathAgentAdd, mustJSON(t, wechat.AddAgent{KFAccount: h.KFAccount(prefix), Nickname: nickname}))
}

func invite(t *testing.T, h *kefutest.House, prefix, person string) *kefutest.Answer {
	t.Helper()
	return call(t, h, wechat.PathAgentInvite, mustJSON(t, wechat.InviteWorker{KFAccount: h.KFAccount(prefix), InviteWX: person}))
}

// bind invites a person and has them accept.
func bind(t *testing.T, h *kefutest.House, prefix, person string) {
	t.Helper()
	want(t, invite(t, h, prefix, person), wechat.OK)
	h.AcceptInvitation(t, h.KFAccount(prefix))
}
