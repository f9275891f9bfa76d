package main

import (
	stdlog "log"
	"log/slog"

	"github.com/openkefu/kefu/internal/config"
)

// logger writes to stderr in the form that the settings ask for. flush writes
// what still waits; it is the last thing to be done with the logger.
func (t *terminal) logger(s *config.Settings) (log *slog.Logger, flush func()) {
	buffer := newLogBuffer(t.err)
	o := &slog.HandlerOptions{Level: s.LogLevel}
	var handler slog.Handler = slog.NewTextHandler(buffer, o)
	if s.LogFormat == config.LogJSON {
		handler = slog.NewJSONHandler(buffer, o)
	}
	// The standard library tells its own logger of answers that nobody asked for,
	// with what strangers wrote in them: that is for those who look closely.
	stdlog.SetFlags(0)
	stdlog.SetOutput(slog.NewLogLogger(handler, slog.LevelDebug).Writer())
	return slog.New(handler), buffer.flush
}
