package workbench_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

func smallPicture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func form(t *testing.T, name string, data []byte) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("media", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

// A picture goes up, is sent, and is seen by the seats of the account and by nobody
// else, as what it is.
func TestMedia(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.online(alice)
	p := h.signIn("alice_wx")
	h.writes("o1", "show me")
	p.post("/customers/o1/accept", "{}").done()
	data := smallPicture(t)
	contentType, body := form(t, "evil.html", data)
	var up struct {
		MediaID string `json:"media_id"`
		Type    string
	}
	p.do(p.request(http.MethodPost, "/media?type=image", contentType, body)).into(&up)
	if up.MediaID == "" || up.Type != "image" {
		t.Fatalf("uploaded: got %+v", up)
	}
	var got said
	p.post("/customers/o1/messages", fmt.Sprintf(`{"client_id":"c1","msgtype":"image","image":{"media_id":%q}}`, up.MediaID)).into(&got)
	if got.Message.Image.MediaID != up.MediaID || got.Message.MsgType != "image" {
		t.Errorf("sent: got %+v", got.Message)
	}
	a := h.signIn("bob_wx").get("/media/" + up.MediaID)
	if a.status != http.StatusOK || !bytes.Equal(a.body, data) {
		t.Fatalf("fetched: got HTTP %d and %d bytes, want the %d of the picture", a.status, len(a.body), len(data))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Content-Disposition": `inline; filename="image.png"`, "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	r := p.request(http.MethodGet, "/media/"+up.MediaID, "", nil)
	r.Header.Set("Range", "bytes=1-3,5-6")
	if a := p.do(r); a.status != http.StatusOK || a.header.Get("Content-Type") != "image/png" {
		t.Errorf("several ranges: got HTTP %d as %s, want the whole picture", a.status, a.header.Get("Content-Type"))
	}
	r = p.request(http.MethodGet, "/media/"+up.MediaID, "", nil)
	r.Header.Set("Range", "bytes=1-3")
	if a := p.do(r); a.status != http.StatusPartialContent || !bytes.Equal(a.body, data[1:4]) {
		t.Errorf("a range: got HTTP %d %q, want three bytes", a.status, a.body)
	}
	carol := h.signIn("carol_wx")
	carol.get("/media/"+up.MediaID).refused(http.StatusForbidden, "forbidden")
	carol.app = other
	carol.get("/media/"+up.MediaID).refused(http.StatusNotFound, "not_found")

	// A customer's picture says where it can be seen.
	_, err := h.Receive(t.Context(), app, "o1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgImage, MediaID: kefu.MediaID(up.MediaID)}})
	h.must(err)
	k := p.messages("o1", "")
	if last := k.Messages[len(k.Messages)-1]; last.Image.MediaID != up.MediaID || !strings.HasPrefix(last.Image.PicURL, "http://kefu.example/mmbiz_media/") {
		t.Errorf("a customer's picture: got %+v", last)
	}

	contentType, body = form(t, "a.png", []byte("<script>alert(1)</script>"))
	p.do(p.request(http.MethodPost, "/media?type=image", contentType, body)).refused(http.StatusBadRequest, "media_format")
	p.do(p.request(http.MethodPost, "/media?type=thumb", contentType, body)).refused(http.StatusBadRequest, "media_type_illegal")
	contentType, body = form(t, "a.png", bytes.Repeat([]byte{'x'}, 12<<20))
	p.do(p.request(http.MethodPost, "/media?type=image", contentType, body)).refused(http.StatusBadRequest, "media_too_large")
	h.advance(kefu.MediaLife)
	p.get("/media/"+up.MediaID).refused(http.StatusNotFound, "not_found")
	if most, _ := desk.MaxMedia(kefu.MediaImage); most >= 12<<20 {
		t.Errorf("the largest picture: got %d bytes, want fewer than what was refused", most)
	}
}
