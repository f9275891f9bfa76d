package mmbiz_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

const day = "20240312"

// digest stands for that of a file: the door does not compute it again.
var digest = strings.Repeat("0123456789abcdef", 4)

// keep stores what an upload of media stores, and returns its path.
func (h house) keep(t *testing.T, m kefu.Media, content string) (path string) {
	t.Helper()
	m.Key = picture.TemporaryKey(day, digest)
	if m.Type == kefu.MediaPicture {
		m.Key = picture.ArticleKey(digest, m.Format)
	}
	if err := h.store.Put(t.Context(), m.Key, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return picture.PicturePath(m)
}

func TestMedia(t *testing.T) {
	for _, tt := range []struct {
		name, content, contentType, cache string
		m                                 kefu.Media
	}{
		{"PNG", "\x89PNG\r\n\x1a\n and more", "image/png", "public, max-age=259200, immutable", kefu.Media{Type: kefu.MediaImage, Format: "png"}},
		{"GIF", "GIF89a and more", "image/gif", "public, max-age=259200, immutable", kefu.Media{Type: kefu.MediaImage, Format: "gif"}},
		{"thumb", "\xff\xd8\xff\xe0 and more", "image/jpeg", "public, max-age=259200, immutable", kefu.Media{Type: kefu.MediaThumb, Format: "jpg"}},
		{"video", "\x00\x00\x00\x18ftypisom and more", "video/mp4", "public, max-age=259200, immutable", kefu.Media{Type: kefu.MediaVideo, Format: "mp4"}},
		{"picture for articles", "\xff\xd8\xff\xe0 and more", "image/jpeg", "public, max-age=31536000, immutable", kefu.Media{Type: kefu.MediaPicture, Format: "jpg"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			url := h.URL + h.keep(t, tt.m, tt.content)
			answer, body := h.ask(t, "GET", url)
			if answer.StatusCode != 200 || string(body) != tt.content {
				t.Errorf("got %d %q, want 200 %q", answer.StatusCode, body, tt.content)
			}
			headers := append([]string{"Content-Type", tt.contentType, "Cache-Control", tt.cache}, guards...)
			wantHeaders(t, answer.Header, headers...)
			etag := answer.Header.Get("ETag")
			if answer, _ = h.ask(t, "GET", url, "If-None-Match", etag); answer.StatusCode != 304 || !strings.Contains(etag, digest) {
				t.Errorf("asking again with %s: got %d, want 304", etag, answer.StatusCode)
			}
			answer, body = h.ask(t, "GET", url, "Range", "bytes=2-4")
			if answer.StatusCode != 206 || string(body) != tt.content[2:5] {
				t.Errorf("a range: got %d %q, want 206 %q", answer.StatusCode, body, tt.content[2:5])
			}
			wantHeaders(t, answer.Header, headers...)
		})
	}
}

// A file is served under one name only, and only when it is what the name says.
func TestUnknownMedia(t *testing.T) {
	h := open(t)
	h.keep(t, kefu.Media{Type: kefu.MediaImage, Format: "png"}, "\x89PNG\r\n\x1a\n")
	h.keep(t, kefu.Media{Type: kefu.MediaPicture, Format: "png"}, "\x89PNG\r\n\x1a\n")
	temporary, article := "/mmbiz_media/"+day+"/"+digest, "/mmbiz_pic/"+digest
	for _, path := range []string{temporary + ".png", article + ".png"} {
		if answer, _ := h.ask(t, "GET", h.URL+path); answer.StatusCode != 200 {
			t.Fatalf("%s: got %d, want 200", path, answer.StatusCode)
		}
	}
	for _, c := range []struct{ name, path string }{
		{"another ending", temporary + ".jpg"},
		{"the ending of a page", temporary + ".html"},
		{"the ending of a voice", temporary + ".amr"},
		{"no ending", temporary},
		{"two endings", temporary + ".png.png"},
		{"another day", "/mmbiz_media/20240313/" + digest + ".png"},
		{"no day", "/mmbiz_media/" + digest + ".png"},
		{"another digest", "/mmbiz_media/" + day + "/" + strings.Repeat("0", 64) + ".png"},
		{"an article of another format", article + ".jpg"},
		{"an animated article", article + ".gif"},
		{"a path for a digest", "/mmbiz_pic/..%2f..%2f" + digest[6:] + ".png"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, body := h.ask(t, "GET", h.URL+c.path)
			if answer.StatusCode != 404 || !strings.HasPrefix(string(body), "There is no such picture or film.") {
				t.Errorf("got %d %q, want 404 and a sentence", answer.StatusCode, body)
			}
			wantHeaders(t, answer.Header, append([]string{"Cache-Control", "no-store", "ETag", ""}, guards...)...)
		})
	}
	if h.log.Len() != 0 {
		t.Errorf("log: got %q, want nothing", h.log)
	}
}

// A voice is private to its account: its bytes are not served even to somebody
// who knows their digest.
func TestVoicesHaveNoURL(t *testing.T) {
	h := open(t)
	h.keep(t, kefu.Media{Type: kefu.MediaVoice, Format: "amr"}, "#!AMR\n")
	for _, ending := range []string{".amr", ".png", ".mp4", ""} {
		answer, body := h.ask(t, "GET", h.URL+"/mmbiz_media/"+day+"/"+digest+ending)
		if answer.StatusCode != 404 || bytes.Contains(body, []byte("AMR")) {
			t.Errorf("%q: got %d %q, want 404", ending, answer.StatusCode, body)
		}
	}
}
