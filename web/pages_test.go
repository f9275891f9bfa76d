package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// house serves pages that were built, in a few words.
func house(t *testing.T, o Options) *httptest.Server {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte("run()"))
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, o, fstest.MapFS{
		"placeholder.html":         {Data: []byte("how to build")},
		"workbench/index.html":     {Data: []byte("the workbench")},
		"phone/index.html":         {Data: []byte("the phone")},
		"controlroom/index.html":   {Data: []byte("the control room")},
		"assets/page-abc.js.br":    {Data: []byte("brotli")},
		"assets/page-abc.js.gz":    {Data: packed.Bytes()},
		"assets/picture-abc.png":   {Data: []byte("png")},
		"assets/strange-abc.thing": {Data: []byte("?")},
	})
}

func serve(t *testing.T, o Options, files fstest.MapFS) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	newPages(o, files).Mount(mux)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// ask gets a path as it is, without following and without unpacking.
func ask(t *testing.T, s *httptest.Server, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestPathsLeadToPages(t *testing.T) {
	t.Parallel()
	sandbox, production := house(t, Options{Sandbox: true}), house(t, Options{})
	for _, tt := range []struct {
		name, path string
		house      *httptest.Server
		status     int
		body       string
	}{
		{"workbench", "/workbench/", production, 200, "the workbench"},
		{"below the workbench", "/workbench/anything/at/all", production, 200, "the workbench"},
		{"workbench without its slash", "/workbench", production, 301, ""},
		{"phone", "/phone/wx1", production, 200, "the phone"},
		{"root in production", "/", production, 302, ""},
		{"root of a sandbox", "/", sandbox, 200, "the control room"},
		{"page that is not built", "/admin/", production, 503, "how to build"},
		{"below the root", "/nothing", sandbox, 404, ""},
		{"asset that is gone", "/assets/page-old.js", production, 404, ""},
		{"asset by the name of its form", "/assets/page-abc.js.br", production, 404, ""},
		{"way out of the assets", "/assets/..%2Fplaceholder.html", production, 404, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, body := ask(t, tt.house, tt.path)
			if got := answer.StatusCode; got != tt.status && !(tt.status == 301 && got/100 == 3) {
				t.Errorf("got HTTP %d, want %d", got, tt.status)
			}
			if tt.body != "" && body != tt.body {
				t.Errorf("got %q, want %q", body, tt.body)
			}
		})
	}
}

// Forms of other sites find nothing to send to.
func TestPagesAreOnlyRead(t *testing.T) {
	t.Parallel()
	answer, err := http.Post(house(t, Options{}).URL+"/workbench/", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("got HTTP %d, allowing %q, want 405 and GET, HEAD", answer.StatusCode, answer.Header.Get("Allow"))
	}
}

// A browser gets what it takes, and whoever takes nothing gets it plain.
func TestAssetsTravelCompressed(t *testing.T) {
	t.Parallel()
	s := house(t, Options{})
	for _, tt := range []struct{ accepted, encoding, body string }{
		{"gzip, deflate, br, zstd", "br", "brotli"},
		{"gzip, br;q=0", "gzip", ""},
		{"br;q=0.0, identity", "", "run()"},
		{"", "", "run()"},
	} {
		t.Run(tt.accepted, func(t *testing.T) {
			answer, body := ask(t, s, "/assets/page-abc.js", "Accept-Encoding", tt.accepted)
			if got := answer.Header.Get("Content-Encoding"); got != tt.encoding {
				t.Errorf("encoding: got %q, want %q", got, tt.encoding)
			}
			if tt.body != "" && body != tt.body {
				t.Errorf("got %q, want %q", body, tt.body)
			}
			for name, want := range map[string]string{
				"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/javascript; charset=utf-8",
				"Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff",
			} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
	if answer, _ := ask(t, s, "/assets/strange-abc.thing"); answer.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("a strange file: got %q, want application/octet-stream", answer.Header.Get("Content-Type"))
	}
}

// A page is asked for every time, and sent only when it is another.
func TestPagesAreRevalidated(t *testing.T) {
	t.Parallel()
	s := house(t, Options{})
	first, _ := ask(t, s, "/workbench/")
	if got := first.Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control: got %q, want no-cache", got)
	}
	again, body := ask(t, s, "/workbench/", "If-None-Match", first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("got HTTP %d with %q, want 304 with nothing", again.StatusCode, body)
	}
}

// No page may run what did not come with it, and only a sandbox's show one another.
func TestPolicyOfPages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path string
		options    Options
		ancestors  string
		old        string
	}{
		{"workbench", "/workbench/", Options{}, "'none'", "DENY"},
		{"workbench in a sandbox", "/workbench/", Options{Sandbox: true}, "'self'", "SAMEORIGIN"},
		{"phone", "/phone/wx1", Options{}, "'none'", "DENY"},
		{"phone in a shop", "/phone/wx1", Options{PhoneFrames: []string{"https://shop.example"}}, "'self' https://shop.example", ""},
		{"workbench, while a shop shows the phone", "/workbench/", Options{PhoneFrames: []string{"https://shop.example"}}, "'none'", "DENY"},
		{"page that is not built", "/admin/", Options{}, "'none'", "DENY"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, _ := ask(t, house(t, tt.options), tt.path)
			policy := answer.Header.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "frame-ancestors " + tt.ancestors} {
				if !strings.Contains(policy+";", want+";") {
					t.Errorf("got policy %q, want %q in it", policy, want)
				}
			}
			if strings.Contains(policy, "unsafe") {
				t.Errorf("got policy %q, want nothing unsafe in it", policy)
			}
			if got := answer.Header.Get("X-Frame-Options"); got != tt.old {
				t.Errorf("X-Frame-Options: got %q, want %q", got, tt.old)
			}
			if got := answer.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options: got %q, want nosniff", got)
			}
		})
	}
}

// Without pages everything says how to build them, and the root leads there.
func TestHouseWithoutPages(t *testing.T) {
	t.Parallel()
	s := serve(t, Options{Sandbox: true}, fstest.MapFS{"placeholder.html": {Data: []byte("how to build")}})
	for _, path := range []string{"/workbench/", "/sign-in", "/invitation/abc", "/phone/wx1", "/admin/"} {
		if answer, body := ask(t, s, path); answer.StatusCode != http.StatusServiceUnavailable || body != "how to build" {
			t.Errorf("%s: got HTTP %d with %q, want 503 with how to build", path, answer.StatusCode, body)
		}
	}
	if answer, _ := ask(t, s, "/"); answer.Header.Get("Location") != "/workbench/" {
		t.Errorf("/: got %q, want /workbench/", answer.Header.Get("Location"))
	}
}

// What is embedded has at least the page that tells how to get the others, and no page
// in it needs what the policy forbids.
func TestEmbeddedPages(t *testing.T) {
	t.Parallel()
	p := New(Options{})
	if body := string(p.unbuilt()); !strings.Contains(body, "make web") {
		t.Errorf("got %q, want it to say make web", body)
	}
	for _, name := range []string{workbench, signIn, invitation, phone, admin, controlRoom} {
		if !p.has(name) {
			continue // Not built here.
		}
		s := httptest.NewServer(p.page(name))
		t.Cleanup(s.Close)
		_, body := ask(t, s, "/")
		for _, bad := range []string{"<style", "style=\"", "onload=", "javascript:", "http://", "https://"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s: got %q in it, which its policy forbids", name, bad)
			}
		}
	}
}
