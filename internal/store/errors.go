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
