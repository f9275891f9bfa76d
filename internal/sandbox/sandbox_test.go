package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openkefu/kefu/internal/apidoc/apidoctest"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a sandbox with alice and bob_02, whose every answer must be as the
// description says.
func start(t *testing.T, opts ...kefutest.Option) *kefutest.House {
	t.Helper()
	return kefutest.Start(t, append([]kefutest.Option{
		kefutest.WithDemoAgents(),
		kefutest.WithExchanges(func(r *http.Request, body []byte, answer *http.Response, answerBody []byte) {
			apidoctest.Validate(t, r, body, answer, answerBody)
		}),
	}, opts...)...)
}

// post calls the control API.
func post(t *testing.T, h *kefutest.House, verb, body string) *kefutest.Answer {
	t.Helper()
	return h.Call(t, http.MethodPost, "/sandbox/v1/"+verb, body)
}

// refused fails the test unless an answer is a refusal with a code and a
// sentence.
func refused(t *testing.T, answer *kefutest.Answer, status int, code string) {
	t.Helper()
	var said struct {
		Error struct{ Code, Message string }
	}
	if err := json.Unmarshal(answer.Body, &said); err != nil {
		t.Fatalf("got HTTP %d %s, want JSON", answer.Status, answer.Body)
	}
	if answer.Status != status || said.Error.Code != code || said.Error.Message == "" {
		t.Errorf("got HTTP %d %s, want %d with the code %s and a message", answer.Status, answer.Body, status, code)
	}
}

func done(t *testing.T, answer *kefutest.Answer) {
	t.Helper()
	if answer.Status != http.StatusOK || string(answer.Body) != "{}" {
		t.Errorf("got HTTP %d %s, want 200 and {}", answer.Status, answer.Body)
	}
}

func apiList(t *testing.T, h *kefutest.House, path string) string {
	t.Helper()
	return string(h.Call(t, http.MethodGet, path+"?access_token="+h.Token(t), "").Body)
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.Client()
	for i, prefix := range []string{"carol", "dora"} {
		if err := c.AddAgent(t.Context(), h.KFAccount(prefix), "n"); err != nil {
			t.Fatal(err)
		}
		if err := c.InviteWorker(t.Context(), h.KFAccount(prefix), fmt.Sprintf("person_%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	carol, dora := `{"kf_account":"carol@demo_shop"}`, `{"kf_account":"dora@demo_shop"}`
	done(t, post(t, h, "invitations/accept", carol))
	done(t, post(t, h, "invitations/reject", dora))
	for _, answered := range []string{carol, dora, `{"kf_account":"alice@demo_shop"}`} {
		refused(t, post(t, h, "invitations/accept", answered), http.StatusConflict, "invitation_not_waiting")
		refused(t, post(t, h, "invitations/reject", answered), http.StatusConflict, "invitation_not_waiting")
	}
	for _, unknown := range []string{`{"kf_account":"nobody@demo_shop"}`, `{"kf_account":"alice"}`, `{"kf_account":""}`, `{}`, `{"kf_account":"x@y"}`} {
		refused(t, post(t, h, "invitations/accept", unknown), http.StatusNotFound, "agent_unknown")
	}
	if err := c.InviteWorker(t.Context(), h.KFAccount("dora"), "person_1"); err != nil {
		t.Fatal(err)
	}
	h.Advance(t, 24*time.Hour)
	refused(t, post(t, h, "invitations/accept", dora), http.StatusConflict, "invitation_not_waiting")
}

// What was true when the invitation was sent may have changed when it is
// answered.
func TestAcceptLooksAgain(t *testing.T) {
	t.Parallel()
	h := start(t)
	// The person is bound to an agent of the account between expiry and a clock
	// that is set back.
	for _, prefix := range []string{"carol", "dora"} {
		if err := h.Client().AddAgent(t.Context(), h.KFAccount(prefix), "n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Client().InviteWorker(t.Context(), h.KFAccount("carol"), "zoe_wx"); err != nil {
		t.Fatal(err)
	}
	h.Advance(t, 25*time.Hour)
	if err := h.Client().InviteWorker(t.Context(), h.KFAccount("dora"), "zoe_wx"); err != nil {
		t.Fatal(err)
	}
	h.AcceptInvitation(t, h.KFAccount("dora"))
	h.Advance(t, -24*time.Hour)
	refused(t, post(t, h, "invitations/accept", `{"kf_account":"carol@demo_shop"}`), http.StatusConflict, "worker_bound_here")

	// Six accounts invite one person, who can be five agents.
	var inviting []*kefutest.House
	for range 6 {
		other := h.AddAccount(t, nil)
		if err := other.Client().AddAgent(t.Context(), other.KFAccount("yan"), "n"); err != nil {
			t.Fatal(err)
		}
		if err := other.Client().InviteWorker(t.Context(), other.KFAccount("yan"), "yan_wx"); err != nil {
			t.Fatal(err)
		}
		inviting = append(inviting, other)
	}
	for _, other := range inviting[:5] {
		other.AcceptInvitation(t, other.KFAccount("yan"))
	}
	// The account is found by the kf account's suffix.
	refused(t, post(t, h, "invitations/accept", `{"kf_account":"`+inviting[5].KFAccount("yan")+`"}`), http.StatusConflict, "worker_binding_limit")
}

func TestPresence(t *testing.T) {
	t.Parallel()
	h := start(t)
	done(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop","online":true,"auto_accept":5}`))
	if got, want := apiList(t, h, wechat.PathOnlineAgentList), `{"kf_online_list":[{"accepted_case":0,"kf_account":"alice@demo_shop","kf_id":"1001","status":1}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	done(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop","online":true}`))
	done(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop","online":false}`))
	done(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop","online":false}`))
	if got := apiList(t, h, wechat.PathOnlineAgentList); got != `{"kf_online_list":[]}` {
		t.Errorf("got %s, want nobody", got)
	}
	if err := h.Client().AddAgent(t.Context(), h.KFAccount("carol"), "Carol"); err != nil {
		t.Fatal(err)
	}
	refused(t, post(t, h, "agents/online", `{"kf_account":"carol@demo_shop","online":true}`), http.StatusConflict, "agent_unbound")
	refused(t, post(t, h, "agents/online", `{"kf_account":"nobody@demo_shop","online":true}`), http.StatusNotFound, "agent_unknown")
	refused(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop"}`), http.StatusBadRequest, "bad_request")
	refused(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop","online":"yes"}`), http.StatusBadRequest, "bad_request")
	for _, n := range []string{"-1", "1001"} {
		refused(t, post(t, h, "agents/online", `{"kf_account":"alice@demo_shop","online":true,"auto_accept":`+n+`}`), http.StatusBadRequest, "bad_request")
	}
	refused(t, post(t, h, "agents/online?appid=wx0000000000000000", `{"kf_account":"alice@demo_shop","online":true}`), http.StatusNotFound, "official_account_unknown")
	refused(t, post(t, h, "agents/online?appid=nonsense", `{"kf_account":"alice@demo_shop","online":true}`), http.StatusNotFound, "official_account_unknown")
}

// A request that is not understood in every part is refused: in a tool for
// tests, a misspelt name must not pass for success.
func TestBadRequests(t *testing.T) {
	t.Parallel()
	h := start(t)
	before := h.Now(t)
	for verb, good := range map[string]string{
		"invitations/accept":     `{"kf_account":"alice@demo_shop"`,
		"invitations/reject":     `{"kf_account":"alice@demo_shop"`,
		"agents/online":          `{"kf_account":"alice@demo_shop","online":true`,
		"clock":                  `{"advance":"48h"`,
		"faults":                 `{"api":[{"path":"*","errcode":-1}]`,
		"agents/accept":          `{"kf_account":"alice@demo_shop","openid":"oA1"`,
		"agents/close":           `{"kf_account":"alice@demo_shop","openid":"oA1"`,
		"agents/transfer":        `{"kf_account":"alice@demo_shop","openid":"oA1","to":"bob_02@demo_shop"`,
		"agents/send":            `{"kf_account":"alice@demo_shop","openid":"oA1","msgtype":"text","text":{"content":"x"}`,
		"followers/oA1/messages": `{"msgtype":"text","text":{"content":"x"}`,
	} {
		method := http.MethodPost
		if verb == "faults" {
			method = http.MethodPut
		}
		for name, body := range map[string]string{
			"nothing":        "",
			"white space":    " \n",
			"cut short":      good,
			"unknown member": good + `,"kf_acount":"x"}`,
			"array":          "[" + good + "}]",
			"text":           "hello",
			"two values":     good + "}{}",
			"two mebibytes":  good + `,"x":"` + strings.Repeat("x", 2<<20) + `"}`,
			"wrong type":     `{"kf_account":5,"advance":5,"api":5}`,
			"rubbish behind": good + "}x",
		} {
			t.Run(verb+"/"+name, func(t *testing.T) {
				refused(t, h.Call(t, method, "/sandbox/v1/"+verb, body), http.StatusBadRequest, "bad_request")
			})
		}
	}
	if moved := h.Now(t).Sub(before); moved > time.Hour {
		t.Errorf("got the clock moved by %s, want it where it was", moved)
	}
	if got := apiList(t, h, wechat.PathOnlineAgentList); got != `{"kf_online_list":[]}` {
		t.Errorf("got %s, want nobody online and no fault", got)
	}
}

// A page of another site in a developer's browser cannot use the sandbox.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, tt := range []struct {
		name, header, value string
		want                int
	}{
		{"no browser", "", "", http.StatusOK},
		{"another site", "Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"another port of the site", "Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"our own page", "Sec-Fetch-Site", "same-origin", http.StatusOK},
		{"typed into the address bar", "Sec-Fetch-Site", "none", http.StatusOK},
		{"an old browser on another site", "Origin", "https://evil.example", http.StatusForbidden},
		{"an old browser on a page without origin", "Origin", "null", http.StatusForbidden},
		{"an old browser on our own page", "Origin", h.URL, http.StatusOK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.Online(t, h.KFAccount("alice"), 0)
			request, err := http.NewRequest(http.MethodPost, h.URL+"/sandbox/v1/agents/online", strings.NewReader(`{"kf_account":"alice@demo_shop","online":false}`))
			if err != nil {
				t.Fatal(err)
			}
			// A form of a page can send this without asking first.
			request.Header.Set("Content-Type", "text/plain")
			if tt.header != "" {
				request.Header.Set(tt.header, tt.value)
			}
			if got := h.Do(t, request).Status; got != tt.want {
				t.Errorf("got HTTP %d, want %d", got, tt.want)
			}
			if online := strings.Contains(apiList(t, h, wechat.PathOnlineAgentList), "alice"); online != (tt.want != http.StatusOK) {
				t.Errorf("got alice online: %t after HTTP %d", online, tt.want)
			}
		})
	}
}

// A name that somebody else can let lead to this machine is not ours; an address,
// localhost, and names that only a network of one's own knows are.
func TestHost(t *testing.T) {
	t.Parallel()
	h := start(t)
	for host, want := range map[string]int{
		"127.0.0.1:8080":       http.StatusOK,
		"[::1]:8080":           http.StatusOK,
		"::1":                  http.StatusOK,
		"192.168.1.7":          http.StatusOK,
		"localhost":            http.StatusOK,
		"kefu.localhost:8080":  http.StatusOK,
		"kefu:8080":            http.StatusOK,
		"evil.example":         http.StatusForbidden,
		"evil.example:8080":    http.StatusForbidden,
		"127.0.0.1.evil.test":  http.StatusForbidden,
		"localhost.evil.test:": http.StatusForbidden,
	} {
		request, err := http.NewRequest(http.MethodGet, h.URL+"/sandbox/v1/clock", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		if got := h.Do(t, request); got.Status != want {
			t.Errorf("%s: got HTTP %d %s, want %d", host, got.Status, got.Body, want)
		}
	}
}

// What no call is, is said in JSON too.
func TestNoSuchCall(t *testing.T) {
	t.Parallel()
	h := kefutest.Start(t) // what is no call is not described either
	refused(t, h.Call(t, http.MethodGet, "/sandbox/v1/nothing", ""), http.StatusNotFound, "no_such_call")
	answer := h.Call(t, http.MethodDelete, "/sandbox/v1/clock", "")
	refused(t, answer, http.StatusMethodNotAllowed, "wrong_method")
	if got, want := answer.Header.Get("Allow"), "GET, POST"; got != want {
		t.Errorf("got Allow %q, want %q", got, want)
	}
	answer = h.Call(t, http.MethodGet, "/sandbox/v1/followers/oA1", "")
	refused(t, answer, http.StatusMethodNotAllowed, "wrong_method")
	if got, want := answer.Header.Get("Allow"), "DELETE"; got != want {
		t.Errorf("got Allow %q, want %q", got, want)
	}
}
