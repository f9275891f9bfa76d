package mmbiz

import (
	"strconv"
	"strings"

	"github.com/openkefu/kefu/internal/mediaformat"
	"github.com/openkefu/kefu/internal/picture"
)

const (
	// forever is a year, the longest that caches are asked to believe. A URL names
	// its content, so what it leads to never changes.
	forever = "public, max-age=31536000, immutable"
	// forItsLife is three days, the life of temporary media.
	forItsLife = "public, max-age=259200, immutable"
)

// address is what a path asks for.
type address struct {
	// mediaKey is where the file is kept.
	mediaKey string
	// format is the only one that the file may have.
	format mediaformat.Format
	// etag names the content, and cache says how long a copy may be kept.
	etag, cache string
}

// parse reads a path such as /mmbiz_png/KEY/300, /mmbiz_media/DAY/DIGEST.png or
// /mmbiz_pic/DIGEST.png. Only the exact form counts, so that a file has one URL
// and caches keep it once.
func parse(path string) (address, bool) {
	if key, ending, ok := picture.KeyAt(path); ok {
		a := address{mediaKey: key, format: mediaformat.Format(ending), etag: `"` + ending + "-" + digestOf(path) + `"`, cache: forItsLife}
		if strings.HasPrefix(path, articlePaths) {
			a.cache = forever
			return a, a.format == mediaformat.PNG || a.format == mediaformat.JPEG
		}
		// A voice is private to its account, so there is no URL of one.
		return a, mediaTypes[a.format]
	}
	return parseAvatar(path)
}

// mediaTypes are the formats of pictures and videos that have a URL.
var mediaTypes = map[mediaformat.Format]bool{
	mediaformat.PNG: true, mediaformat.JPEG: true, mediaformat.GIF: true, mediaformat.MP4: true,
}

// digestOf is the last segment of a path without its ending.
func digestOf(path string) string {
	digest, _, _ := strings.Cut(path[strings.LastIndexByte(path, '/')+1:], ".")
	return digest
}

func parseAvatar(path string) (address, bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 4 || parts[0] != "" || !picture.ValidKey(parts[2]) {
		return address{}, false
	}
	a := address{cache: forever}
	switch parts[1] {
	case picture.Family(picture.PNG):
		a.format = mediaformat.PNG
	case picture.Family(picture.JPEG):
		a.format = mediaformat.JPEG
	default:
		return address{}, false
	}
	for _, size := range picture.Sizes() {
		if parts[3] == strconv.Itoa(size) {
			a.mediaKey = picture.MediaKey(parts[2], size)
			a.etag = `"` + parts[2] + "-" + parts[3] + `"`
			return a, true
		}
	}
	return address{}, false
}
