package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// assets serves what pages are made of. Their names have their content's hash, so they
// are asked for once. Text is embedded only in the forms in which it travels.
type assets struct{ files fs.FS }

// forever is how long an asset may be kept; longer says nothing more.
const forever = "public, max-age=31536000, immutable"

// encodings are the forms, the smallest first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := "assets/" + r.PathValue("file")
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	body, encoding, ok := a.find(name, r.Header.Get("Accept-Encoding"))
	if !ok {
		header.Set("Cache-Control", "no-store")
		http.Error(w, "There is no such file; the page may be of an older version. Load it again.", http.StatusNotFound)
		return
	}
	header.Set("Content-Type", typeOf(name))
	header.Set("Cache-Control", forever)
	header.Set("Vary", "Accept-Encoding")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // Who went away needs no file.
	}
}

// find is the file in the best form that the browser takes.
func (a assets) find(name, accepted string) (body []byte, encoding string, ok bool) {
	if !fs.ValidPath(name) || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return nil, "", false
	}
	for _, e := range encodings {
		if !accepts(accepted, e.name) {
			continue
		}
		if body, err := fs.ReadFile(a.files, name+e.suffix); err == nil {
			return body, e.name, true
		}
	}
	if body, err := fs.ReadFile(a.files, name); err == nil {
		return body, "", true
	}
	// A client that takes neither form is no browser; it may wait a moment.
	packed, err := fs.ReadFile(a.files, name+".gz")
	if err != nil {
		return nil, "", false
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, "", false
	}
	body, err = io.ReadAll(reader)
	return body, "", err == nil
}

// accepts reports whether a list of encodings has the one, and not with a weight of
// nothing.
func accepts(list, encoding string) bool {
	for one := range strings.SplitSeq(list, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && strings.TrimRight(weight, "0") != "q=0."
		}
	}
	return false
}

// typeOf does not ask the machine, whose table of types may be wrong.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}
