package store

import (
	"errors"
	"strconv"
)

// ErrClosed is returned by a store after Close.
var ErrClosed = errors.New("store: closed")

// ErrBusy is returned when so many changes wait for the pen already that one
// more would only wait too long.
var ErrBusy = errors.New("store: too many changes are waiting")

// NewerError says that the data was written by a later version of the program.
// Opening a store returns it instead of touching what it does not understand.
type NewerError struct {
	// Data is the migration that the data is at, Program the last one known.
	Data, Program int
}

func (e *NewerError) Error() string {
	return "the data is at migration " + strconv.Itoa(e.Data) + " but this program knows only up to " + strconv.Itoa(e.Program) +
		": use the newer version of kefu that wrote it, or restore a backup made before the upgrade"
}

// Fault is a failure of the database: it could not be asked, or could not write.
// Whatever a [Store] returns because its database failed is a Fault, or wraps one;
// refusals, the other errors of this package, that of an ended context and what
// the given function returned by itself are none.
type Fault struct {
	// Why says what is wrong in words that anybody may read: no path, address,
	// statement or name is in it. "the disk is full".
	Why string
	// Err is the whole story, for the log.
	Err error
}

func (f *Fault) Error() string { return f.Err.Error() }
func (f *Fault) Unwrap() error { return f.Err }
