package sandbox_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/kefutest"
)

// upload sends a file as a customer's phone would.
func upload(t *testing.T, h *kefutest.House, query string, data []byte) *kefutest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("media", "a.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, h.URL+"/sandbox/v1/media"+query, &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	return h.Do(t, request)
}

// A customer sends a picture, and an agent answers with the same.
func TestMedia(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	follow(t, h, ann, "Ann")
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	var kept struct {
		MediaID string `json:"media_id"`
	}
	if err := json.Unmarshal(upload(t, h, "?type=image", picture.Bytes()).Body, &kept); err != nil || len(kept.MediaID) != 64 {
		t.Fatalf("got the media id %q, %v", kept.MediaID, err)
	}
	if got := does(t, h, ann, `{"msgtype":"image","image":{"media_id":"`+kept.MediaID+`"}}`); got.Push.Outcome != "acknowledged" {
		t.Errorf("got %+v, want it acknowledged", got)
	}
	if told := dev.told(); !strings.Contains(told[1], "<MediaId><![CDATA["+kept.MediaID+"]]>") {
		t.Errorf("got %s, want the media id in it", told[1])
	}
	refused(t, upload(t, h, "", picture.Bytes()), http.StatusBadRequest, "bad_request")
	refused(t, upload(t, h, "?type=gif", picture.Bytes()), http.StatusBadRequest, "media_type_illegal")
	refused(t, upload(t, h, "?type=voice", picture.Bytes()), http.StatusBadRequest, "media_format")
	refused(t, upload(t, h, "?type=image", make([]byte, 12<<20)), http.StatusBadRequest, "media_too_large")
	refused(t, post(t, h, "media?type=image", `{}`), http.StatusBadRequest, "bad_request")
	h.Advance(t, 73*time.Hour)
	refused(t, post(t, h, "followers/"+ann+"/messages", `{"msgtype":"image","image":{"media_id":"`+kept.MediaID+`"}}`), http.StatusBadRequest, "media_unknown")
}
