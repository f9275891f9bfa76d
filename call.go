package kefu

import (
	"strconv"
	"time"
)

// RID identifies one API call in answers and logs: three groups of eight
// lower-case hexadecimal digits, the first of which is the Unix time of the
// call, as in "65f0c2a1-1a2b3c4d-0badf00d".
type RID string

// CallMemory is how long a refused call can be looked up by its rid.
const CallMemory = 7 * 24 * time.Hour

// NewRID makes the rid of a call at a time from two random numbers.
func NewRID(now time.Time, r1, r2 uint32) RID {
	var text [26]byte
	text[8], text[17] = '-', '-'
	putGroup(text[:8], uint32(now.Unix()))
	putGroup(text[9:17], r1)
	putGroup(text[18:], r2)
	return RID(text[:])
}

// putGroup writes eight hexadecimal digits. Every call makes a rid, so this is
// done without fmt.
func putGroup(to []byte, n uint32) {
	for i := range 8 {
		to[i] = "0123456789abcdef"[n>>(28-4*i)&0xf]
	}
}

// Time is when the call was made; ok is false when r is not a rid.
func (r RID) Time() (at time.Time, ok bool) {
	if len(r) != 26 || r[8] != '-' || r[17] != '-' {
		return time.Time{}, false
	}
	for i := range len(r) {
		c := r[i]
		if i == 8 || i == 17 {
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return time.Time{}, false
		}
	}
	seconds, err := strconv.ParseUint(string(r[:8]), 16, 32)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

// Call is what is remembered of a refused API call, for its owner to look up.
// Secrets and tokens are masked before it is made.
type Call struct {
	RID      RID
	AppID    AppID
	At       time.Time
	Took     time.Duration
	Path     string
	Errcode  int
	Query    string
	Request  string
	Response string
	ClientIP string
}
