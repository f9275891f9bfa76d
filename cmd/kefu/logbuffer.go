package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	// logDelay is how long a line may wait for others. A person does not notice
	// it, and under load it makes one write to the system out of hundreds.
	logDelay = 10 * time.Millisecond
	// logRoom is how much waits before it is written without further delay.
	logRoom = 64 << 10
	// logMost is how much may wait while the system takes nothing, as when nobody
	// reads the pipe that the log goes into. What comes on top is lost and counted:
	// a log must never keep the house from working.
	logMost = 1 << 20
	// lastWords is how long the end of the process waits for a log that is not read.
	lastWords = time.Second
)

// logBuffer gathers log lines and writes them together, without letting those
// who log wait for it. A kill −9 loses what the last [logDelay] brought. Its zero
// value is not usable; see newLogBuffer.
type logBuffer struct {
	to    io.Writer
	timer *time.Timer

	mu    sync.Mutex
	lines []byte
	lost  int
	// due: the timer runs. hurried: it was told not to wait.
	due, hurried bool

	// pen is taken out while lines are written. spare is what they were written from.
	pen   chan struct{}
	spare []byte
}

func newLogBuffer(to io.Writer) *logBuffer {
	b := &logBuffer{to: to, lines: make([]byte, 0, logRoom), spare: make([]byte, 0, logRoom), pen: make(chan struct{}, 1)}
	b.pen <- struct{}{}
	b.timer = time.AfterFunc(time.Hour, b.write)
	b.timer.Stop()
	return b
}

// Write takes one line. It always succeeds: there is nowhere to say that the
// log cannot be written.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines) > 0 && len(b.lines)+len(line) > logMost {
		b.lost++
		return len(line), nil
	}
	b.lines = append(b.lines, line...)
	switch {
	case len(b.lines) >= logRoom && !b.hurried:
		b.due, b.hurried = true, true
		b.timer.Reset(0)
	case !b.due:
		b.due = true
		b.timer.Reset(logDelay)
	}
	return len(line), nil
}

// write writes what waits.
func (b *logBuffer) write() {
	<-b.pen
	defer func() { b.pen <- struct{}{} }()
	b.mu.Lock()
	lines, lost := b.lines, b.lost
	b.lines, b.lost, b.due, b.hurried = b.spare[:0], 0, false, false
	b.mu.Unlock()
	if lost > 0 {
		lines = fmt.Appendf(lines, "%d lines of the log are missing here: they were not read fast enough\n", lost)
	}
	if len(lines) > 0 {
		_, _ = b.to.Write(lines) // as above
	}
	if cap(lines) > 2*logRoom {
		lines = make([]byte, 0, logRoom)
	}
	b.spare = lines
}

// flush writes what waits, if the log is read.
func (b *logBuffer) flush() {
	written := make(chan struct{})
	go func() {
		defer close(written)
		b.write()
	}()
	patience := time.NewTimer(lastWords)
	defer patience.Stop()
	select {
	case <-written:
	case <-patience.C:
	}
}
