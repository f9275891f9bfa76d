package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// A refused call is listed under its account and found by its rid, and nobody finds
// one of another account.
func TestRefusedCallsAreFound(t *testing.T) {
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	call := func(of kefu.AppID, n uint32, at time.Time) kefu.Call {
		return kefu.Call{
			RID: kefu.NewRID(at, n, 7), AppID: of, At: at, Took: 1500 * time.Microsecond, Path: "/cgi-bin/message/custom/send",
			Errcode: 45015, Query: "access_token=85_xxxx", Request: `{"touser":"c1"}`, Response: `{"errcode":45015}`, ClientIP: "203.0.113.9",
		}
	}
	early, late, theirs := call(app, 2, noon.Add(-time.Hour)), call(app, 1, noon.Add(-time.Minute)), call(other, 3, noon)
	for _, c := range []kefu.Call{early, late, theirs} {
		h.calls.Remember(c, true)
	}
	h.must(h.calls.Flush(t.Context()))
	var page struct {
		Items []struct {
			RID     kefu.RID
			Errcode int
		}
		Next string
	}
	ada.get(at("/calls?limit=1")).into(&page)
	if len(page.Items) != 1 || page.Items[0].RID != late.RID || page.Next != string(late.RID) {
		t.Fatalf("first page: got %+v, want %s and a next", page, late.RID)
	}
	ada.get(at("/calls?before=" + page.Next)).into(&page)
	if len(page.Items) != 1 || page.Items[0].RID != early.RID || page.Next != "" {
		t.Fatalf("second page: got %+v, want only %s", page, early.RID)
	}
	var one struct {
		Request, Response, Query, From string
		Took                           int64 `json:"took_us"`
	}
	ada.get(at("/calls/" + string(early.RID))).into(&one)
	if one.Request != early.Request || one.Response != early.Response || one.Query != early.Query || one.From != early.ClientIP || one.Took != 1500 {
		t.Errorf("one: got %+v, want what was remembered", one)
	}
	ada.get(at("/calls/"+string(theirs.RID))).refused(http.StatusForbidden, "call_foreign")
	ada.get(at("/calls/nonsense")).refused(http.StatusBadRequest, "call_malformed")
	ada.get(at("/calls?before=nonsense")).refused(http.StatusBadRequest, "bad_request")
	h.signIn("sue_wx").get(at("/calls")).refused(http.StatusForbidden, "forbidden")
}

type settingsBody struct {
	Limits struct {
		Agents     int
		DailyCalls map[string]int64 `json:"daily_calls"`
	}
	Service struct {
		WarnWait int64 `json:"warn_wait_ms"`
		Welcome  struct {
			On   bool
			Text string
		}
		Hours struct {
			Zone  string
			Spans []struct{ Day, From, Until int }
		}
	}
	Open bool
}

// What a body names is changed and the rest stays; each change stands in the audit with
// what it was before; what is refused changes nothing.
func TestSettings(t *testing.T) {
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	var s settingsBody
	ada.get(at("/settings")).into(&s)
	if s.Limits.Agents != 100 || s.Service.WarnWait != 180_000 || s.Service.Welcome.On || s.Service.Hours.Zone != "Asia/Shanghai" || !s.Open {
		t.Fatalf("at first: got %+v, want what is usual", s)
	}
	ada.put(at("/settings"), `{"limits":{"agents":120,"daily_calls":{"/cgi-bin/token":5}},"service":{"warn_wait_ms":60000,
		"welcome":{"on":true,"text":"您好"},"hours":{"spans":[{"day":2,"from":540,"until":1080}]}}}`).into(&s)
	// It is Tuesday, 20:00 in Shanghai.
	if s.Limits.Agents != 120 || s.Limits.DailyCalls["/cgi-bin/token"] != 5 || s.Service.WarnWait != 60_000 || !s.Service.Welcome.On ||
		len(s.Service.Hours.Spans) != 1 || s.Open {
		t.Errorf("after it: got %+v, want what was sent, and closed", s)
	}
	p, err := h.Acts(t.Context(), desk.ActFilter{}, 0, 50)
	h.must(err)
	changes := make(map[string]string)
	for _, a := range p.Acts {
		if a.What == kefu.ActSettingsSet {
			changes[a.Object] = a.Before + " → " + a.After
		}
	}
	for object, want := range map[string]string{
		"agents": "100 → 120", "daily_calls": `{} → {"/cgi-bin/token":5}`, "warn_wait": "3m0s → 1m0s", "welcome": "off → on: 您好",
		"hours": "Asia/Shanghai: always → Asia/Shanghai: Tue 09:00–18:00",
	} {
		if changes[object] != want {
			t.Errorf("audit of %s: got %q, want %q", object, changes[object], want)
		}
	}
	if len(changes) != 5 {
		t.Errorf("audit: got %v, want five changes", changes)
	}
	// The workbench goes by it at once.
	o, err := h.OfficialAccount(t.Context(), app)
	h.must(err)
	if warn, late := o.Service.Waits(); warn != time.Minute || late != 10*time.Minute {
		t.Errorf("waits: got %s and %s, want 1m and 10m", warn, late)
	}
	// The same again is no change.
	ada.put(at("/settings"), `{"limits":{"agents":120}}`).into(&s)
	if again, err := h.Acts(t.Context(), desk.ActFilter{}, 0, 50); err != nil || len(again.Acts) != len(p.Acts) {
		t.Errorf("audit after nothing changed: got %d acts (%v), want %d", len(again.Acts), err, len(p.Acts))
	}
	if len(s.Service.Hours.Spans) != 1 || s.Limits.DailyCalls["/cgi-bin/token"] != 5 {
		t.Errorf("what was not named: got %+v, want it as it was", s)
	}

	for _, body := range []string{
		`{"limits":{"agents":0}}`, `{"service":{"warn_wait_ms":700000}}`, `{"service":{"busy":{"on":true,"text":" "}}}`,
		fmt.Sprintf(`{"service":{"busy":{"on":true,"text":%q}}}`, strings.Repeat("好", 601)),
		`{"service":{"hours":{"zone":"Nowhere/Land"}}}`, `{"service":{"hours":{"spans":[{"day":7,"from":0,"until":10}]}}}`,
		`{"service":{"hours":{"spans":[{"day":1,"from":600,"until":600}]}}}`, `{"limits":{"daily_calls":{"/elsewhere":1}}}`,
	} {
		ada.put(at("/settings"), body).refused(http.StatusBadRequest, "official_account_illegal")
	}
	ada.put(at("/settings"), `{"service":{"late_wait_ms":-1}}`).refused(http.StatusBadRequest, "bad_request")
	ada.put(at("/settings"), `{"limits":7}`).refused(http.StatusBadRequest, "bad_request")
	h.signIn("sue_wx").put(at("/settings"), `{}`).refused(http.StatusForbidden, "forbidden")
	var after settingsBody
	ada.get(at("/settings")).into(&after)
	if after.Limits.Agents != 120 || after.Service.WarnWait != 60_000 {
		t.Errorf("after refusals: got %+v, want nothing changed", after)
	}
}

// Shared replies are everybody's, with who wrote them; those that somebody keeps to
// itself are not here.
func TestSharedReplies(t *testing.T) {
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	type reply struct {
		ID                        int64
		Title, Code, Text, Author string
		UpdatedAt                 int64 `json:"updated_at"`
	}
	var put reply
	ada.post(at("/replies"), `{"title":"发货","code":"fh","text":"今天发出"}`).into(&put)
	if put.ID == 0 || put.Author != "Name of ada_wx" || put.UpdatedAt != noon.UnixMilli() {
		t.Errorf("added: got %+v, want it by ada, now", put)
	}
	if act := h.audited(); act.What != kefu.ActReplyPut || act.Object != "发货" || act.Before != "" || act.After != "今天发出" {
		t.Errorf("audit: got %+v, want the new reply", act)
	}
	path := at(fmt.Sprintf("/replies/%d", put.ID))
	ada.put(path, `{"title":"发货","code":"fh","text":"明天发出"}`).into(&put)
	if act := h.audited(); act.Before != "今天发出" || act.After != "明天发出" {
		t.Errorf("audit: got %+v, want what it was and is", act)
	}
	hand, err := h.HandOf(t.Context(), app, kefu.Person{ID: "alice_wx", Name: "Alice", Role: kefu.RoleAgent})
	h.must(err)
	own, err := h.PutQuickReply(t.Context(), hand, kefu.QuickReply{Title: "mine", Code: "m", Text: "mine"}, false)
	h.must(err)
	hers, err := h.QuickReplies(t.Context(), hand)
	h.must(err)
	if len(hers) != 2 {
		t.Errorf("at the workbench: got %d, want her own and the shared one", len(hers))
	}
	var page struct{ Items []reply }
	ada.get(at("/replies")).into(&page)
	if len(page.Items) != 1 || page.Items[0].Text != "明天发出" {
		t.Errorf("shared: got %+v, want the one", page.Items)
	}
	ada.put(at(fmt.Sprintf("/replies/%d", own.ID)), `{"title":"t","code":"c","text":"taken"}`).refused(http.StatusNotFound, "quick_reply_unknown")
	ada.remove(at(fmt.Sprintf("/replies/%d", own.ID))).refused(http.StatusNotFound, "quick_reply_unknown")
	ada.post(at("/replies"), `{"title":"t","code":"c","text":" "}`).refused(http.StatusBadRequest, "quick_reply_illegal")
	ada.remove(path).done()
	if act := h.audited(); act.What != kefu.ActReplyRemoved || act.Object != "发货" {
		t.Errorf("audit: got %+v, want the removal", act)
	}
	ada.remove(path).refused(http.StatusNotFound, "quick_reply_unknown")
	h.signIn("sue_wx").post(at("/replies"), `{"title":"t","code":"c","text":"x"}`).refused(http.StatusForbidden, "forbidden")
}
