package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"math"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

// allocated is how many bytes the program has allocated since it started.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// pngClaiming is a small PNG whose header claims a size, with a right checksum.
func pngClaiming(t testing.TB, width, height uint32, depth, colour, interlace byte) []byte {
	return rawPNG(t, width, height, depth, colour, interlace, make([]byte, 64))
}

func jpegClaiming(width, height uint16, progressive bool, sampling ...byte) []byte {
	return blocky{
		width: 8, height: 8, claimWidth: width, claimHeight: height, progressive: progressive,
		sampling: sampling, adobe: -1, sample: func(int, int, int) byte { return 90 },
	}.encode()
}

// What is refused is refused by its first bytes: nothing of its pixels is
// decoded, so next to nothing is allocated.
func TestAvatarRefusesBeforeDecoding(t *testing.T) {
	// 20,000 rows of one bit a pixel: 400 million pixels in a few kilobytes.
	oneColour := rawPNG(t, 20_000, 20_000, 1, 0, 0, make([]byte, 20_000*(1+20_000/8)))
	if len(oneColour) > 100_000 {
		t.Fatalf("the bomb has %d bytes, want less than 100,000", len(oneColour))
	}
	small := encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	smallJPEG := encodeJPEG(t, paint(image.NewNRGBA(image.Rect(0, 0, 8, 8))))
	noIHDR := bytes.Replace(small, []byte("IHDR"), []byte("IDAT"), 1)
	badSum := bytes.Clone(small)
	badSum[30] ^= 1
	zeroWide := bytes.Clone(small)
	copy(zeroWide[16:20], []byte{0, 0, 0, 0})
	binary.BigEndian.PutUint32(zeroWide[29:], crc32.ChecksumIEEE(zeroWide[12:29]))

	for _, c := range []struct {
		name string
		data []byte
		want kefu.Reason
	}{
		{"no bytes", nil, kefu.PictureEmpty},
		{"too many bytes", append(bytes.Clone(small), make([]byte, picture.MaxBytes)...), kefu.PictureTooLarge},
		{"PNG that claims 100,000 by 100,000", pngClaiming(t, 100_000, 100_000, 8, 2, 0), kefu.PictureTooLarge},
		{"PNG that claims all there can be", pngClaiming(t, math.MaxInt32, math.MaxInt32, 16, 6, 1), kefu.PictureTooLarge},
		{"PNG with a negative size", pngClaiming(t, math.MaxUint32, 10, 8, 2, 0), kefu.PictureUnreadable},
		{"PNG of one colour, 20,000 by 20,000", oneColour, kefu.PictureTooLarge},
		{"PNG, one pixel too many", pngClaiming(t, picture.MaxPixels+1, 1, 1, 0, 0), kefu.PictureTooLarge},
		{"PNG, 16 bit and interlaced, 5,000 by 5,000", pngClaiming(t, 5000, 5000, 16, 6, 1), kefu.PictureTooLarge},
		{"JPEG that claims 65,535 by 65,535", jpegClaiming(65535, 65535, false, 0x11, 0x11, 0x11), kefu.PictureTooLarge},
		{"progressive JPEG without subsampling, 5,000 by 5,000", jpegClaiming(5000, 5000, true, 0x11, 0x11, 0x11), kefu.PictureTooLarge},
		{"progressive JPEG for printing, 5,000 by 5,000", jpegClaiming(5000, 5000, true, 0x22, 0x11, 0x11, 0x22), kefu.PictureTooLarge},
		{"JPEG without width", jpegClaiming(0, 0, false, 0), kefu.PictureUnreadable},
		{"text", []byte("a picture, honestly"), kefu.PictureUnreadable},
		{"HTML", []byte("<html><script>alert(1)</script>"), kefu.PictureUnreadable},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), kefu.PictureUnreadable},
		{"GIF", []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), kefu.PictureUnreadable},
		{"WebP", []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00"), kefu.PictureUnreadable},
		{"BMP", []byte("BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00"), kefu.PictureUnreadable},
		{"GIF with a PNG behind it", append([]byte("GIF89a"), small...), kefu.PictureUnreadable},
		{"script with a JPEG behind it", append([]byte("/*"), smallJPEG...), kefu.PictureUnreadable},
		{"PNG behind a line break", append([]byte("\n"), small...), kefu.PictureUnreadable},
		{"only the start of a PNG", []byte("\x89PNG\r\n\x1a\n"), kefu.PictureUnreadable},
		{"only the start of a JPEG", []byte("\xff\xd8\xff"), kefu.PictureUnreadable},
		{"PNG without a header", noIHDR, kefu.PictureUnreadable},
		{"PNG with a wrong checksum", badSum, kefu.PictureUnreadable},
		{"PNG without width", zeroWide, kefu.PictureUnreadable},
		{"JPEG with too many scans", blocky{
			width: 8, height: 8, progressive: true, sampling: []byte{0x11}, adobe: -1,
			scans: picture.MaxScans + 1, sample: ycbcr(8),
		}.encode(), kefu.PictureUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := picture.NewScaler(1)
			before := allocated()
			v, err := s.Avatar(t.Context(), c.data)
			if after := allocated(); after-before > 1<<20 {
				t.Errorf("allocated %d bytes to refuse it, want less than 1 MB", after-before)
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if v.Key != "" || len(v.Files) != 0 {
				t.Errorf("got %d files of a refused picture, want none", len(v.Files))
			}
		})
	}
}

// The most scans that are allowed are more than anybody uses; they work.
func TestAvatarOfManyScans(t *testing.T) {
	data := blocky{
		width: 64, height: 64, progressive: true, sampling: []byte{0x11}, adobe: -1,
		scans: picture.MaxScans, sample: ycbcr(64),
	}.encode()
	checkFiles(t, avatar(t, data), data)
}

// However much of a picture arrived, a part of it is no picture.
func TestAvatarRefusesTruncated(t *testing.T) {
	m := paint(image.NewNRGBA(image.Rect(0, 0, 16, 16)))
	s := picture.NewScaler(1)
	for name, whole := range map[string][]byte{
		"PNG":               encodePNG(t, m),
		"PNG, interlaced":   interlacedPNG(t, m),
		"JPEG":              encodeJPEG(t, m),
		"JPEG, progressive": blocky{width: 16, height: 16, progressive: true, sampling: []byte{0x11, 0x11, 0x11}, adobe: -1, sample: ycbcr(16)}.encode(),
	} {
		for n := 1; n < len(whole); n++ {
			if _, err := s.Avatar(t.Context(), whole[:n]); !errors.Is(err, kefu.PictureUnreadable) {
				t.Errorf("%s: the first %d of %d bytes: got %v, want %v", name, n, len(whole), err, kefu.PictureUnreadable)
			}
		}
	}
}

// A refusal says what was found and what would be accepted.
func TestAvatarRefusalTellsTheStory(t *testing.T) {
	s := picture.NewScalerWithin(1, 1000, 100, 300, 1)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"bytes", make([]byte, 1001), "it has 1001 bytes, but may have 1000"},
		{"pixels", pngClaiming(t, 101, 1, 8, 2, 0), "101 pixels wide and 1 high, but may have 100"},
		{"memory", pngClaiming(t, 100, 1, 8, 2, 0), "save it with 8 bits a channel"},
		{"start", []byte("text"), "starts like neither"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := s.Avatar(t.Context(), c.data); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
}
