package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/openkefu/kefu"
)

// jpegQuality keeps small faces free of visible blocks. A square of 300 pixels
// takes about 25 kB with it.
const jpegQuality = 90

// scale makes all the files of a picture whose header was found fit to decode.
func scale(ctx context.Context, data []byte, head header) (Variants, error) {
	decoded, err := decode(data, head.format)
	if err != nil {
		return Variants{}, fmt.Errorf("%w: %w", kefu.PictureUnreadable, err)
	}
	v := Variants{Key: newKey(), Format: head.format}
	source, area := decoded, centre(decoded.Bounds())
	for _, size := range Sizes() {
		if size == Original {
			v.Files = append(v.Files, File{Size: Original, Bytes: data})
			continue
		}
		if err := ctx.Err(); err != nil {
			return Variants{}, err
		}
		square := image.NewRGBA(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(square, square.Rect, scannable(source), area, draw.Src, nil)
		if area.Dx() > size {
			// The smaller squares are made of this one: they look the same, and
			// the large picture need not be gone over again.
			source, area = square, square.Rect
		}
		encoded, err := encode(orient(square, head.orientation), head.format)
		if err != nil {
			return Variants{}, fmt.Errorf("picture: encode a square of %d pixels: %w", size, err)
		}
		v.Files = append(v.Files, File{Size: size, Bytes: encoded})
	}
	return v, nil
}

func decode(data []byte, format string) (image.Image, error) {
	if format == PNG {
		return png.Decode(bytes.NewReader(data))
	}
	return jpeg.Decode(bytes.NewReader(data))
}

// encode writes a square. The tables that compress JPEG are the standard ones,
// and a PNG without transparent pixels is written without an alpha channel.
func encode(square *image.RGBA, format string) ([]byte, error) {
	var out bytes.Buffer
	var err error
	if format == PNG {
		err = png.Encode(&out, square)
	} else {
		err = jpeg.Encode(&out, square, &jpeg.Options{Quality: jpegQuality})
	}
	return out.Bytes(), err
}

// centre is the largest square in the middle of a rectangle.
func centre(r image.Rectangle) image.Rectangle {
	edge := min(r.Dx(), r.Dy())
	corner := r.Min.Add(image.Pt((r.Dx()-edge)/2, (r.Dy()-edge)/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(edge, edge))}
}

// scannable hides the type of pictures whose chroma is sampled in a way that
// package draw has no quick path for. It would take a way that allocates for
// every pixel; without the type it takes one that does not.
func scannable(m image.Image) image.Image {
	if ycbcr, ok := m.(*image.YCbCr); ok {
		switch ycbcr.SubsampleRatio {
		case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
			return struct{ image.RGBA64Image }{ycbcr}
		}
	}
	return m
}

// orient turns and mirrors a square the way the EXIF orientation asks for, as
// encoding again loses the tag.
func orient(square *image.RGBA, orientation int) *image.RGBA {
	last := square.Rect.Dx() - 1
	var from func(x, y int) (int, int) // where the pixel shown at x, y is stored
	switch orientation {
	case 2:
		from = func(x, y int) (int, int) { return last - x, y }
	case 3:
		from = func(x, y int) (int, int) { return last - x, last - y }
	case 4:
		from = func(x, y int) (int, int) { return x, last - y }
	case 5:
		from = func(x, y int) (int, int) { return y, x }
	case 6:
		from = func(x, y int) (int, int) { return y, last - x }
	case 7:
		from = func(x, y int) (int, int) { return last - y, last - x }
	case 8:
		from = func(x, y int) (int, int) { return last - y, x }
	default:
		return square
	}
	turned := image.NewRGBA(square.Rect)
	for y := 0; y <= last; y++ {
		for x := 0; x <= last; x++ {
			turned.SetRGBA(x, y, square.RGBAAt(from(x, y)))
		}
	}
	return turned
}
