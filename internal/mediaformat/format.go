package mediaformat

import (
	"bytes"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

// Format is a format of files, by the ending of their names. [kefu.Media] has
// the same word.
type Format string

// The formats.
const (
	PNG   Format = "png"
	JPEG  Format = "jpg"
	GIF   Format = "gif"
	AMR   Format = "amr"
	MP3   Format = "mp3"
	Speex Format = "speex"
	MP4   Format = "mp4"
)

// SniffLength is how many of the first bytes [Sniff] looks at, at most.
const SniffLength = 64

// Sniff tells the format of a file by its first [SniffLength] bytes, or all of
// them when it is shorter; empty when it is none of those known. What follows may
// still be damaged.
func Sniff(start []byte) Format {
	switch picture.Sniff(start) {
	case picture.PNG:
		return PNG
	case picture.JPEG:
		return JPEG
	}
	switch {
	case bytes.HasPrefix(start, []byte("GIF87a")), bytes.HasPrefix(start, []byte("GIF89a")):
		return GIF
	case amrFrames(start) != nil:
		return AMR
	case bytes.HasPrefix(start, []byte(id3Magic)), mp3FrameAt(start, 0).length > 0:
		return MP3
	case isSpeex(start):
		return Speex
	case isMP4(start):
		return MP4
	}
	return ""
}

// Play is how long a voice plays; 0 for what is no voice.
func Play(data []byte) time.Duration {
	switch Sniff(data[:min(len(data), SniffLength)]) {
	case AMR:
		return playAMR(data)
	case MP3:
		return playMP3(data)
	case Speex:
		return playSpeex(data)
	}
	return 0
}

// Of lists the formats that media of a type may have. WeChat takes AMR and MP3
// as voices; Speex is what its phones record, and is here so that a follower of
// the sandbox can send it.
func Of(kind kefu.MediaType) []Format {
	switch kind {
	case kefu.MediaImage:
		return []Format{PNG, JPEG, GIF}
	case kefu.MediaVoice:
		return []Format{AMR, MP3, Speex}
	case kefu.MediaVideo:
		return []Format{MP4}
	case kefu.MediaThumb:
		return []Format{JPEG}
	case kefu.MediaPicture:
		return []Format{PNG, JPEG}
	}
	return nil
}

// Fits tells whether media of a type may have this format.
func (f Format) Fits(kind kefu.MediaType) bool { return slices.Contains(Of(kind), f) }

// ContentType is the media type of files in the format.
func (f Format) ContentType() string {
	switch f {
	case PNG:
		return "image/png"
	case JPEG:
		return "image/jpeg"
	case GIF:
		return "image/gif"
	case AMR:
		return "audio/amr"
	case MP3:
		return "audio/mpeg"
	case Speex:
		return "audio/speex"
	case MP4:
		return "video/mp4"
	}
	return "application/octet-stream"
}

// notVideos are the brands of files that share the box format of MP4 and are
// something else: pictures, sound alone, and QuickTime, which WeChat does not
// take.
var notVideos = []string{"heic", "heix", "heim", "heis", "mif1", "msf1", "avif", "avis", "M4A ", "M4B ", "M4P ", "qt  "}

// isMP4 looks for the box that an MP4 file begins with, and its brand.
func isMP4(start []byte) bool {
	return len(start) >= 12 && string(start[4:8]) == "ftyp" && !slices.Contains(notVideos, string(start[8:12]))
}
