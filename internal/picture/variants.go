package picture

import (
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/openkefu/kefu"
)

// The formats of pictures, as [kefu.Avatar] and WeChat's wx_fmt name them.
const (
	PNG  = "png"
	JPEG = "jpeg"
)

// Original is the size that stands for the bytes as they were uploaded, with
// whatever else the file says about itself, as in WeChat's URLs that end in /0.
const Original = 0

// Sizes lists the sizes that there are of every picture: [Original], and the
// edges in pixels of the squares, the largest first.
func Sizes() []int { return []int{Original, 300, 132, 64} }

// Variants are the files of one picture.
type Variants struct {
	// Key names the picture: 32 random bytes in base64url without padding, 43
	// characters. It is new for every upload, so that a URL may be cached for
	// ever, nobody finds one by knowing a picture, and whoever replaces a picture
	// may delete it without asking who else shows the same.
	Key string
	// Format is [PNG] or [JPEG], that of the original and of every file.
	Format string
	// Files has one file for each of [Sizes], in that order.
	Files []File
}

// File is one size of a picture.
type File struct {
	Size  int
	Bytes []byte
}

// Avatar is what the ledger remembers of the picture.
func (v *Variants) Avatar() kefu.Avatar { return kefu.Avatar{Key: v.Key, Format: v.Format} }

// MediaKey is the media key under which one size of a picture is kept.
func MediaKey(key string, size int) string {
	return "avatar/" + key + "/" + strconv.Itoa(size)
}

// URL is where one size of a picture is served, in the form of WeChat's own
// picture host, as in http://host/mmbiz_png/KEY/300?wx_fmt=png. base is scheme
// and host, and perhaps a path before. URL is empty for the zero Avatar.
func URL(base string, a kefu.Avatar, size int) string {
	family := Family(a.Format)
	if a.Key == "" || family == "" {
		return ""
	}
	return strings.TrimRight(base, "/") + "/" + family + "/" + a.Key + "/" + strconv.Itoa(size) + "?wx_fmt=" + a.Format
}

// Family is the first segment of the URL path of pictures in a format, and
// empty for a format that there is none of.
func Family(format string) string {
	switch format {
	case PNG:
		return "mmbiz_png"
	case JPEG:
		return "mmbiz_jpg"
	}
	return ""
}

func newKey() string {
	var random [keyBytes]byte
	rand.Read(random[:])
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// ValidKey tells whether a text has the form of a [Variants] key.
func ValidKey(key string) bool {
	random, err := base64.RawURLEncoding.Strict().DecodeString(key)
	// The decoder passes over line breaks, which no key has.
	return err == nil && len(random) == keyBytes && len(key) == keyLength
}

// A key is this many random bytes, and this long in base64 without padding.
const keyBytes, keyLength = 32, 43
