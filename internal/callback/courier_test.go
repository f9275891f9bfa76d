package callback_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/wechat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ann kefu.OpenID = "oDemoKfCustomer_0000000000A1"
	bea kefu.OpenID = "oDemoKfCustomer_0000000000B2"
	key             = "kfDeskSpecVector0123456789ABCDEFGHIJKLMNOPQ"
)

// settings are a callback to a host in plain mode.
func settings(host string) kefu.Callback {
	return kefu.Callback{URL: "http://" + host + "/wechat?shop=7", Token: "KfSpecToken2024", EncodingAESKey: key, Mode: kefu.CallbackPlain}
}

// world is a courier in virtual time: a desk in memory, a network in memory, and
// a developer's server for the account app.
type world struct {
	*memory
	t       *testing.T
	net     network
	dev     *developer
	courier *callback.Courier
	parts   callback.Parts
	log     *lockedBuffer
	stopped chan struct{}
	cancel  context.CancelFunc
	// stopServer ends the developer's server.
	stopServer func()
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

const here = "here"

// newWorld must be called in a bubble. The courier does not run yet.
func newWorld(t *testing.T, edit ...func(*world)) *world {
	w := &world{memory: newMemory(), t: t, log: new(lockedBuffer)}
	w.dev = &developer{t: t, app: app, callback: settings("shop.example:80")}
	w.parts = callback.Parts{
		Desk:    w.memory,
		Now:     time.Now,
		Log:     slog.New(slog.NewTextHandler(w.log, nil)),
		Name:    here,
		Signals: w.signals,
		Dial:    w.net.dial,
	}
	for _, e := range edit {
		e(w)
	}
	w.setAccount(app, w.dev.callback)
	w.stopServer = w.dev.serve(w.net.listen("shop.example:80"))
	w.courier = callback.NewCourier(w.parts)
	return w
}

func (w *world) run() {
	ctx, cancel := context.WithCancel(w.t.Context())
	w.cancel, w.stopped = cancel, make(chan struct{})
	go func() {
		defer close(w.stopped)
		w.courier.Run(ctx)
	}()
	w.t.Cleanup(w.stop)
}

func (w *world) stop() {
	w.cancel()
	<-w.stopped
	if got := w.courier.Shared(); got != 0 {
		w.t.Errorf("got %d shared places taken after the end, want 0", got)
	}
}

// says lets a customer write, with a signal.
func (w *world) says(customer kefu.OpenID, text string) kefu.MsgID {
	return w.write(app, customer, text, here)
}

// outcome is that of a push and its last failure, as in "failed: status 500".
func (w *world) outcome(id kefu.MsgID) string {
	p := w.push(app, id)
	got := string(p.Outcome)
	if n := len(p.Attempts); n > 0 && p.Attempts[n-1].Failure != "" {
		got += ": " + p.Attempts[n-1].Failure
	}
	return got
}

// wants fails the test unless a push has come to this.
func (w *world) wants(id kefu.MsgID, want string) {
	w.t.Helper()
	if got := w.outcome(id); got != want {
		w.t.Errorf("push %d: got %q, want %q", id, got, want)
	}
}

func (w *world) texts() (texts []string) {
	for _, p := range w.dev.received() {
		texts = append(texts, p.Content)
	}
	return texts
}

func (w *world) answers(answer func(http.ResponseWriter, *http.Request, received)) {
	w.dev.mu.Lock()
	defer w.dev.mu.Unlock()
	w.dev.answer = answer
}

func status(code int) func(http.ResponseWriter, *http.Request, received) {
	return func(w http.ResponseWriter, _ *http.Request, _ received) { w.WriteHeader(code) }
}

// A push goes out, and its reply comes back, in each mode and format.
func TestDelivers(t *testing.T) {
	for _, mode := range []kefu.CallbackMode{"", kefu.CallbackPlain, kefu.CallbackCompatible, kefu.CallbackSafe} {
		for _, format := range []kefu.CallbackFormat{"", kefu.CallbackJSON} {
			t.Run(fmt.Sprintf("%s %s", mode, format), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, func(w *world) { w.dev.callback.Mode, w.dev.callback.Format = mode, format })
					w.answers(func(out http.ResponseWriter, _ *http.Request, p received) {
						_, _ = io.WriteString(out, w.dev.reply(wechat.Reply{
							ToUserName: p.FromUserName, FromUserName: p.ToUserName, CreateTime: 1, MsgType: wechat.MsgTypeText, Content: "re: " + p.Content,
						}))
					})
					w.run()
					id := w.says(ann, "你好 <kf> & 😀")
					synctest.Wait()
					w.wants(id, "replied")
					got := w.dev.received()
					if len(got) != 1 || got[0].Content != "你好 <kf> & 😀" || got[0].query.Get("shop") != "7" {
						t.Fatalf("got %+v", got)
					}
					if reply := w.replies[id]; reply.Content.Text != "re: 你好 <kf> & 😀" {
						t.Errorf("got the reply %+v", reply.Content)
					}
				})
			})
		}
	}
}

// Three attempts begin five seconds apart, say the same and are signed anew.
func TestThreeAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(func(out http.ResponseWriter, _ *http.Request, _ received) {
			time.Sleep(2 * time.Second)
			out.WriteHeader(http.StatusInternalServerError)
		})
		w.run()
		began := time.Now()
		id := w.says(ann, "hi")
		time.Sleep(time.Minute)
		synctest.Wait()
		w.wants(id, "failed: status 500 Internal Server Error")
		p, got := w.push(app, id), w.dev.received()
		if len(got) != 3 || len(p.Attempts) != 3 {
			t.Fatalf("got %d requests and %d attempts, want 3", len(got), len(p.Attempts))
		}
		stamps := make(map[string]bool)
		for i, r := range got {
			if at, want := r.at.Sub(began), time.Duration(i)*5*time.Second; at != want {
				t.Errorf("attempt %d: got it after %s, want %s", i+1, at, want)
			}
			if r.MsgID != int64(p.Message.ID) || r.CreateTime != p.At.Unix() {
				t.Errorf("attempt %d: got MsgId %d and CreateTime %d, want those of the first", i+1, r.MsgID, r.CreateTime)
			}
			if r.query.Get("timestamp") != strconv.FormatInt(r.at.Unix(), 10) {
				t.Errorf("attempt %d: got timestamp %s, want now", i+1, r.query.Get("timestamp"))
			}
			stamps[r.query.Get("nonce")], stamps[r.query.Get("signature")] = true, true
			if a := p.Attempts[i]; a.Took != 2*time.Second || a.Status != 500 || a.URL != w.dev.callback.URL {
				t.Errorf("attempt %d: got %+v", i+1, a)
			}
		}
		if len(stamps) != 6 {
			t.Errorf("got %d different nonces and signatures, want 6", len(stamps))
		}
	})
}

// The first good answer ends it.
func TestSecondAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(status(http.StatusBadGateway))
		w.run()
		id := w.says(ann, "hi")
		synctest.Wait()
		w.answers(nil)
		time.Sleep(time.Minute)
		w.wants(id, "acknowledged")
		if got := len(w.dev.received()); got != 2 {
			t.Errorf("got %d requests, want 2", got)
		}
	})
}

// A customer's pushes go out one after the other and in order, also when
// attempts fail; other customers' do not wait for them.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const customers, each = 40, 30
		w := newWorld(t)
		var mu sync.Mutex
		busy := make(map[string]bool)
		next := make(map[string]int)
		tries := make(map[int64]int)
		w.answers(func(out http.ResponseWriter, _ *http.Request, p received) {
			mu.Lock()
			if busy[p.FromUserName] {
				t.Errorf("%s: got a push while another was on its way", p.FromUserName)
			}
			busy[p.FromUserName] = true
			if n, _ := strconv.Atoi(p.Content); n != next[p.FromUserName] {
				t.Errorf("%s: got %d, want %d", p.FromUserName, n, next[p.FromUserName])
			}
			tries[p.MsgID]++
			good := tries[p.MsgID] == 3 || rand.IntN(20) > 0
			if good {
				next[p.FromUserName]++
			}
			mu.Unlock()
			time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
			mu.Lock()
			busy[p.FromUserName] = false
			mu.Unlock()
			if !good {
				out.WriteHeader(http.StatusServiceUnavailable)
			}
		})
		w.run()
		for n := range each {
			for c := range customers {
				w.says(kefu.OpenID(fmt.Sprintf("o%02d", c)), strconv.Itoa(n))
			}
			time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		}
		time.Sleep(5 * time.Minute)
		if got := w.due(app); got != 0 {
			t.Errorf("got %d pushes without an outcome, want none", got)
		}
		if got := len(tries); got != customers*each {
			t.Errorf("got %d pushes delivered, want %d", got, customers*each)
		}
	})
}

// A server that does not answer delays nobody but its own customers, and gets a
// bounded number of requests at once.
func TestDeadServerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(func(_ http.ResponseWriter, r *http.Request, _ received) { <-r.Context().Done() })
		alive := &developer{t: t, app: other, callback: settings("alive.example:80")}
		alive.serve(w.net.listen("alive.example:80"))
		w.setAccount(other, alive.callback)
		w.run()
		for i := range 300 {
			w.says(kefu.OpenID(fmt.Sprintf("o%03d", i)), "hi")
		}
		synctest.Wait()
		if got := len(w.dev.received()); got != callback.MaxRunning {
			t.Errorf("got %d requests at once to the dead server, want %d", got, callback.MaxRunning)
		}
		for i := range 300 {
			w.write(other, kefu.OpenID(fmt.Sprintf("p%03d", i)), "hi", here)
		}
		synctest.Wait()
		if got := w.due(other); got != 0 {
			t.Errorf("got %d pushes to the good server waiting for a dead one, want none", got)
		}
		time.Sleep(2 * time.Minute)
		if got := w.due(app); got != 0 {
			t.Errorf("got %d pushes to the dead server without an outcome, want none", got)
		}
	})
}

// More than there is room for is left in the ledger and delivered all the same,
// in order; one customer's backlog leaves room for others.
func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.parts.Alone = true })
		const long, wide = 700, 6000
		for n := range long {
			w.add(app, ann, "gone", false, &kefu.Message{Content: kefu.Content{Type: kefu.MsgText, Text: strconv.Itoa(n)}}, nil)
		}
		for n := range wide {
			w.add(app, kefu.OpenID(fmt.Sprintf("o%d", n%5000)), "gone", false, &kefu.Message{Content: kefu.Content{Type: kefu.MsgText, Text: "hi"}}, nil)
		}
		var most int64
		next := 0
		w.answers(func(_ http.ResponseWriter, _ *http.Request, p received) {
			w.mu.Lock()
			most = max(most, w.courier.Shared())
			if p.FromUserName == string(ann) {
				if p.Content != strconv.Itoa(next) {
					t.Errorf("got %s, want %d", p.Content, next)
				}
				next++
			}
			w.mu.Unlock()
			time.Sleep(time.Millisecond)
		})
		w.run()
		time.Sleep(20 * time.Second)
		if got := w.due(app); got != 0 || next != long {
			t.Errorf("got %d pushes without an outcome and %d of the long lane, want none and %d", got, next, long)
		}
		if most > callback.MaxInHand-callback.FreeInHand || most < 1000 {
			t.Errorf("got up to %d shared places taken, want at most %d and many", most, callback.MaxInHand-callback.FreeInHand)
		}
		if got := len(w.dev.received()); got != long+wide {
			t.Errorf("got %d requests, want each push once, %d", got, long+wide)
		}
	})
}

// A customer who wrote more than an account's bound keeps nobody else waiting.
func TestLongLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for range callback.MaxInHand + 1 {
			w.add(app, ann, here, false, &kefu.Message{Content: kefu.Content{Type: kefu.MsgText, Text: "again"}}, nil)
		}
		behind := w.add(app, bea, here, false, &kefu.Message{Content: kefu.Content{Type: kefu.MsgText, Text: "once"}}, nil)
		w.answers(func(http.ResponseWriter, *http.Request, received) { time.Sleep(time.Second) })
		w.run()
		time.Sleep(time.Second)
		synctest.Wait()
		w.wants(behind, "acknowledged")
	})
}

// All accounts together have a bound, and each may deliver within it.
func TestSharedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		const accounts = 6
		apps := make([]kefu.AppID, accounts)
		for a := range apps {
			apps[a] = kefu.AppID(fmt.Sprintf("wx%016d", a))
			w.setAccount(apps[a], settings("silent.example:80"))
			for n := range callback.MaxInHand + 10 {
				w.add(apps[a], kefu.OpenID(fmt.Sprintf("o%d-%d", a, n)), here, false, nil, &kefu.Event{Type: kefu.EventClick, Key: "k"})
			}
		}
		w.net.listen("silent.example:80") // which nobody accepts from
		w.run()
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if got := w.courier.Shared(); got != callback.MaxShared {
			t.Errorf("got %d shared places taken, want all %d", got, callback.MaxShared)
		}
		for _, app := range apps {
			w.setAccount(app, kefu.Callback{})
		}
		time.Sleep(time.Minute)
		for _, app := range apps {
			if got := w.due(app); got != 0 {
				t.Errorf("%s: got %d pushes without an outcome, want none", app, got)
			}
		}
	})
}

// Nothing of what is secret, or of what customers and servers say, is logged.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.dev.callback.Mode = kefu.CallbackSafe })
		w.answers(func(out http.ResponseWriter, _ *http.Request, _ received) {
			_, _ = io.WriteString(out, "<html>WHATTHESERVERSAYS</html>")
		})
		w.run()
		id := w.says(ann, "WHATTHECUSTOMERSAYS")
		time.Sleep(time.Minute)
		if !strings.HasPrefix(w.outcome(id), "failed: the answer is neither empty, nor success, nor a reply in XML") {
			t.Errorf("got %s", w.outcome(id))
		}
		if got := string(w.push(app, id).Attempts[0].Answer); got != "<html>WHATTHESERVERSAYS</html>" {
			t.Errorf("got the answer %q in the push log", got)
		}
		log := w.log.String()
		if got := strings.Count(log, `msg="an attempt of a push failed"`); got != 3 || !strings.Contains(log, "host=shop.example:80") {
			t.Errorf("got %d lines of failed attempts, want 3:\n%s", got, log)
		}
		for _, secret := range []string{"SAYS", w.dev.callback.Token, key, "shop=7", "signature", "nonce"} {
			if strings.Contains(log, secret) {
				t.Errorf("got %q in the log:\n%s", secret, log)
			}
		}
	})
}
