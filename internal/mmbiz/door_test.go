package mmbiz_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/mmbiz"
	"github.com/openkefu/kefu/internal/picture"
)

// house is a server with the door, its store and its log.
type house struct {
	*httptest.Server
	store *media.Disk
	log   *bytes.Buffer
}

func open(t testing.TB) house {
	t.Helper()
	store, err := media.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	mux := http.NewServeMux()
	mmbiz.New(store, slog.New(slog.NewTextHandler(&log, nil))).Mount(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return house{server, store, &log}
}

// upload stores a picture the way an upload does.
func (h house) upload(t testing.TB, format string) picture.Variants {
	t.Helper()
	var data bytes.Buffer
	var err error
	m := image.NewGray(image.Rect(0, 0, 40, 30))
	if format == picture.PNG {
		err = png.Encode(&data, m)
	} else {
		err = jpeg.Encode(&data, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	v, err := picture.NewScaler(1).Avatar(t.Context(), data.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Files {
		if err := h.store.Put(t.Context(), picture.MediaKey(v.Key, f.Size), bytes.NewReader(f.Bytes)); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// ask sends a request and reads the whole answer.
func (h house) ask(t testing.TB, method, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	client := http.Client{
		Transport:     h.Client().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer, body
}

func wantHeaders(t *testing.T, got http.Header, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := got.Get(pairs[i]); got != pairs[i+1] {
			t.Errorf("%s: got %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

var guards = []string{"X-Content-Type-Options", "nosniff", "Content-Security-Policy", "default-src 'none'; sandbox"}

func TestEverySizeOfEveryFormat(t *testing.T) {
	h := open(t)
	for _, format := range []string{picture.PNG, picture.JPEG} {
		v := h.upload(t, format)
		for _, f := range v.Files {
			url := picture.URL(h.URL, v.Avatar(), f.Size)
			t.Run(strings.TrimPrefix(url, h.URL), func(t *testing.T) {
				answer, body := h.ask(t, "GET", url)
				if answer.StatusCode != 200 || !bytes.Equal(body, f.Bytes) {
					t.Errorf("got %d with %d bytes, want 200 with the %d that were stored", answer.StatusCode, len(body), len(f.Bytes))
				}
				want := append([]string{
					"Content-Type", "image/" + format,
					"Content-Length", strconv.Itoa(len(f.Bytes)),
					"Cache-Control", "public, max-age=31536000, immutable",
					"ETag", `"` + v.Key + "-" + strconv.Itoa(f.Size) + `"`,
				}, guards...)
				wantHeaders(t, answer.Header, want...)

				answer, body = h.ask(t, "HEAD", url)
				if answer.StatusCode != 200 || len(body) != 0 {
					t.Errorf("HEAD: got %d with %d bytes, want 200 with none", answer.StatusCode, len(body))
				}
				wantHeaders(t, answer.Header, want...)

				answer, body = h.ask(t, "GET", url, "If-None-Match", answer.Header.Get("ETag"))
				if answer.StatusCode != 304 || len(body) != 0 {
					t.Errorf("If-None-Match: got %d with %d bytes, want 304 with none", answer.StatusCode, len(body))
				}
			})
		}
	}
}

func TestQueryMeansNothing(t *testing.T) {
	h := open(t)
	v := h.upload(t, picture.PNG)
	for _, query := range []string{"", "?wx_fmt=png", "?wx_fmt=jpeg", "?wx_fmt=svg&tp=webp", "?%zz;"} {
		answer, body := h.ask(t, "GET", h.URL+"/mmbiz_png/"+v.Key+"/0"+query)
		if answer.StatusCode != 200 || !bytes.Equal(body, v.Files[0].Bytes) {
			t.Errorf("%q: got %d, want 200 and the picture", query, answer.StatusCode)
		}
		wantHeaders(t, answer.Header, "Content-Type", "image/png")
	}
}

func TestRanges(t *testing.T) {
	h := open(t)
	v := h.upload(t, picture.PNG)
	whole := v.Files[0].Bytes
	for _, c := range []struct {
		name, asked string
		status      int
		body        []byte
		contentType string
	}{
		{"the start", "bytes=0-3", 206, whole[:4], "image/png"},
		{"the end", "bytes=-5", 206, whole[len(whole)-5:], "image/png"},
		{"two ranges", "bytes=0-0,2-3", 200, whole, "image/png"},
		{"beyond the end", "bytes=1000000-", 416, nil, "text/plain; charset=utf-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, body := h.ask(t, "GET", picture.URL(h.URL, v.Avatar(), 0), "Range", c.asked)
			if answer.StatusCode != c.status {
				t.Errorf("status: got %d, want %d", answer.StatusCode, c.status)
			}
			if c.body != nil && !bytes.Equal(body, c.body) {
				t.Errorf("body: got %d bytes, want these %d", len(body), len(c.body))
			}
			wantHeaders(t, answer.Header, append([]string{"Content-Type", c.contentType}, guards...)...)
			if c.status == 416 {
				wantHeaders(t, answer.Header, "Cache-Control", "", "ETag", "")
			}
		})
	}
}

func TestUnknownPictures(t *testing.T) {
	h := open(t)
	v := h.upload(t, picture.PNG)
	if err := h.store.Put(t.Context(), "avatar/other", strings.NewReader("not for this door")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path string }{
		{"another key", "/mmbiz_png/" + strings.Repeat("A", 43) + "/300"},
		{"the other family", "/mmbiz_jpg/" + v.Key + "/300"},
		{"a size there is none of", "/mmbiz_png/" + v.Key + "/96"},
		{"a size with a zero before it", "/mmbiz_png/" + v.Key + "/0300"},
		{"a size with a sign", "/mmbiz_png/" + v.Key + "/+300"},
		{"a negative size", "/mmbiz_png/" + v.Key + "/-0"},
		{"a size that is no number", "/mmbiz_png/" + v.Key + "/large"},
		{"no size", "/mmbiz_png/" + v.Key},
		{"no size but a slash", "/mmbiz_png/" + v.Key + "/"},
		{"no key", "/mmbiz_png/"},
		{"more than a size", "/mmbiz_png/" + v.Key + "/300/x"},
		{"a short key", "/mmbiz_png/" + v.Key[1:] + "/300"},
		{"a path in place of the key", "/mmbiz_png/..%2f..%2fetc%2fpasswd/300"},
		{"dots in place of the key", "/mmbiz_png/%2e%2e/300"},
		{"a slash within the key", "/mmbiz_png/" + v.Key[:20] + "%2f" + v.Key[20:] + "/300"},
		{"a line break within the key", "/mmbiz_png/" + v.Key[:20] + "%0a" + v.Key[20:] + "/300"},
		{"a zero byte", "/mmbiz_png/" + v.Key + "%00/300"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, body := h.ask(t, "GET", h.URL+c.path)
			if answer.StatusCode/100 == 3 { // The mux tidies the path first.
				answer, body = h.ask(t, "GET", h.URL+answer.Header.Get("Location"))
			}
			if answer.StatusCode != 404 || !strings.HasPrefix(string(body), "There is no such picture or film.") {
				t.Errorf("got %d %q, want 404 and a sentence", answer.StatusCode, body)
			}
			wantHeaders(t, answer.Header, append([]string{"Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store", "ETag", ""}, guards...)...)
		})
	}
	if h.log.Len() != 0 {
		t.Errorf("log: got %q, want nothing", h.log)
	}
}

func TestOtherMethods(t *testing.T) {
	h := open(t)
	v := h.upload(t, picture.PNG)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
		answer, _ := h.ask(t, method, picture.URL(h.URL, v.Avatar(), 0))
		if answer.StatusCode != 405 {
			t.Errorf("%s: got %d, want 405", method, answer.StatusCode)
		}
		wantHeaders(t, answer.Header, append([]string{"Allow", "GET, HEAD"}, guards...)...)
	}
	if answer, _ := h.ask(t, "GET", picture.URL(h.URL, v.Avatar(), 0)); answer.StatusCode != 200 {
		t.Errorf("afterwards: got %d, want 200", answer.StatusCode)
	}
}

// What got into the store some other way is not served, whatever it is.
func TestOnlyPicturesAreServed(t *testing.T) {
	h := open(t)
	key := strings.Repeat("A", 43)
	for name, content := range map[string]string{
		"HTML": "<script>alert(1)</script>", "SVG": "<svg/>", "BMP": "BM", "nothing": "",
		"half a signature": "\x89PNG", "a signature further on": "\n\x89PNG\r\n\x1a\n",
	} {
		t.Run(name, func(t *testing.T) {
			if err := h.store.Put(t.Context(), picture.MediaKey(key, 300), strings.NewReader(content)); err != nil {
				t.Fatal(err)
			}
			for _, family := range []string{"mmbiz_png", "mmbiz_jpg"} {
				h.log.Reset()
				answer, body := h.ask(t, "GET", h.URL+"/"+family+"/"+key+"/300")
				if answer.StatusCode != 500 || content != "" && strings.Contains(string(body), content) {
					t.Errorf("%s: got %d %q, want 500 without the content", family, answer.StatusCode, body)
				}
				wantHeaders(t, answer.Header, append([]string{"Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store"}, guards...)...)
				if !strings.Contains(h.log.String(), "upload it again") {
					t.Errorf("log: got %q, want what to do", h.log)
				}
			}
		})
	}
}

// broken is a store whose disk fails.
type broken struct{ media.Store }

func (broken) Open(context.Context, string) (io.ReadSeekCloser, media.Info, error) {
	return nil, media.Info{}, errors.New("the disk is on fire")
}

func TestAStoreThatFails(t *testing.T) {
	var log bytes.Buffer
	door := mmbiz.New(broken{}, slog.New(slog.NewTextHandler(&log, nil)))
	path := "/mmbiz_png/" + strings.Repeat("A", 43) + "/300"

	w := httptest.NewRecorder()
	door.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "fire") {
		t.Errorf("got %d %q, want 500 that keeps the reason to itself", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "fire") {
		t.Errorf("log: got %q, want the reason", log.String())
	}

	log.Reset()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	w = httptest.NewRecorder()
	door.ServeHTTP(w, httptest.NewRequest("GET", path, nil).WithContext(gone))
	if got := w.Header().Get("Cache-Control"); w.Code != 503 || got != "no-store" {
		t.Errorf("a caller who went: got %d, Cache-Control %q, want 503 that no cache keeps", w.Code, got)
	}
	if log.Len() != 0 {
		t.Errorf("log about a caller who went: got %q, want nothing", log.String())
	}
}

// FuzzPath asks for any path: the only content types are the two of pictures,
// and only the exact path of a picture has one.
func FuzzPath(f *testing.F) {
	h := open(f)
	v := h.upload(f, picture.PNG)
	door := mmbiz.New(h.store, slog.New(slog.DiscardHandler))
	exact := map[string]bool{}
	for _, size := range picture.Sizes() {
		path := "/mmbiz_png/" + v.Key + "/" + strconv.Itoa(size)
		exact[path] = true
		f.Add(path)
	}
	for _, seed := range []string{"", "/", "/mmbiz_jpg/" + v.Key + "/0", "/mmbiz_png/../x/0", "/mmbiz_png//0", "mmbiz_png/" + v.Key + "/0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = path
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		wantCode, wantType := 404, "text/plain; charset=utf-8"
		if exact[path] {
			wantCode, wantType = 200, "image/png"
		}
		if got := w.Header().Get("Content-Type"); w.Code != wantCode || got != wantType {
			t.Errorf("%q: got %d %s, want %d %s", path, w.Code, got, wantCode, wantType)
		}
	})
}
