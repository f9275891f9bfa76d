package mediaformat_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/mediaformat"
)

// amr has frames of one type, each with the bytes that its type has.
func amr(magic string, frameType byte, size, frames int) []byte {
	frame := append([]byte{frameType<<3 | 4}, make([]byte, size-1)...)
	return append([]byte(magic), bytes.Repeat(frame, frames)...)
}

// mp3 has frames of one header, each with the bytes that it claims.
func mp3(header [4]byte, size, frames int) []byte {
	return bytes.Repeat(append(header[:], make([]byte, size-4)...), frames)
}

var (
	// MPEG 1, 128 kbit/s, 44.1 kHz: 417 bytes; MPEG 2, 32 kbit/s, 16 kHz: 144
	// bytes; MPEG 2.5, 8 kbit/s, 8 kHz: 72 bytes and a padding one.
	mpeg1  = [4]byte{0xff, 0xfb, 0x90, 0x00}
	mpeg2  = [4]byte{0xff, 0xf3, 0x48, 0x00}
	mpeg25 = [4]byte{0xff, 0xe3, 0x1a, 0x00}
)

// id3 is a tag in front of a file.
func id3(size int) []byte {
	tag := []byte{'I', 'D', '3', 4, 0, 0, 0, 0, byte(size >> 7), byte(size & 0x7f)}
	return append(tag, make([]byte, size)...)
}

// speex is an Ogg file of a header page and a page that ends at a sample.
func speex(rate uint32, samples uint64) []byte {
	packet := make([]byte, 80)
	copy(packet, "Speex   ")
	binary.LittleEndian.PutUint32(packet[36:], rate)
	file := page(0, packet)
	return append(file, page(samples, make([]byte, 200))...)
}

func page(granule uint64, packet []byte) []byte {
	head := make([]byte, 27)
	copy(head, "OggS")
	binary.LittleEndian.PutUint64(head[6:], granule)
	head[26] = 1
	return append(append(head, byte(len(packet))), packet...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestSniffAndPlay(t *testing.T) {
	const frame1, frame2, frame25 = 1152 * time.Second / 44100, 576 * time.Second / 16000, 576 * time.Second / 8000
	for _, tt := range []struct {
		name string
		data []byte
		want mediaformat.Format
		play time.Duration
	}{
		{"PNG", []byte("\x89PNG\r\n\x1a\n…"), mediaformat.PNG, 0},
		{"JPEG", []byte("\xff\xd8\xff\xe0…"), mediaformat.JPEG, 0},
		{"GIF of 1987", []byte("GIF87a…"), mediaformat.GIF, 0},
		{"GIF of 1989", []byte("GIF89a…"), mediaformat.GIF, 0},
		{"MP4", []byte("\x00\x00\x00\x18ftypmp42…"), mediaformat.MP4, 0},
		{"QuickTime", []byte("\x00\x00\x00\x14ftypqt  …"), "", 0},
		{"sound in an MP4", []byte("\x00\x00\x00\x18ftypM4A …"), "", 0},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic…"), "", 0},
		{"AVI", []byte("RIFF\x00\x00\x00\x00AVI LIST"), "", 0},
		{"WAV", []byte("RIFF\x00\x00\x00\x00WAVEfmt "), "", 0},
		{"nothing", nil, "", 0},
		{"half a signature", []byte("\x89PNG"), "", 0},
		{"text", []byte("hello, world"), "", 0},
		{"UTF-16", []byte("\xff\xfeh\x00e\x00"), "", 0},
		{"AAC", []byte{0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f}, "", 0},
		{"AMR of 12.2 kbit/s", amr("#!AMR\n", 7, 32, 50), mediaformat.AMR, time.Second},
		{"AMR of 4.75 kbit/s", amr("#!AMR\n", 0, 13, 3), mediaformat.AMR, 60 * time.Millisecond},
		{"AMR with silence", join(amr("#!AMR\n", 7, 32, 1), amr("", 8, 6, 2), amr("", 15, 1, 4)), mediaformat.AMR, 140 * time.Millisecond},
		{"AMR that breaks off", amr("#!AMR\n", 7, 32, 2)[:6+32+31], mediaformat.AMR, 20 * time.Millisecond},
		{"AMR with a type there is none of", join(amr("#!AMR\n", 7, 32, 1), amr("", 12, 32, 9)), mediaformat.AMR, 20 * time.Millisecond},
		{"AMR without a frame", []byte("#!AMR\n"), mediaformat.AMR, 0},
		{"wide AMR", amr("#!AMR-WB\n", 8, 61, 50), mediaformat.AMR, time.Second},
		{"MP3", mp3(mpeg1, 417, 100), mediaformat.MP3, 100 * frame1},
		{"MP3 of MPEG 2", mp3(mpeg2, 144, 100), mediaformat.MP3, 100 * frame2},
		{"MP3 of MPEG 2.5 with padding", mp3(mpeg25, 73, 10), mediaformat.MP3, 10 * frame25},
		{"MP3 with a tag", join(id3(300), mp3(mpeg1, 417, 10)), mediaformat.MP3, 10 * frame1},
		{"MP3 with two tags and something between", join(id3(7), id3(200), []byte("\x00\x00"), mp3(mpeg1, 417, 10)), mediaformat.MP3, 10 * frame1},
		{"MP3 with a tag longer than itself", id3(300)[:50], mediaformat.MP3, 0},
		{"MP3 with facts in its first frame", join(mpeg1[:], []byte("Xing"), make([]byte, 409), mp3(mpeg1, 417, 10)), mediaformat.MP3, 10 * frame1},
		{"MP3 with rubbish within", join(mp3(mpeg1, 417, 5), []byte("rubbish"), mp3(mpeg1, 417, 5)), mediaformat.MP3, 10 * frame1},
		{"MP3 that breaks off", mp3(mpeg1, 417, 2)[:500], mediaformat.MP3, 2 * frame1},
		{"Speex", speex(16000, 32000), mediaformat.Speex, 2 * time.Second},
		{"Speex that claims a century", speex(8000, 1<<62), mediaformat.Speex, 24 * time.Hour},
		{"Speex with a rate of 0", speex(0, 96000), mediaformat.Speex, 2 * time.Second},
		{"Speex that breaks off", speex(16000, 32000)[:40], mediaformat.Speex, 0},
		{"Ogg with something else", page(0, []byte("\x01vorbis")), "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mediaformat.Sniff(tt.data[:min(len(tt.data), mediaformat.SniffLength)]); got != tt.want {
				t.Errorf("format: got %q, want %q", got, tt.want)
			}
			if got := mediaformat.Play(tt.data); got != tt.play {
				t.Errorf("play: got %s, want %s", got, tt.play)
			}
		})
	}
}

func TestFits(t *testing.T) {
	for kind, want := range map[kefu.MediaType]string{
		kefu.MediaImage: "png jpg gif ", kefu.MediaVoice: "amr mp3 speex ", kefu.MediaVideo: "mp4 ",
		kefu.MediaThumb: "jpg ", kefu.MediaPicture: "png jpg ", "music": "",
	} {
		got := ""
		for _, f := range []mediaformat.Format{mediaformat.PNG, mediaformat.JPEG, mediaformat.GIF, mediaformat.AMR, mediaformat.MP3, mediaformat.Speex, mediaformat.MP4, ""} {
			if f.Fits(kind) {
				got += string(f) + " "
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", kind, got, want)
		}
	}
}

// FuzzPlay looks at anything: it must end soon, must not fail, and must not find
// more sound than there can be.
func FuzzPlay(f *testing.F) {
	for _, seed := range [][]byte{
		nil, amr("#!AMR\n", 7, 32, 3), amr("#!AMR-WB\n", 14, 1, 30), mp3(mpeg1, 417, 3), mp3(mpeg25, 73, 3),
		join(id3(5), mp3(mpeg2, 144, 2)), speex(16000, 99), speex(1, 1<<63-1), []byte("\x00\x00\x00\x18ftypmp42"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := data[:min(len(data), mediaformat.SniffLength)]
		format, play := mediaformat.Sniff(start), mediaformat.Play(data)
		switch {
		case play < 0:
			t.Errorf("got %s, want no negative time", play)
		case play > 0 && !format.Fits(kefu.MediaVoice):
			t.Errorf("got %s of a %q, want none", play, format)
		// The densest there is: a byte for 20 ms of AMR. Speex says what it likes.
		case format != mediaformat.Speex && play > time.Duration(len(data))*20*time.Millisecond:
			t.Errorf("got %s in %d bytes, want less", play, len(data))
		case play > 24*time.Hour && format == mediaformat.Speex:
			t.Errorf("got %s, want at most a day", play)
		}
		if format != "" && format.ContentType() == "application/octet-stream" {
			t.Errorf("format %q has no content type", format)
		}
	})
}
