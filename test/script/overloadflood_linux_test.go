package script

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	// More than there are places for: 2,048 of the API, and 1,024 of the others.
	floodWriters  = 1100
	floodRenamers = 2600
	floodSenders  = 200
	// floodDelay makes calls slower than any flood, so that they do not fit.
	floodDelay = "5s"
	// They go on for floodLasts at least, and until so many were refused; floodAtMost
	// bounds that on a busy machine.
	floodLasts   = 3 * time.Second
	floodRefused = 300
	floodAtMost  = 20 * time.Second
	// floodPause is how long one waits who was told to come again.
	floodPause = 100 * time.Millisecond
	// floodMemory bounds the server, in MiB: three thousand connections with some
	// 30 KiB each, as much again for two thousand requests at work, the program and
	// its database, and twice that for what the collector has not looked at.
	floodMemory = 400
)

// Thousands of requests at once: each has an answer, most are told to come again,
// what was accepted is in the ledger once and in order, and what was refused is
// not.
func TestFloodIsRefusedPolitely(t *testing.T) {
	h := startForTest(t, "dev", "--log-level", "warn")
	c := crowdClient(t)
	token := apiToken(t, c, h.url)
	follows(t, c, h.url, "", floodWriters)
	for i := range floodSenders {
		got, err := ask(c, http.MethodPost, fmt.Sprintf("%s/sandbox/v1/followers/customer_%d/messages", h.url, i), `{"msgtype":"text","text":{"content":"hello"}}`)
		if err != nil || !got.accepted() {
			t.Fatalf("write: got %v, %v", got, err)
		}
	}
	before := median(t, c, h.url, token)
	if got, err := ask(c, http.MethodPut, h.url+"/sandbox/v1/faults", `{"api":[{"path":"/customservice/kfaccount/update","delay":"`+floodDelay+`"}]}`); err != nil || !got.accepted() {
		t.Fatalf("slow a path down: got %v, %v", got, err)
	}

	var accepted, refused atomic.Int64
	over := make(chan struct{})
	// keepOn makes one request after the other and lists what was accepted.
	keepOn := func(most int, next func(attempt int) (url, body, said string)) (done []string) {
		for attempt := 0; len(done) < most; attempt++ {
			select {
			case <-over:
				return done
			default:
			}
			url, body, said := next(attempt)
			got, err := ask(c, http.MethodPost, url, body)
			switch {
			case err != nil:
				t.Errorf("%s: got no answer: %v", url, err)
				return done
			case got.accepted():
				accepted.Add(1)
				done = append(done, said)
			case got.politely():
				refused.Add(1)
				time.Sleep(floodPause)
			default:
				t.Errorf("%s: got HTTP %d %s, want success, -1, 45011 or 503", url, got.status, got.text)
				return done
			}
		}
		return done
	}
	var flood sync.WaitGroup
	wrote := make([][]string, floodWriters)
	for i := range floodWriters {
		flood.Go(func() {
			wrote[i] = keepOn(1<<20, func(attempt int) (string, string, string) {
				said := fmt.Sprintf("writes %d", attempt)
				return fmt.Sprintf("%s/sandbox/v1/followers/customer_%d/messages", h.url, i), `{"msgtype":"text","text":{"content":"` + said + `"}}`, said
			})
		})
	}
	sent := make([][]string, floodSenders)
	for i := range floodSenders {
		flood.Go(func() {
			// One message of a customer allows five.
			sent[i] = keepOn(5, func(attempt int) (string, string, string) {
				said := fmt.Sprintf("answer %d", attempt)
				return h.url + "/cgi-bin/message/custom/send?access_token=" + token,
					fmt.Sprintf(`{"touser":"customer_%d","msgtype":"text","text":{"content":"%s"}}`, i, said), said
			})
		})
	}
	renamed := make([][]string, floodRenamers)
	for i := range floodRenamers {
		flood.Go(func() {
			renamed[i] = keepOn(1<<20, func(attempt int) (string, string, string) {
				name := fmt.Sprintf("n%d_%d", i, attempt)
				return h.url + "/customservice/kfaccount/update?access_token=" + token, `{"kf_account":"alice@demo_shop","nickname":"` + name + `"}`, name
			})
		})
	}
	for began := time.Now(); time.Since(began) < floodLasts || refused.Load() < floodRefused && time.Since(began) < floodAtMost; {
		time.Sleep(floodPause)
	}
	close(over)
	flood.Wait()
	t.Logf("%d requests accepted, %d told to come again", accepted.Load(), refused.Load())
	if refused.Load() < floodRefused {
		t.Errorf("got %d requests refused, want %d: more must be asked than can be taken", refused.Load(), floodRefused)
	}

	h.staysWithin(t, floodMemory)
	after := median(t, c, h.url, token)
	t.Logf("a call takes %s before and %s after the flood", before, after)
	if after > 5*before+5*time.Millisecond {
		t.Errorf("got a call of %s after the flood, want about %s as before", after, before)
	}
	for i := range floodWriters {
		phoneWrote, phoneGot := phoneOf(t, c, h.url, i)
		if i < floodSenders {
			wrote[i] = append([]string{"hello"}, wrote[i]...)
			if !slices.Equal(phoneGot, sent[i]) {
				t.Errorf("customer %d: got %q on the phone, want what was accepted: %q", i, phoneGot, sent[i])
			}
		}
		if !slices.Equal(phoneWrote, wrote[i]) {
			t.Errorf("customer %d: got %q written, want what was accepted: %q", i, phoneWrote, wrote[i])
		}
	}
	got, err := ask(c, http.MethodGet, h.url+"/cgi-bin/customservice/getkflist?access_token="+token, "")
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Concat(renamed...)
	if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(got.text, `"`+name+`"`) }) {
		t.Errorf("got %s, want a name that was accepted", got.text)
	}
}
