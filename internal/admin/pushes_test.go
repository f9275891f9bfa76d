package admin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// told sets a developer's server that nobody asks: the test answers its pushes.
func (h *house) told(mode kefu.CallbackMode) {
	h.t.Helper()
	h.must(h.ChangeOfficialAccount(h.t.Context(), app, func(o *kefu.OfficialAccount) error {
		o.Callback = kefu.Callback{
			URL: "http://dev.example/wechat", Token: "KfSpecToken2024", Mode: mode,
			EncodingAESKey: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
		}
		return nil
	}))
}

// settle answers the newest push, or fails it when failure says why.
func (h *house) settle(failure string, took time.Duration) kefu.MsgID {
	h.t.Helper()
	all, err := h.PushLog(h.t.Context(), app, 0, 1000)
	h.must(err)
	p := all[len(all)-1]
	status := http.StatusOK
	if failure != "" {
		status = http.StatusBadGateway
	}
	_, err = h.SettlePush(h.t.Context(), app, p.ID, kefu.Attempt{
		At: time.Unix(0, h.clock.Load()), Took: took, URL: "http://dev.example/wechat", Status: status, Failure: failure,
	}, nil)
	h.must(err)
	return p.ID
}

type pushPage struct {
	Items []struct {
		ID       int64
		Kind     string
		MsgID    string
		Outcome  string
		Good     []bool
		Took     int64 `json:"took_ms"`
		Customer struct{ OpenID, Nickname string }
	}
	Next string
}

func TestPushesAreListedAndFound(t *testing.T) {
	h := newHouse(t)
	h.told(kefu.CallbackPlain)
	ada := h.signIn("ada_wx")
	h.writes("c1", "one")
	h.settle("", 30*time.Millisecond)
	h.writes("c2", "two")
	failed := h.settle("status 502 Bad Gateway", 100*time.Millisecond)
	h.advance(5 * time.Second)
	h.settle("no answer within 5 s", 5*time.Second)
	h.advance(5 * time.Second)
	h.settle("status 502 Bad Gateway", 200*time.Millisecond)

	var page pushPage
	ada.get(at("/pushes?limit=1")).into(&page)
	if len(page.Items) != 1 || page.Next == "" {
		t.Fatalf("first page: got %+v, want one and a next", page)
	}
	newest := page.Items[0]
	if newest.ID != int64(failed) || newest.Customer.OpenID != "c2" || newest.Customer.Nickname != "nick of c2" || newest.Outcome != "failed" ||
		len(newest.Good) != 3 || newest.Took != 10200 {
		t.Errorf("newest: got %+v, want the failed one of c2 after 3 tries in 10.2 s", newest)
	}
	ada.get(at("/pushes?limit=50&before=" + page.Next)).into(&page)
	for _, p := range page.Items {
		if p.ID >= newest.ID {
			t.Errorf("second page: got %d, want only those before %d", p.ID, newest.ID)
		}
	}
	if page.Next != "" {
		t.Errorf("last page: got next %q, want none", page.Next)
	}

	for query, want := range map[string]int{"outcome=failed": 1, "q=c2&kind=text": 1, "q=" + newest.MsgID: 1, "kind=voice": 0, "q=c1&outcome=failed": 0} {
		ada.get(at("/pushes?" + query)).into(&page)
		if len(page.Items) != want || page.Next != "" {
			t.Errorf("%s: got %d and next %q, want %d and none", query, len(page.Items), page.Next, want)
		}
	}
	ada.get(at("/pushes?before=x")).refused(http.StatusBadRequest, "bad_request")
	ada.get(at("/pushes?q="+strings.Repeat("o", 101))).refused(http.StatusBadRequest, "bad_request")
	h.signIn("sue_wx").get(at("/pushes")).refused(http.StatusForbidden, "forbidden")
	ada.get("/accounts/wx0000000000000000/pushes").refused(http.StatusNotFound, "official_account_unknown")

	var figures struct {
		Total, First, Retried, Failed int
		P95                           int64 `json:"p95_ms"`
		Complete                      bool
	}
	ada.get(at("/pushes/today")).into(&figures)
	// The answers took 30, 100 and 200 ms and, in the end, 5 s.
	if figures.Failed != 1 || figures.First < 1 || figures.Retried != 0 || figures.P95 != 5000 || !figures.Complete {
		t.Errorf("figures: got %+v, want one failed, none retried, all of them", figures)
	}
	// The next day in Beijing begins at 16:00 here.
	h.advance(4 * time.Hour)
	ada.get(at("/pushes/today")).into(&figures)
	if figures.Total != 0 {
		t.Errorf("figures of the next day: got %d, want none", figures.Total)
	}
}

func TestPushIsShownAndSentAgain(t *testing.T) {
	h := newHouse(t)
	h.told(kefu.CallbackSafe)
	ada := h.signIn("ada_wx")
	msg := h.writes("c1", "help me")
	id := h.settle("", time.Second)
	path := at("/pushes/" + strconv.FormatInt(int64(id), 10))

	var push struct {
		Outcome, Plain, Sealed, Query, Mode string
		Headers                             []struct{ Name, Value string }
		Attempts                            []struct {
			First bool
			Sent  bool
		}
	}
	ada.get(path).into(&push)
	if !strings.Contains(push.Plain, "help me") || !strings.Contains(push.Plain, strconv.FormatInt(int64(msg), 10)) {
		t.Errorf("plain: got %s, want the text and the MsgId", push.Plain)
	}
	if !strings.Contains(push.Sealed, "<Encrypt>") || strings.Contains(push.Sealed, "help me") {
		t.Errorf("sealed: got %s, want it encrypted", push.Sealed)
	}
	if !strings.Contains(push.Query, "msg_signature=") || len(push.Headers) == 0 || push.Mode != "safe" || len(push.Attempts) != 1 {
		t.Errorf("push: got %+v, want a signed query, headers and one attempt", push)
	}

	ada.post(path+"/repeat", `{}`).into(&push)
	if push.Outcome != "due" {
		t.Errorf("sent again: got %q, want due", push.Outcome)
	}
	if act := h.audited(); act.What != kefu.ActPushRepeated || act.Who != "ada_wx" || act.Object != strconv.FormatInt(int64(id), 10) || act.RID == "" {
		t.Errorf("audit: got %+v, want the repetition by ada", act)
	}
	h.settle("", time.Second)
	ada.get(path).into(&push)
	if len(push.Attempts) != 2 || !push.Attempts[1].First || push.Outcome != "acknowledged" {
		t.Errorf("after it: got %+v, want a second attempt that begins a round", push)
	}
	ada.get(at("/pushes/4711")).refused(http.StatusNotFound, "push_unknown")
	ada.post(at("/pushes/4711/repeat"), `{}`).refused(http.StatusNotFound, "push_unknown")
}
