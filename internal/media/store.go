package media

import (
	"context"
	"errors"
	"io"
	"time"
)

// MaxSize is the largest object in bytes. The largest file that WeChat takes
// from anybody is a video of 10 MB; twice that leaves room for one that was
// allowed more, and still bounds what one upload can do to the disk.
const MaxSize = 20 << 20

// What a store refuses. Any other error means that it could not be asked.
var (
	// ErrNotFound is returned when nothing is kept under the key.
	ErrNotFound = errors.New("media: nothing is kept under this key")
	// ErrTooLarge is returned when there is more than [MaxSize] to keep.
	ErrTooLarge = errors.New("media: more bytes than a media store keeps under one key")
)

// Store keeps bytes by key. Its methods may be called from any goroutine, and
// each refuses a key that [CheckKey] refuses.
type Store interface {
	// Put keeps everything that r yields under key, in place of what was there.
	// When it returns nil the bytes survive a power cut. When it returns an
	// error, key has either what it had before or all the new bytes, never a
	// part of them. It fails with [ErrTooLarge] beyond [MaxSize] bytes, and with
	// the error of r or of ctx; ctx is looked at between two reads from r, so it
	// does not interrupt a read that hangs.
	Put(ctx context.Context, key string, r io.Reader) error

	// Open returns the bytes kept under key, for the caller to close, or
	// [ErrNotFound].
	Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error)

	// Delete forgets what is kept under key. That there is nothing is no error.
	Delete(ctx context.Context, key string) error
}

// Info describes what is kept under a key.
type Info struct {
	// Size is the number of bytes.
	Size int64
	// ModTime is when the bytes were put there.
	ModTime time.Time
}
