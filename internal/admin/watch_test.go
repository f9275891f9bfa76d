package admin_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// serves has an agent take a waiting customer and answer after a while.
func (h *house) serves(agent kefu.KFAccount, customer kefu.OpenID, text string) {
	h.t.Helper()
	h.must(h.AcceptCustomer(h.t.Context(), app, agent, customer))
	_, err := h.AgentSend(h.t.Context(), app, agent, customer, kefu.Content{Type: kefu.MsgText, Text: text})
	h.must(err)
}

// Those who oversee may look on, and the audit is for administrators.
func TestWatchingIsForThoseWhoOversee(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	looks := []string{at("/overview"), at("/board"), at("/conversations"), at("/conversations/count"), at("/conversations/export?format=csv")}
	for who, want := range map[kefu.WeChatID]int{"": 401, "alice_wx": 403, "sue_wx": 200, "ada_wx": 200} {
		p := h.signIn(who)
		for _, path := range looks {
			if got := p.get(path); got.status != want {
				t.Errorf("%s by %q: got HTTP %d, want %d", got.what, who, got.status, want)
			}
		}
	}
	for _, path := range []string{"/audit", "/audit/export?format=csv"} {
		h.signIn("sue_wx").get(path).refused(403, "forbidden")
		if got := h.signIn("ada_wx").get(path); got.status != 200 {
			t.Errorf("%s by an administrator: got HTTP %d %s, want 200", got.what, got.status, got.body)
		}
	}
	sue := h.signIn("sue_wx")
	for _, path := range []string{
		at("/overview?tz=Nowhere/City"), at("/overview?tz=../etc/passwd"), at("/overview?range=year"), at("/conversations?state=odd"),
		at("/conversations?from=-1"), at("/conversations?limit=51"), at("/conversations?q=" + strings.Repeat("a+", 9)), at("/conversations/x"),
		at("/conversations/export?format=xls"), at("/conversations?openid=" + url.QueryEscape("no openid")),
	} {
		sue.get(path).refused(400, "bad_request")
	}
	sue.get("/accounts/wx0000000000000000/board").refused(404, "official_account_unknown")
}

// The overview counts a day by the time zone of whoever asks.
func TestOverviewCountsDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice)
	h.clock.Store(noon.Add(5 * time.Hour).UnixNano()) // 01:00 of the next day in Shanghai
	h.writes("c1", "hi")
	h.advance(30 * time.Second)
	h.serves(alice, "c1", "hello")
	h.writes("c2", "waits")
	h.advance(4 * time.Minute)
	type overview struct {
		Waiting struct {
			Total, Over int
			Longest     struct{ OpenID string }
		}
		Serving    struct{ Sessions, Online int }
		Sessions   struct{ Count, Before int }
		Messages   struct{ Customers, Agents int }
		FirstReply struct {
			Median *int64 `json:"median_ms"`
		} `json:"first_reply"`
		Slots  []struct{ Count, Before int }
		Days   []struct{ At int64 }
		Agents []struct {
			KFAccount string `json:"kf_account"`
			Sessions  int
		}
	}
	for zone, slot := range map[string]int{"Asia/Shanghai": 1, "UTC": 17, "America/New_York": 13} {
		var o overview
		h.signIn("sue_wx").get(at("/overview?tz=" + zone)).into(&o)
		if len(o.Slots) != 24 || o.Slots[slot].Count != 1 || o.Sessions.Count != 1 || len(o.Days) != 14 {
			t.Errorf("%s: got %+v, want the session at %d o'clock and 14 days", zone, o, slot)
		}
		if o.Waiting.Total != 1 || o.Waiting.Over != 1 || o.Waiting.Longest.OpenID != "c2" || o.Serving.Sessions != 1 || o.Serving.Online != 1 {
			t.Errorf("%s: got %+v, want c2 waiting too long and one served", zone, o)
		}
		if o.FirstReply.Median == nil || *o.FirstReply.Median != 30_000 || o.Messages.Customers != 2 || o.Messages.Agents != 1 {
			t.Errorf("%s: got %+v, want a median of 30 s of three messages", zone, o)
		}
	}
	h.advance(24 * time.Hour)
	var o overview
	h.signIn("sue_wx").get(at("/overview?tz=Asia/Shanghai")).into(&o)
	if o.Sessions.Count != 0 || o.Sessions.Before != 1 || o.Slots[1].Before != 1 {
		t.Errorf("a day later: got %+v, want the session in the day before", o)
	}
	h.signIn("sue_wx").get(at("/overview?range=7d")).into(&o)
	if o.Sessions.Count != 1 || len(o.Slots) != 7 {
		t.Errorf("of 7 days: got %+v, want the session among 7 bars", o)
	}
}

// On the board a supervisor without a seat assigns who waits, hands on who is served and
// ends the session, and each stands in the audit.
func TestBoard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice, bob)
	h.writes("c1", "hello?")
	sue := h.signIn("sue_wx")
	type board struct {
		Queue struct {
			Total   int
			Waiting []struct{ Customer struct{ OpenID string } }
		}
		Agents []struct {
			KFAccount string `json:"kf_account"`
			Sessions  []struct{ Customer struct{ OpenID string } }
		}
	}
	served := func() (by []string) {
		t.Helper()
		var b board
		sue.get(at("/board")).into(&b)
		for _, a := range b.Agents {
			for _, s := range a.Sessions {
				by = append(by, a.KFAccount+" "+s.Customer.OpenID)
			}
		}
		for _, w := range b.Queue.Waiting {
			by = append(by, "waiting "+w.Customer.OpenID)
		}
		return by
	}
	for _, step := range []struct {
		path, body string
		now        []string
		what       kefu.ActKind
		before     string
		after      string
	}{
		{"assign", `{"to":"alice@demo_shop"}`, []string{"alice@demo_shop c1"}, kefu.ActCustomerAssigned, "", "Alice"},
		{"assign", `{"to":"bob_02@demo_shop","note":"yours"}`, []string{"bob_02@demo_shop c1"}, kefu.ActSessionTransferred, "Alice", "Bob"},
		{"close", `{"why":"twice"}`, nil, kefu.ActSessionClosed, "", "twice"},
	} {
		sue.post(at("/customers/c1/"+step.path), step.body).done()
		if got := served(); !slices.Equal(got, step.now) {
			t.Errorf("%s: got %v, want %v", step.path, got, step.now)
		}
		act := h.audited()
		if act.Who != "sue_wx" || act.What != step.what || act.Before != step.before || act.After != step.after || act.RID == "" || act.IP == "" || !strings.Contains(act.Object, "nick of c1") {
			t.Errorf("%s: got the act %+v, want %s from %q to %q by sue", step.path, act, step.what, step.before, step.after)
		}
	}
	sue.post(at("/customers/c1/close"), `{}`).refused(409, "session_none")
	if act := h.audited(); act.After != "twice" {
		t.Errorf("after a refusal: got the act %+v, want none for it", act)
	}
}

// Conversations are found page by page, read, and exported as a spreadsheet may open
// them; the export stands in the audit before it begins.
func TestConversationsAreFoundAndExported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice)
	for _, c := range []kefu.OpenID{"c1", "c2", "c3"} {
		h.writes(c, "=1+1 tea,\n\"green\" "+string(c))
		h.advance(time.Second)
		h.serves(alice, c, "-2 for you")
		h.must(h.CloseSession(t.Context(), app, alice, c))
		h.advance(time.Minute)
	}
	sue := h.signIn("sue_wx")
	var page struct {
		Items []struct {
			ID       int64
			Customer struct{ OpenID string }
			Standing string
			Messages int
			Agents   []string
		}
		Next    string
		Bounded bool
	}
	var found []string
	cursor := ""
	for {
		sue.get(at("/conversations?q=TEA+you&limit=1&agent=" + url.QueryEscape(string(alice)) + "&cursor=" + cursor)).into(&page)
		for _, item := range page.Items {
			found = append(found, item.Customer.OpenID)
			if item.Standing != "ended" || item.Messages != 2 || !slices.Equal(item.Agents, []string{"Alice"}) {
				t.Errorf("got %+v, want one that ended, with two messages, of Alice", item)
			}
		}
		if page.Next == "" {
			break
		}
		cursor = page.Next
	}
	if !slices.Equal(found, []string{"c3", "c2", "c1"}) || page.Bounded {
		t.Fatalf("pages: got %v, bounded %v, want all three, the newest first", found, page.Bounded)
	}
	var talk struct {
		Talk       []struct{ From string }
		Happenings []struct{ What string }
	}
	sue.get(at("/conversations/" + cursor)).into(&talk)
	if len(talk.Talk) != 2 || talk.Talk[1].From != "agent" || len(talk.Happenings) != 3 {
		t.Errorf("one of them: got %+v, want two messages, queued, accepted and closed", talk)
	}
	sue.get(at("/conversations/1")).refused(404, "message_unknown")

	got := sue.get(at("/conversations/export?q=tea&format=csv&lang=en&tz=Asia/Shanghai"))
	body, marked := strings.CutPrefix(string(got.body), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	h.must(err)
	if !marked || len(rows) != 7 || rows[0][0] != "conversation" || !strings.Contains(body, "\r\n") {
		t.Fatalf("CSV: got %q, want a mark, headings and six rows", got.body)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("CSV: got the cell %q, want nothing that a spreadsheet calculates", cell)
			}
		}
	}
	if rows[1][12] != "'=1+1 tea,\n\"green\" c3" || rows[1][5] != "2024-03-12 20:02:02" {
		t.Errorf("CSV: got %q, want the text harmless and the time of Shanghai", rows[1])
	}
	if act := h.audited(); act.What != kefu.ActConversationsExported || act.After != "CSV · 3 · tea" || act.Object != string(app)+" –2024-03-12" || act.Who != "sue_wx" {
		t.Errorf("the act: got %+v, want the export of three by sue", act)
	}
	got = sue.get(at("/conversations/export?openid=c1&format=jsonl"))
	var line struct {
		Talk []struct{ Text struct{ Content string } }
	}
	if err := json.Unmarshal(got.body, &line); err != nil || len(line.Talk) != 2 || !strings.HasPrefix(line.Talk[0].Text.Content, "=1+1") {
		t.Errorf("JSON Lines of one: got %q, %v, want it with its messages as they were", got.body, err)
	}
}

// The audit is filtered by what is in it and by kind, in pages that leave nothing out.
func TestAuditIsFiltered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 5 {
		h.must(h.Audited(t.Context(), kefu.Act{Who: "sue_wx", What: kefu.ActSessionClosed, Object: "customer", RID: kefu.RID("rid" + string(rune('a'+i)))}))
		h.must(h.Audited(t.Context(), kefu.Act{Who: kefu.ByCommand, What: kefu.ActPasswordSet, Object: "=ada_wx"}))
	}
	ada := h.signIn("ada_wx")
	var page struct {
		Items []struct{ RID, Name, Who string }
		Next  string
	}
	var rids []string
	for cursor := ""; ; cursor = page.Next {
		ada.get("/audit?kind=session_closed&limit=2&cursor=" + cursor).into(&page)
		for _, item := range page.Items {
			rids = append(rids, item.RID)
			if item.Name != "Name of sue_wx" {
				t.Errorf("the name: got %q, want that of sue", item.Name)
			}
		}
		if page.Next == "" {
			break
		}
	}
	if !slices.Equal(rids, []string{"ride", "ridd", "ridc", "ridb", "rida"}) {
		t.Errorf("pages of one kind: got %v, want all, the last first", rids)
	}
	ada.get("/audit?q=RIDC").into(&page)
	if len(page.Items) != 1 {
		t.Errorf("by rid: got %+v, want one", page.Items)
	}
	ada.get("/audit?from=9000000000000").into(&page)
	if len(page.Items) != 0 {
		t.Errorf("of the future: got %+v, want none", page.Items)
	}
	got := ada.get("/audit/export?kind=password_set&format=csv")
	if strings.Count(string(got.body), "'=ada_wx") != 5 {
		t.Errorf("CSV: got %q, want five rows with a harmless object", got.body)
	}
	if act := h.audited(); act.What != kefu.ActAuditExported {
		t.Errorf("the act: got %+v, want the export", act)
	}
}

// Who is not signed in gets nothing, and nothing is noted.
func TestExportWithoutLoginSendsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got := h.signIn("").get(at("/conversations/export?format=csv"))
	got.refused(http.StatusUnauthorized, "not_signed_in")
	if acts, err := h.Acts(t.Context(), desk.ActFilter{Kinds: []kefu.ActKind{kefu.ActConversationsExported}}, 0, 1); err != nil || len(acts.Acts) != 0 {
		t.Errorf("the audit: got %+v, %v, want no export", acts, err)
	}
}
