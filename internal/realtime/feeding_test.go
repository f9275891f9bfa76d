package realtime_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/realtime"
)

// TestKeys: every page reads what it has a key for, each frame once, and nothing
// else.
func TestKeys(t *testing.T) {
	h := newHouse(t)
	everybody := h.open(query("a", "all"))
	both := h.open(query("b", "all", "o1"))
	one := h.open(query("c", "o1"))
	but := h.open(query("d", "all", "not o1"))
	if got := everybody.hello; got.Epoch != "e1" || got.Offset != 1000 || got.Resumed || time.Since(time.UnixMilli(got.Now)) > time.Minute {
		t.Errorf("hello: got %+v, want the epoch, the last id and the time, and not resumed", got)
	}
	if got := everybody.conn.Subprotocol(); got != realtime.Protocol {
		t.Errorf("subprotocol: got %q, want %q", got, realtime.Protocol)
	}
	h.ledger.says("o1", 1) // 1003
	h.ledger.says("o2", 2) // 1006, 1009
	h.ledger.says("o1", 1) // 1012
	h.ledger.says("o2", 1) // 1015
	for _, c := range []struct {
		name string
		p    *page
		want []kefu.MsgID
	}{
		{"who reads everything", everybody.at(t), []kefu.MsgID{1003, 1006, 1009, 1012, 1015}},
		{"who reads it twice", both.at(t), []kefu.MsgID{1003, 1006, 1009, 1012, 1015}},
		{"who reads one customer", one.at(t), []kefu.MsgID{1003, 1012}},
		{"who reads all but one", but.at(t), []kefu.MsgID{1006, 1009, 1015}},
	} {
		if got := c.p.reads(len(c.want)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	h.end()
	for name, p := range map[string]*page{"everybody": everybody, "both": both, "one": one, "but": but} {
		if f, err := p.next(); err == nil {
			t.Errorf("%s: got another frame %+v, want none", name, f)
		}
	}
}

func (p *page) at(t *testing.T) *page { p.t = t; return p }

// TestResume: what a page missed comes first, and then what happens, in order.
func TestResume(t *testing.T) {
	h := newHouse(t)
	h.ledger.says("o1", 2) // 1003, 1006
	h.ledger.says("o2", 1) // 1009
	p := h.open(since(query("a", "o1"), "e1", 1003))
	if !p.hello.Resumed || p.hello.Offset != 1003 {
		t.Errorf("hello: got %+v, want resumed at 1003", p.hello)
	}
	h.ledger.says("o1", 1) // 1012
	if got, want := p.reads(2), []kefu.MsgID{1006, 1012}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// Nothing was missed, though others heard something.
	h.ledger.says("o2", 1) // 1015
	q := h.open(since(query("a", "o1"), "e1", 1012))
	if !q.hello.Resumed {
		t.Errorf("hello: got %+v, want resumed", q.hello)
	}
}

// TestNotResumed: a page that cannot be told what it missed is told so, and goes on
// from now.
func TestNotResumed(t *testing.T) {
	h := newHouse(t)
	h.ledger.says("o1", 10)
	h.ledger.change(func(l *ledger) { l.forgot = 1012 })
	for _, c := range []struct {
		name    string
		epoch   string
		offset  kefu.MsgID
		resumed bool
	}{
		{"facts were forgotten", "e1", 1009, false},
		{"none of them", "e1", 1012, true},
		{"another epoch", "e0", 1030, false},
		{"no epoch", "", 1030, false},
		{"an offset of the future", "e1", 1033, false},
		{"a negative offset", "e1", -1, false},
	} {
		p := h.open(since(query(c.name, "all"), c.epoch, c.offset))
		want := c.offset
		if !c.resumed {
			want = 1030
		}
		if p.hello.Resumed != c.resumed || p.hello.Offset != want || p.hello.Epoch != "e1" {
			t.Errorf("%s: got %+v, want resumed %t at %d", c.name, p.hello, c.resumed, want)
		}
	}
	h.ledger.says("o1", 600)
	if p := h.open(since(query("far behind", "all"), "e1", 1012)); p.hello.Resumed || p.hello.Offset != 1030+1800 {
		t.Errorf("far behind: got %+v, want to begin at %d", p.hello, 1030+1800)
	}
}

// TestNoGapNoDouble: pages that come and go at random while much happens read every
// fact that is theirs once, in order.
func TestNoGapNoDouble(t *testing.T) {
	h := newHouse(t)
	const pages, facts = 8, 1500
	// Nobody falls so far behind that it would have to begin anew.
	const ahead = 200
	var slowest [pages]atomic.Int64
	for n := range slowest {
		slowest[n].Store(1000)
	}
	behind := func(i int) bool {
		for n := range slowest {
			if int64(1000+3*i)-slowest[n].Load() > 3*ahead {
				return true
			}
		}
		return false
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	done := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		defer close(done)
		for i := range facts {
			h.ledger.says(kefu.OpenID(fmt.Sprint("o", i%pages)), 1)
			for behind(i) && t.Context().Err() == nil && !t.Failed() {
				time.Sleep(100 * time.Microsecond)
			}
		}
	})
	var reading sync.WaitGroup
	for n := range pages {
		reading.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			key := fmt.Sprint("o", n)
			if n == 0 {
				key = "all"
			}
			at := kefu.MsgID(1000)
			var got []kefu.MsgID
			for last := false; ; {
				select {
				case <-done:
					last = true
				default:
				}
				p, _, err := h.try(since(query(fmt.Sprint(n), key), "e1", at), nil)
				if err != nil || !p.hello.Resumed {
					t.Errorf("page %d at %d: got %v, %+v, want to resume", n, at, err, p)
					return
				}
				for k := dice.IntN(20); k > 0 || last; k-- {
					if last && len(got) == expected(n, pages, facts) {
						break
					}
					f, err := p.next()
					if err != nil {
						t.Errorf("page %d: got %v after %d facts, want %d", n, err, len(got), expected(n, pages, facts))
						return
					}
					got, at = append(got, f.ID), f.ID
					slowest[n].Store(int64(at))
					if !last && len(got) == expected(n, pages, facts) {
						last = true
					}
				}
				_ = p.conn.Close()
				if last {
					break
				}
			}
			want := make([]kefu.MsgID, 0, len(got))
			for i := range facts {
				if n == 0 || i%pages == n {
					want = append(want, kefu.MsgID(1003+3*i))
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("page %d: got %d facts, want %d, each once and in order", n, len(got), len(want))
			}
		})
	}
	reading.Wait()
	writing.Wait()
}

// expected is how many facts a page of TestNoGapNoDouble reads.
func expected(n, pages, facts int) int {
	if n == 0 {
		return facts
	}
	return (facts - n + pages - 1) / pages
}

// TestTooSlow: who does not read is closed and loses nothing by it.
func TestTooSlow(t *testing.T) {
	h := newHouse(t)
	h.ledger.change(func(l *ledger) { l.padding = 8 << 10 })
	slow, quick := h.open(query("slow", "all")), h.open(query("quick", "all"))
	const facts = 2000
	var read []kefu.MsgID
	const burst = 20 // fits into a queue
	for range facts / burst {
		h.ledger.says("o1", burst)
		read = append(read, quick.reads(burst)...)
	}
	if len(read) != facts {
		t.Fatalf("the quick one: got %d facts, want %d", len(read), facts)
	}
	eventually(t, "the slow one is counted", func() bool { return h.hub.Slow() == 1 })
	// It reads what was on its way, hears why it is closed, and goes on from there.
	if code := slow.ends(); code != realtime.TooSlow {
		t.Errorf("the slow one: got closed with %d, want %d", code, realtime.TooSlow)
	}
	again := h.open(since(query("slow", "all"), "e1", slow.offset))
	rest := int(1000+3*facts-slow.offset) / 3
	if again.hello.Resumed {
		if got := again.reads(rest); got[rest-1] != 1000+3*facts {
			t.Errorf("the slow one: got %d last, want %d", got[rest-1], 1000+3*facts)
		}
	} else if again.hello.Offset != 1000+3*facts {
		t.Errorf("the slow one: got %+v, want to begin at %d", again.hello, 1000+3*facts)
	}
}

// TestWatch: a page reads more customers when it names them, and others instead when
// it names others.
func TestWatch(t *testing.T) {
	h := newHouse(t, func(o *options) {
		o.door.Watch = func(v realtime.Visitor, customers []kefu.OpenID) (keys []realtime.Key) {
			for _, id := range customers {
				if id != "secret" {
					keys = append(keys, realtime.Key(id))
				}
			}
			return keys
		}
	})
	p := h.open(query("a", "o1"))
	watch := func(ids ...kefu.OpenID) {
		t.Helper()
		if err := p.conn.WriteJSON(map[string]any{"t": "watch", "openids": ids}); err != nil {
			t.Fatal(err)
		}
		if f, err := p.next(); err != nil || f.T != "watching" || !slices.Equal(f.OpenIDs, ids) {
			t.Fatalf("got %+v (%v), want to be told that it watches %v", f, err, ids)
		}
	}
	h.ledger.says("o2", 1) // 1003: not yet
	h.ledger.says("o1", 1) // 1006
	p.reads(1)
	watch("o2", "secret")
	h.ledger.says("secret", 1) // 1009
	h.ledger.says("o2", 1)     // 1012
	h.ledger.says("o1", 1)     // 1015
	if got, want := p.reads(2), []kefu.MsgID{1012, 1015}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	watch("o3")
	h.ledger.says("o2", 1) // 1018
	h.ledger.says("o3", 1) // 1021
	if got, want := p.reads(1), []kefu.MsgID{1021}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestFreshWorld: pages of a world that is gone are told to load anew, however it
// went.
func TestFreshWorld(t *testing.T) {
	for name, end := range map[string]func(*house){
		"another epoch": func(h *house) {
			h.ledger.change(func(l *ledger) { l.epoch = "e2" })
			h.ledger.says("o1", 1)
		},
		"the account is gone": func(h *house) {
			h.ledger.change(func(l *ledger) { l.failing = kefu.OfficialAccountUnknown })
			h.ledger.says("o1", 1)
		},
		"somebody says so": func(h *house) { h.hub.Forget() },
	} {
		h := newHouse(t)
		p := h.open(query("a", "all"))
		end(h)
		if code := p.ends(); code != realtime.FreshWorld {
			t.Errorf("%s: got %d, want %d", name, code, realtime.FreshWorld)
		}
		h.ledger.change(func(l *ledger) { l.failing = nil })
		again := h.open(query("a", "all"))
		h.ledger.says("o1", 1)
		again.reads(1)
		h.end()
	}
}

// TestTrouble: a ledger that fails makes things late; the log hears of it once.
func TestTrouble(t *testing.T) {
	h := newHouse(t)
	p := h.open(query("a", "all"))
	h.ledger.change(func(l *ledger) { l.failing = errors.New("the disk is gone") })
	h.ledger.says("o1", 1)
	eventually(t, "the trouble is noticed", func() bool { return strings.Contains(h.log.String(), "the disk is gone") })
	if _, response, err := h.try(query("b", "all"), nil); err == nil || response.StatusCode == http.StatusSwitchingProtocols {
		t.Errorf("a socket while the ledger fails: got %v, want to be refused", response)
	}
	var asked int
	h.ledger.change(func(l *ledger) { asked = l.asked })
	for range 1000 {
		h.ledger.says("o1", 1)
	}
	h.ledger.change(func(l *ledger) {
		if l.asked > asked+2 {
			t.Errorf("signals while the ledger fails: it was asked %d times, want hardly ever", l.asked-asked)
		}
		l.failing = nil
	})
	p.reads(1001)
	if n := strings.Count(h.log.String(), "cannot be told"); n != 1 {
		t.Errorf("the log tells %d times of the trouble, want once:\n%s", n, h.log)
	}
}
