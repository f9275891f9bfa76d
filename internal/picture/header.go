package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"

	"github.com/openkefu/kefu"
)

const (
	pngSignature  = "\x89PNG\r\n\x1a\n"
	jpegSignature = "\xff\xd8\xff"
)

// Sniff tells the format of a picture by its first eight bytes: [PNG], [JPEG],
// or empty when it is neither. What follows may still be damaged.
func Sniff(start []byte) string {
	switch {
	case bytes.HasPrefix(start, []byte(pngSignature)):
		return PNG
	case bytes.HasPrefix(start, []byte(jpegSignature)):
		return JPEG
	}
	return ""
}

// header is what is known of a picture before its pixels are decoded.
type header struct {
	format        string
	width, height int64
	// memory is an upper bound of what decoding allocates for the pixels.
	memory int64
	// orientation is the EXIF orientation, 1 to 8; 1 is upright.
	orientation int
}

// inspect reads the header and refuses what must not be decoded.
func (s *Scaler) inspect(data []byte) (header, error) {
	var h header
	var err error
	switch format := Sniff(data); format {
	case PNG:
		h, err = pngHeader(data, s.limits.pixels)
	case JPEG:
		h, err = jpegHeader(data)
	default:
		return header{}, fmt.Errorf("%w: it starts like neither", kefu.PictureUnreadable)
	}
	if err != nil {
		return header{}, fmt.Errorf("%w: %w", kefu.PictureUnreadable, err)
	}
	if h.width <= 0 || h.height <= 0 {
		return header{}, fmt.Errorf("%w: it is %d pixels wide and %d high", kefu.PictureUnreadable, h.width, h.height)
	}
	// A side alone may be 2³¹ pixels long, so that the product fits.
	if h.width*h.height > s.limits.pixels {
		return header{}, fmt.Errorf("%w: it is %d pixels wide and %d high, but may have %d in all",
			kefu.PictureTooLarge, h.width, h.height, s.limits.pixels)
	}
	if h.memory > s.limits.memory {
		return header{}, fmt.Errorf("%w: decoding it would take %d bytes of memory, but may take %d; save it with 8 bits a channel, not interlaced and not progressive",
			kefu.PictureTooLarge, h.memory, s.limits.memory)
	}
	return h, nil
}

// pngHeader reads the first chunk, IHDR, which is always in the same place. The
// size is read before the library is asked, because the library calls a picture
// with more pixels than fit into an int unsupported, when it is too large.
func pngHeader(data []byte, maxPixels int64) (header, error) {
	const ihdr = len(pngSignature) + 8
	if len(data) < ihdr+13 || string(data[ihdr-4:ihdr]) != "IHDR" {
		return header{}, errors.New("its first chunk is not a whole IHDR")
	}
	h := header{
		format:      PNG,
		width:       int64(int32(binary.BigEndian.Uint32(data[ihdr:]))),
		height:      int64(int32(binary.BigEndian.Uint32(data[ihdr+4:]))),
		orientation: upright,
	}
	if h.width <= 0 || h.height <= 0 || h.width*h.height > maxPixels {
		return h, nil // The caller refuses it by its size.
	}
	if _, err := png.DecodeConfig(bytes.NewReader(data)); err != nil {
		return header{}, err
	}
	depth, interlace := data[ihdr+8], data[ihdr+12]
	perPixel := int64(4)
	if depth == 16 {
		perPixel = 8
	}
	if interlace != 0 {
		perPixel *= 2 // The seven passes are pictures of their own at first.
	}
	// One row is kept twice, with up to eight bytes a pixel and a filter byte.
	h.memory = perPixel*h.width*h.height + 2*(8*h.width+1)
	return h, nil
}

// maxScans bounds how often a JPEG can make the decoder pass over the picture.
// Programs that save for gradual display use about ten scans; a scan that
// changes nothing costs a sender forty bytes and the decoder all the blocks, so
// that without a bound 5 MB would keep it busy for many minutes.
const maxScans = 100

// jpegHeader combines what the library finds, which is what decoding will go
// by, with what only the segments tell.
func jpegHeader(data []byte) (header, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return header{}, err
	}
	// The marker of a scan can also occur by chance, but only in segments that
	// are no picture data; there it is rare.
	if scans := bytes.Count(data, []byte{0xff, markerSOS}); scans > maxScans {
		return header{}, fmt.Errorf("it has %d scans, but may have %d", scans, maxScans)
	}
	h := header{
		format:      JPEG,
		width:       int64(config.Width),
		height:      int64(config.Height),
		orientation: upright,
	}
	facts := readSegments(data)
	h.memory = facts.frame.memory(h.width, h.height)
	if facts.exif != nil {
		h.orientation = exifOrientation(facts.exif)
	}
	return h, nil
}
