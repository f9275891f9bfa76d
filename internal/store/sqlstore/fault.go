package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// unexplained is said of a failure that no table here knows.
const unexplained = "the database failed; the log tells how"

// fault makes a [store.Fault] of an error that came from the database, unless it
// is one. What no database can be blamed for stays as it is.
func (d *dialect) fault(err error) error {
	var known *store.Fault
	var newer *store.NewerError
	var refusal kefu.Reason
	switch {
	case err == nil, errors.As(err, &known), errors.As(err, &newer), errors.As(err, &refusal), errors.Is(err, errNotText):
		return err
	}
	return &store.Fault{Why: d.why(err), Err: err}
}

// blame is fault for an error that a caller's context may have caused: a caller
// who no longer waits hears of nothing else.
func (d *dialect) blame(caller context.Context, err error) error {
	if over(caller) == nil {
		return d.fault(err)
	}
	return timely(caller, err)
}

// timely says of an error that came when a context had ended that this was why. A
// driver may call it a bad connection.
func timely(ctx context.Context, err error) error {
	if ended := over(ctx); err != nil && ended != nil && !errors.Is(err, ended) {
		return errors.Join(ended, err)
	}
	return err
}

// over is why a context has ended, or nil. The network looks at the clock by
// itself, and may find that time is up a moment before the context does.
func over(ctx context.Context) error {
	if ctx == nil {
		return nil // A change is nobody's: others may wait for its group too.
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if end, bounded := ctx.Deadline(); bounded && !time.Now().Before(end) {
		return context.DeadlineExceeded
	}
	return nil
}
