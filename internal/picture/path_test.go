package picture_test

import (
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

var digest = strings.Repeat("0123456789abcdef", 4)

func TestPicturePath(t *testing.T) {
	temporary, article := picture.TemporaryKey("20240312", digest), picture.ArticleKey(digest, "png")
	for _, tt := range []struct {
		name string
		m    kefu.Media
		want string
	}{
		{"a picture", kefu.Media{Type: kefu.MediaImage, Format: "jpg", Key: temporary}, "/mmbiz_media/20240312/" + digest + ".jpg"},
		{"a thumb", kefu.Media{Type: kefu.MediaThumb, Format: "jpg", Key: temporary}, "/mmbiz_media/20240312/" + digest + ".jpg"},
		{"a video", kefu.Media{Type: kefu.MediaVideo, Format: "mp4", Key: temporary}, "/mmbiz_media/20240312/" + digest + ".mp4"},
		{"a picture for articles", kefu.Media{Type: kefu.MediaPicture, Format: "png", Key: article}, "/mmbiz_pic/" + digest + ".png"},
		{"a voice", kefu.Media{Type: kefu.MediaVoice, Format: "amr", Key: temporary}, ""},
		{"something else", kefu.Media{Type: kefu.MediaImage, Format: "png", Key: "avatar/x/0"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := picture.PicturePath(tt.m)
			if got != tt.want {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			if got == "" {
				return
			}
			if key, format, ok := picture.KeyAt(got); !ok || key != tt.m.Key || format != tt.m.Format {
				t.Errorf("back again: got %q, %q, %t, want %q, %q", key, format, ok, tt.m.Key, tt.m.Format)
			}
		})
	}
}

func TestKeyAtTakesOnlyTheExactForm(t *testing.T) {
	for _, path := range []string{
		"", "/", "/mmbiz_media/", "/mmbiz_media/" + digest + ".png", "/mmbiz_media/2024031/" + digest + ".png",
		"/mmbiz_media/202403120/" + digest + ".png", "/mmbiz_media/2024o312/" + digest + ".png",
		"/mmbiz_media/20240312/" + digest, "/mmbiz_media/20240312/" + digest[1:] + ".png",
		"/mmbiz_media/20240312/" + strings.ToUpper(digest) + ".png", "/mmbiz_media/../20240312/" + digest + ".png",
		"/mmbiz_media/20240312//" + digest + ".png", "/mmbiz_media//20240312/" + digest + ".png", "mmbiz_media/20240312/" + digest + ".png",
		"/mmbiz_pic/", "/mmbiz_pic/" + digest, "/mmbiz_pic/x" + digest[1:] + ".png", "/mmbiz_pic/" + digest + "/png",
	} {
		if key, _, ok := picture.KeyAt(path); ok {
			t.Errorf("%q: got %q, want nothing", path, key)
		}
	}
}
