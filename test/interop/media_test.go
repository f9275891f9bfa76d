package interop

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chanxuehong/wechat/mp/media"
)

// Files that are as short as their formats allow.
var (
	// amrFile is a second of silence: fifty frames of 12.2 kbit/s.
	amrFile = "#!AMR\n" + strings.Repeat("\x3c"+strings.Repeat("\x00", 31), 50)
	// mp4File has the box that tells what it is, and one for the content.
	mp4File = "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42\x00\x00\x00\x0cmdatfilm"
)

// thumbFile is a JPEG of less than the 64 KB that a thumb may have.
func thumbFile(t *testing.T) string {
	t.Helper()
	small := image.NewGray(image.Rect(0, 0, 32, 32))
	small.Set(16, 16, color.White)
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, small, nil); err != nil {
		t.Fatal(err)
	}
	return encoded.String()
}

func (c *conversation) uploadMedia(t *testing.T) {
	path := pngFile(t)
	picture, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	thumb := thumbFile(t)
	for _, m := range []struct {
		kind   string
		into   *string
		upload func() (*media.MediaInfo, error)
		bytes  string
	}{
		{media.MediaTypeImage, &c.media.image, func() (*media.MediaInfo, error) { return media.UploadImage(c.client, path) }, string(picture)},
		{media.MediaTypeVoice, &c.media.voice, func() (*media.MediaInfo, error) {
			return media.UploadVoiceFromReader(c.client, "录音.amr", strings.NewReader(amrFile))
		}, amrFile},
		{media.MediaTypeVideo, &c.media.video, func() (*media.MediaInfo, error) {
			return media.UploadVideoFromReader(c.client, "tour.mp4", strings.NewReader(mp4File))
		}, ""},
		{media.MediaTypeThumb, &c.media.thumb, func() (*media.MediaInfo, error) {
			return media.UploadThumbFromReader(c.client, "tour.jpg", strings.NewReader(thumb))
		}, thumb},
	} {
		t.Run(m.kind, func(t *testing.T) {
			from := c.kefu.now(t)
			info, err := m.upload()
			if err != nil {
				t.Fatal(err)
			}
			if info.MediaType != m.kind || info.MediaId == "" || info.CreatedAt < from || info.CreatedAt > c.kefu.now(t) {
				t.Fatalf("got %+v, want a %s of now", *info, m.kind)
			}
			*m.into = info.MediaId
			if m.bytes == "" {
				c.checkVideo(t, info.MediaId)
				return
			}
			into := filepath.Join(t.TempDir(), "downloaded")
			written, err := media.Download(c.client, info.MediaId, into)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(into)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != m.bytes || written != int64(len(got)) {
				t.Errorf("got %d bytes (%d written) other than the %d uploaded ones", len(got), written, len(m.bytes))
			}
		})
	}
}

// checkVideo checks that a video is not downloaded but has an address, where it
// is. The SDK has no call for that and takes the answer for an empty refusal.
func (c *conversation) checkVideo(t *testing.T, id string) {
	t.Helper()
	if _, err := media.DownloadToWriter(c.client, id, io.Discard); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		VideoURL string `json:"video_url"`
	}
	if err := json.Unmarshal([]byte(c.wire.lastAnswer()), &answer); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(answer.VideoURL, c.kefu.base+"/") {
		t.Fatalf("got video_url %q, want one under %s", answer.VideoURL, c.kefu.base)
	}
	response, err := c.kefu.http.Get(answer.VideoURL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	film, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || string(film) != mp4File {
		t.Errorf("%s: got status %d and %q, want 200 and the film", answer.VideoURL, response.StatusCode, film)
	}
}

func (c *conversation) refuseMedia(t *testing.T) {
	words := func() io.Reader { return strings.NewReader("neither a picture nor a sound") }
	_, err := media.UploadImageFromReader(c.client, "a.png", words())
	checkRefused(t, err, fileTypeIllegal)
	_, err = media.UploadVoiceFromReader(c.client, "a.amr", words())
	checkRefused(t, err, fileTypeIllegal)
	var into bytes.Buffer
	_, err = media.DownloadToWriter(c.client, "MEDIA_nobody_uploaded", &into)
	checkRefused(t, err, mediaUnknown)
	if into.Len() > 0 {
		t.Errorf("a refusal was downloaded as a file: %q", &into)
	}
}
