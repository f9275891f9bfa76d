package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/api"
	"github.com/openkefu/kefu/internal/apidoc"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// allPaths are the paths that the door serves.
func allPaths() []string { return api.New(api.Parts{}).Paths() }

// What the door serves is described, and what is described under its two
// prefixes is served.
func TestPathsAreDescribed(t *testing.T) {
	t.Parallel()
	description := apidoc.New(apidoc.Options{})
	var described []string
	for _, o := range description.Operations() {
		if onTheWire(o.Path) && !slices.Contains(described, o.Path) {
			described = append(described, o.Path)
		}
	}
	slices.Sort(described)
	if served := allPaths(); !slices.Equal(served, described) {
		t.Errorf("got served  %q,\nwant described %q", served, described)
	}
}

// Every described method is served, and every other is refused as WeChat does.
func TestMethods(t *testing.T) {
	t.Parallel()
	description := apidoc.New(apidoc.Options{})
	methods := make(map[string][]string)
	for _, o := range description.Operations() {
		if onTheWire(o.Path) {
			methods[o.Path] = append(methods[o.Path], o.Method)
		}
	}
	house := start(t)
	token := house.Token(t)
	for path, described := range methods {
		refusal := wechat.RequirePOST
		if slices.Contains(described, http.MethodGet) && !slices.Contains(described, http.MethodPost) {
			// Endpoints that are read with GET tolerate POST.
			refusal, described = wechat.RequireGET, append(described, http.MethodPost)
		}
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
			got := house.Call(t, method, withToken(path, token), "").Errcode()
			if refused := got == wechat.RequireGET || got == wechat.RequirePOST; refused == slices.Contains(described, method) {
				t.Errorf("%s %s: got %d, want it refused only when it is not described", method, path, got)
			} else if refused && got != refusal {
				t.Errorf("%s %s: got %d, want %d", method, path, got, refusal)
			}
		}
	}
}

// HEAD gets the headers of GET.
func TestHead(t *testing.T) {
	t.Parallel()
	house := start(t, kefutest.WithDemoAgents())
	target := withToken(wechat.PathAgentList, house.Token(t))
	get, head := house.Call(t, http.MethodGet, target, ""), house.Call(t, http.MethodHead, target, "")
	if head.Header.Get("Content-Length") != get.Header.Get("Content-Length") || len(head.Body) != 0 {
		t.Errorf("got HEAD %v and %d bytes, want the headers of GET %v and no body", head.Header, len(head.Body), get.Header)
	}
}

// What is not served is refused like an API that the account may not use, after
// the token.
func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	house := start(t)
	for _, path := range []string{
		"/cgi-bin/", "/cgi-bin/nothing", "/cgi-bin/token/", "/cgi-bin/TOKEN",
		"/customservice/", "/customservice/kfaccount/add/", "/customservice/kfaccount/setadmin",
		"/customservice/" + strings.Repeat("x", 4000),
	} {
		want(t, call(t, house, path, ""), wechat.APIUnauthorized)
		want(t, call(t, house, path, "{}"), wechat.APIUnauthorized)
		want(t, house.Call(t, http.MethodGet, path, ""), wechat.AccessTokenMissing)
		want(t, house.Call(t, http.MethodGet, path+"?access_token=nonsense", ""), wechat.InvalidCredential)
	}
}
