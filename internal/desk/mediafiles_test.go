package desk_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
)

// Files of each format, as short as they can be.
var (
	pngFile  = []byte("\x89PNG\r\n\x1a\n a picture")
	jpegFile = []byte("\xff\xd8\xff\xe0 a picture")
	gifFile  = []byte("GIF89a a picture")
	mp4File  = []byte("\x00\x00\x00\x18ftypisom a video")
)

// amrFile plays for as many frames of 20 ms.
func amrFile(frames int) []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x3c}, make([]byte, 31)...), frames)...)
}

func (h *house) upload(kind kefu.MediaType, data []byte) kefu.Media {
	h.t.Helper()
	m, err := h.UploadMedia(h.t.Context(), app, kind, data)
	h.must(err)
	return m
}

func TestUploadMedia(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := regexp.MustCompile(`^[0-9A-Za-z_-]{64}$`)
	for _, tt := range []struct {
		name   string
		kind   kefu.MediaType
		data   []byte
		format string
		want   error
	}{
		{"PNG", kefu.MediaImage, pngFile, "png", nil},
		{"JPEG", kefu.MediaImage, jpegFile, "jpg", nil},
		{"GIF", kefu.MediaImage, gifFile, "gif", nil},
		{"AMR", kefu.MediaVoice, amrFile(10), "amr", nil},
		{"MP4", kefu.MediaVideo, mp4File, "mp4", nil},
		{"thumb", kefu.MediaThumb, jpegFile, "jpg", nil},
		{"AMR of 60 seconds", kefu.MediaVoice, amrFile(3000), "amr", nil},
		{"AMR of 61 seconds", kefu.MediaVoice, amrFile(3050), "", kefu.MediaPlayTooLong},
		{"no type", "", pngFile, "", kefu.MediaTypeIllegal},
		{"type in another case", "Image", pngFile, "", kefu.MediaTypeIllegal},
		{"the type of pictures for articles", kefu.MediaPicture, pngFile, "", kefu.MediaTypeIllegal},
		{"nothing", kefu.MediaImage, nil, "", kefu.PictureEmpty},
		{"text as a picture", kefu.MediaImage, []byte("hello"), "", kefu.MediaFormat},
		{"a video as a picture", kefu.MediaImage, mp4File, "", kefu.MediaFormat},
		{"PNG as a thumb", kefu.MediaThumb, pngFile, "", kefu.MediaFormat},
		{"the largest picture", kefu.MediaImage, pad(pngFile, 10<<20), "png", nil},
		{"a larger picture", kefu.MediaImage, pad(pngFile, 10<<20+1), "", kefu.MediaTooLarge},
		{"a larger voice", kefu.MediaVoice, pad(amrFile(1), 2<<20+1), "", kefu.MediaTooLarge},
		{"a larger video", kefu.MediaVideo, pad(mp4File, 10<<20+1), "", kefu.MediaTooLarge},
		{"the largest thumb", kefu.MediaThumb, pad(jpegFile, 64<<10), "jpg", nil},
		{"a larger thumb", kefu.MediaThumb, pad(jpegFile, 64<<10+1), "", kefu.MediaTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := h.UploadMedia(t.Context(), app, tt.kind, tt.data)
			if tt.want != nil || err != nil {
				if !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				return
			}
			if !form.MatchString(string(m.ID)) || m.Type != tt.kind || m.Format != tt.format || m.Size != int64(len(tt.data)) {
				t.Errorf("got %+v, want a %s of format %s with %d bytes", m, tt.kind, tt.format, len(tt.data))
			}
			found, err := h.Media(t.Context(), app, m.ID)
			h.must(err)
			file, err := h.OpenMedia(t.Context(), found)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, tt.data) || found != m {
				t.Errorf("got %d bytes of %+v, %v, want the %d that were uploaded of %+v", len(got), found, err, len(tt.data), m)
			}
		})
	}
}

func pad(data []byte, size int) []byte {
	return append(bytes.Clone(data), make([]byte, size-len(data))...)
}

func TestMediaIsPrivateAndEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const other kefu.AppID = "wxffffffffffffffff"
	h.must(h.AddOfficialAccount(t.Context(), &kefu.OfficialAccount{
		AppID: other, Secret: kefu.DigestSecret("x"), WeChatID: "other", OriginalID: "gh_ffffffffffff",
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}))
	m := h.upload(kefu.MediaImage, pngFile)
	for _, id := range []kefu.MediaID{"", "short", m.ID[1:], m.ID + "x", kefu.MediaID(strings.Repeat("\x00", 64)), kefu.MediaID(strings.Repeat("A", 64))} {
		_, err := h.Media(t.Context(), app, id)
		h.refuses(err, kefu.MediaUnknown)
	}
	_, err := h.Media(t.Context(), other, m.ID)
	h.refuses(err, kefu.MediaUnknown)
	h.pass(kefu.MediaLife - 1)
	if got, err := h.Media(t.Context(), app, m.ID); err != nil || got.ID != m.ID {
		t.Errorf("at the end of its life: got %v, %v, want the media", got, err)
	}
	h.pass(1)
	_, err = h.Media(t.Context(), app, m.ID)
	h.refuses(err, kefu.MediaUnknown)
	_, err = h.UploadMedia(t.Context(), "wx0000000000000000", kefu.MediaImage, pngFile)
	h.refuses(err, kefu.OfficialAccountUnknown)
}

// Bytes that somebody else's media names too stay, and so do those that were
// uploaded again on a later day.
func TestSweepOfMedia(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kept := func(m kefu.Media) bool {
		t.Helper()
		file, _, err := h.parts.Media.Open(t.Context(), m.Key)
		if err == nil {
			h.must(file.Close())
		} else if !errors.Is(err, media.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	sweep := func() { t.Helper(); h.must(h.Sweep(t.Context())) }

	first, same := h.upload(kefu.MediaImage, pngFile), h.upload(kefu.MediaImage, pngFile)
	if first.ID == same.ID || first.Key != same.Key {
		t.Errorf("the same bytes twice: got %q under %q and %q under %q, want two ids and one key", first.ID, first.Key, same.ID, same.Key)
	}
	h.pass(time.Hour)
	late := h.upload(kefu.MediaImage, pngFile)
	other := h.upload(kefu.MediaVideo, mp4File)
	h.pass(kefu.MediaLife + 23*time.Hour)
	again := h.upload(kefu.MediaImage, pngFile)
	sweep()
	if late.Key != first.Key || !kept(first) || !kept(other) {
		t.Error("a day after the first two ended: got the bytes deleted, want them kept for the third")
	}
	h.pass(time.Hour)
	sweep()
	if kept(first) || kept(other) {
		t.Error("a day after all ended: got the bytes kept, want them deleted")
	}
	if !kept(again) {
		t.Error("what was uploaded on a later day: got it deleted, want it kept")
	}
	_, err := h.Media(t.Context(), app, again.ID)
	h.must(err)
}

func TestUploadPicture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := regexp.MustCompile(`^/mmbiz_pic/[0-9a-f]{64}\.(png|jpg)$`)
	paths := make(map[string]bool)
	for _, data := range [][]byte{pngFile, jpegFile, pngFile, pad(pngFile, 1<<20-1)} {
		path, err := h.UploadPicture(t.Context(), app, data)
		h.must(err)
		if !form.MatchString(path) {
			t.Errorf("got %q, want a path of the form %s", path, form)
		}
		paths[path] = true
	}
	if len(paths) != 3 {
		t.Errorf("got %d paths, want one for each picture, 3", len(paths))
	}
	for name, tt := range map[string]struct {
		data []byte
		want kefu.Reason
	}{
		"nothing":        {nil, kefu.PictureEmpty},
		"GIF":            {gifFile, kefu.PictureUnreadable},
		"one megabyte":   {pad(pngFile, 1<<20), kefu.PictureTooLarge},
		"what is no one": {[]byte("hello"), kefu.PictureUnreadable},
	} {
		t.Log(name)
		_, err := h.UploadPicture(t.Context(), app, tt.data)
		h.refuses(err, tt.want)
	}
}

// What a message shows must be media of its account and of the right type.
func TestMediaInMessages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.follow("oA")
	image, voice := h.upload(kefu.MediaImage, pngFile), h.upload(kefu.MediaVoice, amrFile(1))
	video, thumb := h.upload(kefu.MediaVideo, mp4File), h.upload(kefu.MediaThumb, jpegFile)
	unknown := kefu.MediaID(strings.Repeat("A", 64))
	in := func(c kefu.Content) error {
		_, err := h.Receive(t.Context(), app, "oA", kefu.Inbound{Content: &c})
		return err
	}
	for _, tt := range []struct {
		name string
		c    kefu.Content
		want error
	}{
		{"a picture", kefu.Content{Type: kefu.MsgImage, MediaID: image.ID}, nil},
		{"a voice", kefu.Content{Type: kefu.MsgVoice, MediaID: voice.ID, Format: "amr"}, nil},
		{"a video with a thumb", kefu.Content{Type: kefu.MsgShortVideo, MediaID: video.ID, ThumbMediaID: thumb.ID}, nil},
		{"a video with a picture as its thumb", kefu.Content{Type: kefu.MsgShortVideo, MediaID: video.ID, ThumbMediaID: image.ID}, nil},
		{"a voice as a picture", kefu.Content{Type: kefu.MsgImage, MediaID: voice.ID}, kefu.MediaUnknown},
		{"a thumb as a picture", kefu.Content{Type: kefu.MsgImage, MediaID: thumb.ID}, kefu.MediaUnknown},
		{"unknown media", kefu.Content{Type: kefu.MsgImage, MediaID: unknown}, kefu.MediaUnknown},
		{"an unknown thumb", kefu.Content{Type: kefu.MsgShortVideo, MediaID: video.ID, ThumbMediaID: unknown}, kefu.MediaUnknown},
	} {
		err := in(tt.c)
		t.Log(tt.name)
		if tt.want != nil {
			h.refuses(err, tt.want)
		} else {
			h.must(err)
		}
	}
	_, err := h.Send(t.Context(), app, "oA", kefu.Content{Type: kefu.MsgMPNews, MediaID: "material"}, "")
	h.must(err)
	h.pass(kefu.MediaLife)
	h.refuses(in(kefu.Content{Type: kefu.MsgImage, MediaID: image.ID}), kefu.MediaUnknown)
}
