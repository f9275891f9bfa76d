package phone_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/realtime"
	"github.com/openkefu/kefu/internal/sandbox"
)

// TestStory: a browser becomes a customer, waits, is served, and sees everything as it
// happens and again when it comes back.
func TestStory(t *testing.T) {
	h := production(t)
	ctx := t.Context()
	first, second := h.phone(), h.phone()
	if first.openid == second.openid || !first.openid.Valid() {
		t.Fatalf("got the openids %q and %q, want two", first.openid, second.openid)
	}
	if got := first.hello; got.Account.Name != "青禾茶铺" || got.Epoch == "" || got.Place.Standing != "none" || got.Place.Service != "nobody" || got.Typing || got.Sandbox {
		t.Errorf("hello: got %+v, want to stand nowhere, with nobody there", got)
	}
	c, err := h.CustomerState(ctx, app, first.openid)
	h.must(err)
	if !c.Customer.Subscribed || c.Customer.Scene != kefu.SceneOthers {
		t.Errorf("the customer: got %+v, want a follower", c.Customer)
	}
	live := first.socket(first.hello.Epoch, first.hello.Offset)
	if !live.hello.Resumed {
		t.Errorf("the socket: got %+v, want it to go on from hello", live.hello)
	}
	behind := second.socket(second.hello.Epoch, second.hello.Offset)

	if m := first.says("c1", "where is my order?"); m.From != "me" || m.ClientID != "c1" || m.MsgType != "text" || time.Since(time.UnixMilli(m.At)) > time.Minute {
		t.Errorf("what was said: got %+v", m)
	}
	live.reads("me: where is my order?")
	if f := live.reads("place waiting 0"); time.Since(time.UnixMilli(f.Place.Since)) > time.Minute {
		t.Errorf("its place: got it waiting since %d, want about now", f.Place.Since)
	}
	second.says("c1", "hello?")
	behind.reads("me: hello?", "place waiting 1")
	// The first one's place is told with everybody's.
	live.reads("place waiting 0")

	h.must(h.SetPresence(ctx, app, alice, true, 1))
	live.reads("place served A")
	behind.reads("place waiting 0")
	h.must(h.Type(ctx, app, first.openid))
	if f := live.reads("typing true"); f.Until <= time.Now().UnixMilli() || f.Until > time.Now().Add(kefu.TypingLife).UnixMilli() {
		t.Errorf("typing: got until %d", f.Until)
	}
	_, err = h.AgentSend(ctx, app, alice, first.openid, kefu.Content{Type: kefu.MsgText, Text: "on its way"})
	h.must(err)
	last := live.reads("them: on its way")
	if last.Message.Name != "A" {
		t.Errorf("what the agent said: got name %q, want %q", last.Message.Name, "A")
	}

	// A break: what was missed comes first.
	_ = live.conn.Close()
	h.must(h.SetPresence(ctx, app, bob, true, 0))
	h.must(h.SwitchSession(ctx, app, alice, first.openid, bob))
	_, err = h.Send(ctx, app, first.openid, kefu.Content{Type: kefu.MsgText, Text: "your parcel"}, "")
	h.must(err)
	again := first.socket(first.hello.Epoch, last.ID)
	if !again.hello.Resumed {
		t.Errorf("after a break: got %+v, want resumed", again.hello)
	}
	again.reads("place served B", "them: your parcel")
	h.must(h.CloseSession(ctx, app, bob, first.openid))
	again.reads("place none")
	if got, want := first.shows(), []string{"me: where is my order?", "them: on its way", "them: your parcel"}; !slices.Equal(got, want) {
		t.Errorf("the phone: got %q, want %q", got, want)
	}

	// The same browser is the same customer.
	var hello hello
	first.ok(first.post("/hello", ``), &hello)
	if hello.OpenID != first.openid {
		t.Errorf("the second hello: got %q, want %q", hello.OpenID, first.openid)
	}
}

// TestOnce: what a page sends again, because it heard no answer, is taken once.
func TestOnce(t *testing.T) {
	h := production(t)
	p, other := h.phone(), h.phone()
	m := p.says("c1", "hello")
	if again := p.says("c1", "hello"); again != m {
		t.Errorf("the same again: got %+v, want %+v", again, m)
	}
	if others := other.says("c1", "hello"); others.ID == m.ID {
		t.Errorf("another customer's: got the same message %d", others.ID)
	}
	if next := p.says("c2", "hello"); next.ID == m.ID {
		t.Errorf("another one: got the same message %d", next.ID)
	}
	if got := p.shows(); len(got) != 2 {
		t.Errorf("the phone: got %q, want two messages", got)
	}
}

// TestPages: a conversation is read backwards and forwards without a gap.
func TestPages(t *testing.T) {
	h := production(t)
	p := h.phone()
	var all []kefu.MsgID
	for i := range 12 {
		all = append(all, p.says(fmt.Sprint("c", i), "hello").ID)
	}
	page := func(query string) (ids []kefu.MsgID, more bool) {
		var got struct {
			Messages []message
			More     bool
		}
		p.ok(p.get("/messages"+query), &got)
		for _, m := range got.Messages {
			ids = append(ids, m.ID)
		}
		return ids, got.More
	}
	for _, c := range []struct {
		query string
		want  []kefu.MsgID
		more  bool
	}{
		{"", all, false},
		{"?limit=5", all[7:], true},
		{fmt.Sprint("?limit=5&before=", all[7]), all[2:7], true},
		{fmt.Sprint("?limit=5&before=", all[2]), all[:2], false},
		{fmt.Sprint("?limit=2&before=", all[2]), all[:2], false},
		{fmt.Sprint("?limit=5&after=", all[3]), all[4:9], true},
		{fmt.Sprint("?limit=5&after=", all[6]), all[7:], false},
		{fmt.Sprint("?after=", all[11]), nil, false},
	} {
		if got, more := page(c.query); !slices.Equal(got, c.want) || more != c.more {
			t.Errorf("%s: got %v, more %t, want %v, %t", c.query, got, more, c.want, c.more)
		}
	}
	for _, query := range []string{"?limit=101", "?limit=-1", "?before=x", "?after=1&before=2", "?before=99999999999999999999"} {
		p.refused(query, p.get("/messages"+query), http.StatusBadRequest, "bad_request")
	}
}

// TestIdentity: nobody reads or writes as somebody else.
func TestIdentity(t *testing.T) {
	h := production(t)
	p := h.phone()
	p.says("c1", "a secret")
	stranger := h.browser()
	for _, path := range []string{"/messages", "/socket", "/media/x"} {
		stranger.refused(path, stranger.get(path), http.StatusUnauthorized, "not_signed_in")
	}
	stranger.refused("say", stranger.post("/messages", `{"client_id":"x","msgtype":"text","text":{"content":"x"}}`), http.StatusUnauthorized, "not_signed_in")
	stranger.refused("upload", stranger.upload("image", "x.png", []byte("x")), http.StatusUnauthorized, "not_signed_in")

	u, err := url.Parse(h.url + "/phone/v1/" + string(app) + "/hello")
	h.must(err)
	cookies := p.client.Jar.Cookies(u)
	if len(cookies) != 1 {
		t.Fatalf("got %d cookies, want one", len(cookies))
	}
	good := cookies[0].Value
	name, signature, _ := strings.Cut(good, ".")
	for what, value := range map[string]string{
		"another openid":     "oSomebodyElse0000000000000000." + signature,
		"no signature":       name,
		"an empty signature": name + ".",
		"a longer one":       good + "A",
		"nothing":            "",
		"only a dot":         ".",
		"another sign":       name + "." + strings.ToUpper(signature),
	} {
		answer := stranger.do(http.MethodGet, "/messages", "", nil, "Cookie", cookies[0].Name+"="+value)
		stranger.refused(what, answer, http.StatusUnauthorized, "not_signed_in")
	}
	if answer := stranger.do(http.MethodGet, "/messages", "", nil, "Cookie", cookies[0].Name+"="+good); answer.status != http.StatusOK {
		t.Errorf("the cookie itself: got HTTP %d", answer.status)
	}
	// Another account's cookie is nobody's here.
	o := account()
	o.AppID, o.WeChatID, o.OriginalID = "wx5d3c0ffee7654321", "other_shop", "gh_000000000002"
	h.must(h.AddOfficialAccount(t.Context(), &o))
	answer := stranger.do(http.MethodGet, "/wx5d3c0ffee7654321/messages", "", nil, "Cookie", "kefu_phone_wx5d3c0ffee7654321="+good)
	stranger.refused("another account", answer, http.StatusUnauthorized, "not_signed_in")

	// In production nobody plays anybody.
	stranger.query.Set("as", string(p.openid))
	stranger.refused("as", stranger.get("/messages"), http.StatusUnauthorized, "not_signed_in")
}

// TestCookie: scripts cannot read it, other sites cannot use it, and it is as secure
// as the way it came.
func TestCookie(t *testing.T) {
	h := production(t)
	for scheme, secure := range map[string]bool{"http": false, "https": true} {
		p := h.browser()
		answer := p.do(http.MethodPost, "/hello", "application/json", strings.NewReader(`{}`), "X-Forwarded-Proto", scheme)
		p.ok(answer, nil)
		got := answer.header.Get("Set-Cookie")
		if !strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") || !strings.Contains(got, "Path=/phone/") || strings.Contains(got, "Secure") != secure {
			t.Errorf("over %s: got %q", scheme, got)
		}
	}
	p := h.browser()
	answer := p.do(http.MethodPost, "/hello", "application/json", strings.NewReader(`{}`), "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	p.refused("another site's page", answer, http.StatusForbidden, "forbidden")
}

// TestMedia: what a customer uploads is shown to it and its agent as what it is, and
// can do nothing.
func TestMedia(t *testing.T) {
	h := production(t)
	p := h.phone()
	var picture bytes.Buffer
	h.must(png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 4, 4))))
	var uploaded struct {
		MediaID string `json:"media_id"`
		Type    string
	}
	p.ok(p.upload("image", "x.png", picture.Bytes()), &uploaded)
	var said struct{ Message message }
	p.ok(p.post("/messages", `{"client_id":"c1","msgtype":"image","image":{"media_id":"`+uploaded.MediaID+`","picurl":"https://evil.example/x.png"}}`), &said)
	if got := said.Message.Image; got.MediaID != uploaded.MediaID || !strings.HasPrefix(got.PicURL, h.url+"/mmbiz") {
		t.Errorf("the picture: got %+v, want it with the house's own address", got)
	}
	got := p.get("/media/" + uploaded.MediaID)
	if got.status != http.StatusOK || !bytes.Equal(got.body, picture.Bytes()) {
		t.Errorf("the bytes: got HTTP %d and %d bytes, want those that were uploaded", got.status, len(got.body))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if is := got.header.Get(name); is != want {
			t.Errorf("%s: got %q, want %q", name, is, want)
		}
	}
	p.refused("a page as a picture", p.upload("image", "x.png", []byte("<!doctype html><script>alert(1)</script>")), http.StatusBadRequest, "media_format")
	p.refused("no type", p.upload("", "x.png", picture.Bytes()), http.StatusBadRequest, "media_type_illegal")
	p.refused("a picture for articles", p.upload("picture", "x.png", picture.Bytes()), http.StatusBadRequest, "media_type_illegal")
	p.refused("no form", p.post("/media?type=image", "{}"), http.StatusBadRequest, "bad_request")
	p.refused("nobody's", p.get("/media/"+strings.Repeat("A", 64)), http.StatusNotFound, "not_found")
	p.refused("another picture", p.post("/messages", `{"client_id":"c2","msgtype":"image","image":{"media_id":"x"}}`), http.StatusBadRequest, "media_unknown")
}

// TestSay: what customers cannot say is refused in words for the page.
func TestSay(t *testing.T) {
	h := production(t)
	p := h.phone()
	for _, c := range []struct {
		body   string
		status int
		code   string
	}{
		{`{"msgtype":"text","text":{"content":"x"}}`, http.StatusBadRequest, "bad_request"},
		{`{"client_id":"a b","msgtype":"text","text":{"content":"x"}}`, http.StatusBadRequest, "bad_request"},
		{`{"client_id":"` + strings.Repeat("x", 65) + `","msgtype":"text","text":{"content":"x"}}`, http.StatusBadRequest, "bad_request"},
		{`{"client_id":"c","msgtype":"text","text":{"content":" "}}`, http.StatusBadRequest, "content_empty"},
		{`{"client_id":"c","msgtype":"text","text":"x"}`, http.StatusBadRequest, "bad_request"},
		{`{"client_id":"c","msgtype":"notice","notice":{"content":"x"}}`, http.StatusBadRequest, "message_type_unknown"},
		{`{"client_id":"c","msgtype":"news","news":{"articles":[]}}`, http.StatusBadRequest, "message_type_unknown"},
		{`{"client_id":"c"}`, http.StatusBadRequest, "message_type_unknown"},
		{`{"client_id":"c","msgtype":"link","link":{"title":"x","url":"javascript:alert(1)"}}`, http.StatusBadRequest, "bad_request"},
		{`{"client_id":"c","msgtype":"link","link":{"title":"x","url":"https://ok.example"}}`, http.StatusOK, ""},
		{`{"client_id":"d","msgtype":"location","location":{"latitude":"23.1","longitude":113.2,"scale":15,"label":"here"}}`, http.StatusOK, ""},
		{`{"client_id":"e","msgtype":"text","text":{"content":"1"},"bizmsgmenuid":"m1"}`, http.StatusOK, ""},
		{`[]`, http.StatusBadRequest, "bad_request"},
		{``, http.StatusBadRequest, "bad_request"},
		{`{"client_id":"c","msgtype":"text","text":{"content":"` + strings.Repeat("x", 70_000) + `"}}`, http.StatusBadRequest, "bad_request"},
	} {
		got := p.post("/messages", c.body)
		if c.status == http.StatusOK {
			p.ok(got, nil)
			continue
		}
		p.refused(c.body[:min(len(c.body), 60)], got, c.status, c.code)
	}
	p.refused("no JSON", p.do(http.MethodPost, "/messages", "text/plain", strings.NewReader(`{}`)), http.StatusBadRequest, "bad_request")
	p.refused("no such call", p.get("/nothing"), http.StatusNotFound, "not_found")
	p.refused("no such account", p.get("/wx0000000000000000/messages"), http.StatusUnauthorized, "not_signed_in")
	p.refused("no such account", p.post("/wx0000000000000000/hello", `{}`), http.StatusNotFound, "official_account_unknown")
	p.refused("no account", p.post("/wx/hello", `{}`), http.StatusNotFound, "official_account_unknown")
}

// TestPace: who writes too fast, and who comes too often from one address, is told
// when to go on; others are not.
func TestPace(t *testing.T) {
	h := production(t)
	p, other := h.phone(), h.phone()
	fast := answer{status: http.StatusOK}
	for i := 0; fast.status == http.StatusOK && i < 100; i++ {
		fast = p.post("/messages", fmt.Sprintf(`{"client_id":"c%d","msgtype":"text","text":{"content":"x"}}`, i))
	}
	if f := p.refused("too fast", fast, http.StatusTooManyRequests, "too_many_tries"); f.Error.RetryAfter < 1 || fast.header.Get("Retry-After") == "" {
		t.Errorf("too fast: got %+v, want when to go on", f)
	}
	other.says("c", "hello")
	p.ok(p.get("/messages"), nil)

	last := answer{status: http.StatusOK}
	for i := 0; last.status == http.StatusOK && i < 100; i++ {
		last = h.browser().post("/hello", `{}`)
	}
	p.refused("too many new ones", last, http.StatusTooManyRequests, "too_many_tries")
	// Who is known may still come, and so may others from elsewhere.
	p.ok(p.post("/hello", `{}`), nil)
	elsewhere := h.browser()
	elsewhere.from = "198.51.100.7"
	elsewhere.ok(elsewhere.post("/hello", `{}`), nil)
}

// TestSandbox: a page plays any follower, and makes none.
func TestSandbox(t *testing.T) {
	h := start(t, &sandbox.Demo{Account: account(), Agents: true})
	openid, err := h.Follow(t.Context(), app, desk.Follower{OpenID: "oPlayed"})
	h.must(err)
	p := h.browser()
	p.query.Set("as", string(openid))
	p.ok(p.post("/hello", `{}`), &p.hello)
	if p.hello.OpenID != openid || !p.hello.Sandbox {
		t.Errorf("got %+v, want %q in a sandbox", p.hello, openid)
	}
	live := p.socket(p.hello.Epoch, p.hello.Offset)
	p.says("c1", "hello")
	live.reads("me: hello")
	h.must(h.Unfollow(t.Context(), app, openid))
	p.ok(p.post("/hello", `{}`), nil)
	p.refused("who left", p.post("/messages", `{"client_id":"c2","msgtype":"text","text":{"content":"x"}}`), http.StatusConflict, "not_following")
	p.query.Set("as", "oNobody")
	p.refused("nobody", p.post("/hello", `{}`), http.StatusNotFound, "customer_unknown")
	p.query.Set("as", "<b>")
	p.refused("no openid", p.post("/hello", `{}`), http.StatusNotFound, "customer_unknown")
	// Without it, it is as in production.
	p.query.Del("as")
	p.ok(p.post("/hello", `{}`), &p.hello)
	if p.hello.OpenID == openid {
		t.Error("a browser of its own: got the follower that was played")
	}

	// A fresh world knows nobody, and says so to the pages of the old one.
	reset, err := http.Post(h.url+"/sandbox/v1/reset", "application/json", strings.NewReader("{}"))
	h.must(err)
	_ = reset.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if reset.StatusCode != http.StatusOK {
		t.Fatalf("reset: got %s", reset.Status)
	}
	if code := live.ends(); code != realtime.FreshWorld {
		t.Errorf("the socket after a reset: got %d, want %d", code, realtime.FreshWorld)
	}
	p.refused("a cookie of the old world", p.get("/messages"), http.StatusUnauthorized, "not_signed_in")
	before := p.hello
	p.ok(p.post("/hello", `{}`), &p.hello)
	if p.hello.Epoch == before.Epoch || p.hello.OpenID == before.OpenID {
		t.Errorf("hello in a fresh world: got %+v, want another epoch and another customer than %+v", p.hello, before)
	}
	if again := p.socket(before.Epoch, before.Offset); again.hello.Resumed {
		t.Errorf("a socket from the old world: got %+v, want it to begin anew", again.hello)
	}
}
