package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// loadPatience bounds the life of a connection, so that a server that hangs
	// ends the benchmark.
	loadPatience = 5 * time.Minute
	// answerSize bounds an answer, in bytes: a page of 1,000 chat records has a
	// fifth.
	answerSize = 1 << 20
	// shortAnswer is enough for those that are of one line.
	shortAnswer = 4 << 10
)

// caller is one connection to a server, kept for many requests. It does and
// reads no more than it must, so that the load leaves the cores to the server.
type caller struct {
	conn   net.Conn
	answer *bufio.Reader
}

func dial(host string, answerSize int) (*caller, error) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(loadPatience)); err != nil {
		return nil, err
	}
	return &caller{conn, bufio.NewReaderSize(conn, answerSize)}, nil
}

// call sends a request and returns the body of the answer, which is the
// caller's until the next call. A status other than 200 is an error.
func (c *caller) call(request []byte) ([]byte, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	status, length := "", -1
	for {
		line, err := c.answer.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if status == "" {
			status = string(line)
			continue
		}
		if len(line) == 0 {
			break
		}
		if text, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(text)); err != nil {
				return nil, err
			}
		}
	}
	if length < 0 || length > c.answer.Size() {
		return nil, fmt.Errorf("%s announced a body of %d bytes", c.conn.RemoteAddr(), length)
	}
	body, err := c.answer.Peek(length)
	if err != nil {
		return nil, err
	}
	if _, err := c.answer.Discard(length); err != nil {
		return nil, err
	}
	if status != "HTTP/1.1 200 OK" {
		return nil, fmt.Errorf("%s answered %s: %.200s", c.conn.RemoteAddr(), status, body)
	}
	return body, nil
}

func (c *caller) close() { _ = c.conn.Close() }

// get and post append a request to a buffer.
func get(into []byte, host, path string) []byte {
	return fmt.Appendf(into, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n\r\n", path, host)
}

func post(into []byte, host, path, body string) []byte {
	return fmt.Appendf(into, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, host, len(body), body)
}

// load is what is asked of a server over several connections at once, each one
// request after the other.
type load struct {
	connections, requests int
	answerSize            int
	// write appends request number i to a buffer.
	write func(into []byte, i int) []byte
	// good tells whether an answer is the right one.
	good func(body []byte) bool
}

// sample is how long requests took, each and together.
type sample struct {
	each     []time.Duration
	together time.Duration
}

func (s sample) rate() float64 { return float64(len(s.each)) / s.together.Seconds() }

// run opens the connections, and then looks at the clock.
func (l *load) run(host string) (sample, error) {
	callers := make([]*caller, l.connections)
	for i := range callers {
		c, err := dial(host, l.answerSize)
		if err != nil {
			return sample{}, err
		}
		defer c.close()
		callers[i] = c
	}
	each := make([]time.Duration, l.requests)
	failed := make(chan error, l.connections)
	var wait sync.WaitGroup
	began := time.Now()
	for first, c := range callers {
		wait.Go(func() {
			var request []byte
			for i := first; i < l.requests; i += l.connections {
				request = l.write(request[:0], i)
				asked := time.Now()
				body, err := c.call(request)
				if err == nil && !l.good(body) {
					err = fmt.Errorf("%s answered %.200s", host, body)
				}
				if err != nil {
					failed <- err
					return
				}
				each[i] = time.Since(asked)
			}
		})
	}
	wait.Wait()
	s := sample{each, time.Since(began)}
	close(failed)
	return s, <-failed
}

func quantile(all []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(q*float64(len(sorted)-1))]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
