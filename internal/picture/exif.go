package picture

import "encoding/binary"

// upright is the EXIF orientation of a picture that is shown as it is stored.
const upright = 1

// maxExifEntries bounds the search for the orientation in the first directory.
// Cameras write 10 to 20 entries there, and the orientation is among the first,
// because entries are sorted by their tag.
const maxExifEntries = 256

// exifOrientation finds how the camera was held, as the number 1 to 8 of the
// EXIF tag 0x0112. Anything it does not understand is upright.
//
// EXIF is a TIFF file: the byte order, the number 42, the offset of the first
// directory; there the number of entries, and for each a tag, a type, a count
// and a value, in 12 bytes.
func exifOrientation(b []byte) int {
	const (
		tagOrientation = 0x0112
		typeShort      = 3
	)
	var order binary.ByteOrder
	switch {
	case len(b) < 8:
		return upright
	case string(b[:2]) == "II":
		order = binary.LittleEndian
	case string(b[:2]) == "MM":
		order = binary.BigEndian
	default:
		return upright
	}
	offset := uint64(order.Uint32(b[4:]))
	if order.Uint16(b[2:]) != 42 || offset+2 > uint64(len(b)) {
		return upright
	}
	entries := b[offset+2:]
	for range min(int(order.Uint16(b[offset:])), maxExifEntries) {
		if len(entries) < 12 {
			return upright
		}
		if order.Uint16(entries) == tagOrientation {
			value := int(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != typeShort || order.Uint32(entries[4:]) != 1 || value < 1 || value > 8 {
				return upright
			}
			return value
		}
		entries = entries[12:]
	}
	return upright
}
