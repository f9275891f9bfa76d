package script

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

const (
	// readyzWithin is how long /readyz may take when its database hangs.
	readyzWithin = 2500 * time.Millisecond
	// fewLines is how many warnings and errors one trouble may bring into the log,
	// however many calls fail by it: one for reading, writing and media each, and
	// some of the signals of other processes, which are tried again every second.
	fewLines = 6
)

// besieged is a house in trouble, with customers and a developer who go on calling
// it all the while.
type besieged struct {
	*house
	t     *testing.T
	door  door
	token string
	dev   *counting

	stopping chan struct{}
	running  sync.WaitGroup
	talkers  []*talker
	// kept and failed count the calls that were answered well, and those that were
	// not.
	kept, failed atomic.Int64
}

// talker is a customer who writes, and hears from the developer, one after the
// other.
type talker struct {
	customer string
	said     []said
}

// said is a text and what its sender was told of it.
type said struct {
	text string
	err  error
	took time.Duration
	// asked tells that the customer wrote it.
	asked bool
}

// besiege starts a sandbox and keeps it busy with some customers until the test
// calls check.
func besiege(t *testing.T, customers int, args ...string) *besieged {
	t.Helper()
	dev := newCounting(t)
	args = append([]string{"dev", "--callback-url", dev.URL, "--callback-token", "KfSpecToken2024"}, args...)
	b := &besieged{t: t, dev: dev, house: startForTest(t, args...), stopping: make(chan struct{})}
	b.door = newDoor(b.url)
	t.Cleanup(b.leave)
	var err error
	if b.token, err = b.door.newToken(); err != nil {
		t.Fatal(err)
	}
	for i := range customers {
		who := &talker{customer: fmt.Sprintf("customer_%d", i)}
		if err := b.door.follow(who.customer); err != nil {
			t.Fatal(err)
		}
		b.talkers = append(b.talkers, who)
		b.running.Go(func() { b.talk(who) })
	}
	until(t, "the house is busy", func() bool { return b.kept.Load() > int64(4*customers) })
	return b
}

// talk goes on until the end, whatever is answered.
func (b *besieged) talk(who *talker) {
	const pause = 20 * time.Millisecond
	for n := 0; ; n++ {
		ask, reply := fmt.Sprintf("%s asks %04d", who.customer, n), fmt.Sprintf("%s is told %04d", who.customer, n)
		if b.say(who, ask, true, func() error { _, err := b.door.write(who.customer, ask, 0); return err }) {
			b.say(who, reply, false, func() error { return b.door.sendFor(b.token, who.customer, reply, "") })
		}
		select {
		case <-b.stopping:
			return
		case <-time.After(pause):
		}
	}
}

func (b *besieged) say(who *talker, text string, asked bool, call func() error) bool {
	began := time.Now()
	err := call()
	who.said = append(who.said, said{text, err, time.Since(began), asked})
	var no *refused
	switch {
	case err == nil:
		b.kept.Add(1)
		return true
	case errors.As(err, &no):
		b.t.Errorf("%q: got %v, want it kept or errcode -1", text, err)
	}
	b.failed.Add(1)
	return false
}

// leave ends the calls.
func (b *besieged) leave() {
	select {
	case <-b.stopping:
	default:
		close(b.stopping)
	}
	b.running.Wait()
}

// fails waits until some more calls have failed.
func (b *besieged) fails(n int64) {
	b.t.Helper()
	before := b.failed.Load()
	until(b.t, fmt.Sprintf("%d calls fail", n), func() bool { return b.failed.Load() >= before+n })
}

// goesOn waits until every customer could have been served again, and tells how
// long that took.
func (b *besieged) goesOn() time.Duration {
	b.t.Helper()
	began, before := time.Now(), b.kept.Load()
	until(b.t, "calls are answered well again", func() bool { return b.kept.Load() >= before+int64(4*len(b.talkers)) })
	return time.Since(began)
}

// isNotReady waits until /readyz says no with a reason.
func (b *besieged) isNotReady(why string) {
	b.t.Helper()
	last := ""
	defer func() {
		if b.t.Failed() {
			b.t.Logf("/readyz said last: %s", last)
		}
	}()
	until(b.t, "/readyz says that "+why, func() bool {
		var status int
		status, last = b.readyz()
		return status == http.StatusServiceUnavailable && strings.Contains(last, why)
	})
	status, text, err := b.door.call(http.MethodGet, "/healthz", "", nil)
	if err != nil || status != http.StatusOK {
		b.t.Errorf("/healthz: got %d %s (%v), want 200", status, text, err)
	}
}

// isReady waits until /readyz says yes, and tells how long that took.
func (b *besieged) isReady() time.Duration {
	b.t.Helper()
	began := time.Now()
	until(b.t, "/readyz says yes", func() bool { status, _ := b.readyz(); return status == http.StatusOK })
	return time.Since(began)
}

// readyz asks whether the house is ready, which has its answer in time in any
// trouble.
func (b *besieged) readyz() (status int, why string) {
	began := time.Now()
	status, text, err := b.door.call(http.MethodGet, "/readyz", "", nil)
	if took := time.Since(began); err != nil || took > readyzWithin {
		b.t.Errorf("/readyz: got an answer after %s (%v), want it within %s", took, err, readyzWithin)
	}
	var answer struct{ Why string }
	if err := json.Unmarshal(text, &answer); err != nil {
		b.t.Errorf("/readyz: got %s, want JSON", text)
	}
	return status, answer.Why
}

// isTold waits until the log says something.
func (b *besieged) isTold(what string) {
	b.t.Helper()
	until(b.t, "the log says: "+what, func() bool { return strings.Contains(b.log(), what) })
}

// patience bounds what anybody had to wait for an answer.
func (b *besieged) patience(most time.Duration) (longest time.Duration) {
	b.t.Helper()
	b.leave()
	for _, who := range b.talkers {
		for _, s := range who.said {
			longest = max(longest, s.took)
			if s.took > most {
				b.t.Errorf("%q (told: %v): got an answer after %s, want all within %s", s.text, s.err, s.took, most)
			}
		}
	}
	return longest
}

// check looks at everything when the trouble is over: what was acknowledged is
// there once and in order, what was refused is there whole or not at all, all of
// it reached the developer's server, and the log was not flooded.
func (b *besieged) check() {
	b.t.Helper()
	b.leave()
	var asked []string
	for _, who := range b.talkers {
		asked = append(asked, b.checkTalker(who)...)
	}
	until(b.t, "the developer's server is told everything", func() bool {
		all := strings.Join(b.dev.inOrder(), "\n")
		return !slices.ContainsFunc(asked, func(text string) bool { return !strings.Contains(all, text) })
	})
	until(b.t, "all pushes have their outcome", func() bool {
		all, err := b.door.pushes(0)
		return err == nil && !slices.ContainsFunc(all, func(p logged) bool { return p.Outcome == "due" })
	})
	var lines []string
	for line := range strings.Lines(b.log()) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
			lines = append(lines, line)
		}
	}
	if len(lines) > fewLines || len(lines) == 0 {
		b.t.Errorf("got %d warnings and errors in the log for %d calls that failed, want 1 to %d:\n%s", len(lines), b.failed.Load(), fewLines, strings.Join(lines, ""))
	}
	b.t.Logf("%d calls were kept, %d failed, %d pushes told, %d lines of warning or error:\n%s", b.kept.Load(), b.failed.Load(), len(asked), len(lines), strings.Join(lines, ""))
}

// checkTalker looks at one customer's phone, and returns what the customer wrote
// of it.
func (b *besieged) checkTalker(who *talker) (asked []string) {
	b.t.Helper()
	phone, err := b.door.phone(who.customer)
	if err != nil {
		b.t.Fatal(err)
	}
	var shown []string
	for _, m := range phone {
		shown = append(shown, m.Text.Content)
	}
	var may []string
	for _, s := range who.said {
		n := 0
		for _, text := range shown {
			if text == s.text {
				n++
			}
		}
		if n > 1 || n == 0 && s.err == nil {
			b.t.Errorf("%q (told: %v): got it %d times on the phone, want once", s.text, s.err, n)
		}
		if n > 0 {
			may = append(may, s.text)
			if s.asked {
				asked = append(asked, s.text)
			}
		}
	}
	if !slices.Equal(shown, may) {
		b.t.Errorf("%s: got another order on the phone than it was said in:\n%s\n%s", who.customer, shown, may)
	}
	return asked
}

// neverKept checks that nothing is there of what somebody was refused, for trouble
// in which no outcome is open. What a customer wrote may be there all the same: its
// answer also tells how the push is.
func (b *besieged) neverKept() {
	b.t.Helper()
	b.leave()
	for _, who := range b.talkers {
		phone, err := b.door.phone(who.customer)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, s := range who.said {
			if s.err != nil && !s.asked && slices.ContainsFunc(phone, func(m onPhone) bool { return m.Text.Content == s.text }) {
				b.t.Errorf("%q: got it on the phone, although its sender was told %v", s.text, s.err)
			}
		}
	}
}

// reads asks for the list of agents, as a reader among the calls.
func (b *besieged) reads() error {
	return b.door.api(b.token, wechat.PathAgentList, nil, nil)
}

// samplePicture is a picture of about a size: a PNG is known by its first bytes.
func samplePicture(size int) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("kefu"), size/4)...)
}

// files lists the files below a folder.
func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, files(t, folder+"/"+e.Name())...)
		} else {
			names = append(names, folder+"/"+e.Name())
		}
	}
	return names
}
