package main

import (
	"log/slog"

	"github.com/openkefu/kefu/internal/config"
)

// logger writes to stderr in the form that the settings ask for. flush writes
// what still waits; it is the last thing to be done with the logger.
func (t *terminal) logger(s *config.Settings) (log *slog.Logger, flush func()) {
	buffer := newLogBuffer(t.err)
	o := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == config.LogJSON {
		return slog.New(slog.NewJSONHandler(buffer, o)), buffer.flush
	}
	return slog.New(slog.NewTextHandler(buffer, o)), buffer.flush
}
