package picture_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/openkefu/kefu/internal/picture"
)

func avatar(t *testing.T, data []byte) picture.Variants {
	t.Helper()
	v, err := picture.NewScaler(1).Avatar(t.Context(), data)
	if err != nil {
		t.Fatalf("got %v, want no error", err)
	}
	return v
}

// decodeAs decodes a file that must be in the format.
func decodeAs(t *testing.T, format string, data []byte) image.Image {
	t.Helper()
	decode := png.Decode
	if format == picture.JPEG {
		decode = jpeg.Decode
	}
	m, err := decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("decoding as %s: %v", format, err)
	}
	return m
}

// near tells whether two colours look alike.
func near(a, b color.Color, tolerance int) bool {
	p, q := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	if p.A == 0 && q.A == 0 {
		return true
	}
	for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B), int(p.A) - int(q.A)} {
		if max(d, -d) > tolerance {
			return false
		}
	}
	return true
}

// spots are places in a square away from the borders of its quarters, in
// eighths of its edge.
var spots = []image.Point{{X: 2, Y: 2}, {X: 6, Y: 2}, {X: 2, Y: 6}, {X: 6, Y: 6}}

// ycbcr is the quarters for a blocky picture with luma and chroma.
func ycbcr(size int) func(c, x, y int) byte {
	return func(c, x, y int) byte {
		q := quarter(x, y, size, size)
		luma, cb, cr := color.RGBToYCbCr(q.R, q.G, q.B)
		return [4]byte{luma, cb, cr, 128}[c]
	}
}

func TestAvatarOfEveryKind(t *testing.T) {
	square := image.Rect(0, 0, 96, 96)
	palette := color.Palette{quarters[0], quarters[1], quarters[2], quarters[3]}
	clear := paint(image.NewNRGBA(square)).(*image.NRGBA)
	for y := range 96 {
		for x := range 48 {
			clear.SetNRGBA(x, y, color.NRGBA{})
		}
	}
	cmyk := func(c, x, y int) byte {
		q := quarter(x, y, 96, 96)
		return [4]byte{q.R, q.G, q.B, 200}[c]
	}
	for _, c := range []struct {
		name   string
		data   []byte
		format string
	}{
		{"PNG", encodePNG(t, paint(image.NewNRGBA(square))), picture.PNG},
		{"PNG with transparency", encodePNG(t, clear), picture.PNG},
		{"PNG with a palette", encodePNG(t, paint(image.NewPaletted(square, palette))), picture.PNG},
		{"PNG with a transparent colour in its palette", encodePNG(t, paint(image.NewPaletted(square, append(palette[:3:3], color.Transparent)))), picture.PNG},
		{"PNG, gray", encodePNG(t, paint(image.NewGray(square))), picture.PNG},
		{"PNG, gray, 1 bit", rawPNG(t, 8, 1, 1, 0, 0, []byte{0, 0xf0}), picture.PNG},
		{"PNG, gray, 16 bit", encodePNG(t, paint(image.NewGray16(square))), picture.PNG},
		{"PNG, 16 bit", encodePNG(t, paint(image.NewRGBA64(square))), picture.PNG},
		{"PNG, 16 bit with transparency", encodePNG(t, paint(image.NewNRGBA64(image.Rect(0, 0, 300, 96)))), picture.PNG},
		{"PNG, interlaced", interlacedPNG(t, clear), picture.PNG},
		{"PNG, wide", encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 1000, 333)))), picture.PNG},
		{"PNG, high", encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 133, 1000)))), picture.PNG},
		{"PNG, 1 by 1", encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 1, 1)))), picture.PNG},
		{"PNG, 1 by 5000", encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 1, 5000)))), picture.PNG},
		{"PNG, 5000 by 1", encodePNG(t, paint(image.NewNRGBA(image.Rect(0, 0, 5000, 1)))), picture.PNG},
		{"JPEG", encodeJPEG(t, paint(image.NewNRGBA(square))), picture.JPEG},
		{"JPEG, larger than every square", encodeJPEG(t, paint(image.NewNRGBA(image.Rect(0, 0, 640, 640)))), picture.JPEG},
		{"JPEG, gray", encodeJPEG(t, paint(image.NewGray(square))), picture.JPEG},
		{"JPEG, 1 by 1", encodeJPEG(t, paint(image.NewNRGBA(image.Rect(0, 0, 1, 1)))), picture.JPEG},
		{"JPEG, 1 by 5000", encodeJPEG(t, paint(image.NewNRGBA(image.Rect(0, 0, 1, 5000)))), picture.JPEG},
		{"JPEG, one block", blocky{width: 96, height: 96, sampling: []byte{0x11, 0x11, 0x11}, adobe: -1, sample: ycbcr(96)}.encode(), picture.JPEG},
		{"JPEG, chroma 4:1:1", blocky{width: 96, height: 96, sampling: []byte{0x41, 0x11, 0x11}, adobe: -1, sample: ycbcr(96)}.encode(), picture.JPEG},
		{"JPEG, chroma 4:1:0", blocky{width: 96, height: 96, sampling: []byte{0x42, 0x11, 0x11}, adobe: -1, sample: ycbcr(96)}.encode(), picture.JPEG},
		{"JPEG, progressive", blocky{width: 96, height: 96, sampling: []byte{0x22, 0x11, 0x11}, adobe: -1, progressive: true, sample: ycbcr(96)}.encode(), picture.JPEG},
		{"JPEG, progressive, gray", blocky{width: 96, height: 96, sampling: []byte{0x11}, adobe: -1, progressive: true, sample: ycbcr(96)}.encode(), picture.JPEG},
		{"JPEG, RGB", blocky{width: 96, height: 96, sampling: []byte{0x11, 0x11, 0x11}, adobe: 0, sample: cmyk}.encode(), picture.JPEG},
		{"JPEG, CMYK", blocky{width: 96, height: 96, sampling: []byte{0x11, 0x11, 0x11, 0x11}, adobe: 0, sample: cmyk}.encode(), picture.JPEG},
		{"JPEG, YCCK, progressive", blocky{width: 96, height: 96, sampling: []byte{0x11, 0x11, 0x11, 0x11}, adobe: 2, progressive: true, sample: ycbcr(96)}.encode(), picture.JPEG},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := avatar(t, c.data)
			if v.Format != c.format {
				t.Errorf("format: got %q, want %q", v.Format, c.format)
			}
			if got := picture.Sniff(c.data); got != c.format {
				t.Errorf("sniffed: got %q, want %q", got, c.format)
			}
			checkFiles(t, v, c.data)
		})
	}
}

// checkFiles compares each square with the middle of the original.
func checkFiles(t *testing.T, v picture.Variants, data []byte) {
	t.Helper()
	if len(v.Files) != len(picture.Sizes()) {
		t.Fatalf("files: got %d, want %d", len(v.Files), len(picture.Sizes()))
	}
	original := decodeAs(t, v.Format, data)
	edge := min(original.Bounds().Dx(), original.Bounds().Dy())
	left, top := (original.Bounds().Dx()-edge)/2, (original.Bounds().Dy()-edge)/2
	for i, size := range picture.Sizes() {
		f := v.Files[i]
		if f.Size != size {
			t.Errorf("file %d: got size %d, want %d", i, f.Size, size)
		}
		if size == picture.Original {
			if !bytes.Equal(f.Bytes, data) {
				t.Error("the original: got other bytes than were uploaded")
			}
			continue
		}
		square := decodeAs(t, v.Format, f.Bytes)
		if got, want := square.Bounds(), image.Rect(0, 0, size, size); got != want {
			t.Errorf("size %d: got a picture of %v, want %v", size, got, want)
		}
		for _, spot := range spots {
			got := square.At(spot.X*size/8, spot.Y*size/8)
			want := original.At(left+spot.X*edge/8, top+spot.Y*edge/8)
			if !near(got, want, 12) {
				t.Errorf("size %d at %v: got %v, want about %v", size, spot, got, want)
			}
		}
	}
}

// A picture that lets something shine through keeps its colours and how much.
func TestAvatarKeepsTransparency(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 500, 400))
	half := color.NRGBA{R: 200, G: 100, B: 50, A: 128}
	for y := range 400 {
		for x := range 500 {
			m.SetNRGBA(x, y, half)
		}
	}
	for _, f := range avatar(t, encodePNG(t, m)).Files[1:] {
		square := decodeAs(t, picture.PNG, f.Bytes)
		for _, at := range []int{0, f.Size / 2, f.Size - 1} {
			if got := square.At(at, at); !near(got, half, 2) {
				t.Errorf("size %d at %d: got %v, want about %v", f.Size, at, got, half)
			}
		}
	}
}

// The squares are shown upright, however the camera was held.
func TestAvatarHonoursOrientation(t *testing.T) {
	// Which quarter of what is stored is shown top left, top right, bottom left
	// and bottom right.
	shown := [][4]int{
		1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
		5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2},
		0: {0, 1, 2, 3}, 9: {0, 1, 2, 3}, // no such orientations
	}
	stored := encodeJPEG(t, paint(image.NewNRGBA(image.Rect(0, 0, 160, 120))))
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		for orientation, want := range shown {
			data := withExif(stored, order, uint16(orientation))
			v := avatar(t, data)
			if !bytes.Equal(v.Files[0].Bytes, data) {
				t.Errorf("orientation %d: the original got changed", orientation)
			}
			for _, f := range v.Files[1:] {
				square := decodeAs(t, picture.JPEG, f.Bytes)
				for i, spot := range spots {
					// The corners of the crop lie within the quarters all the same.
					got := square.At(spot.X*f.Size/8, spot.Y*f.Size/8)
					if !near(got, quarters[want[i]], 16) {
						t.Errorf("%v, orientation %d, size %d, quarter %d: got %v, want about %v",
							order, orientation, f.Size, i, got, quarters[want[i]])
					}
				}
			}
		}
	}
}

func TestExifOrientation(t *testing.T) {
	good := exif(binary.BigEndian, 6)
	changed := func(at int, b ...byte) []byte {
		c := bytes.Clone(good)
		copy(c[at:], b)
		return c
	}
	for _, c := range []struct {
		name string
		data []byte
		want int
	}{
		{"as cameras write it", good, 6},
		{"little-endian", exif(binary.LittleEndian, 8), 8},
		{"nothing", nil, 1},
		{"only the byte order", []byte("MM"), 1},
		{"no byte order", changed(0, 'X', 'X'), 1},
		{"not 42", changed(2, 0, 43), 1},
		{"directory outside", changed(4, 0xff, 0xff, 0xff, 0xff), 1},
		{"directory at the very end", changed(4, 0, 0, 0, byte(len(good)-1)), 1},
		{"more entries than bytes", append(changed(8, 0xff, 0xff)[:10:10], good[10:22]...), 1},
		{"cut in the middle of the entry", good[:30], 1},
		{"a long instead of a short", changed(24, 0, 4), 1},
		{"two values", changed(29, 2), 1},
		{"orientation 0", exif(binary.BigEndian, 0), 1},
		{"orientation 9", exif(binary.BigEndian, 9), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := picture.ExifOrientation(c.data); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
