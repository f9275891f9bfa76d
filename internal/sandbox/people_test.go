package sandbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
)

const (
	ann = "oDemoKfCustomer_0000000000A1"
	ben = "oDemoKfCustomer_0000000000B2"
)

// developer is a developer's server: it keeps what it is told, and answers what
// the test says.
type developer struct {
	url string

	mu     sync.Mutex
	bodies []string
	answer func(body string) string
}

func newDeveloper(t *testing.T) *developer {
	t.Helper()
	d := &developer{answer: func(string) string { return "success" }}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.bodies = append(d.bodies, string(body))
		fmt.Fprint(w, d.answer(string(body)))
	}))
	t.Cleanup(s.Close)
	d.url = s.URL + "/wechat"
	return d
}

func (d *developer) told() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.bodies...)
}

func (d *developer) answers(answer func(body string) string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = answer
}

// transfer hands the customer of a push over, to an agent when one is named.
func transfer(to string) func(string) string {
	return func(body string) string {
		if !strings.Contains(body, "<MsgType><![CDATA[text]]>") {
			return "success"
		}
		info := ""
		if to != "" {
			info = "<TransInfo><KfAccount><![CDATA[" + to + "]]></KfAccount></TransInfo>"
		}
		_, rest, _ := strings.Cut(body, "<FromUserName><![CDATA[")
		customer, _, _ := strings.Cut(rest, "]]>")
		return "<xml><ToUserName><![CDATA[" + customer + "]]></ToUserName><FromUserName><![CDATA[gh_a1b2c3d4e5f6]]></FromUserName>" +
			"<CreateTime>1710277282</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType>" + info + "</xml>"
	}
}

// withDeveloper is a sandbox that pushes to a developer's server.
func withDeveloper(t *testing.T) (*kefutest.House, *developer) {
	t.Helper()
	d := newDeveloper(t)
	h := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) {
		o.Callback = kefu.Callback{URL: d.url, Token: "mytoken", Mode: kefu.CallbackPlain}
	}))
	return h, d
}

func follow(t *testing.T, h *kefutest.House, openid, nickname string) {
	t.Helper()
	answer := post(t, h, "followers", fmt.Sprintf(`{"openid":%q,"nickname":%q}`, openid, nickname))
	if got, want := string(answer.Body), fmt.Sprintf(`{"openid":%q}`, openid); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

type received struct {
	MsgID string
	Push  struct {
		Outcome  string
		Attempts int
	}
}

// does has a customer do something, and waits for the push to end.
func does(t *testing.T, h *kefutest.House, openid, body string) received {
	t.Helper()
	answer := post(t, h, "followers/"+openid+"/messages?wait=1", body)
	var got received
	if err := json.Unmarshal(answer.Body, &got); err != nil || answer.Status != http.StatusOK {
		t.Fatalf("%s: got HTTP %d %s", body, answer.Status, answer.Body)
	}
	return got
}

func says(t *testing.T, h *kefutest.House, openid, text string) received {
	t.Helper()
	return does(t, h, openid, fmt.Sprintf(`{"msgtype":"text","text":{"content":%q}}`, text))
}

type onPhone struct {
	ID        int64
	From      string
	KFAccount string `json:"kf_account"`
	Nickname  string
	MsgType   string
	Text      struct{ Content string }
	Notice    struct{ Content string }
	AI        bool
	Time      int64
}

func phone(t *testing.T, h *kefutest.House, openid, query string) (messages []onPhone, typing bool) {
	t.Helper()
	var got struct {
		Messages []onPhone
		Typing   bool
	}
	answer := h.Call(t, http.MethodGet, "/sandbox/v1/followers/"+openid+"/messages"+query, "")
	if err := json.Unmarshal(answer.Body, &got); err != nil || answer.Status != http.StatusOK || got.Messages == nil {
		t.Fatalf("got HTTP %d %s", answer.Status, answer.Body)
	}
	return got.Messages, got.Typing
}

type pushed struct {
	ID                      int64
	OpenID, Kind, URL, Body string
	Outcome                 string
	Time                    int64
	Attempts                []struct {
		At, Status  int64
		TookMS      int64 `json:"took_ms"`
		URL, Answer string
		Failure     string
	}
}

func pushes(t *testing.T, h *kefutest.House, query string) []pushed {
	t.Helper()
	var got struct{ Pushes []pushed }
	answer := h.Call(t, http.MethodGet, "/sandbox/v1/pushes"+query, "")
	if err := json.Unmarshal(answer.Body, &got); err != nil || answer.Status != http.StatusOK || got.Pushes == nil {
		t.Fatalf("got HTTP %d %s", answer.Status, answer.Body)
	}
	return got.Pushes
}

type listed struct {
	OpenID       string
	Nickname     string
	SubscribedAt int64 `json:"subscribed_at"`
	State        string
	KFAccount    string `json:"kf_account"`
	RepliesLeft  int    `json:"replies_left"`
	RepliesUntil int64  `json:"replies_until"`
	Tags         []int
}

func followers(t *testing.T, h *kefutest.House, query string) (list []listed, next string) {
	t.Helper()
	var got struct {
		Followers []listed
		Next      string
	}
	answer := h.Call(t, http.MethodGet, "/sandbox/v1/followers"+query, "")
	if err := json.Unmarshal(answer.Body, &got); err != nil || answer.Status != http.StatusOK || got.Followers == nil {
		t.Fatalf("got HTTP %d %s", answer.Status, answer.Body)
	}
	return got.Followers, got.Next
}

// await waits for what another goroutine is about to do.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to that: %s", what)
		}
	}
}

func followsBy(t *testing.T, h *kefutest.House, body string) string {
	t.Helper()
	var made struct{ OpenID string }
	if err := json.Unmarshal(post(t, h, "followers", body).Body, &made); err != nil || made.OpenID == "" {
		t.Fatalf("%s: got no follower: %v", body, err)
	}
	return made.OpenID
}
