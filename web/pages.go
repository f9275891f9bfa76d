package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// Options say what kind of house the pages stand in.
type Options struct {
	// Sandbox lets pages of the house show one another in frames, and leads / to the
	// control room.
	Sandbox bool
	// PhoneFrames are the origins whose pages may show the phone in a frame, such as
	// https://shop.example.com.
	PhoneFrames []string
}

// Pages serves the pages.
type Pages struct {
	options Options
	assets  assets
	files   fs.FS
}

// New makes the pages of a house.
func New(o Options) *Pages { return newPages(o, built()) }

func newPages(o Options, files fs.FS) *Pages {
	return &Pages{options: o, assets: assets{files}, files: files}
}

// The pages by their folders in dist.
const (
	workbench   = "workbench"
	signIn      = "signin"
	invitation  = "invitation"
	phone       = "phone"
	admin       = "admin"
	controlRoom = "controlroom"
)

// Mount adds the pages' paths. A page that moves about in itself has all paths below
// its own; doors below such a path are without a method too, and the page checks it.
func (p *Pages) Mount(mux *http.ServeMux) {
	mux.Handle("GET /assets/{file}", p.assets)
	mux.Handle("/workbench/", p.page(workbench))
	mux.Handle("GET /sign-in", p.page(signIn))
	mux.Handle("GET /invitation/{token}", p.page(invitation))
	mux.Handle("GET /phone/{appid}", p.page(phone))
	mux.Handle("/admin/", p.page(admin))
	if p.options.Sandbox && p.has(controlRoom) {
		mux.Handle("GET /{$}", p.page(controlRoom))
		return
	}
	mux.Handle("GET /{$}", http.RedirectHandler("/workbench/", http.StatusFound))
}

func (p *Pages) has(name string) bool {
	_, err := fs.Stat(p.files, name+"/index.html")
	return err == nil
}

// page is the handler of one page.
func (p *Pages) page(name string) http.Handler {
	body, err := fs.ReadFile(p.files, name+"/index.html")
	status := http.StatusOK
	if err != nil {
		body, status = p.unbuilt(), http.StatusServiceUnavailable
	}
	digest := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(digest[:8]) + `"`
	policy := p.policy(name)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			header.Set("Allow", "GET, HEAD")
			http.Error(w, "A page can only be read.", http.StatusMethodNotAllowed)
			return
		}
		policy.set(header)
		header.Set("Content-Type", "text/html; charset=utf-8")
		// The page names its assets by what is in them: an old page would ask for assets
		// that are gone.
		header.Set("Cache-Control", "no-cache")
		if status != http.StatusOK {
			w.WriteHeader(status)
			if r.Method != http.MethodHead {
				_, _ = w.Write(body) // Who went away needs no page.
			}
			return
		}
		header.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// unbuilt is the page of a program without pages.
func (p *Pages) unbuilt() []byte {
	body, err := fs.ReadFile(p.files, "placeholder.html")
	if err != nil {
		return []byte("The pages are not built.")
	}
	return body
}

// policy is what a browser lets a page do.
type policy struct {
	content string
	frames  string
	// senses are what a page may ask the machine for.
	senses string
}

// policy lets a page run and look like what came with it, speak to its own house, and
// nothing else: words of strangers that find a way into a page find nothing to do there.
func (p *Pages) policy(name string) policy {
	frames, show := "'none'", "'none'"
	senses := "camera=(), geolocation=(), microphone=()"
	if p.options.Sandbox {
		frames, show = "'self'", "'self'"
	}
	if name == phone {
		// Only the phone records a voice and says where it is.
		senses = "camera=(), geolocation=(self), microphone=(self)"
		if others := strings.Join(p.options.PhoneFrames, " "); others != "" {
			frames = "'self' " + others
		}
	}
	return policy{
		content: strings.Join([]string{
			"default-src 'none'",
			"script-src 'self'",
			"style-src 'self'",
			"img-src 'self' data: blob:",
			"media-src 'self' blob:",
			"font-src 'self'",
			"connect-src 'self'",
			"frame-src " + show,
			"frame-ancestors " + frames,
			"base-uri 'none'",
			"form-action 'self'",
		}, "; "),
		frames: frames,
		senses: senses,
	}
}

func (p policy) set(h http.Header) {
	h.Set("Content-Security-Policy", p.content)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", p.senses)
	switch p.frames {
	case "'none'":
		h.Set("X-Frame-Options", "DENY")
	case "'self'":
		h.Set("X-Frame-Options", "SAMEORIGIN")
	}
}
