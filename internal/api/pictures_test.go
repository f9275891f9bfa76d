package api_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// pictureFile is a picture of one colour.
func pictureFile(t testing.TB, format string, width, height int) []byte {
	t.Helper()
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range canvas.Pix {
		canvas.Pix[i] = 0x80
	}
	canvas.Set(0, 0, color.White)
	var file bytes.Buffer
	var err error
	if format == "png" {
		err = png.Encode(&file, canvas)
	} else {
		err = jpeg.Encode(&file, canvas, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// bomb is a PNG of a few bytes that claims many pixels.
func bomb(width, height uint32) []byte {
	header := []byte("IHDR")
	header = binary.BigEndian.AppendUint32(header, width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, 8, 6, 0, 0, 0)
	file := []byte("\x89PNG\r\n\x1a\n")
	file = binary.BigEndian.AppendUint32(file, 13)
	file = append(file, header...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(header))
}

func avatarTarget(t *testing.T, h *kefutest.House, account string) string {
	t.Helper()
	return withToken(wechat.PathAgentAvatar, h.Token(t)) + "&kf_account=" + url.QueryEscape(account)
}

// upload sends a picture as most clients do.
func upload(t *testing.T, h *kefutest.House, prefix string, file []byte) *kefutest.Answer {
	t.Helper()
	body, contentType := form(t, "media", "a.jpg", "image/jpeg", file)
	return uploadBody(t, h, avatarTarget(t, h, h.KFAccount(prefix)), contentType, bytes.NewReader(body))
}

func uploadBody(t *testing.T, h *kefutest.House, target, contentType string, body io.Reader) *kefutest.Answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, h.URL+target, body)
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return h.Do(t, request)
}

// Every form of upload that clients have been seen to send is taken, and the
// picture is there under the URL that getkflist names.
func TestUploadForms(t *testing.T) {
	t.Parallel()
	house := start(t)
	want(t, add(t, house, "alice", "Alice"), wechat.OK)
	alice := house.KFAccount("alice")
	for i, tt := range []struct {
		name, format string
		contentType  func(header string) string
		field, file  string
		partType     string
		target       func(string) string
		chunked      bool
	}{
		{name: "as documented", format: "png", field: "media", file: "a.png", partType: "image/png"},
		{name: "JPEG called image/png", format: "jpeg", field: "media", file: "a.png", partType: "image/png"},
		{name: "octet stream", format: "png", field: "media", file: "a", partType: "application/octet-stream"},
		{name: "no part type", format: "png", field: "media", file: "a.png"},
		{name: "another field", format: "png", field: "file", file: "a.png", partType: "image/jpeg"},
		{name: "path as file name", format: "png", field: "media", file: "/etc/../../root/a.png", partType: "image/jpeg"},
		{name: "Windows path", format: "png", field: "media", file: `C:\Users\小美\a.png`, partType: "image/jpeg"},
		{name: "no file name", format: "png", field: "media", file: "", partType: "image/jpeg"},
		{name: "no boundary in the header", format: "png", field: "media", file: "a.png", partType: "image/jpeg",
			contentType: func(string) string { return "multipart/form-data" }},
		{name: "no header", format: "png", field: "media", file: "a.png", partType: "image/jpeg",
			contentType: func(string) string { return "" }},
		{name: "raw @ in the query", format: "png", field: "media", file: "a.png", partType: "image/jpeg",
			target: func(target string) string { return strings.ReplaceAll(target, "%40", "@") }},
		{name: "without a length", format: "png", field: "media", file: "a.png", partType: "image/jpeg", chunked: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// Each picture is another, so that each upload shows.
			file := pictureFile(t, tt.format, 8+i, 8)
			body, header := form(t, tt.field, tt.file, tt.partType, file)
			if tt.contentType != nil {
				header = tt.contentType(header)
			}
			target := avatarTarget(t, house, alice)
			if tt.target != nil {
				target = tt.target(target)
			}
			from := io.Reader(bytes.NewReader(body))
			if tt.chunked {
				from = io.MultiReader(from)
			}
			want(t, uploadBody(t, house, target, header, from), wechat.OK)

			shown := agents(t, house)[0].KFHeadImgURL
			if !strings.HasPrefix(shown, house.URL+"/mmbiz_") || !strings.HasSuffix(shown, "/300?wx_fmt="+tt.format) {
				t.Fatalf("got kf_headimgurl %q, want one of 300 pixels in %s", shown, tt.format)
			}
			for size, edge := range map[string]int{"/0?": 0, "/300?": 300, "/132?": 132, "/64?": 64} {
				picture := house.Call(t, http.MethodGet, strings.TrimPrefix(strings.Replace(shown, "/300?", size, 1), house.URL), "")
				if picture.Status != http.StatusOK {
					t.Fatalf("%s: got HTTP %d, want 200", size, picture.Status)
				}
				if edge == 0 {
					if !bytes.Equal(picture.Body, file) {
						t.Error("got another original than was uploaded")
					}
					continue
				}
				config, format, err := image.DecodeConfig(bytes.NewReader(picture.Body))
				if err != nil || format != tt.format || config.Width > edge || config.Width != config.Height {
					t.Errorf("%s: got %d×%d %s, %v, want a square of at most %d", size, config.Width, config.Height, format, err, edge)
				}
			}
		})
	}
}

// Of what is no picture, or none that may be decoded, nothing is kept.
func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	house := start(t)
	want(t, add(t, house, "alice", "Alice"), wechat.OK)
	alice, small := house.KFAccount("alice"), pictureFile(t, "png", 8, 8)
	before := list(t, house)
	large := append(pictureFile(t, "jpeg", 8, 8), make([]byte, 5<<20)...)
	noFile := "--x\r\nContent-Disposition: form-data; name=\"kf_account\"\r\n\r\nalice\r\n--x--\r\n"
	manyFields := strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 100) + "--x--\r\n"
	for _, tt := range []struct {
		name    string
		file    []byte
		body    string // when not empty, instead of a form with the file
		header  string
		account string
		want    wechat.Errcode
	}{
		{name: "text", file: []byte("not a picture"), want: wechat.InvalidFileType},
		{name: "GIF", file: []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), want: wechat.InvalidFileType},
		{name: "PNG cut short", file: small[:len(small)/2], want: wechat.InvalidFileType},
		{name: "JPEG of three bytes", file: []byte("\xff\xd8\xff"), want: wechat.InvalidFileType},
		{name: "bomb of 30,000 × 30,000", file: bomb(30000, 30000), want: wechat.InvalidImageSize},
		{name: "bomb of 2³¹−1 × 2³¹−1", file: bomb(1<<31-1, 1<<31-1), want: wechat.InvalidImageSize},
		{name: "no width", file: bomb(0, 10), want: wechat.InvalidFileType},
		{name: "more than 5 MB", file: large, want: wechat.InvalidImageSize},
		{name: "empty file", file: []byte{}, want: wechat.EmptyMediaData},
		{name: "no file", body: noFile, header: "multipart/form-data; boundary=x", want: wechat.MediaDataMissing},
		{name: "a picture and no form", body: string(small), header: "image/png", want: wechat.MediaDataMissing},
		{name: "JSON", body: `{"media":"x"}`, header: "application/json", want: wechat.MediaDataMissing},
		{name: "no boundary anywhere", body: "hello", header: "multipart/form-data", want: wechat.DataFormatError},
		{name: "cut off before the end", body: noFile[:62], header: "multipart/form-data; boundary=x", want: wechat.DataFormatError},
		{name: "a hundred fields", body: manyFields, header: "multipart/form-data; boundary=x", want: wechat.DataFormatError},
		{name: "no body", body: " ", header: "multipart/form-data; boundary=x", want: wechat.EmptyPostData},
		{name: "unknown account", file: small, account: house.KFAccount("nobody"), want: wechat.InvalidAgent},
		{name: "malformed account", file: small, account: "ali ce@demo_shop", want: wechat.InvalidAgent},
		{name: "account with NUL", file: small, account: "alice\x00@demo_shop", want: wechat.InvalidAgent},
		{name: "account that is not UTF-8", file: small, account: "\xff@demo_shop", want: wechat.InvalidAgent},
		{name: "no account", file: small, account: "-", want: wechat.InvalidAgent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body, header := []byte(tt.body), tt.header
			if tt.body == "" {
				body, header = form(t, "media", "a.png", "image/png", tt.file)
			}
			account := tt.account
			switch account {
			case "":
				account = alice
			case "-":
				account = ""
			}
			want(t, uploadBody(t, house, avatarTarget(t, house, account), header, bytes.NewReader(body)), tt.want)
			if after := list(t, house); after != before {
				t.Errorf("got %s, want what was there before: %s", after, before)
			}
		})
	}
	t.Run("exactly 5 MB", func(t *testing.T) {
		// What follows the end of a JPEG does not make it unreadable.
		file := pictureFile(t, "jpeg", 8, 8)
		file = append(file, make([]byte, 5<<20-len(file))...)
		want(t, upload(t, house, "alice", file), wechat.OK)
	})
}

// The kf_account of an upload is in the query, the one of a form field is
// ignored.
func TestUploadAccountIsInTheQuery(t *testing.T) {
	t.Parallel()
	house := start(t)
	want(t, add(t, house, "alice", "Alice"), wechat.OK)
	var body bytes.Buffer
	body.WriteString("--x\r\nContent-Disposition: form-data; name=\"kf_account\"\r\n\r\n" + house.KFAccount("alice") + "\r\n")
	body.WriteString("--x\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n")
	body.Write(pictureFile(t, "png", 8, 8))
	body.WriteString("\r\n--x--\r\n")
	answer := uploadBody(t, house, withToken(wechat.PathAgentAvatar, house.Token(t)), "multipart/form-data; boundary=x", &body)
	want(t, answer, wechat.InvalidAgent)
}

// A new picture takes the place of the one before, and an agent that is removed
// and added again has none.
func TestAvatarIsReplaced(t *testing.T) {
	t.Parallel()
	house := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.KFIDForm = kefu.KFIDNumber }))
	want(t, add(t, house, "alice", "Alice"), wechat.OK)
	shown := func() string { return agents(t, house)[0].KFHeadImgURL }
	if got := shown(); got != "" {
		t.Errorf("without a picture: got %q, want an empty URL", got)
	}
	want(t, upload(t, house, "alice", pictureFile(t, "png", 8, 8)), wechat.OK)
	first := shown()
	want(t, upload(t, house, "alice", pictureFile(t, "png", 9, 9)), wechat.OK)
	if second := shown(); second == first {
		t.Errorf("got %q again, want the URL of the new picture", second)
	}
	want(t, call(t, house, wechat.PathAgentDelete, mustJSON(t, wechat.DeleteAgent{KFAccount: house.KFAccount("alice")})), wechat.OK)
	want(t, add(t, house, "alice", "Alice"), wechat.OK)
	if got := shown(); got != "" {
		t.Errorf("added again: got %q, want an empty URL", got)
	}
}

// A picture that nobody shows any more is gone.
func TestPicturesAreDeleted(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithDemoAgents())
	shown := func(prefix string) string {
		agents, err := h.Client().Agents(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range agents {
			if a.KFAccount == h.KFAccount(prefix) {
				return a.KFHeadImgURL
			}
		}
		t.Fatalf("%s is not there", prefix)
		return ""
	}
	status := func(url string) int {
		answer, err := h.HTTPClient.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	file := pictureFile(t, "png", 10, 10)
	want(t, upload(t, h, "alice", file), wechat.OK)
	want(t, upload(t, h, "bob_02", file), wechat.OK)
	first, bobs := shown("alice"), shown("bob_02")
	want(t, upload(t, h, "alice", file), wechat.OK)
	second := shown("alice")
	if first == second || first == bobs {
		t.Errorf("got %s, %s and %s, want three pictures", first, second, bobs)
	}
	for url, want := range map[string]int{first: http.StatusNotFound, second: http.StatusOK, bobs: http.StatusOK} {
		if got := status(url); got != want {
			t.Errorf("%s: got HTTP %d, want %d", url, got, want)
		}
	}
	if err := h.Client().DeleteAgent(t.Context(), h.KFAccount("alice")); err != nil {
		t.Fatal(err)
	}
	if got := status(second); got != http.StatusNotFound {
		t.Errorf("deleted agent: got HTTP %d for its picture, want 404", got)
	}
	h.Reset(t)
	if got := status(bobs); got != http.StatusNotFound {
		t.Errorf("fresh world: got HTTP %d for a picture of the old, want 404", got)
	}
}
