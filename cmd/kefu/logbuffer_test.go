package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// counted counts writes and keeps what was written.
type counted struct {
	mu     sync.Mutex
	writes int
	text   bytes.Buffer
}

func (c *counted) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	return c.text.Write(p)
}

func (c *counted) state() (writes int, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes, c.text.String()
}

func write(t *testing.T, b *logBuffer, line string) {
	t.Helper()
	if n, err := b.Write([]byte(line)); n != len(line) || err != nil {
		t.Fatalf("got %d, %v, want %d and no error", n, err, len(line))
	}
}

func TestLogBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to counted
		b := newLogBuffer(&to)
		write(t, b, "one\n")
		write(t, b, "two\n")
		if writes, _ := to.state(); writes != 0 {
			t.Errorf("got %d writes at once, want none yet", writes)
		}
		time.Sleep(logDelay)
		synctest.Wait()
		if writes, text := to.state(); writes != 1 || text != "one\ntwo\n" {
			t.Errorf("got %q in %d writes, want both lines in one", text, writes)
		}
		write(t, b, "three\n")
		time.Sleep(logDelay)
		synctest.Wait()
		if writes, text := to.state(); writes != 2 || text != "one\ntwo\nthree\n" {
			t.Errorf("got %q in %d writes, want a line after a pause too", text, writes)
		}
		write(t, b, "four\n")
		b.flush()
		if _, text := to.state(); !strings.HasSuffix(text, "four\n") {
			t.Errorf("got %q, want the last line to be flushed", text)
		}
	})
}

// Under a load that is read, nothing is lost.
func TestLogBufferUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to counted
		b := newLogBuffer(&to)
		line := strings.Repeat("x", 1023) + "\n"
		const lines = logMost / 1024
		for range lines {
			write(t, b, line)
		}
		synctest.Wait()
		write(t, b, strings.Repeat("y", 2*logMost)+"\n")
		b.flush()
		synctest.Wait()
		if _, text := to.state(); len(text) != lines*1024+2*logMost+1 {
			t.Errorf("got %d bytes, want all %d", len(text), lines*1024+2*logMost+1)
		}
		if cap(b.lines) > 2*logRoom || cap(b.spare) > 2*logRoom {
			t.Errorf("got room for %d and %d bytes afterwards, want it given back", cap(b.lines), cap(b.spare))
		}
	})
}

// stuck takes nothing until it is told to.
type stuck struct {
	counted
	read chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	<-s.read
	return s.counted.Write(p)
}

// A log that nobody reads keeps nobody waiting and does not grow; what is missing
// is said when it is read again.
func TestLogNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &stuck{read: make(chan struct{})}
		b := newLogBuffer(to)
		line := strings.Repeat("x", 1023) + "\n"
		write(t, b, "first\n")
		time.Sleep(logDelay)
		synctest.Wait() // The first line is on its way.
		const lines, missing = logMost / 1024, 500
		for range lines + missing {
			write(t, b, line)
		}
		began := time.Now()
		b.flush()
		if waited := time.Since(began); waited != lastWords {
			t.Errorf("got a flush of %s, want %s", waited, lastWords)
		}
		close(to.read)
		synctest.Wait()
		_, text := to.state()
		if want := "first\n" + strings.Repeat(line, lines) + "500 lines of the log are missing here"; !strings.HasPrefix(text, want) {
			t.Errorf("got %d bytes that end in %q, want all that fitted and how many did not", len(text), text[max(0, len(text)-100):])
		}
	})
}
