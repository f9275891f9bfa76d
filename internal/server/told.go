package server

import (
	"context"
	"errors"
	"log/slog"
)

// told is an error that the log has heard of already, as trouble.
type told struct{ err error }

func (t *told) Error() string { return t.err.Error() }
func (t *told) Unwrap() error { return t.err }

// discreet is a [slog.Handler] that does not repeat what the log was told as
// trouble, so that those who log the errors that they meet need not know. Such
// lines are there at level debug.
type discreet struct {
	slog.Handler
	troubles *troubles
}

// Handle implements [slog.Handler].
func (d discreet) Handle(ctx context.Context, line slog.Record) error {
	write := d.Handler.Handle
	if line.Level >= slog.LevelWarn && d.repeats(line) {
		if line.Level = slog.LevelDebug; !d.Enabled(ctx, line.Level) {
			return nil
		}
	}
	return write(ctx, line)
}

// repeats finds an error that was told, or that time ran out while there is
// trouble: those who have less patience than the database hear nothing else.
func (d discreet) repeats(line slog.Record) (found bool) {
	line.Attrs(func(a slog.Attr) bool {
		err, ok := a.Value.Any().(error)
		if !ok {
			return true
		}
		var known *told
		found = errors.As(err, &known) || errors.Is(err, context.DeadlineExceeded) && d.troubles.lasts()
		return !found
	})
	return found
}

// WithAttrs implements [slog.Handler].
func (d discreet) WithAttrs(attrs []slog.Attr) slog.Handler {
	return discreet{d.Handler.WithAttrs(attrs), d.troubles}
}

// WithGroup implements [slog.Handler].
func (d discreet) WithGroup(name string) slog.Handler {
	return discreet{d.Handler.WithGroup(name), d.troubles}
}
