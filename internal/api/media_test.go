package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// amrFile is a voice of so many frames of 20 ms.
func amrFile(frames int) []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x3c}, make([]byte, 31)...), frames)...)
}

var (
	videoFile = []byte("\x00\x00\x00\x18ftypisom and what a video has")
	gifFile   = []byte("GIF89a and what a picture has")
)

// uploadMedia sends a file as most clients do: declared as a JPEG, whatever it is.
func uploadMedia(t *testing.T, h *kefutest.House, kind string, file []byte) *kefutest.Answer {
	t.Helper()
	body, contentType := form(t, "media", "a.jpg", "image/jpeg", file)
	target := withToken(wechat.PathMediaUpload, h.Token(t)) + "&type=" + url.QueryEscape(kind)
	return uploadBody(t, h, target, contentType, bytes.NewReader(body))
}

// uploaded uploads and returns the id.
func uploaded(t *testing.T, h *kefutest.House, kind string, file []byte) string {
	t.Helper()
	answer := uploadMedia(t, h, kind, file)
	want(t, answer, wechat.OK)
	var m wechat.UploadedMedia
	decode(t, answer.Body, &m)
	if len(m.ID()) != 64 || m.Type != kind {
		t.Fatalf("got %s, want a %s with an id of 64 characters", answer.Body, kind)
	}
	return m.ID()
}

func getMedia(t *testing.T, h *kefutest.House, path, id string) *kefutest.Answer {
	t.Helper()
	return call(t, h, path+"?media_id="+url.QueryEscape(id), "")
}

func TestMediaIsFetchedAsItWasUploaded(t *testing.T) {
	t.Parallel()
	house := start(t)
	for _, tt := range []struct {
		name, kind, ending, contentType string
		file                            []byte
	}{
		{"PNG", "image", ".png", "image/png", pictureFile(t, "png", 8, 8)},
		{"JPEG", "image", ".jpg", "image/jpeg", pictureFile(t, "jpeg", 8, 8)},
		{"GIF", "image", ".gif", "image/gif", gifFile},
		{"thumb", "thumb", ".jpg", "image/jpeg", pictureFile(t, "jpeg", 9, 8)},
		{"AMR", "voice", ".amr", "audio/amr", amrFile(50)},
		{"MP3", "voice", ".mp3", "audio/mpeg", bytes.Repeat(append([]byte{0xff, 0xfb, 0x90, 0}, make([]byte, 413)...), 5)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := uploaded(t, house, tt.kind, tt.file)
			answer := getMedia(t, house, wechat.PathMediaGet, id)
			if !bytes.Equal(answer.Body, tt.file) {
				t.Errorf("got %d bytes %.80q, want the %d that were uploaded", len(answer.Body), answer.Body, len(tt.file))
			}
			headers := map[string]string{
				"Content-Type":           tt.contentType,
				"Content-Disposition":    `attachment; filename="` + id + tt.ending + `"`,
				"Content-Length":         strconv.Itoa(len(tt.file)),
				"X-Content-Type-Options": "nosniff",
			}
			head := house.Call(t, http.MethodHead, withToken(wechat.PathMediaGet, house.Token(t))+"&media_id="+id, "")
			for name, value := range headers {
				if got := answer.Header.Get(name); got != value {
					t.Errorf("GET: %s: got %q, want %q", name, got, value)
				}
				if got := head.Header.Get(name); got != value {
					t.Errorf("HEAD: %s: got %q, want %q", name, got, value)
				}
			}
			if len(head.Body) != 0 {
				t.Errorf("HEAD: got %d bytes, want none", len(head.Body))
			}
			if voice := getMedia(t, house, wechat.PathMediaGetJSSDK, id); tt.kind == "voice" {
				if !bytes.Equal(voice.Body, tt.file) {
					t.Errorf("jssdk: got %.80q, want the same voice", voice.Body)
				}
			} else {
				want(t, voice, wechat.InvalidMediaID)
			}
		})
	}
}

// A video is fetched from the address that is answered, in parts if need be.
func TestVideo(t *testing.T) {
	t.Parallel()
	house := start(t)
	answer := getMedia(t, house, wechat.PathMediaGet, uploaded(t, house, "video", videoFile))
	want(t, answer, wechat.OK)
	var video wechat.VideoURL
	decode(t, answer.Body, &video)
	if !strings.HasPrefix(video.VideoURL, house.URL+"/mmbiz_media/") {
		t.Fatalf("got %s, want an address below %s", answer.Body, house.URL)
	}
	request, err := http.NewRequest(http.MethodGet, video.VideoURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := house.Do(t, request)
	if whole.Status != http.StatusOK || !bytes.Equal(whole.Body, videoFile) || whole.Header.Get("Content-Type") != "video/mp4" {
		t.Errorf("got HTTP %d, %s, %q, want the video", whole.Status, whole.Header.Get("Content-Type"), whole.Body)
	}
	request.Header.Set("Range", "bytes=4-7")
	if part := house.Do(t, request); part.Status != http.StatusPartialContent || string(part.Body) != "ftyp" {
		t.Errorf("a part: got HTTP %d %q, want 206 and %q", part.Status, part.Body, "ftyp")
	}
}

func TestArticleImage(t *testing.T) {
	t.Parallel()
	house := start(t)
	send := func(file []byte) *kefutest.Answer {
		t.Helper()
		body, contentType := form(t, "media", "a.jpg", "image/jpeg", file)
		return uploadBody(t, house, withToken(wechat.PathArticleImage, house.Token(t)), contentType, bytes.NewReader(body))
	}
	file := pictureFile(t, "png", 8, 8)
	var first, again wechat.ArticleImage
	decode(t, send(file).Body, &first)
	decode(t, send(file).Body, &again)
	if first != again || !strings.HasPrefix(first.URL, house.URL+"/mmbiz_pic/") {
		t.Fatalf("got %q and %q, want one address below %s", first.URL, again.URL, house.URL)
	}
	request, err := http.NewRequest(http.MethodGet, first.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := house.Do(t, request); !bytes.Equal(got.Body, file) || got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("got %s of %d bytes, want the picture", got.Header.Get("Content-Type"), len(got.Body))
	}
	want(t, send(gifFile), wechat.InvalidFileType)
	want(t, send(nil), wechat.EmptyMediaData)
	want(t, send(append(file, make([]byte, 1<<20)...)), wechat.InvalidImageSize)
	want(t, call(t, house, wechat.PathArticleImage, "{}"), wechat.MediaDataMissing)
}

func TestMediaRefusals(t *testing.T) {
	t.Parallel()
	house := start(t)
	other := house.AddAccount(t, func(o *kefu.OfficialAccount) {
		o.AppID, o.WeChatID, o.OriginalID = "wxffffffffffffffff", "other_shop", "gh_ffffffffffff"
	})
	picture := pictureFile(t, "jpeg", 8, 8)
	pad := func(file []byte, size int) []byte { return append(bytes.Clone(file), make([]byte, size-len(file))...) }
	for _, tt := range []struct {
		name, kind string
		file       []byte
		want       wechat.Errcode
	}{
		{"no type", "", picture, wechat.InvalidMediaType},
		{"type in another case", "IMAGE", picture, wechat.InvalidMediaType},
		{"the type of Kefu's own", "picture", picture, wechat.InvalidMediaType},
		{"a voice as a picture", "image", amrFile(1), wechat.InvalidFileType},
		{"text as a video", "video", []byte("hello"), wechat.InvalidFileType},
		{"GIF as a thumb", "thumb", gifFile, wechat.InvalidFileType},
		{"empty", "image", nil, wechat.EmptyMediaData},
		{"a thumb of 64 kB", "thumb", pad(picture, 64<<10), wechat.OK},
		{"a larger thumb", "thumb", pad(picture, 64<<10+1), wechat.MediaSizeOutOfLimit},
		{"a larger voice", "voice", pad(amrFile(1), 2<<20+1), wechat.MediaSizeOutOfLimit},
		{"a picture of 10 MB", "image", pad(picture, 10<<20), wechat.OK},
		{"a larger picture", "image", pad(picture, 10<<20+1), wechat.MediaSizeOutOfLimit},
		{"a form far larger", "thumb", pad(picture, 4<<20), wechat.MediaSizeOutOfLimit},
		{"a voice of a minute", "voice", amrFile(3000), wechat.OK},
		{"a voice of 61 seconds", "voice", amrFile(3050), wechat.PlaytimeOutOfLimit},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, uploadMedia(t, house, tt.kind, tt.file), tt.want) })
	}
	t.Run("no form", func(t *testing.T) {
		want(t, call(t, house, wechat.PathMediaUpload+"?type=image", "{}"), wechat.MediaDataMissing)
		want(t, call(t, house, wechat.PathMediaUpload+"?type=image", " "), wechat.EmptyPostData)
	})

	id := uploaded(t, house, "voice", amrFile(1))
	for _, path := range []string{wechat.PathMediaGet, wechat.PathMediaGetJSSDK} {
		want(t, call(t, house, path, ""), wechat.MediaIDMissing)
		want(t, getMedia(t, house, path, "nothing"), wechat.InvalidMediaID)
		want(t, getMedia(t, house, path, strings.Repeat("A", 64)), wechat.InvalidMediaID)
		want(t, getMedia(t, house, path, strings.Repeat("\x00", 64)), wechat.InvalidMediaID)
		want(t, getMedia(t, other, path, id), wechat.InvalidMediaID)
	}
	house.Advance(t, kefu.MediaLife)
	want(t, getMedia(t, house, wechat.PathMediaGet, id), wechat.InvalidMediaID)
}

func TestMediaVectors(t *testing.T) {
	t.Parallel()
	var doc struct {
		Cases []struct {
			vector
			ResponseHeaders map[string]string `json:"response_headers"`
		} `json:"cases"`
	}
	readVector(t, "16_media.json", &doc)
	if len(doc.Cases) < 10 {
		t.Fatalf("got %d cases, want at least 10", len(doc.Cases))
	}
	picture, large := pictureFile(t, "png", 8, 8), make([]byte, 11<<20)
	copy(large, picture)
	article := func(t *testing.T, h *kefutest.House, file []byte) *kefutest.Answer {
		body, contentType := form(t, "media", "a.jpg", "image/jpeg", file)
		return uploadBody(t, h, withToken(wechat.PathArticleImage, h.Token(t)), contentType, bytes.NewReader(body))
	}
	ask := map[string]func(*testing.T, *kefutest.House) *kefutest.Answer{
		"upload-image": func(t *testing.T, h *kefutest.House) *kefutest.Answer { return uploadMedia(t, h, "image", picture) },
		"upload-thumb": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return uploadMedia(t, h, "thumb", pictureFile(t, "jpeg", 8, 8))
		},
		"get-image": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return getMedia(t, h, wechat.PathMediaGet, uploaded(t, h, "image", picture))
		},
		"get-video": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return getMedia(t, h, wechat.PathMediaGet, uploaded(t, h, "video", videoFile))
		},
		"get-missing": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return getMedia(t, h, wechat.PathMediaGet, "MEDIA_x")
		},
		"uploadimg": func(t *testing.T, h *kefutest.House) *kefutest.Answer { return article(t, h, picture) },
		"bad-type":  func(t *testing.T, h *kefutest.House) *kefutest.Answer { return uploadMedia(t, h, "news", picture) },
		"no-file": func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			return call(t, h, wechat.PathMediaUpload+"?type=image", "{}")
		},
		"too-big":           func(t *testing.T, h *kefutest.House) *kefutest.Answer { return uploadMedia(t, h, "image", large) },
		"uploadimg-too-big": func(t *testing.T, h *kefutest.House) *kefutest.Answer { return article(t, h, large) },
	}
	for _, v := range doc.Cases {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			if ask[v.Name] == nil {
				t.Fatal("the test does not know how to ask")
			}
			answer := ask[v.Name](t, start(t))
			for name, value := range v.ResponseHeaders {
				// Of the file name only the form is known beforehand.
				got := answer.Header.Get(name)
				if before, _, _ := strings.Cut(value, "MEDIA_"); !strings.HasPrefix(got, before) {
					t.Errorf("%s: got %q, want %q", name, got, value)
				}
			}
			if v.Response == nil {
				if !bytes.Equal(answer.Body, picture) {
					t.Errorf("got %d bytes, want the picture", len(answer.Body))
				}
				return
			}
			var got map[string]any
			decode(t, answer.Body, &got)
			// Ids, addresses and times are another each time; that they are there,
			// and of the same kind, is what counts.
			for _, values := range []map[string]any{got, v.Response} {
				for _, name := range []string{"media_id", "thumb_media_id", "url", "video_url"} {
					if text, ok := values[name].(string); ok && text != "" {
						values[name] = "some"
					}
				}
				if at, ok := values["created_at"].(float64); ok && at > 1.7e9 {
					values["created_at"] = "some"
				}
				if errmsg, ok := values["errmsg"].(string); ok {
					values["errmsg"], _, _ = wechat.SplitErrmsg(errmsg)
				}
			}
			if diff := cmp.Diff(v.Response, got); diff != "" {
				t.Errorf("the answer differs (-want +got):\n%s", diff)
			}
		})
	}
}

// What a follower sends is fetched by its id as any other media, and what an
// account uploaded can be sent.
func TestMediaInMessages(t *testing.T) {
	t.Parallel()
	house := start(t)
	house.Follow(t, customerA)
	image, voice := uploaded(t, house, "image", gifFile), uploaded(t, house, "voice", amrFile(3))
	house.Does(t, customerA, map[string]any{"msgtype": "image", "image": map[string]any{"media_id": image}})
	send := func(kind, id string) *kefutest.Answer {
		t.Helper()
		body, err := json.Marshal(map[string]any{"touser": customerA, "msgtype": kind, kind: map[string]any{"media_id": id}})
		if err != nil {
			t.Fatal(err)
		}
		return call(t, house, "/cgi-bin/message/custom/send", string(body))
	}
	want(t, send("image", image), wechat.OK)
	want(t, send("voice", voice), wechat.OK)
	want(t, send("image", voice), wechat.InvalidMediaID)
	want(t, send("voice", "nothing"), wechat.InvalidMediaID)
}
