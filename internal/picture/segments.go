package picture

import "encoding/binary"

// The JPEG markers that matter here; T.81, table B.1, names them all.
const (
	markerSOF0 = 0xc0 // sequential
	markerSOF2 = 0xc2 // progressive
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP1 = 0xe1
)

// maxSegments bounds the walk to the frame header. Cameras write about ten
// segments before it, a colour profile adds a few.
const maxSegments = 1000

// segments is what the segments before the first scan tell.
type segments struct {
	frame frame
	// exif is the content of the EXIF segment; nil when there is none.
	exif []byte
}

// frame is the part of a frame header that decides about memory. The zero value
// stands for a header that was not found, and is the most expensive.
type frame struct {
	sequential bool
	// samples is the number of samples per pixel, of all components together, in
	// sixteenths; 0 when unknown.
	samples int64
	// components is 1 for gray, 3 for colours, 4 for printing; 0 when unknown.
	components int
}

// readSegments walks over the segments of a JPEG. It is not the judge of
// whether the file is sound: where it loses its way it stops and returns what
// it has.
func readSegments(data []byte) segments {
	const exifName = "Exif\x00\x00"
	var found segments
	rest := data[2:]
	for range maxSegments {
		for len(rest) > 1 && rest[0] == 0xff && rest[1] == 0xff {
			rest = rest[1:] // Any number of these may fill the space before a marker.
		}
		if len(rest) < 4 || rest[0] != 0xff {
			return found
		}
		marker := rest[1]
		if marker >= markerRST0 && marker <= markerRST7 {
			rest = rest[2:]
			continue
		}
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if marker < markerSOF0 || marker == markerSOS || marker == markerEOI || length < 2 || len(rest) < 2+length {
			return found
		}
		content := rest[4 : 2+length]
		switch {
		case marker >= markerSOF0 && marker <= markerSOF2:
			found.frame = readFrame(content, marker != markerSOF2)
		case marker == markerAPP1 && found.exif == nil && len(content) > len(exifName) && string(content[:len(exifName)]) == exifName:
			found.exif = content[len(exifName):]
		}
		rest = rest[2+length:]
	}
	return found
}

// readFrame reads a frame header (T.81, B.2.2): precision, height, width, the
// number of components, and for each an id, its sampling factors, and a table.
func readFrame(b []byte, sequential bool) frame {
	if len(b) < 6 || len(b) != 6+3*int(b[5]) {
		return frame{}
	}
	f := frame{sequential: sequential, components: int(b[5])}
	var sum, mostH, mostV int64
	for i := range f.components {
		h, v := int64(b[7+3*i]>>4), int64(b[7+3*i]&15)
		sum += h * v
		mostH, mostV = max(mostH, h), max(mostV, v)
	}
	if mostH == 0 || mostV == 0 {
		return frame{}
	}
	f.samples = (16*sum + mostH*mostV - 1) / (mostH * mostV)
	return f
}

// memory is how much decoding allocates at most.
func (f frame) memory(width, height int64) int64 {
	samples, components := f.samples, f.components
	if samples == 0 {
		samples, components = 16*4, 4
	}
	perPixel := samples // A byte for each sample, in sixteenths as they are.
	if !f.sequential {
		perPixel += 4 * samples // Four bytes for each coefficient, kept until the end.
	}
	if components != 1 {
		perPixel += 16 * 4 // The separate planes may have to be joined into one.
	}
	// The decoder works in blocks of up to 32 by 16 pixels, the last of a row
	// and of a column included.
	return perPixel * (width + 31) * (height + 31) / 16
}
