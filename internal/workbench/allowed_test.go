package workbench_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
)

// call is one call of the door, about the customer o1 whom alice serves or o2 who
// waits, and what comes of it for somebody else than alice.
type call struct {
	method, path, body string
	// colleague and supervisor are the codes that bob and sue hear; empty for success.
	colleague, supervisor string
}

var calls = []call{
	{http.MethodGet, "/state", "", "", ""},
	{http.MethodGet, "/conversations", "", "", ""},
	{http.MethodGet, "/conversations?q=hello", "", "", ""},
	{http.MethodGet, "/customers/o1", "", "", ""},
	{http.MethodGet, "/customers/o1/messages", "", "", ""},
	{http.MethodGet, "/tags", "", "", ""},
	{http.MethodGet, "/replies", "", "", ""},
	{http.MethodGet, "/media/none", "", "not_found", "not_found"},
	{http.MethodGet, "/socket", "", "bad_request", "bad_request"},
	{http.MethodPut, "/presence", `{"status":"away","auto_accept":3}`, "", "forbidden"},
	{http.MethodPost, "/customers/o1/messages", `{"client_id":"x","msgtype":"text","text":{"content":"x"}}`, "session_of_another", "forbidden"},
	{http.MethodPost, "/customers/o2/messages", `{"client_id":"x","msgtype":"text","text":{"content":"x"}}`, "session_none", "forbidden"},
	{http.MethodPost, "/customers/o1/accept", `{}`, "session_of_another", "forbidden"},
	{http.MethodPost, "/customers/o1/typing", `{"on":true}`, "session_of_another", "forbidden"},
	{http.MethodPost, "/customers/o1/read", `{"id":9007199254740991}`, "session_of_another", "forbidden"},
	{http.MethodPost, "/customers/o2/read", `{"id":9007199254740991}`, "", "forbidden"},
	{http.MethodPut, "/customers/o1/remark", `{"remark":"x"}`, "", ""},
	{http.MethodPut, "/customers/o1/tags", `{"tags":[]}`, "", ""},
	{http.MethodPost, "/customers/o1/notes", `{"text":"x"}`, "", ""},
	{http.MethodDelete, "/notes/1", "", "note_unknown", "note_unknown"},
	{http.MethodPost, "/tags", `{"name":""}`, "tag_name_illegal", "tag_name_illegal"},
	{http.MethodPost, "/replies", `{"text":"x"}`, "", ""},
	{http.MethodPost, "/replies", `{"text":"x","shared":true}`, "forbidden", ""},
	{http.MethodPut, "/replies/1", `{"text":"x"}`, "quick_reply_unknown", "quick_reply_unknown"},
	{http.MethodDelete, "/replies/1", "", "quick_reply_unknown", "quick_reply_unknown"},
	{http.MethodPost, "/replies/1/used", "{}", "quick_reply_unknown", "quick_reply_unknown"},
	{http.MethodPost, "/media?type=image", "", "bad_request", "forbidden"},
	{http.MethodPost, "/customers/o1/take", `{}`, "forbidden", "forbidden"},
	// What ends something comes last.
	{http.MethodPost, "/customers/o2/transfer", `{"to":"alice@demo_shop"}`, "session_none", ""},
	{http.MethodPost, "/customers/o1/transfer", `{"to":"alice@demo_shop"}`, "session_of_another", ""},
	{http.MethodPost, "/customers/o1/close", `{}`, "session_of_another", ""},
	{http.MethodPost, "/accept-next", `{}`, "not_waiting", "forbidden"},
}

func (c call) by(p *page) *answer { p.h.t.Helper(); return p.call(c.method, c.path, c.body) }

// Every call is for those who are signed in and work for the account, and changes
// only what is theirs.
func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice, bob)
	h.writes("o1", "hello")
	h.signIn("alice_wx").post("/customers/o1/accept", "{}").done()
	h.writes("o2", "hello")
	nobody, carol, seatless, b, sue := h.signIn(""), h.signIn("carol_wx"), h.signIn("nobody_wx"), h.signIn("bob_wx"), h.signIn("sue_wx")
	stranger := h.signIn("bob_wx")
	stranger.cookie = strings.Repeat("A", len(stranger.cookie))
	elsewhere, nowhere := h.signIn("bob_wx"), h.signIn("sue_wx")
	elsewhere.app, nowhere.app = other, "wx0000000000000000"
	seen := map[string]bool{}
	for _, c := range calls {
		seen[c.method+" "+c.path] = true
		c.by(nobody).refused(http.StatusUnauthorized, "not_signed_in")
		c.by(stranger).refused(http.StatusUnauthorized, "not_signed_in")
		c.by(carol).refused(http.StatusForbidden, "forbidden")
		c.by(seatless).refused(http.StatusForbidden, "forbidden")
		c.by(elsewhere).refused(http.StatusForbidden, "forbidden")
		c.by(nowhere).refused(http.StatusNotFound, "official_account_unknown")
		for _, as := range []struct {
			who  *page
			want string
		}{{b, c.colleague}, {sue, c.supervisor}} {
			got := c.by(as.who)
			if as.want == "" && got.status != http.StatusOK {
				t.Errorf("%s %s: got HTTP %d %s, want success", c.method, c.path, got.status, got.body)
			}
			if as.want != "" && !strings.Contains(string(got.body), `"code":"`+as.want+`"`) {
				t.Errorf("%s %s: got HTTP %d %s, want %s", c.method, c.path, got.status, got.body, as.want)
			}
		}
		if c.method == http.MethodGet {
			continue
		}
		// A page of another site, and a form.
		r := b.request(c.method, c.path, "application/json", []byte(c.body))
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		b.do(r).refused(http.StatusForbidden, "forbidden")
		r = b.request(c.method, c.path, "application/json", []byte(c.body))
		r.Header.Set("Origin", "https://evil.example")
		b.do(r).refused(http.StatusForbidden, "forbidden")
		if c.method != http.MethodDelete && !strings.HasPrefix(c.path, "/media") {
			b.do(b.request(c.method, c.path, "text/plain", []byte(c.body))).refused(http.StatusBadRequest, "bad_request")
		}
	}
	if len(seen) < 28 {
		t.Errorf("got %d calls, want all of the door", len(seen))
	}
	b.get("/no-such-call").refused(http.StatusNotFound, "not_found")
	b.call(http.MethodDelete, "/state", "").refused(http.StatusNotFound, "not_found")
	if _, ok, err := h.Session(t.Context(), app, "o2"); err != nil || !ok {
		t.Errorf("who waited and was given away: got %v (%v), want a session", ok, err)
	}
}

// A supervisor with a seat takes a customer from a colleague; one who signs out, is
// disabled, or loses the seat can do nothing more.
func TestSupervisorAndLostSeats(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice)
	a, vera := h.signIn("alice_wx"), h.signIn("vera_wx")
	h.writes("o1", "hello")
	a.post("/customers/o1/accept", "{}").done()
	vera.post("/customers/o1/take", "{}").refused(http.StatusConflict, "agent_offline")
	h.online("vera@demo_shop")
	vera.post("/customers/o1/take", "{}").done()
	vera.post("/customers/o1/take", "{}").done()
	vera.post("/customers/o3/take", "{}").refused(http.StatusNotFound, "customer_unknown")
	h.writes("o3", "x")
	vera.post("/customers/o3/take", "{}").refused(http.StatusConflict, "session_none")
	if s := vera.state(); len(s.Sessions) != 1 || s.Sessions[0].Customer.OpenID != "o1" {
		t.Errorf("the supervisor: got %+v, want the session", s.Sessions)
	}
	lines := a.messages("o1", "").Happenings
	if last := lines[len(lines)-1]; last.What != "transferred" || last.Why != "taken" || last.From != string(alice) || last.KFAccount != "vera@demo_shop" {
		t.Errorf("what happened: got %+v, want that vera took it from alice", last)
	}
	a.post("/customers/o1/transfer", `{"to":"alice@demo_shop"}`).refused(http.StatusConflict, "session_of_another")
	for to, code := range map[string]string{
		"bob_02@demo_shop": "agent_offline", "empty@demo_shop": "agent_unbound", "zoe@demo_shop": "agent_unknown", "": "agent_unknown",
	} {
		got := vera.post("/customers/o1/transfer", `{"to":"`+to+`"}`)
		if !strings.Contains(string(got.body), code) {
			t.Errorf("to %q: got HTTP %d %s, want %s", to, got.status, got.body, code)
		}
	}
	vera.post("/customers/o1/transfer", `{"to":"alice@demo_shop","note":"`+strings.Repeat("x", kefu.MaxNote+1)+`"}`).refused(http.StatusBadRequest, "note_illegal")
	if s, _, err := h.Session(t.Context(), app, "o1"); err != nil || s.Account != "vera@demo_shop" {
		t.Errorf("after a transfer that was refused: got %+v (%v), want it with vera still", s, err)
	}

	h.must(h.people.SignOut(t.Context(), vera.cookie))
	vera.get("/state").refused(http.StatusUnauthorized, "not_signed_in")
	h.must(h.RemoveAgent(t.Context(), app, alice))
	a.get("/state").refused(http.StatusForbidden, "forbidden")
}
