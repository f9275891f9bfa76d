package script

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

const (
	pushingCustomers   = 100
	messagesOfCustomer = 200
	// writtenWithin bounds the writing, on a busy machine.
	writtenWithin = 20 * time.Second
	// hangsFor is how long the developer's server keeps quiet: two attempts, so that
	// no push has failed for good when it comes back.
	hangsFor = 9 * time.Second
	// pushesWithin bounds the wait for all pushes to arrive after that.
	pushesWithin = 60 * time.Second
	// pushesMemory bounds the server, in MiB: 4,096 pushes in memory with some 3 KiB
	// each, 64 requests, the program, its database and the connections of the test,
	// and twice that for the collector.
	pushesMemory = 200
)

// listening is a developer's server that notes the texts of each customer when they
// come first, and can be made to hang.
type listening struct {
	*httptest.Server
	mu    sync.Mutex
	told  map[string][]string
	seen  map[int64]bool
	hangs chan struct{} // closed when it no longer does
}

func listen(t *testing.T, hangs chan struct{}) *listening {
	l := &listening{told: make(map[string][]string), seen: make(map[int64]bool), hangs: hangs}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the attempt was given up
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
		if p.MsgType == wechat.MsgTypeText {
			l.mu.Lock()
			if !l.seen[p.MsgID] {
				l.seen[p.MsgID] = true
				l.told[p.FromUserName] = append(l.told[p.FromUserName], p.Content)
			}
			l.mu.Unlock()
		}
		select {
		case <-l.hangs:
		case <-r.Context().Done():
			return
		}
		_, _ = io.WriteString(w, "success")
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listening) heard() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.seen)
}

// While a developer's server hangs and its customers write on and on, the pushes
// wait in the ledger and not in memory; those of another account flow; and when it
// is back it is told everything, each customer's words in order.
func TestPushesWaitInTheLedger(t *testing.T) {
	if testing.Short() {
		t.Skip("writes twenty thousand messages")
	}
	never := make(chan struct{})
	close(never)
	hangs := make(chan struct{})
	mine, other := listen(t, hangs), listen(t, never)
	release := sync.OnceFunc(func() { close(hangs) })
	t.Cleanup(release)

	folder := t.TempDir()
	env := []string{"PATH=" + os.Getenv("PATH")}
	h, err := startHouse(folder, env, "dev", "--data", filepath.Join(folder, "data"), "--log-level", "warn", "--callback-url", mine.URL, "--callback-token", "KfSpecToken2024")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.crash(); err != nil {
			t.Error(err)
		}
	})
	const otherApp = "wx00000000000000aa"
	add := exec.Command(program, "official-account", "add", "--data", filepath.Join(folder, "data"), "--appid", otherApp, "--wechat-id", "other_shop",
		"--callback-url", other.URL, "--callback-token", "KfSpecToken2024", "--no-callback-check", "--allow-private-callbacks")
	add.Env = env
	if text, err := add.CombinedOutput(); err != nil {
		t.Fatalf("add an account: %v\n%s", err, text)
	}
	c := crowdClient(t)
	follows(t, c, h.url, "", pushingCustomers)
	until(t, "the server knows the other account", func() bool {
		got, err := ask(c, http.MethodPost, h.url+"/sandbox/v1/followers?appid="+otherApp, `{"openid":"somebody"}`)
		return err == nil && got.accepted()
	})

	began := time.Now()
	time.AfterFunc(hangsFor, release)
	var writing sync.WaitGroup
	var written atomic.Int64
	for i := range pushingCustomers {
		writing.Go(func() {
			for j := 0; j < messagesOfCustomer && time.Since(began) < writtenWithin; j++ {
				got, err := ask(c, http.MethodPost, fmt.Sprintf("%s/sandbox/v1/followers/customer_%d/messages", h.url, i), fmt.Sprintf(`{"msgtype":"text","text":{"content":"%d"}}`, j))
				if err != nil || !got.accepted() {
					t.Errorf("write: got %v, %v", got, err)
					return
				}
				written.Add(1)
			}
		})
	}
	// The other account's pushes are answered while mine hang.
	flowed, slowest := 0, time.Duration(0)
	for hanging := true; hanging; {
		asked := time.Now()
		got, err := ask(c, http.MethodPost, h.url+"/sandbox/v1/followers/somebody/messages?wait=1&appid="+otherApp, `{"msgtype":"text","text":{"content":"hello"}}`)
		if err != nil || !got.accepted() {
			t.Fatalf("write to the other account: got %v, %v", got, err)
		}
		select {
		case <-hangs:
			hanging = false
		default:
			flowed++
			slowest = max(slowest, time.Since(asked))
		}
	}
	if flowed == 0 {
		t.Error("the other account's pushes took as long as the server that hangs")
	}
	writing.Wait()
	t.Logf("%d messages were written within %s; of another account %d pushes flowed, the slowest within %s", written.Load(), time.Since(began), flowed, slowest)

	back := time.Now()
	for mine.heard() < int(written.Load()) {
		if time.Since(back) > pushesWithin {
			t.Fatalf("got %d pushes within %s, want %d", mine.heard(), pushesWithin, written.Load())
		}
		time.Sleep(floodPause)
	}
	t.Logf("all were told within %s", time.Since(back))
	mine.mu.Lock()
	defer mine.mu.Unlock()
	for customer, told := range mine.told {
		for j, text := range told {
			if text != strconv.Itoa(j) {
				t.Errorf("%s: got told %q in place %d", customer, text, j)
				break
			}
		}
	}
	h.staysWithin(t, pushesMemory)
	var log struct{ Pushes []struct{ Outcome string } }
	got, err := ask(c, http.MethodGet, h.url+"/sandbox/v1/pushes?limit=1000", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got.text), &log); err != nil {
		t.Fatal(err)
	}
	for _, p := range log.Pushes {
		if p.Outcome != "acknowledged" {
			t.Errorf("got a push that is %q, want all acknowledged", p.Outcome)
		}
	}
}
