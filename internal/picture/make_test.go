package picture_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// The colours of the four quarters of a test picture, row by row.
var quarters = [4]color.NRGBA{{R: 220, A: 255}, {G: 200, A: 255}, {B: 210, A: 255}, {R: 240, G: 230, B: 220, A: 255}}

func quarter(x, y, w, h int) color.NRGBA {
	i := 0
	if 2*x >= w {
		i++
	}
	if 2*y >= h {
		i += 2
	}
	return quarters[i]
}

type settable interface {
	image.Image
	Set(x, y int, c color.Color)
}

// paint paints the four quarters.
func paint(m settable) image.Image {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	for y := range h {
		for x := range w {
			m.Set(x, y, quarter(x, y, w, h))
		}
	}
	return m
}

func encodePNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodeJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rawPNG is a PNG of a header and the given rows, filter bytes included.
func rawPNG(t testing.TB, width, height uint32, depth, colour, interlace byte, rows []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, content []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(content)))
		named := append([]byte(name), content...)
		out = append(out, named...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(named))
	}
	ihdr := binary.BigEndian.AppendUint32(nil, width)
	ihdr = binary.BigEndian.AppendUint32(ihdr, height)
	chunk("IHDR", append(ihdr, depth, colour, 0, 0, interlace))
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return out
}

// interlacedPNG writes the seven passes of Adam7, with 8 bits a channel.
func interlacedPNG(t testing.TB, m image.Image) []byte {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	var rows []byte
	for _, p := range [7][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		if p[0] >= w {
			continue
		}
		for y := p[1]; y < h; y += p[3] {
			rows = append(rows, 0)
			for x := p[0]; x < w; x += p[2] {
				c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
				rows = append(rows, c.R, c.G, c.B, c.A)
			}
		}
	}
	return rawPNG(t, uint32(w), uint32(h), 8, 6, 1, rows)
}

// blocky describes a JPEG whose blocks of 8 by 8 pixels have one colour each,
// for the kinds that image/jpeg reads but does not write.
type blocky struct {
	width, height uint16
	// sampling has the factors of each component, such as 0x21 for two samples
	// across and one down; their number is that of the components.
	sampling    []byte
	progressive bool
	// adobe is the transform that an APP14 segment names; none when negative.
	adobe int
	scans int
	// sample is a component at a place, 0 to 255.
	sample func(component, x, y int) byte
	// claimWidth and claimHeight go into the header in place of the size.
	claimWidth, claimHeight uint16
}

func (b blocky) encode() []byte {
	out := []byte{0xff, 0xd8}
	segment := func(marker byte, content ...byte) {
		out = append(out, 0xff, marker)
		out = binary.BigEndian.AppendUint16(out, uint16(len(content)+2))
		out = append(out, content...)
	}
	if b.adobe >= 0 {
		segment(0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, byte(b.adobe))...)
	}
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)...)
	w, h := b.width, b.height
	if b.claimWidth > 0 {
		w, h = b.claimWidth, b.claimHeight
	}
	n := byte(len(b.sampling))
	frame := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), n}
	scan := []byte{n}
	for i, hv := range b.sampling {
		frame = append(frame, byte(i+1), hv, 0)
		scan = append(scan, byte(i+1), 0)
	}
	sof := byte(0xc0)
	if b.progressive {
		sof = 0xc2
	}
	segment(sof, frame...)
	// Twelve sizes of differences with codes of four bits each; for the other
	// coefficients only "no more of them", of one bit.
	segment(0xc4, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	segment(0xc4, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for range max(b.scans, 1) {
		if b.progressive {
			segment(0xda, append(scan, 0, 0, 0)...)
		} else {
			segment(0xda, append(scan, 0, 63, 0)...)
		}
		out = append(out, b.blocks()...)
	}
	return append(out, 0xff, 0xd9)
}

func (b blocky) blocks() []byte {
	var w bitWriter
	mostH, mostV := 1, 1
	for _, hv := range b.sampling {
		mostH, mostV = max(mostH, int(hv>>4)), max(mostV, int(hv&15))
	}
	last := make([]int, len(b.sampling))
	for y := 0; y < int(b.height); y += 8 * mostV {
		for x := 0; x < int(b.width); x += 8 * mostH {
			for c, hv := range b.sampling {
				h, v := int(hv>>4), int(hv&15)
				for i := range h * v {
					level := int(b.sample(c, x+8*(i%h)*mostH/h, y+8*(i/h)*mostV/v)) - 128
					w.difference(level - last[c])
					last[c] = level
					if !b.progressive {
						w.write(0, 1)
					}
				}
			}
		}
	}
	w.write(0x7f, 7) // What is left of the last byte is ones.
	return w.out
}

// bitWriter writes entropy-coded data, in which a zero follows every 0xff.
type bitWriter struct {
	out  []byte
	bits uint32
	n    int
}

func (w *bitWriter) write(bits uint32, n int) {
	for i := n - 1; i >= 0; i-- {
		w.bits = w.bits<<1 | bits>>i&1
		if w.n++; w.n == 8 {
			w.out = append(w.out, byte(w.bits))
			if byte(w.bits) == 0xff {
				w.out = append(w.out, 0)
			}
			w.n = 0
		}
	}
}

func (w *bitWriter) difference(d int) {
	size := 0
	for a := max(d, -d); a > 0; a >>= 1 {
		size++
	}
	w.write(uint32(size), 4)
	if d < 0 {
		d += 1<<size - 1
	}
	w.write(uint32(d), size)
}

// withExif puts an EXIF segment with an orientation into a JPEG.
func withExif(data []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	content := append([]byte("Exif\x00\x00"), exif(order, orientation)...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, byte((len(content)+2)>>8), byte(len(content)+2))
	return append(append(out, content...), data[2:]...)
}

// exif is what is in such a segment: a directory with a make and an orientation.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("MM")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II")
	}
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, entry := range [2][4]uint16{{0x010f, 2, 4, 0}, {0x0112, 3, 1, orientation}} {
		b = order.AppendUint16(b, entry[0])
		b = order.AppendUint16(b, entry[1])
		b = order.AppendUint32(b, uint32(entry[2]))
		b = order.AppendUint16(b, entry[3])
		b = order.AppendUint16(b, 0)
	}
	return order.AppendUint32(b, 0)
}
