package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

// FuzzAvatar looks for an upload that makes the scaler panic, refuse without a
// reason, return something that is no picture, or use more memory than it may.
func FuzzAvatar(f *testing.F) {
	const (
		maxBytes, maxPixels, maxMemory = 1 << 16, 1 << 14, 1 << 20
		// Scaling takes three squares of at most 300 pixels, each perhaps
		// turned, the table between its two passes, and what encoding collects.
		scaling = 16 << 20
	)
	small := paint(image.NewNRGBA(image.Rect(0, 0, 24, 16)))
	f.Add(encodePNG(f, small))
	f.Add(encodePNG(f, paint(image.NewGray16(small.Bounds()))))
	f.Add(interlacedPNG(f, small))
	f.Add(encodeJPEG(f, small))
	f.Add(withExif(encodeJPEG(f, small), binary.BigEndian, 6))
	f.Add(pngClaiming(f, 100_000, 100_000, 8, 2, 0))
	f.Add(jpegClaiming(65535, 65535, false, 0x11, 0x11, 0x11))
	f.Add(jpegClaiming(100, 100, true, 0x22, 0x11, 0x11, 0x22))
	for _, sampling := range [][]byte{{0x11}, {0x22, 0x11, 0x11}, {0x41, 0x11, 0x11}, {0x11, 0x11, 0x11, 0x11}} {
		for _, progressive := range []bool{false, true} {
			f.Add(blocky{width: 24, height: 16, sampling: sampling, progressive: progressive, adobe: 0, sample: ycbcr(24)}.encode())
		}
	}
	f.Add([]byte("GIF89a"))
	s := picture.NewScalerWithin(1, maxBytes, maxPixels, maxMemory, 0)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := allocated()
		v, err := s.Avatar(t.Context(), data)
		if used := allocated() - before; used > maxMemory+scaling {
			t.Errorf("allocated %d bytes, may allocate %d", used, maxMemory+scaling)
		}
		if err != nil {
			if !errors.Is(err, kefu.PictureEmpty) && !errors.Is(err, kefu.PictureTooLarge) && !errors.Is(err, kefu.PictureUnreadable) {
				t.Errorf("got %v, want one of the reasons", err)
			}
			return
		}
		for _, file := range v.Files {
			config, format, err := image.DecodeConfig(bytes.NewReader(file.Bytes))
			if err != nil || format != v.Format {
				t.Fatalf("size %d: got %s, %v, want %s", file.Size, format, err, v.Format)
			}
			if file.Size != picture.Original && (config.Width != file.Size || config.Height != file.Size) {
				t.Errorf("size %d: got %d by %d", file.Size, config.Width, config.Height)
			}
		}
	})
}

// FuzzExifOrientation looks for a directory that leads the parser astray.
func FuzzExifOrientation(f *testing.F) {
	f.Add(exif(binary.BigEndian, 6))
	f.Add(exif(binary.LittleEndian, 3))
	f.Add([]byte("MM\x00\x2a\xff\xff\xff\xff"))
	f.Add([]byte("II\x2a\x00\x08\x00\x00\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := picture.ExifOrientation(b); got < 1 || got > 8 {
			t.Errorf("got %d, want 1 to 8", got)
		}
	})
}
