package main

import (
	"log/slog"

	"github.com/openkefu/kefu/internal/config"
)

// logger writes to stderr in the form that the settings ask for.
func (t *terminal) logger(s *config.Settings) *slog.Logger {
	o := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == config.LogJSON {
		return slog.New(slog.NewJSONHandler(t.err, o))
	}
	return slog.New(slog.NewTextHandler(t.err, o))
}
