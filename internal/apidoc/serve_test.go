package apidoc_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/apidoc"
)

func serve(t *testing.T, o apidoc.Options) *http.ServeMux {
	t.Helper()
	d := apidoc.New(o)
	mux := http.NewServeMux()
	d.Mount(mux)
	return mux
}

func get(mux *http.ServeMux, method, path string, header http.Header) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, nil)
	for name, values := range header {
		req.Header[name] = values
	}
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, req)
	return rec
}

func TestServe(t *testing.T) {
	mux := serve(t, scopes["sandbox"])
	for _, row := range []struct{ path, contentType string }{
		{"/openapi.json", "application/json"},
		{"/docs/api/", "text/html; charset=utf-8"},
		{"/docs/api/style.css", "text/css; charset=utf-8"},
		{"/docs/api/icon.svg", "image/svg+xml"},
	} {
		t.Run(row.path, func(t *testing.T) {
			rec := get(mux, "GET", row.path, nil)
			if rec.Code != http.StatusOK || rec.Body.Len() == 0 {
				t.Fatalf("got status %d with %d bytes, want 200 with a body", rec.Code, rec.Body.Len())
			}
			tag := rec.Header().Get("ETag")
			for name, want := range map[string]string{
				"Content-Type":           row.contentType,
				"Cache-Control":          "no-cache",
				"X-Content-Type-Options": "nosniff",
			} {
				if got := rec.Header().Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			policy := rec.Header().Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none'; style-src 'self'; img-src 'self'") || strings.Contains(policy, "unsafe") {
				t.Errorf("got Content-Security-Policy %q, want nothing but the page's own style sheet and icon", policy)
			}

			again := get(mux, "GET", row.path, http.Header{"If-None-Match": {tag}})
			if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
				t.Errorf("with its ETag %q: got status %d with %d bytes, want 304 with none", tag, again.Code, again.Body.Len())
			}
			other := get(mux, "GET", row.path, http.Header{"If-None-Match": {`"other"`}})
			if !bytes.Equal(other.Body.Bytes(), rec.Body.Bytes()) {
				t.Errorf("with another ETag: got %d bytes, want the body", other.Body.Len())
			}
			if head := get(mux, "HEAD", row.path, nil); head.Code != http.StatusOK || head.Body.Len() != 0 {
				t.Errorf("HEAD: got status %d with %d bytes, want 200 with none", head.Code, head.Body.Len())
			}
			if post := get(mux, "POST", row.path, nil); post.Code != http.StatusMethodNotAllowed {
				t.Errorf("POST: got status %d, want 405", post.Code)
			}
		})
	}
}

func TestServeNothingElse(t *testing.T) {
	mux := serve(t, scopes["production"])
	for path, want := range map[string]int{
		"/docs/api/openapi.json": http.StatusNotFound,
		"/docs/api/other":        http.StatusNotFound,
		"/docs/":                 http.StatusNotFound,
		"/docs/api":              http.StatusMovedPermanently,
	} {
		rec := get(mux, "GET", path, nil)
		// Which of the permanent redirects a mux uses is its own business.
		if rec.Code != want && (want != http.StatusMovedPermanently || rec.Header().Get("Location") != "/docs/api/") {
			t.Errorf("%s: got status %d, want %d", path, rec.Code, want)
		}
	}
}

func TestScopesHaveTheirOwnETags(t *testing.T) {
	production := get(serve(t, scopes["production"]), "GET", "/openapi.json", nil)
	sandbox := get(serve(t, scopes["sandbox"]), "GET", "/openapi.json", nil)
	if tag := production.Header().Get("ETag"); tag == sandbox.Header().Get("ETag") {
		t.Errorf("got ETag %s for two documents, want two", tag)
	}
	if strings.Contains(get(serve(t, scopes["production"]), "GET", "/docs/api/", nil).Body.String(), `id="sandbox`) {
		t.Error("the page of a production server has an operation of the sandbox")
	}
}
