package script

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// holding is a developer's server that keeps an answer back until it is told.
type holding struct {
	*httptest.Server
	mu      sync.Mutex
	holds   map[string]chan struct{}
	arrived map[string]chan time.Time
}

func newHolding(t *testing.T) *holding {
	d := &holding{holds: make(map[string]chan struct{}), arrived: make(map[string]chan time.Time)}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("echostr")) // the check at the start
			return
		}
		p, err := wechat.ParsePush(wechat.FormatXML, body)
		if err != nil {
			t.Errorf("got a push that cannot be read: %v", err)
		}
		d.mu.Lock()
		hold, came := d.holds[p.Content], d.arrived[p.Content]
		d.mu.Unlock()
		if came != nil {
			select {
			case came <- time.Now():
			default: // It came once more.
			}
		}
		if hold != nil {
			<-hold
		}
		_, _ = io.WriteString(w, "success") // a process that is gone hears nothing
	}))
	t.Cleanup(d.Close)
	return d
}

// expect makes room for the time at which a text comes.
func (d *holding) expect(text string) <-chan time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.arrived[text] = make(chan time.Time, 1)
	return d.arrived[text]
}

// hold keeps the answer to a text back until release is called.
func (d *holding) hold(text string) (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	hold := make(chan struct{})
	d.holds[text] = hold
	return sync.OnceFunc(func() { close(hold) })
}

// soon is what a signal takes on a busy machine. Without one, a process looks by
// itself every three seconds.
const soon = time.Second

// A push that one process writes for a customer of the other goes out at once: the
// other is told.
func TestTwoTellEachOther(t *testing.T) {
	t.Parallel()
	dev := newHolding(t)
	p := startPair(t, newDatabase(t), "dev", "--callback-url", dev.URL, "--callback-token", "KfSpecToken2024")
	const trials = 10
	var took []time.Duration
	for i := range trials {
		a, b := p.doors[i%2], p.doors[1-i%2]
		customer := fmt.Sprintf("customer_%d", i)
		first, second := customer+" first", customer+" second"
		if err := b.follow(customer); err != nil {
			t.Fatal(err)
		}
		release := dev.hold(first)
		defer release()
		firstCame, secondCame := dev.expect(first), dev.expect(second)
		if _, err := b.write(customer, first, 0); err != nil {
			t.Fatal(err)
		}
		<-firstCame
		// The other process has this customer's pushes in hand.
		if _, err := a.write(customer, second, 0); err != nil {
			t.Fatal(err)
		}
		released := time.Now()
		release()
		select {
		case at := <-secondCame:
			took = append(took, at.Sub(released))
		case <-time.After(readyWithin):
			t.Fatalf("%q never came", second)
		}
	}
	slices.Sort(took)
	t.Logf("a push of one process in the hands of the other: median %s, longest %s of %d", took[trials/2], took[trials-1], trials)
	if longest := took[trials-1]; longest > soon {
		t.Errorf("the longest of %d took %s, want %s at most", trials, longest, soon)
	}
}

// When the connections that listen die, they are made anew, and what was said
// meanwhile is looked for.
func TestTwoTellEachOtherAgain(t *testing.T) {
	t.Parallel()
	dev := newHolding(t)
	database := newDatabase(t)
	p := startPair(t, database, "dev", "--callback-url", dev.URL, "--callback-token", "KfSpecToken2024")
	const endListeners = `select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and query like 'listen%'`
	a, b := p.doors[0], p.doors[1]
	for i := range 3 {
		customer := fmt.Sprintf("customer_%d", i)
		first, second := customer+" first", customer+" second"
		if err := b.follow(customer); err != nil {
			t.Fatal(err)
		}
		release := dev.hold(first)
		defer release()
		firstCame, secondCame := dev.expect(first), dev.expect(second)
		if _, err := b.write(customer, first, 0); err != nil {
			t.Fatal(err)
		}
		<-firstCame
		statement(t, database, endListeners)
		if _, err := a.write(customer, second, 0); err != nil {
			t.Fatal(err)
		}
		until(t, "both processes listen again", func() bool {
			return listeners(t, database) == 2
		})
		released := time.Now()
		release()
		select {
		case at := <-secondCame:
			if took := at.Sub(released); took > soon {
				t.Errorf("what was said during the break took %s, want %s at most", took, soon)
			}
		case <-time.After(readyWithin):
			t.Fatalf("%q never came", second)
		}
	}
}
