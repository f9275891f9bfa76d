package admin_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
)

// Whatever changes the house is for administrators.
func TestHouseworkIsForAdministrators(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	calls := []struct{ method, path string }{
		{http.MethodPost, "/accounts"}, {http.MethodGet, at("/account")}, {http.MethodPut, at("/account")},
		{http.MethodPost, at("/secret")}, {http.MethodPost, at("/callback/check")},
		{http.MethodGet, at("/agents")}, {http.MethodPost, at("/agents")}, {http.MethodPut, at("/agents/" + string(alice))},
		{http.MethodDelete, at("/agents/" + string(alice))}, {http.MethodPost, at("/agents/empty@demo_shop/invitation")},
		{http.MethodGet, "/people"}, {http.MethodPost, "/people"}, {http.MethodPut, "/people/bob_wx"},
		{http.MethodPost, "/people/bob_wx/password"}, {http.MethodPost, "/people/bob_wx/sign-out"},
	}
	for _, who := range []struct {
		id     kefu.WeChatID
		status int
		code   string
	}{{"", 401, "not_signed_in"}, {"alice_wx", 403, "forbidden"}, {"sue_wx", 403, "forbidden"}} {
		p := h.signIn(who.id)
		for _, c := range calls {
			p.call(c.method, c.path, "{}").refused(who.status, who.code)
		}
	}
	if act := h.audited(); act.Who != kefu.ByHouse {
		t.Errorf("got the act %+v, want none of what was refused", act)
	}
}

type accountShown struct {
	AppID      string
	Name       string
	WeChatID   string `json:"wechat_id"`
	OriginalID string `json:"original_id"`
	Agents     int
	Callback   struct{ URL, Token, Mode string }
	Standing   struct{ Frozen, Verified bool }
	Allowed    []string `json:"allowed_addresses"`
}

func TestOfficialAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	var made struct{ AppID, Secret string }
	ada.post("/accounts", `{"name":"青禾茶铺","wechat_id":"qinghe_tea"}`).into(&made)
	o, err := h.OfficialAccount(t.Context(), kefu.AppID(made.AppID))
	h.must(err)
	if !o.Secret.Is(made.Secret) || o.Name != "青禾茶铺" || o.Standing != kefu.GoodStanding() {
		t.Errorf("got %+v, want 青禾茶铺 with the secret that was told", o)
	}
	if act := h.audited(); act.What != kefu.ActAccountAdded || act.Object != made.AppID || strings.Contains(act.After, made.Secret) || act.RID == "" {
		t.Errorf("got the act %+v", act)
	}
	ada.post("/accounts", `{"wechat_id":"qinghe_tea"}`).refused(409, "official_account_exists")
	ada.post("/accounts", `{"wechat_id":"not a name"}`).refused(400, "official_account_illegal")

	// What is not named stays.
	var shown accountShown
	ada.put(at("/account"), `{"name":"Shop","callback":{"url":"https://shop.example/x","token":"abc123"},"allowed_addresses":["203.0.113.7"]}`).into(&shown)
	if shown.Name != "Shop" || shown.WeChatID != "demo_shop" || !shown.Standing.Verified || shown.Callback.URL == "" || shown.Agents != 4 {
		t.Errorf("got %+v", shown)
	}
	acts := map[string]string{}
	for _, a := range h.acts(10) {
		if a.What == kefu.ActAccountChanged {
			acts[a.Object] = a.After
		}
	}
	if len(acts) != 4 || acts["name"] != "Shop" || acts["callback.token"] != "" {
		t.Errorf("got the acts %v, want the name, the URL, the token without its value, and the addresses", acts)
	}
	ada.put(at("/account"), `{"wechat_id":"other_name"}`).refused(409, "wechat_id_in_use")
	ada.put(at("/account"), `{"callback":{"mode":"safe"}}`).refused(400, "official_account_illegal")
	ada.put(at("/account"), `{"allowed_addresses":["everywhere"]}`).refused(400, "bad_request")

	var rotated struct{ Secret string }
	ada.post(at("/secret"), "{}").into(&rotated)
	if o, err := h.OfficialAccount(t.Context(), app); err != nil || !o.Secret.Is(rotated.Secret) || o.Secret.Is("0f1e2d3c4b5a69788796a5b4c3d2e1f0") {
		t.Errorf("got %v, want the secret that was told and not the one before", err)
	}
	if act := h.audited(); act.What != kefu.ActSecretRotated || act.Object != string(app) || act.Before+act.After != "" {
		t.Errorf("got the act %+v", act)
	}
}

func (h *house) acts(limit int) []kefu.Act {
	h.t.Helper()
	p, err := h.Acts(h.t.Context(), everything, 0, limit)
	h.must(err)
	return p.Acts
}

// A developer's server is told apart by what it answers.
func TestCallbackCheck(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	type tried struct {
		Passed               bool
		Failed, Fault, Query string
		Echo, Body           string
		Status               int
	}
	check := func() (got tried) { t.Helper(); ada.post(at("/callback/check"), "{}").into(&got); return got }
	if got := check(); got.Passed || got.Fault != "no_url" {
		t.Errorf("without a URL: got %+v", got)
	}
	answer := make(chan func(http.ResponseWriter, string), 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(<-answer)(w, r.URL.Query().Get("echostr"))
	}))
	defer server.Close()
	ada.put(at("/account"), `{"callback":{"url":"`+server.URL+`/wechat","token":"abc123"}}`).into(new(accountShown))
	for _, c := range []struct {
		failed, fault string
		answer        func(w http.ResponseWriter, echo string)
	}{
		{"", "", func(w http.ResponseWriter, echo string) { _, _ = io.WriteString(w, echo) }},
		{"echo", "quoted", func(w http.ResponseWriter, echo string) { _, _ = io.WriteString(w, `"`+echo+`"`) }},
		{"echo", "space", func(w http.ResponseWriter, echo string) { _, _ = io.WriteString(w, echo+"\n") }},
		{"echo", "byte_order_mark", func(w http.ResponseWriter, echo string) { _, _ = io.WriteString(w, "\uFEFF"+echo) }},
		{"echo", "page", func(w http.ResponseWriter, _ string) { _, _ = io.WriteString(w, "<html>") }},
		{"echo", "empty", func(http.ResponseWriter, string) {}},
		{"answer", "redirect", func(w http.ResponseWriter, _ string) { w.Header().Set("Location", "/"); w.WriteHeader(302) }},
		{"answer", "status", func(w http.ResponseWriter, _ string) { w.WriteHeader(500) }},
	} {
		answer <- c.answer
		got := check()
		if got.Passed != (c.fault == "") || got.Failed != c.failed || got.Fault != c.fault || !strings.HasPrefix(got.Query, "?signature=") {
			t.Errorf("want %q at %q, got %+v", c.fault, c.failed, got)
		}
	}
	server.Close()
	if got := check(); got.Failed != "connect" || got.Fault != "refused" {
		t.Errorf("a server that is not there: got %+v", got)
	}
	// The rules of where callbacks may point hold for a test of them too.
	ada.put(at("/account"), `{"callback":{"url":"http://10.0.0.1/x","token":"abc123"}}`).into(new(accountShown))
	if got := check(); got.Failed != "connect" || got.Fault != "address_forbidden" {
		t.Errorf("an address in a private network: got %+v", got)
	}
}

type agentShown struct {
	KFAccount string `json:"kf_account"`
	Nickname  string
	Avatar    string
	KFID      int `json:"kf_id"`
	Binding   string
	WeChatID  string `json:"wechat_id"`
	Max       int
	ExpiresAt int64 `json:"expires_at"`
}

func TestAgents(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	var one agentShown
	ada.post(at("/agents"), `{"prefix":"yinuo","nickname":"程一诺"}`).into(&one)
	if one.KFAccount != "yinuo@demo_shop" || one.Binding != "none" || h.audited().What != kefu.ActAgentAdded {
		t.Errorf("got %+v and the act %+v", one, h.audited())
	}
	ada.post(at("/agents"), `{"prefix":"yinuo","nickname":"x"}`).refused(409, "agent_exists")
	ada.post(at("/agents"), `{"prefix":"a b","nickname":"x"}`).refused(400, "agent_illegal")

	var invited struct {
		Agent agentShown
		Link  string
	}
	path := at("/agents/yinuo@demo_shop")
	ada.post(path+"/invitation", `{"wechat_id":"yinuo_cheng"}`).into(&invited)
	token, ok := strings.CutPrefix(invited.Link, "https://kefu.example/invitation/")
	if !ok || invited.Agent.Binding != "waiting" || invited.Agent.ExpiresAt == 0 {
		t.Fatalf("got %+v, want an invitation that waits with its link", invited)
	}
	if act := h.audited(); act.What != kefu.ActAgentInvited || act.After != "yinuo_cheng" {
		t.Errorf("got the act %+v", act)
	}
	ada.post(path+"/invitation", `{"wechat_id":"yinuo_cheng"}`).refused(409, "invitation_waiting")
	ada.put(path, `{"auto_accept":5}`).refused(409, "agent_unbound")
	h.must(h.AnswerInvitation(t.Context(), token, true, kefu.Act{Who: "yinuo_cheng"}))
	ada.put(path, `{"auto_accept":5,"nickname":"一诺"}`).into(&one)
	if one.Binding != "bound" || one.WeChatID != "yinuo_cheng" || one.Max != 5 || one.Nickname != "一诺" {
		t.Errorf("got %+v, want the agent bound, with a limit and its new name", one)
	}
	if acts := h.acts(2); acts[0].Before != "程一诺" || acts[0].After != "一诺" || acts[1].What != kefu.ActAgentLimited || acts[1].After != "5" {
		t.Errorf("got the acts %+v", acts)
	}
	h.advance(25 * 3600e9)
	var all struct {
		Limit int
		Items []agentShown
	}
	ada.get(at("/agents")).into(&all)
	if len(all.Items) != 5 || all.Limit != 100 {
		t.Errorf("got %+v, want five of a hundred", all)
	}

	ada.picture(path+"/picture", squarePNG(t)).into(&one)
	if !strings.HasPrefix(one.Avatar, "/mmbiz_") || h.audited().What != kefu.ActAgentPictured {
		t.Errorf("got the picture %q", one.Avatar)
	}
	ada.picture(path+"/picture", []byte("no picture")).refused(400, "picture_unreadable")
	ada.remove(path).done()
	if act := h.audited(); act.What != kefu.ActAgentRemoved || act.Object != "yinuo@demo_shop" || act.Before != "一诺" {
		t.Errorf("got the act %+v", act)
	}
	ada.remove(path).refused(404, "agent_unknown")
}

func squarePNG(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 64, 64))
	m.Set(1, 1, color.Black)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// picture uploads a file as the page does.
func (p *page) picture(path string, data []byte) *answer {
	p.h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("media", "avatar.jpg")
	p.h.must(err)
	_, err = part.Write(data)
	p.h.must(err)
	p.h.must(form.Close())
	return p.do(p.request(http.MethodPost, path, form.FormDataContentType(), body.Bytes()))
}

func TestPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada := h.signIn("ada_wx")
	type person struct {
		WeChatID string `json:"wechat_id"`
		Name     string
		Role     string
		Disabled bool
		Seats    []struct {
			KFAccount string `json:"kf_account"`
		}
	}
	var made struct{ Password string }
	ada.post("/people", `{"wechat_id":"gu_qing","name":"顾青","role":"supervisor"}`).into(&made)
	if p, _, err := h.people.SignIn(t.Context(), "gu_qing", made.Password, auth.By{}); err != nil || p.Role != kefu.RoleSupervisor {
		t.Fatalf("got %+v, %v, want the password that was told to work", p, err)
	}
	ada.post("/people", `{"wechat_id":"gu_qing","name":"x","role":"agent"}`).refused(409, "person_exists")
	ada.post("/people", `{"wechat_id":"abc_def","name":"x","role":"king"}`).refused(400, "role_illegal")

	// Pages of two hold everybody once.
	var names []string
	for cursor, pages := "", 0; ; pages++ {
		var some struct {
			Items []person
			Next  string
		}
		ada.get("/people?limit=2&cursor=" + cursor).into(&some)
		for _, p := range some.Items {
			names = append(names, p.WeChatID)
			if p.WeChatID == "alice_wx" && (len(p.Seats) != 1 || p.Seats[0].KFAccount != string(alice)) {
				t.Errorf("got the seats %+v, want that of alice", p.Seats)
			}
		}
		if cursor = some.Next; cursor == "" || pages > 10 {
			break
		}
	}
	if got := strings.Join(names, " "); got != "ada_wx alice_wx bob_wx carol_wx gu_qing sue_wx vera_wx" {
		t.Errorf("got %s", got)
	}
	var found struct{ Items []person }
	ada.get("/people?q=" + "%E9%A1%BE").into(&found)
	if len(found.Items) != 1 || found.Items[0].Name != "顾青" {
		t.Errorf("got %+v, want 顾青", found)
	}

	var one person
	bob := h.signIn("bob_wx")
	ada.put("/people/bob_wx", `{"role":"supervisor","name":"Robert"}`).into(&one)
	bob.get(at("/overview")).into(new(map[string]any))
	ada.post("/people/bob_wx/sign-out", "{}").done()
	if act := h.audited(); act.What != kefu.ActSignedOut || act.Object != "bob_wx" || act.Who != "ada_wx" {
		t.Errorf("got the act %+v", act)
	}
	bob.get(at("/overview")).refused(401, "not_signed_in")
	bob = h.signIn("bob_wx")
	ada.put("/people/bob_wx", `{"disabled":true}`).into(&one)
	bob.get(at("/overview")).refused(401, "not_signed_in")
	if !one.Disabled || one.Name != "Robert" {
		t.Errorf("got %+v, want Robert disabled", one)
	}
	ada.post("/people/gu_qing/password", "{}").into(&made)
	if _, _, err := h.people.SignIn(t.Context(), "gu_qing", made.Password, auth.By{}); err != nil {
		t.Error(err)
	}

	// Nobody locks itself out, and the last administrator stays one.
	ada.put("/people/ada_wx", `{"role":"agent"}`).refused(409, "own_login")
	ada.put("/people/ada_wx", `{"disabled":true}`).refused(409, "own_login")
	ada.post("/people/ada_wx/password", "{}").refused(409, "own_login")
	ada.put("/people/ada_wx", `{"name":"Ada"}`).into(&one)
	ada.put("/people/nobody_at_all", `{"name":"x"}`).refused(404, "person_unknown")
}
