package media

import (
	"errors"
	"fmt"
)

// MaxKey is the length of the longest key in bytes. File systems take names of
// up to 255 bytes, and [Disk] makes one name of a key and 17 bytes of its own;
// an object store takes 1,024.
const MaxKey = 200

// ErrKeyIllegal is wrapped by what [CheckKey] returns.
var ErrKeyIllegal = errors.New("media: illegal key")

// CheckKey refuses what is not a key: one or more segments with a slash between
// each two, 1 to [MaxKey] bytes in all. A segment has letters, digits, "_", "-"
// and ".", and is neither "." nor "..", so that a key means the same in a
// folder, a bucket and a URL. Case matters.
func CheckKey(key string) error {
	switch {
	case key == "":
		return fmt.Errorf("%w: it is empty", ErrKeyIllegal)
	case len(key) > MaxKey:
		return fmt.Errorf("%w: it has %d bytes, but may have %d", ErrKeyIllegal, len(key), MaxKey)
	}
	start := 0
	for i := 0; i <= len(key); i++ {
		if i < len(key) && key[i] != '/' {
			if !allowed(key[i]) {
				return fmt.Errorf("%w: %q has the byte %q, but only letters, digits, _ - . and / are allowed", ErrKeyIllegal, key, key[i])
			}
			continue
		}
		switch segment := key[start:i]; segment {
		case "", ".", "..":
			return fmt.Errorf("%w: %q has the segment %q", ErrKeyIllegal, key, segment)
		}
		start = i + 1
	}
	return nil
}

func allowed(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.'
}
