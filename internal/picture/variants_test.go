package picture_test

import (
	"image"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/picture"
)

func TestEveryUploadHasItsKey(t *testing.T) {
	one := encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	a, again := avatar(t, one), avatar(t, one)
	if a.Key == again.Key {
		t.Errorf("the same picture twice: got the same key %s, want another", a.Key)
	}
	if len(a.Key) != 43 || !picture.ValidKey(a.Key) {
		t.Errorf("got key %q, want 43 characters that ValidKey accepts", a.Key)
	}
	if got, want := a.Avatar(), (kefu.Avatar{Key: a.Key, Format: "png"}); got != want {
		t.Errorf("avatar: got %v, want %v", got, want)
	}
	for _, size := range picture.Sizes() {
		if err := media.CheckKey(picture.MediaKey(a.Key, size)); err != nil {
			t.Errorf("media key of size %d: got %v, want a legal one", size, err)
		}
	}
}

func TestValidKey(t *testing.T) {
	const zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, c := range []struct {
		name, key string
		want      bool
	}{
		{"zeros", zeros, true},
		{"URL-safe", "-_" + zeros[2:], true},
		{"empty", "", false},
		{"short", zeros[1:], false},
		{"long", zeros + "A", false},
		{"padded", zeros + "=", false},
		{"not URL-safe", "+/" + zeros[2:], false},
		{"dots", "../" + zeros[3:], false},
		{"bits that say nothing", zeros[1:] + "B", false},
		{"line break", zeros + "\n", false},
		{"line break inside", zeros[:20] + "\n" + zeros[20:], false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := picture.ValidKey(c.key); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestMediaKey(t *testing.T) {
	if got, want := picture.MediaKey("KEY", 300), "avatar/KEY/300"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestURL(t *testing.T) {
	for _, c := range []struct {
		name, base string
		avatar     kefu.Avatar
		size       int
		want       string
	}{
		{"PNG", "http://host", kefu.Avatar{Key: "KEY", Format: "png"}, 300, "http://host/mmbiz_png/KEY/300?wx_fmt=png"},
		{"JPEG", "http://host", kefu.Avatar{Key: "KEY", Format: "jpeg"}, 0, "http://host/mmbiz_jpg/KEY/0?wx_fmt=jpeg"},
		{"base with a slash", "http://host/", kefu.Avatar{Key: "KEY", Format: "png"}, 64, "http://host/mmbiz_png/KEY/64?wx_fmt=png"},
		{"base with a path", "https://host/kefu", kefu.Avatar{Key: "KEY", Format: "png"}, 132, "https://host/kefu/mmbiz_png/KEY/132?wx_fmt=png"},
		{"no picture", "http://host", kefu.Avatar{}, 300, ""},
		{"no key", "http://host", kefu.Avatar{Format: "png"}, 300, ""},
		{"unknown format", "http://host", kefu.Avatar{Key: "KEY", Format: "gif"}, 300, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := picture.URL(c.base, c.avatar, c.size); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSizesCannotBeChanged(t *testing.T) {
	picture.Sizes()[0] = 7
	if got := picture.Sizes()[0]; got != picture.Original {
		t.Errorf("got %d, want %d", got, picture.Original)
	}
}

func TestSniff(t *testing.T) {
	for start, want := range map[string]string{
		"\x89PNG\r\n\x1a\n": "png", "\xff\xd8\xff\xe0": "jpeg", "\x89PNG\r\n\x1a": "", "\xff\xd8": "", "GIF89a": "", "": "",
	} {
		if got := picture.Sniff([]byte(start)); got != want {
			t.Errorf("%s: got %q, want %q", strings.ToValidUTF8(start, "?"), got, want)
		}
	}
}
