package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// developer is a developer's server that remembers what it was told, and can be
// made to keep quiet.
type developer struct {
	*httptest.Server
	mu    sync.Mutex
	told  map[string][]string // the texts of each customer, in order
	count map[int64]int       // how often each message came
	hold  chan struct{}       // nil, or closed when answers may go
}

func newDeveloper(t *testing.T) *developer {
	d := &developer{told: make(map[string][]string), count: make(map[int64]int)}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // The process was killed in the middle of its request.
		}
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("echostr")) // the check at the start
			return
		}
		p, err := wechat.ParsePush(wechat.FormatXML, body)
		if err != nil {
			t.Errorf("got a push that cannot be read: %v", err)
			return
		}
		d.mu.Lock()
		hold := d.hold
		if p.MsgType == wechat.MsgTypeText {
			if d.count[p.MsgID]++; d.count[p.MsgID] == 1 {
				d.told[p.FromUserName] = append(d.told[p.FromUserName], p.Content)
			}
		}
		d.mu.Unlock()
		if hold != nil {
			<-hold
		}
		_, _ = io.WriteString(w, "success") // a process that is gone hears nothing
	}))
	t.Cleanup(d.Close)
	return d
}

// sandbox makes one call of the control API.
func sandbox(url, method, verb, body string, into any) error {
	request, err := http.NewRequest(method, url+"/sandbox/v1/"+verb, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %s", method, verb, answer.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// A process that is killed loses nothing that it acknowledged: every message is
// on the phone, the developer's server is told of each, in order, and what had
// its outcome is not told again.
func TestKilledLosesNothing(t *testing.T) {
	t.Parallel()
	dev := newDeveloper(t)
	folder, env := t.TempDir(), []string{"PATH=" + os.Getenv("PATH")}
	start := func() *house {
		h, err := startHouse(folder, env, "dev", "--callback-url", dev.URL, "--callback-token", "KfSpecToken2024")
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := start()

	const customers = 8
	acknowledged := make([]int, customers)
	write := func(customer int) error {
		text := strconv.Itoa(acknowledged[customer])
		err := sandbox(h.url, http.MethodPost, fmt.Sprintf("followers/customer_%d/messages", customer),
			`{"msgtype":"text","text":{"content":"`+text+`"}}`, nil)
		if err == nil {
			acknowledged[customer]++
		}
		return err
	}
	for i := range customers {
		if err := sandbox(h.url, http.MethodPost, "followers", fmt.Sprintf(`{"openid":"customer_%d"}`, i), nil); err != nil {
			t.Fatal(err)
		}
		if err := write(i); err != nil {
			t.Fatal(err)
		}
	}
	// The first of each has its outcome before anything goes wrong.
	settled := func() int {
		var log struct{ Pushes []struct{ Outcome string } }
		if err := sandbox(h.url, http.MethodGet, "pushes?limit=1000", "", &log); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, p := range log.Pushes {
			if p.Outcome == "acknowledged" {
				n++
			}
		}
		return n
	}
	until(t, "all pushes have their outcome", func() bool { return settled() == 2*customers })
	before := dev.counts()

	dev.mu.Lock()
	hold := make(chan struct{})
	dev.hold = hold
	dev.mu.Unlock()
	var writers sync.WaitGroup
	for i := range customers {
		writers.Go(func() {
			for range 200 {
				if write(i) != nil {
					return
				}
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	if err := h.crash(); err != nil {
		t.Fatal(err)
	}
	writers.Wait()
	dev.mu.Lock()
	dev.hold = nil
	dev.mu.Unlock()
	close(hold)

	h = start()
	t.Cleanup(func() {
		if err := h.crash(); err != nil {
			t.Error(err)
		}
	})
	for i := range customers {
		var phone struct {
			Messages []struct {
				From string
				Text struct{ Content string }
			}
		}
		if err := sandbox(h.url, http.MethodGet, fmt.Sprintf("followers/customer_%d/messages?limit=1000", i), "", &phone); err != nil {
			t.Fatal(err)
		}
		// One more may have been written whose acknowledgement was cut off.
		if got := len(phone.Messages); got < acknowledged[i] || got > acknowledged[i]+1 {
			t.Errorf("customer %d: got %d messages on the phone, want %d that were acknowledged", i, got, acknowledged[i])
		}
		for j, m := range phone.Messages {
			if m.Text.Content != strconv.Itoa(j) {
				t.Fatalf("customer %d: got %q in place %d of the phone", i, m.Text.Content, j)
			}
		}
		customer := fmt.Sprintf("customer_%d", i)
		until(t, "the developer's server is told of everything", func() bool {
			dev.mu.Lock()
			defer dev.mu.Unlock()
			return len(dev.told[customer]) >= len(phone.Messages)
		})
		dev.mu.Lock()
		for j, text := range dev.told[customer] {
			if text != strconv.Itoa(j) {
				t.Fatalf("customer %d: got told %q in place %d", i, text, j)
			}
		}
		dev.mu.Unlock()
	}
	after := dev.counts()
	for id, n := range before {
		if after[id] != n {
			t.Errorf("message %d had its outcome and was told again: got %d times, want %d", id, after[id], n)
		}
	}
}

func (d *developer) counts() map[int64]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	counts := make(map[int64]int, len(d.count))
	for id, n := range d.count {
		counts[id] = n
	}
	return counts
}

// until waits for something that takes a moment.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(readyWithin)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s, but not yet: %s", readyWithin, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
