package sqlstore

import (
	"log/slog"
	"time"
)

// Options tune a store. The zero value is right for production.
type Options struct {
	// Logger hears of changes that panicked and of applied migrations, and at
	// level debug of groups that could not be committed and of connections that
	// could not be closed: every failure is also an error for somebody, who tells
	// it. nil is silence.
	Logger *slog.Logger
	// Committed, when not nil, is called after each commit with the number of
	// changes in the group and the time from begin to durable. It runs on the
	// writer's goroutine and must return at once.
	Committed func(changes int, took time.Duration)
	// MaxGroup bounds how many changes are committed together; 0 is the
	// database's own bound. With 1 every change has a commit of its own, which
	// only a benchmark wants.
	MaxGroup int
	// Connections bounds the connections to PostgreSQL; 0 is 16. At most half
	// of them write. SQLite does not use it.
	Connections int
}

func (o Options) logger() *slog.Logger {
	if o.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Logger
}
