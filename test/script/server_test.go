package script

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	// readyWithin bounds the wait for a server, on a busy machine.
	readyWithin = 30 * time.Second
	// stopWithin is what is promised to operators.
	stopWithin = 10 * time.Second
)

// house is a running kefu server.
type house struct {
	process *exec.Cmd
	url     string
	ended   chan struct{}
	err     error // of the process; set when ended is closed

	mu             sync.Mutex
	stdout, stderr bytes.Buffer
}

// startHouse starts a server in a folder and waits until it is ready.
func startHouse(folder string, env []string, args ...string) (*house, error) {
	h, ready, err := launchHouse(folder, env, args...)
	if err != nil {
		return nil, err
	}
	select {
	case h.url = <-ready:
		return h, nil
	case <-h.ended:
		return nil, fmt.Errorf("the server ended (%v) before it was ready:\n%s%s", h.err, h.out(), h.log())
	case <-time.After(readyWithin):
		return nil, errors.Join(errors.New("the server did not get ready"), h.crash())
	}
}

// launchHouse starts a server in a folder; ready gets its address once.
func launchHouse(folder string, env []string, args ...string) (h *house, ready chan string, err error) {
	process := exec.Command(program, append(args, "--addr", "127.0.0.1:0")...)
	process.Dir, process.Env = folder, env
	return launch(process)
}

// launch starts a server by whatever command becomes one.
func launch(process *exec.Cmd) (h *house, ready chan string, err error) {
	h = &house{process: process, ended: make(chan struct{})}
	h.process.Stderr = h.into(&h.stderr)
	out, err := h.process.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := h.process.Start(); err != nil {
		return nil, nil, err
	}
	ready = make(chan string, 1)
	go func() {
		defer close(h.ended)
		lines := bufio.NewScanner(io.TeeReader(out, h.into(&h.stdout)))
		for lines.Scan() {
			if url, found := strings.CutPrefix(lines.Text(), "ready "); found {
				ready <- url
			}
		}
		h.err = errors.Join(lines.Err(), h.process.Wait())
	}()
	return h, ready, nil
}

// into lets the process write while a test reads.
func (h *house) into(b *bytes.Buffer) io.Writer { return lockedWriter{h, b} }

type lockedWriter struct {
	h *house
	b *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.h.mu.Lock()
	defer w.h.mu.Unlock()
	return w.b.Write(p)
}

func (h *house) out() string { return h.text(&h.stdout) }
func (h *house) log() string { return h.text(&h.stderr) }

func (h *house) text(b *bytes.Buffer) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return b.String()
}

func (h *house) signal(s os.Signal) error { return h.process.Process.Signal(s) }

// end waits for the process to end in time, and well.
func (h *house) end() error {
	select {
	case <-h.ended:
		if h.err != nil {
			return fmt.Errorf("the server ended with %w:\n%s", h.err, h.log())
		}
		return nil
	case <-time.After(stopWithin):
		return errors.Join(fmt.Errorf("the server did not end within %s of the signal:\n%s", stopWithin, h.log()), h.crash())
	}
}

// stop asks the server to end, and waits.
func (h *house) stop() error {
	if err := h.signal(syscall.SIGTERM); err != nil {
		return err
	}
	return h.end()
}

// crash ends the process without a word to it.
func (h *house) crash() error {
	err := h.signal(os.Kill)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-h.ended
	return err
}

// startForTest starts a server that ends with the test. It sees nothing of the
// environment, where settings may stand.
func startForTest(t *testing.T, args ...string) *house {
	t.Helper()
	h, err := startHouse(t.TempDir(), []string{"PATH=" + os.Getenv("PATH")}, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.crash(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// housesKey is where a script keeps its servers by name.
type housesKey struct{}

func houses(ts *testscript.TestScript) map[string]*house {
	return ts.Value(housesKey{}).(map[string]*house)
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || args[1] != "kefu" {
		ts.Fatalf("usage: start NAME kefu VERB ARG...")
	}
	env := []string{"PATH=" + ts.Getenv("PATH")}
	for _, name := range []string{"KEFU_CONFIG", "KEFU_DATABASE_URL"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	h, err := startHouse(ts.MkAbs("."), env, args[2:]...)
	ts.Check(err)
	houses(ts)[args[0]] = h
	ts.Defer(func() {
		if err := h.crash(); err != nil {
			ts.Logf("end the server %s: %v", args[0], err)
		}
		ts.Logf("[log of %s]\n%s", args[0], h.log())
	})
	fmt.Fprint(ts.Stdout(), h.out())
	ts.Setenv("URL", h.url)
	ts.Setenv("ADDRESS", strings.TrimPrefix(h.url, "http://"))
	ts.Setenv("KEFU_BASE_URL", h.url)
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	h := oneHouse(ts, neg, args)
	ts.Check(h.stop())
	fmt.Fprint(ts.Stdout(), h.out())
	fmt.Fprint(ts.Stderr(), h.log())
}

func crash(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(oneHouse(ts, neg, args).crash())
}

func oneHouse(ts *testscript.TestScript, neg bool, args []string) *house {
	if neg || len(args) != 1 || houses(ts)[args[0]] == nil {
		ts.Fatalf("there is no server to end by the name %q", args)
	}
	return houses(ts)[args[0]]
}
