package mediaformat

import (
	"bytes"
	"time"
)

const (
	amrMagic   = "#!AMR\n"
	amrWBMagic = "#!AMR-WB\n"
	// amrFrame is what one frame of either kind plays.
	amrFrame = 20 * time.Millisecond
)

// amrSizes is how many bytes a frame of each type has with its first byte, by
// RFC 4867; 0 for a type that is not used.
type amrSizes [16]int

var (
	amrNarrow = amrSizes{13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1}
	amrWide   = amrSizes{18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1}
)

// amrFrames tells narrow band from wide; nil for what is neither.
func amrFrames(data []byte) *amrSizes {
	switch {
	case bytes.HasPrefix(data, []byte(amrWBMagic)):
		return &amrWide
	case bytes.HasPrefix(data, []byte(amrMagic)):
		return &amrNarrow
	}
	return nil
}

// playAMR walks from frame to frame. The type is in the four bits after the
// first of a frame's first byte.
func playAMR(data []byte) (play time.Duration) {
	sizes := amrFrames(data)
	data = data[bytes.IndexByte(data, '\n')+1:]
	for len(data) > 0 {
		size := sizes[data[0]>>3&0xf]
		if size == 0 || size > len(data) {
			break
		}
		data = data[size:]
		play += amrFrame
	}
	return play
}
