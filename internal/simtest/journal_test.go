package simtest

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// journal is what happened in a world, for the reader of a failure.
type journal struct {
	mu    sync.Mutex
	began time.Time
	lines []string
}

func newJournal() *journal { return &journal{began: time.Now()} }

// note writes a line with the time since the world began.
func (j *journal) note(who, what string, args ...any) {
	line := fmt.Sprintf("%10.3f %-10s %s", time.Since(j.began).Seconds(), who, fmt.Sprintf(what, args...))
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

const (
	// shownLines bounds the journal's end in a failure, and shownAbout what is shown
	// of everything earlier that names what the failure is about.
	shownLines = 60
	shownAbout = 60
)

// tell is the end of the journal, after what it says about some names.
func (j *journal) tell(about []string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out strings.Builder
	if *whole {
		return strings.Join(j.lines, "\n") + "\n"
	}
	last := max(len(j.lines)-shownLines, 0)
	var named []string
	for _, line := range j.lines[:last] {
		for _, name := range about {
			if name != "" && strings.Contains(line, name) {
				named = append(named, line)
				break
			}
		}
	}
	for _, line := range named[max(len(named)-shownAbout, 0):] {
		out.WriteString(line + "\n")
	}
	out.WriteString("   ...\n")
	for _, line := range j.lines[last:] {
		out.WriteString(line + "\n")
	}
	return out.String()
}

// logger is a process's log: its warnings stand in the journal.
func (j *journal) logger(process string) *slog.Logger {
	return slog.New(slog.NewTextHandler(logLines{j, process}, &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

type logLines struct {
	journal *journal
	process string
}

func (l logLines) Write(line []byte) (int, error) {
	l.journal.note(l.process, "log: %s", strings.TrimSpace(string(line)))
	return len(line), nil
}
