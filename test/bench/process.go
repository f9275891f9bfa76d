package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// process is a server under measurement.
type process struct {
	cmd *exec.Cmd
	url string
	// ready is how long it took to print that it serves.
	ready time.Duration
}

// startTimeout bounds the wait for a server's ready line.
const startTimeout = 30 * time.Second

// start runs a server and waits for its ready line.
func start(ctx context.Context, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, name, args...)}
	log := new(tail)
	p.cmd.Stderr = log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	watchdog := time.AfterFunc(startTimeout, func() { _ = p.cmd.Process.Kill() })
	defer watchdog.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, found := strings.CutPrefix(lines.Text(), "ready "); found {
			p.url, p.ready = url, time.Since(started)
			return p, nil
		}
	}
	_ = p.cmd.Wait()
	return nil, fmt.Errorf("%s ended without a ready line: %s", name, log.end)
}

// tail keeps the end of a log, which has a line for each request.
type tail struct{ end []byte }

const tailSize = 4 << 10

func (t *tail) Write(text []byte) (int, error) {
	t.end = append(t.end, text...)
	if extra := len(t.end) - tailSize; extra > 0 {
		t.end = append(t.end[:0], t.end[extra:]...)
	}
	return len(text), nil
}

// host is the server's address.
func (p *process) host() string { return strings.TrimPrefix(p.url, "http://") }

// stop ends the server and waits for it.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	kill := time.AfterFunc(15*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	_ = p.cmd.Wait() // a signal is how it is meant to end
}

// clockTick is the unit of /proc/PID/stat on Linux, whatever the kernel's own is.
const clockTick = 10 * time.Millisecond

// cpu is the processor time that the server has used, user and system.
func (p *process) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The command's name is in parentheses and may hold anything.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("cannot read %q", stat)
	}
	return time.Duration(user+system) * clockTick, nil
}

// resident is the memory that the server holds, in bytes.
func (p *process) resident() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if figure, found := strings.CutPrefix(line, "VmRSS:"); found {
			kib, err := strconv.ParseInt(strings.Fields(figure)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS in %q", status)
}
