package interop

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/chanxuehong/wechat/mp/dkf"
	"github.com/chanxuehong/wechat/mp/dkf/account"
)

// pictureSide is the edge of the uploaded pictures: what WeChat recommends.
const pictureSide = 640

// quarters are the colours of the picture's four quarters, row by row, so that
// a picture that comes back turned, cropped or another one is noticed.
var quarters = [4]color.RGBA{
	{R: 0xd0, G: 0x20, B: 0x20, A: 0xff},
	{R: 0x20, G: 0xa0, B: 0x20, A: 0xff},
	{R: 0x20, G: 0x20, B: 0xc0, A: 0xff},
	{R: 0xe0, G: 0xd0, B: 0x30, A: 0xff},
}

func portrait() image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, pictureSide, pictureSide))
	half := pictureSide / 2
	for i, c := range quarters {
		corner := image.Pt(i%2*half, i/2*half)
		area := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(half, half))}
		draw.Draw(picture, area, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return picture
}

// pngFile writes the picture to a file, which is what the SDK uploads.
func pngFile(t *testing.T) string {
	t.Helper()
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, portrait()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "alice.png")
	if err := os.WriteFile(path, encoded.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func jpegBytes(t *testing.T) []byte {
	t.Helper()
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, portrait(), nil); err != nil {
		t.Fatal(err)
	}
	return encoded.Bytes()
}

func (s *story) picture(t *testing.T) {
	if err := account.UploadHeadImage(s.client, alice, pngFile(t)); err != nil {
		t.Fatal(err)
	}
	// Some browsers and SDKs send a whole path as the file's name.
	err := account.UploadHeadImageFromReader(s.client, bob, `C:\pictures\"bob".jpg`,
		strings.NewReader(string(jpegBytes(t))))
	if err != nil {
		t.Fatal(err)
	}
	list, err := dkf.KfList(s.client)
	if err != nil {
		t.Fatal(err)
	}
	checkPicture(t, s.kefu, list[0].HeadImageURL, "png")
	checkPicture(t, s.kefu, list[1].HeadImageURL, "jpeg")
	if got := list[2].HeadImageURL; got != "" {
		t.Errorf("got kf_headimgurl %q of an agent without a picture, want none", got)
	}
	if got, want := s.list(t)[0]["kf_headimgurl"], any(list[0].HeadImageURL); got != want {
		t.Errorf("asked again, got kf_headimgurl %v, want %v", got, want)
	}

	before := s.list(t)
	for _, c := range []struct {
		name, account, content string
		want                   refusal
	}{
		{"not a picture", alice, "GIF89a is neither JPEG nor PNG", fileTypeIllegal},
		{"half a picture", alice, string(jpegBytes(t)[:200]), fileTypeIllegal},
		{"agent unknown", "nobody@demo_shop", string(jpegBytes(t)), agentUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := account.UploadHeadImageFromReader(s.client, c.account, "a.jpg", strings.NewReader(c.content))
			checkRefused(t, err, c.want)
		})
	}
	if after := s.list(t); !reflect.DeepEqual(after, before) {
		t.Errorf("after refusals only, got the list %v, want %v", after, before)
	}
}

// checkPicture fetches the URL that the list names, as a browser would, and the
// other sizes that WeChat's URLs offer beside it.
func checkPicture(t *testing.T, k *kefu, address, format string) {
	t.Helper()
	if !strings.HasPrefix(address, k.base+"/") || !strings.Contains(address, "/300?wx_fmt="+format) {
		t.Fatalf("got kf_headimgurl %q, want %s/…/300?wx_fmt=%s", address, k.base, format)
	}
	for _, size := range []struct {
		name string
		side int
	}{{"300", 300}, {"0", pictureSide}, {"132", 132}, {"64", 64}} {
		at := strings.Replace(address, "/300?", "/"+size.name+"?", 1)
		response, err := k.http.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: got status %d and %q, want 200", at, response.StatusCode, body)
		}
		if got, want := response.Header.Get("Content-Type"), "image/"+format; got != want {
			t.Errorf("%s: got Content-Type %q, want %q", at, got, want)
		}
		picture, got, err := image.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		if got != format {
			t.Errorf("%s: got a %s, want a %s", at, got, format)
		}
		if got, want := picture.Bounds(), image.Rect(0, 0, size.side, size.side); got != want {
			t.Errorf("%s: got %v, want %v", at, got, want)
			continue
		}
		for i, want := range quarters {
			x, y := size.side/4+i%2*size.side/2, size.side/4+i/2*size.side/2
			if got := picture.At(x, y); !alike(got, want) {
				t.Errorf("%s: got colour %v at (%d,%d), want about %v", at, got, x, y, want)
			}
		}
	}
}

// alike allows for what JPEG does to colours.
func alike(got, want color.Color) bool {
	const tolerance = 0x0c00 // of 0xffff
	r1, g1, b1, a1 := got.RGBA()
	r2, g2, b2, a2 := want.RGBA()
	for _, pair := range [][2]uint32{{r1, r2}, {g1, g2}, {b1, b2}, {a1, a2}} {
		if max(pair[0], pair[1])-min(pair[0], pair[1]) > tolerance {
			return false
		}
	}
	return true
}
