package picture

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/openkefu/kefu"
)

const (
	// MaxBytes is the size of the largest upload, as WeChat's page has it: 5 MB.
	MaxBytes = 5 << 20

	// MaxPixels bounds width times height. Cameras and telephones deliver 12 to
	// 24 million pixels, and in 5 MB there is no detail for more.
	MaxPixels = 25_000_000

	// MaxMemory is how many bytes decoding one picture may take. A photograph of
	// MaxPixels as telephones store it (4:2:0) is counted with 140 MB, a PNG with
	// 16 bits a channel with 200 MB, the photograph saved for gradual display
	// (progressive) with 290 MB. What needs more is a rarity, and may have been
	// made to need it. Scaling adds up to 50 MB.
	MaxMemory = 300 << 20

	// Decodes is how many pictures a process should scale at a time. One takes a
	// second at worst, so nobody waits long behind it, and a second one at its
	// side would double the largest memory that the process ever needs.
	Decodes = 1

	// heavyPixels is from where on the memory of a decoded picture is given back
	// at once instead of being kept for the next, which may come in a month. It
	// costs some milliseconds.
	heavyPixels = 2_000_000

	// MaxWaiting is how many pictures may wait for their turn. Each keeps an
	// upload of up to MaxBytes in memory, and the last of 32 ordinary
	// photographs waits for seconds already; further callers do better to come
	// again.
	MaxWaiting = 32
)

// ErrBusy is returned when [MaxWaiting] pictures wait already.
var ErrBusy = errors.New("picture: too many pictures are waiting to be scaled; try again in a few seconds")

// limits are what a test makes small.
type limits struct {
	bytes, pixels, memory int64
	waiting               int
}

// Scaler makes the sizes of pictures, a bounded number at a time. A process has
// one, because what it bounds is the memory of the process. It may be used from
// any goroutine.
type Scaler struct {
	limits limits
	// turns holds a token for each picture that is being scaled, entered one for
	// each that is being scaled or waits.
	turns, entered chan struct{}
}

// NewScaler makes a scaler that works on n pictures at a time, at least one;
// see [Decodes].
func NewScaler(n int) *Scaler {
	return newScaler(n, limits{bytes: MaxBytes, pixels: MaxPixels, memory: MaxMemory, waiting: MaxWaiting})
}

func newScaler(n int, l limits) *Scaler {
	n = max(n, 1)
	return &Scaler{
		limits:  l,
		turns:   make(chan struct{}, n),
		entered: make(chan struct{}, n+l.waiting),
	}
}

// Avatar makes the files of an agent's picture from an upload. It keeps data as
// the original, so the caller must not change it afterwards.
//
// It refuses with [kefu.PictureEmpty] without bytes, [kefu.PictureTooLarge]
// beyond [MaxBytes], [MaxPixels] or [MaxMemory], and [kefu.PictureUnreadable]
// for anything but a whole JPEG or PNG. It fails with [ErrBusy], or with the
// error of ctx when that ends while the picture waits for its turn or between
// two steps of the work.
func (s *Scaler) Avatar(ctx context.Context, data []byte) (Variants, error) {
	if len(data) == 0 {
		return Variants{}, kefu.PictureEmpty
	}
	if int64(len(data)) > s.limits.bytes {
		return Variants{}, fmt.Errorf("%w: it has %d bytes, but may have %d", kefu.PictureTooLarge, len(data), s.limits.bytes)
	}
	// The header is looked at before the queue: who uploads no picture at all
	// need not wait to hear it.
	head, err := s.inspect(data)
	if err != nil {
		return Variants{}, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return Variants{}, err
	}
	defer leave()
	if int64(head.width)*int64(head.height) >= heavyPixels {
		defer debug.FreeOSMemory()
	}
	return scale(ctx, data, head)
}

// enter waits for the caller's turn; leave ends it.
func (s *Scaler) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.entered <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	select {
	case s.turns <- struct{}{}:
		return func() { <-s.turns; <-s.entered }, nil
	case <-ctx.Done():
		<-s.entered
		return nil, ctx.Err()
	}
}
