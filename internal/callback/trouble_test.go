package callback_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/wechat"
)

// After twenty pushes that failed within a minute there is a pause of a minute,
// in which pushes end at once, and then a clean start.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(status(http.StatusInternalServerError))
		w.run()
		began := time.Now()
		for i := range 20 {
			w.says(kefu.OpenID(fmt.Sprintf("o%d", i)), "hi")
		}
		time.Sleep(11 * time.Second)
		until := began.Add(10 * time.Second).Add(time.Minute)
		if got := strings.Count(w.log.String(), "pushes pause"); got != 1 {
			t.Fatalf("got %d warnings, want 1:\n%s", got, w.log)
		}
		sent := len(w.dev.received())
		late := w.says(ann, "in the pause")
		synctest.Wait()
		w.wants(late, "failed: the developer's server failed 20 times within a minute; pushes pause until "+until.UTC().Format(time.RFC3339))
		if got := len(w.dev.received()); got != sent || sent != 60 {
			t.Errorf("got %d requests, then %d, want 60 and none in the pause", sent, got)
		}
		time.Sleep(time.Until(until))
		w.answers(nil)
		after := w.says(ann, "after it")
		synctest.Wait()
		w.wants(after, "acknowledged")

		// The count began anew: nineteen more do not pause it.
		w.answers(status(http.StatusInternalServerError))
		for i := range 19 {
			w.says(kefu.OpenID(fmt.Sprintf("o%d", i)), "hi")
		}
		time.Sleep(15 * time.Second)
		w.answers(nil)
		again := w.says(ann, "again")
		synctest.Wait()
		w.wants(again, "acknowledged")
	})
}

// Failures that are further apart than a minute open nothing, and other
// settings end a pause.
func TestBreakerResets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(status(http.StatusInternalServerError))
		w.run()
		for i := range 40 {
			w.says(kefu.OpenID(fmt.Sprintf("o%d", i)), "hi")
			time.Sleep(3200 * time.Millisecond) // 19 in any minute
		}
		time.Sleep(time.Minute)
		if strings.Contains(w.log.String(), "pushes pause") {
			t.Fatal("got a pause for failures that were far apart")
		}
		for i := range 20 {
			w.says(kefu.OpenID(fmt.Sprintf("o%d", i)), "hi")
		}
		time.Sleep(11 * time.Second)
		if !strings.Contains(w.log.String(), "pushes pause") {
			t.Fatal("got no pause")
		}
		w.answers(nil)
		w.dev.callback.URL += "&new"
		w.setAccount(app, w.dev.callback)
		id := w.says(ann, "hi")
		synctest.Wait()
		w.wants(id, "acknowledged")
	})
}

// Without a URL there is nobody to push to any more.
func TestCallbackRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		w.setAccount(app, kefu.Callback{})
		id := w.says(ann, "hi")
		synctest.Wait()
		w.wants(id, "failed: the official account has no callback URL any more")
		if got := len(w.dev.received()); got != 0 {
			t.Errorf("got %d requests, want none", got)
		}
	})
}

// A push whose signal was lost, and those of a process that ended, are found
// within seconds; those of a process that lives are left to it.
func TestRescue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		message := func(text string) *kefu.Message {
			return &kefu.Message{Content: kefu.Content{Type: kefu.MsgText, Text: text}}
		}
		lost := w.add(app, ann, here, false, message("lost"), nil)
		theirs := w.add(app, bea, "there", true, message("theirs"), nil)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.wants(lost, "acknowledged")
		time.Sleep(9 * time.Second)
		w.wants(theirs, "due")
		// Theirs is the elder: when both are ours, it goes first.
		w.add(app, bea, "there", true, message("theirs too"), nil)
		time.Sleep(20 * time.Second)
		if got, want := w.texts(), []string{"lost", "theirs", "theirs too"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// What another process took over is not delivered here as well.
func TestTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(status(http.StatusInternalServerError))
		w.run()
		w.says(ann, "first")
		w.says(ann, "second")
		synctest.Wait()
		w.mu.Lock()
		w.give(ann, "there")
		w.mu.Unlock()
		// What is ours goes on.
		w.says(bea, "hi")
		time.Sleep(4900 * time.Millisecond)
		w.answers(nil)
		time.Sleep(8 * time.Second)
		if got, want := w.texts(), []string{"first", "hi", "hi"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// give gives a customer to another courier.
func (m *memory) give(customer kefu.OpenID, courier string) {
	m.courier[customer], m.until[customer] = courier, m.now().Add(lease)
}

// When Run ends, what is on its way is finished and noted and nothing else
// begins; the next process delivers the rest at once when it is alone, and
// nothing twice.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(func(http.ResponseWriter, *http.Request, received) { time.Sleep(4 * time.Second) })
		w.run()
		first, second := w.says(ann, "first"), w.says(ann, "second")
		third := w.says(bea, "third")
		synctest.Wait()
		began := time.Now()
		w.stop()
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("got stopped after %s, want when the attempts ended, after 4s", took)
		}
		w.wants(first, "acknowledged")
		w.wants(second, "due")
		w.wants(third, "acknowledged")

		w.parts.Name, w.parts.Alone = "next", true
		w.courier = callback.NewCourier(w.parts)
		w.run()
		time.Sleep(4 * time.Second)
		synctest.Wait()
		w.wants(second, "acknowledged")
		if got, want := w.texts(), []string{"first", "third", "second"}; len(got) != 3 || got[2] != want[2] {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A process that was killed has noted nothing: what it had sent is sent again,
// the same.
func TestKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		done := w.says(ann, "done")
		synctest.Wait()
		w.mu.Lock()
		w.broken = 1 << 30
		w.mu.Unlock()
		sent := w.says(ann, "sent")
		synctest.Wait()
		w.courier.Forget()
		w.stop()
		w.mu.Lock()
		w.broken = 0
		w.mu.Unlock()

		w.parts.Name, w.parts.Alone = "next", true
		w.courier = callback.NewCourier(w.parts)
		w.run()
		synctest.Wait()
		w.wants(done, "acknowledged")
		w.wants(sent, "acknowledged")
		got := w.dev.received()
		if want := []string{"done", "sent", "sent"}; !slices.Equal(w.texts(), want) || got[1].MsgID != got[2].MsgID {
			t.Errorf("got %q, want %q with the same MsgId", w.texts(), want)
		}
	})
}

// A ledger that is away for a moment costs no second delivery.
func TestLedgerAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		synctest.Wait()
		w.mu.Lock()
		w.broken = 3
		w.mu.Unlock()
		id := w.says(ann, "hi")
		time.Sleep(2 * time.Second)
		w.wants(id, "acknowledged")
		w.mu.Lock()
		w.broken = 6
		w.mu.Unlock()
		long := w.says(ann, "longer")
		time.Sleep(20 * time.Second)
		w.wants(long, "acknowledged")
		if got, want := w.texts(), []string{"hi", "longer", "longer"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// An outcome that was noted although the ledger seemed to fail is found before the
// push is delivered again.
func TestOutcomeUnheard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		synctest.Wait()
		w.mu.Lock()
		w.unheard = 5
		w.mu.Unlock()
		id := w.says(ann, "hi")
		w.says(ann, "next")
		// Nor can it be read until right before the push would be tried again.
		time.Sleep(2 * time.Second)
		w.setAway(true)
		time.Sleep(4400 * time.Millisecond)
		w.setAway(false)
		time.Sleep(20 * time.Second)
		w.wants(id, "acknowledged")
		if got, want := w.texts(), []string{"hi", "next"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// An outcome whose caller gave up may be noted later. It is looked for right before
// the push would be delivered again, and not only when the ledger is read.
func TestOutcomeNotedLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		synctest.Wait()
		w.mu.Lock()
		w.late = 9500 * time.Millisecond
		w.mu.Unlock()
		id := w.says(ann, "hi")
		w.says(ann, "next")
		time.Sleep(30 * time.Second)
		w.wants(id, "acknowledged")
		if got, want := w.texts(), []string{"hi", "next"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A customer who was taken over although it seemed to fail has its older pushes
// delivered before the newer ones.
func TestTakenOverInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		synctest.Wait()
		w.write(app, ann, "first", "there")
		// Something of a higher number is ours and due all the time.
		w.answers(status(http.StatusInternalServerError))
		w.says(bea, "hi")
		time.Sleep(7 * time.Second)
		w.says(bea, "hi")
		time.Sleep(7 * time.Second)
		w.mu.Lock()
		w.takenUnheard = 1
		w.mu.Unlock()
		w.answers(nil)
		time.Sleep(1500 * time.Millisecond)
		w.says(ann, "second")
		time.Sleep(20 * time.Second)
		got := slices.DeleteFunc(w.texts(), func(text string) bool { return text == "hi" })
		if want := []string{"first", "second"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// What another process took over and delivered while the ledger was away for this
// one only is not delivered again when the ledger is back.
func TestTakenWhileAway(t *testing.T) {
	for back := 16 * time.Second; back < 24*time.Second; back += 500 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.answers(status(http.StatusInternalServerError))
			w.run()
			id := w.says(ann, "hi")
			synctest.Wait()
			w.setAway(true)
			w.answers(nil)
			time.Sleep(back)
			w.mu.Lock()
			w.give(ann, "there")
			p, err := w.find(app, id)
			if err != nil {
				t.Fatal(err)
			}
			p.Outcome = kefu.OutcomeAcknowledged
			w.away = false
			w.mu.Unlock()
			time.Sleep(20 * time.Second)
			if got, want := w.texts(), []string{"hi"}; !slices.Equal(got, want) {
				t.Errorf("back after %s: got %q, want %q", back, got, want)
			}
		})
	}
}

// The start of a ledger that is away is made up for.
func TestAwayAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w *world) { w.parts.Alone, w.broken = true, 1 })
		id := w.add(app, ann, "gone", false, nil, &kefu.Event{Type: kefu.EventClick, Key: "k"})
		w.run()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.wants(id, "acknowledged")
	})
}

// A push that ended is delivered again when somebody asks for it, though newer
// ones were read.
func TestRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		first := w.says(ann, "first")
		synctest.Wait()
		w.says(bea, "second")
		synctest.Wait()
		w.again(app, first)
		synctest.Wait()
		w.wants(first, "acknowledged")
		got := w.dev.received()
		if len(got) != 3 || got[2].Content != "first" || got[0].DedupKey() != got[2].DedupKey() {
			t.Errorf("got %q, want first again at the end", w.texts())
		}
	})
}

// One that was tried keeps its place before an older one that is asked for again.
func TestRepeatedBehindAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		first := w.says(ann, "first")
		synctest.Wait()
		w.answers(status(http.StatusInternalServerError))
		w.says(ann, "second")
		synctest.Wait()
		w.again(app, first)
		synctest.Wait()
		w.answers(nil)
		time.Sleep(time.Minute)
		if got, want := w.texts(), []string{"first", "second", "second", "first"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A fresh world gets nothing of the old one: attempts in flight are broken off
// and note nothing, not even on a push with the same id.
func TestForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var slow atomic.Bool
		slow.Store(true)
		w.answers(func(_ http.ResponseWriter, r *http.Request, _ received) {
			if slow.Load() {
				<-r.Context().Done()
			}
		})
		w.run()
		w.says(ann, "old")
		w.says(ann, "older")
		synctest.Wait()
		began := time.Now()
		w.erase()
		w.courier.Forget()
		if took := time.Since(began); took != 0 {
			t.Errorf("got forgotten after %s, want at once", took)
		}
		slow.Store(false)
		w.mu.Lock()
		w.last = 0
		w.mu.Unlock()
		id := w.says(bea, "new")
		synctest.Wait()
		p := w.push(app, id)
		if len(p.Attempts) != 1 {
			t.Errorf("got %d attempts, want the one of the fresh world", len(p.Attempts))
		}
		if got, want := w.texts(), []string{"old", "new"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// When the clock is moved, what is due then is delivered then; what would be due
// in another time is due now.
func TestClockMoved(t *testing.T) {
	for name, tt := range map[string]struct {
		move time.Duration
		want time.Duration // from the move to the second attempt
	}{
		"an hour ahead":  {time.Hour, 0},
		"an hour back":   {-time.Hour, 0},
		"a second ahead": {time.Second, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var ahead atomic.Int64
				w := newWorld(t, func(w *world) {
					w.parts.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
					w.memory.now = w.parts.Now
				})
				w.answers(status(http.StatusInternalServerError))
				w.run()
				id := w.says(ann, "hi")
				time.Sleep(time.Second)
				ahead.Store(int64(tt.move))
				moved := time.Now()
				w.answers(nil)
				w.courier.Nudge()
				time.Sleep(time.Minute)
				w.wants(id, "acknowledged")
				got := w.dev.received()
				if len(got) != 2 || got[1].at.Sub(moved) != tt.want {
					t.Fatalf("got %d attempts, the last %s after the move, want 2, %s", len(got), got[len(got)-1].at.Sub(moved), tt.want)
				}
				if got[0].CreateTime != got[1].CreateTime {
					t.Error("got another CreateTime")
				}
			})
		})
	}
}

// The timestamp of a request fits into 31 bits, whatever the clock says.
func TestTimestampFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w *world) {
			w.parts.Now = func() time.Time { return time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC) }
			w.memory.now = w.parts.Now
		})
		w.run()
		w.says(ann, "hi")
		synctest.Wait()
		if got := w.dev.received()[0].query.Get("timestamp"); got != "2147483647" {
			t.Errorf("got timestamp %s, want 2147483647", got)
		}
	})
}

// Of an account that is gone nothing is delivered, and nothing is tried again.
func TestAccountGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		w.says(ann, "hi")
		synctest.Wait()
		w.mu.Lock()
		delete(w.accounts, app)
		w.mu.Unlock()
		w.says(ann, "too late")
		synctest.Wait()
		w.erase()
		time.Sleep(time.Minute)
		if got, want := w.texts(), []string{"hi"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if strings.Contains(w.log.String(), "level=WARN") {
			t.Errorf("got a warning:\n%s", w.log)
		}
	})
}

// A push that is held back when Run ends is left to the next process.
func TestStoppedInDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(w *world) {
			w.parts.Faults = &script{fault: map[string]callback.Fault{"spoilt": {Delay: time.Hour}}}
		})
		w.run()
		id := w.says(ann, "spoilt")
		time.Sleep(time.Second)
		began := time.Now()
		w.stop()
		if took := time.Since(began); took != 0 || len(w.dev.received()) != 0 {
			t.Errorf("got stopped after %s with %d requests, want at once with none", took, len(w.dev.received()))
		}
		w.wants(id, "due")
	})
}

// More accounts with news than a signal remembers are all found.
func TestManyAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		synctest.Wait()
		const accounts = 1100
		for n := range accounts {
			a := kefu.AppID(fmt.Sprintf("wx%016d", n))
			w.setAccount(a, settings("shop.example:80"))
			w.accounts[a].Callback.URL = "http://shop.example"
			w.write(a, ann, "hi", here)
		}
		synctest.Wait()
		if got := len(w.dev.received()); got != accounts {
			t.Errorf("got %d requests, want %d", got, accounts)
		}
	})
}

// A callback that cannot be used, which its check should have refused, is told
// to the developer.
func TestUnusableCallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.run()
		for want, edit := range map[string]func(*kefu.Callback){
			"msgcrypt: the EncodingAESKey must be exactly 43 letters or digits": func(c *kefu.Callback) { c.Mode, c.EncodingAESKey = kefu.CallbackSafe, "short" },
			"the callback URL cannot be used: ":                                 func(c *kefu.Callback) { c.URL = "http://shop example/" },
		} {
			c := settings("shop.example:80")
			edit(&c)
			w.setAccount(app, c)
			id := w.says(ann, "hi")
			time.Sleep(time.Minute)
			if got := w.outcome(id); !strings.HasPrefix(got, "failed: "+want) {
				t.Errorf("got %q, want failed: %s", got, want)
			}
			if got := w.outcome(id); strings.Contains(got, "signature") {
				t.Errorf("got %q, which tells the query", got)
			}
		}
	})
}

// script is faults by the text of the push, each for its first attempt.
type script struct {
	mu    sync.Mutex
	fault map[string]callback.Fault
}

func (s *script) PushFault(_ context.Context, _ kefu.AppID, p *kefu.Push) callback.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.fault[p.Message.Content.Text]
	delete(s.fault, p.Message.Content.Text)
	return f
}

func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		fault callback.Fault
		say   []string
		want  []string
		// last is when the last request came.
		last time.Duration
	}{
		"delayed":            {callback.Fault{Delay: 30 * time.Second}, []string{"spoilt", "next"}, []string{"spoilt", "next"}, 30 * time.Second},
		"dead":               {callback.Fault{Dead: true}, []string{"spoilt"}, []string{"spoilt"}, 5 * time.Second},
		"twice":              {callback.Fault{Twice: true}, []string{"spoilt"}, []string{"spoilt", "spoilt"}, 0},
		"later":              {callback.Fault{Later: true}, []string{"spoilt", "next", "last"}, []string{"next", "spoilt", "last"}, 0},
		"later than nothing": {callback.Fault{Later: true}, []string{"spoilt"}, []string{"spoilt"}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, func(w *world) {
					w.parts.Faults = &script{fault: map[string]callback.Fault{"spoilt": tt.fault}}
				})
				w.answers(func(out http.ResponseWriter, _ *http.Request, p received) {
					if p.Content != "spoilt" {
						return
					}
					_, _ = io.WriteString(out, w.dev.reply(wechat.Reply{ToUserName: p.FromUserName, MsgType: wechat.MsgTypeText, Content: "one"}))
				})
				w.run()
				began := time.Now()
				var ids []kefu.MsgID
				for _, text := range tt.say {
					ids = append(ids, w.says(ann, text))
					synctest.Wait()
				}
				time.Sleep(time.Minute)
				if got := w.texts(); !slices.Equal(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				got := w.dev.received()
				if at := got[len(got)-1].at.Sub(began); at != tt.last {
					t.Errorf("got the last after %s, want %s", at, tt.last)
				}
				w.wants(ids[0], "replied")
				if name == "twice" && got[0].query.Get("nonce") == got[1].query.Get("nonce") {
					t.Error("got the same nonce twice")
				}
				if name == "dead" {
					if a := w.push(app, ids[0]).Attempts; len(a) != 2 || !strings.HasPrefix(a[0].Failure, "connection refused") {
						t.Errorf("got the attempts %+v", a)
					}
				}
			})
		})
	}
}

// counter counts outcomes.
type counter struct {
	mu   sync.Mutex
	seen []string
}

func (c *counter) ObservePush(outcome string, attempts int, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, fmt.Sprintf("%s %d %s", outcome, attempts, took))
}

func TestObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := new(counter)
		w := newWorld(t, func(w *world) { w.parts.Observer = c })
		w.answers(func(out http.ResponseWriter, _ *http.Request, p received) {
			time.Sleep(time.Second)
			if p.Content == "bad" {
				out.WriteHeader(http.StatusNotFound)
			}
		})
		w.run()
		w.says(ann, "good")
		w.says(ann, "bad")
		time.Sleep(time.Minute)
		w.setAccount(app, kefu.Callback{})
		w.says(ann, "gone")
		synctest.Wait()
		want := []string{"acknowledged 1 1s", "failed 3 1s", "failed 0 0s"}
		if !slices.Equal(c.seen, want) {
			t.Errorf("got %q, want %q", c.seen, want)
		}
	})
}
