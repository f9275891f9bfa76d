package mmbiz

import (
	"strconv"
	"strings"

	"github.com/openkefu/kefu/internal/picture"
)

// address is what a path asks for.
type address struct {
	format string
	key    string
	size   int
}

// parse reads a path such as /mmbiz_png/KEY/300. Only the exact form counts, so
// that a picture has one URL and caches keep it once.
func parse(path string) (address, bool) {
	parts := strings.Split(path, "/")
	if len(parts) != 4 || parts[0] != "" || !picture.ValidKey(parts[2]) {
		return address{}, false
	}
	a := address{key: parts[2]}
	switch parts[1] {
	case picture.Family(picture.PNG):
		a.format = picture.PNG
	case picture.Family(picture.JPEG):
		a.format = picture.JPEG
	default:
		return address{}, false
	}
	for _, size := range picture.Sizes() {
		if parts[3] == strconv.Itoa(size) {
			a.size = size
			return a, true
		}
	}
	return address{}, false
}
