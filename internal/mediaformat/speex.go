package mediaformat

import (
	"bytes"
	"encoding/binary"
	"time"
)

const (
	oggMagic   = "OggS"
	speexMagic = "Speex   "
	// oggHead is the length of the fixed part of an Ogg page. A byte for each
	// segment follows it, and the first page of a Speex file has one segment.
	oggHead = 27
	// speexRate is where in a Speex file the sample rate stands: 36 bytes into its
	// header, which is the only segment of the first page.
	speexRate = oggHead + 1 + 36
	// maxSpeexRate bounds the rate that a file claims: ultra-wideband is 32 kHz. A
	// higher claim would make any voice short.
	maxSpeexRate = 48000
)

// isSpeex tells an Ogg file whose first packet is that of Speex.
func isSpeex(start []byte) bool {
	return bytes.HasPrefix(start, []byte(oggMagic)) && len(start) > oggHead &&
		start[oggHead-1] == 1 && bytes.HasPrefix(start[oggHead+1:], []byte(speexMagic))
}

// playSpeex goes from page to page. Each tells how many samples there are up to
// its end, so the most is the length; a page without an end of a packet says −1.
func playSpeex(data []byte) time.Duration {
	if len(data) < speexRate+4 {
		return 0
	}
	rate := int64(int32(binary.LittleEndian.Uint32(data[speexRate:])))
	if rate <= 0 || rate > maxSpeexRate {
		rate = maxSpeexRate
	}
	var samples int64
	for len(data) >= oggHead && bytes.HasPrefix(data, []byte(oggMagic)) {
		samples = max(samples, int64(binary.LittleEndian.Uint64(data[6:])))
		segments := int(data[oggHead-1])
		if oggHead+segments > len(data) {
			break
		}
		page := oggHead + segments
		for _, length := range data[oggHead : oggHead+segments] {
			page += int(length)
		}
		data = data[min(page, len(data)):]
	}
	// Seconds first, so that no claim overflows.
	const most = int64(24 * time.Hour / time.Second)
	if samples/rate >= most {
		return 24 * time.Hour
	}
	return time.Duration(samples) * time.Second / time.Duration(rate)
}
