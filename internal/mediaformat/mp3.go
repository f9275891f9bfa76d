package mediaformat

import (
	"bytes"
	"time"
)

const (
	id3Magic = "ID3"
	// id3Head is the length of the fixed part of an ID3v2 tag, and of its footer.
	id3Head = 10
	// mp3Head is the length of the header of a frame.
	mp3Head = 4
)

// mp3Frame is what the header of a frame of MPEG layer III says; length is 0
// when there is no frame.
type mp3Frame struct {
	length, samples, rate int
}

// Bit rates of layer III in kbit/s and sample rates in Hz. Index 0 of the bit
// rates is "free": the header does not tell the length then, and nobody uses it.
var (
	mp3Rates1  = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	mp3Rates2  = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	mp3Samples = [4]int{44100, 48000, 32000, 0}
)

// mp3FrameAt reads the header of the frame at a place.
func mp3FrameAt(data []byte, at int) mp3Frame {
	if at+mp3Head > len(data) {
		return mp3Frame{}
	}
	h := data[at : at+mp3Head]
	const layerIII = 1
	version, layer := h[1]>>3&3, h[1]>>1&3
	if h[0] != 0xff || h[1]&0xe0 != 0xe0 || version == 1 || layer != layerIII {
		return mp3Frame{}
	}
	f := mp3Frame{samples: 1152, rate: mp3Samples[h[2]>>2&3]}
	bitRate := mp3Rates1[h[2]>>4]
	if version != 3 { // MPEG 2 has half the sample rate, MPEG 2.5 a quarter.
		f.samples, f.rate, bitRate = 576, f.rate/2, mp3Rates2[h[2]>>4]
		if version == 0 {
			f.rate /= 2
		}
	}
	if f.rate == 0 || bitRate == 0 {
		return mp3Frame{}
	}
	f.length = f.samples / 8 * bitRate * 1000 / f.rate
	f.length += int(h[2] >> 1 & 1) // padding
	return f
}

// playMP3 passes over the tags and walks from frame to frame. Where there is
// none it looks on byte by byte, as players do; so does a frame count when its
// end is missing, since its sound is there.
func playMP3(data []byte) time.Duration {
	at := 0
	for bytes.HasPrefix(data[at:], []byte(id3Magic)) && at+id3Head <= len(data) {
		at = min(at+id3Length(data[at:]), len(data))
	}
	var play time.Duration
	first := true
	for at < len(data) {
		f := mp3FrameAt(data, at)
		if f.length == 0 {
			at++
			continue
		}
		end := min(at+f.length, len(data))
		// The first frame may hold facts about the file in place of sound.
		if !first || !bytes.Contains(data[at:end], []byte("Xing")) && !bytes.Contains(data[at:end], []byte("Info")) {
			play += time.Duration(f.samples) * time.Second / time.Duration(f.rate)
		}
		first = false
		at = end
	}
	return play
}

// id3Length is the length of an ID3v2 tag: four times seven bits, and the fixed
// part at its front and perhaps at its end.
func id3Length(tag []byte) int {
	const hasFooter = 0x10
	n := id3Head
	n += int(tag[6]&0x7f)<<21 | int(tag[7]&0x7f)<<14 | int(tag[8]&0x7f)<<7 | int(tag[9]&0x7f)
	if tag[5]&hasFooter != 0 {
		n += id3Head
	}
	return n
}
