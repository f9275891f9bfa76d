package picture

import (
	"path"
	"strings"

	"github.com/openkefu/kefu"
)

// The first segments of the URL paths of media, and of the media keys that they
// lead to: /mmbiz_media/20260102/DIGEST.png is kept under
// media/20260102/DIGEST, and /mmbiz_pic/DIGEST.png under picture/DIGEST.png.
const (
	mediaPath, mediaFolder     = "/mmbiz_media/", "media/"
	articlePath, articleFolder = "/mmbiz_pic/", "picture/"
)

// TemporaryKey is where the bytes of temporary media are kept: by the day they
// came on, as 20060102 in UTC, and the digest of their content in hexadecimal.
// The same bytes are kept once a day. The day is there so that whoever deletes
// what is over can never delete what somebody uploads at the same moment.
func TemporaryKey(day, digest string) string { return mediaFolder + day + "/" + digest }

// ArticleKey is where a picture for articles is kept, for good.
func ArticleKey(digest, format string) string { return articleFolder + digest + "." + format }

// PicturePath is the path of the URL under which a picture or a video is served,
// to be put behind the public URL of the house; empty for what only its owner may
// fetch, such as a voice. It works as long as the bytes are there.
func PicturePath(m kefu.Media) string {
	if name, ok := strings.CutPrefix(m.Key, articleFolder); ok && m.Type == kefu.MediaPicture {
		return articlePath + name
	}
	name, ok := strings.CutPrefix(m.Key, mediaFolder)
	if !ok || m.Type == kefu.MediaVoice {
		return ""
	}
	return mediaPath + name + "." + m.Format
}

// KeyAt is the media key that a path made by [PicturePath] leads to, and the
// ending of its name, which says what it is served as. Only the exact form
// counts, so that a file has one URL and caches keep it once.
func KeyAt(urlPath string) (key, format string, ok bool) {
	if name, found := strings.CutPrefix(urlPath, articlePath); found {
		digest, format, ok := strings.Cut(name, ".")
		return ArticleKey(digest, format), format, ok && isHex(digest, digestLength)
	}
	name, found := strings.CutPrefix(urlPath, mediaPath)
	if !found {
		return "", "", false
	}
	day, file := path.Split(name)
	day = strings.TrimSuffix(day, "/")
	digest, format, ok := strings.Cut(file, ".")
	return TemporaryKey(day, digest), format, ok && isHex(digest, digestLength) && len(day) == dayLength && isDigits(day)
}

const (
	// digestLength is that of a SHA-256 in hexadecimal.
	digestLength = 64
	dayLength    = len("20060102")
)

func isHex(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789abcdef") == ""
}

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }
