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

func TestLogBufferIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var to counted
		b := newLogBuffer(&to)
		line := strings.Repeat("x", 1023) + "\n"
		const lines = 3 * logRoom / 1024
		for range lines {
			write(t, b, line)
		}
		write(t, b, strings.Repeat("y", 2*logRoom)+"\n")
		b.flush()
		if writes, text := to.state(); writes < 3 || len(text) != lines*1024+2*logRoom+1 {
			t.Errorf("got %d bytes in %d writes, want all %d in several", len(text), writes, lines*1024+2*logRoom+1)
		}
		if cap(b.lines) > 4*logRoom {
			t.Errorf("got room for %d bytes, want it bounded", cap(b.lines))
		}
	})
}
