package signin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
)

// A page of another site cannot make a browser do anything here.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	for _, tt := range []struct {
		name    string
		headers map[string]string
		let     bool
	}{
		{"our own page", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": h.url}, true},
		{"an old browser on our own page", map[string]string{"Origin": h.url}, true},
		{"no browser", nil, true},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, false},
		{"a neighbour of the same site", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"}, false},
		{"an old browser on another site", map[string]string{"Origin": "https://evil.example"}, false},
		{"a page without an origin", map[string]string{"Origin": "null"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for path, body := range map[string]string{
				"login":             `{"wechat_id":"amy_wx","password":"` + secret + `"}`,
				"logout":            "",
				"logout-everywhere": "",
			} {
				b := h.browser(t)
				b.login("amy_wx", secret).me(t)
				for name, value := range tt.headers {
					b.headers[name] = value
				}
				a := b.post(path, body)
				switch {
				case !tt.let:
					a.refused(t, http.StatusForbidden, "forbidden")
				case a.StatusCode != http.StatusOK:
					t.Errorf("%s: got HTTP %d %s, want it done", path, a.StatusCode, a.text)
				}
				if !tt.let && b.who() != "amy_wx" {
					t.Errorf("%s: got signed out by another site", path)
				}
			}
		})
	}
}

// What a form can send without asking is no request of ours.
func TestBodies(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	good := `{"wechat_id":"amy_wx","password":"` + secret + `"}`
	for _, tt := range []struct{ name, kind, body string }{
		{"a form", "application/x-www-form-urlencoded", good},
		{"a form of text", "text/plain", good},
		{"no type", "", good},
		{"half a type", "application/json; charset", good},
		{"nothing", "application/json", ""},
		{"a list", "application/json", "[]"},
		{"two objects", "application/json", good + good},
		{"half an object", "application/json", good[:20]},
		{"a number as the password", "application/json", `{"wechat_id":"amy_wx","password":7}`},
		{"too long", "application/json", `{"wechat_id":"` + strings.Repeat("a", 20<<10) + `"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := h.browser(t)
			b.headers["Content-Type"] = tt.kind
			a := b.post("login", tt.body)
			a.refused(t, http.StatusBadRequest, "bad_request")
			if strings.Contains(a.text, secret) {
				t.Errorf("got %s, which repeats the password", a.text)
			}
		})
	}
	b := h.browser(t)
	b.headers["Content-Type"] = "application/json; charset=utf-8"
	b.post("login", `{"wechat_id":"amy_wx","password":"`+secret+`","remember":true}`).me(t)
}

func TestNoSuchCall(t *testing.T) {
	t.Parallel()
	h := production(t)
	b := h.browser(t)
	b.ask(http.MethodGet, "login", "").refused(t, http.StatusNotFound, "not_found")
	b.ask(http.MethodDelete, "me", "").refused(t, http.StatusNotFound, "not_found")
	b.post("nothing", "{}").refused(t, http.StatusNotFound, "not_found")
}
