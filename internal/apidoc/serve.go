package apidoc

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"sync"
	"time"
)

//go:embed style.css
var style []byte

//go:embed icon.svg
var icon []byte

// Mount serves the description on a mux: GET /openapi.json, the page
// GET /docs/api/, and beside it its style sheet and icon.
func (d *Description) Mount(mux *http.ServeMux) {
	mux.Handle("GET /openapi.json", serve("application/json", func() []byte { return d.content().document }))
	mux.Handle("GET /docs/api/{$}", serve("text/html; charset=utf-8", func() []byte { return d.content().page }))
	mux.Handle("GET /docs/api/style.css", serve("text/css; charset=utf-8", func() []byte { return style }))
	mux.Handle("GET /docs/api/icon.svg", serve("image/svg+xml", func() []byte { return icon }))
}

// contentPolicy lets the page load its own style sheet and icon, and nothing
// else: there is no script to run and no form to send.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// serve answers with a body that is made at the first request and does not
// change while the program runs. Readers keep it but ask again each time
// (no-cache), so that after an upgrade nobody reads the description of the
// version before; an unchanged one costs them 304.
func serve(contentType string, body func() []byte) http.Handler {
	tag := sync.OnceValue(func() string {
		digest := sha256.Sum256(body())
		return `"` + base64.RawURLEncoding.EncodeToString(digest[:12]) + `"`
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("ETag", tag())
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body()))
	})
}
