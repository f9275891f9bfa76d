package main

import (
	"io"
	"sync"
	"time"
)

const (
	// logDelay is how long a line may wait for others. A person does not notice
	// it, and under load it makes one write to the system out of hundreds.
	logDelay = 10 * time.Millisecond
	// logRoom is how much may wait; what comes on top is written at once.
	logRoom = 64 << 10
)

// logBuffer gathers log lines and writes them together. A kill −9 loses what
// the last [logDelay] brought. Its zero value is not usable; see newLogBuffer.
type logBuffer struct {
	mu    sync.Mutex
	to    io.Writer
	lines []byte
	timer *time.Timer
	due   bool
}

func newLogBuffer(to io.Writer) *logBuffer {
	b := &logBuffer{to: to, lines: make([]byte, 0, logRoom)}
	b.timer = time.AfterFunc(time.Hour, b.flush)
	b.timer.Stop()
	return b
}

// Write takes one line. It always succeeds: there is nowhere to say that the
// log cannot be written.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines)+len(line) > logRoom {
		b.flushLocked()
	}
	b.lines = append(b.lines, line...)
	if !b.due {
		b.due = true
		b.timer.Reset(logDelay)
	}
	return len(line), nil
}

// flush writes what waits.
func (b *logBuffer) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flushLocked()
}

func (b *logBuffer) flushLocked() {
	b.due = false
	if len(b.lines) == 0 {
		return
	}
	_, _ = b.to.Write(b.lines) // as above
	b.lines = b.lines[:0]
}
