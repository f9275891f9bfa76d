package picture

// NewScalerWithin makes a scaler with limits of its own.
func NewScalerWithin(n int, bytes, pixels, memory int64, waiting int) *Scaler {
	return newScaler(n, limits{bytes: bytes, pixels: pixels, memory: memory, waiting: waiting})
}

// ExifOrientation is what the parser of EXIF finds.
func ExifOrientation(b []byte) int { return exifOrientation(b) }

// MaxScans is the bound on the scans of a JPEG.
const MaxScans = maxScans
