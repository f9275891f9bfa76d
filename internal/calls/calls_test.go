package calls_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/calls"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const app kefu.AppID = "wx5d3c0ffee1234567"

var noon = time.Unix(1710277281, 0)

// faulty is a ledger that can be made to fail, or to wait, before a change.
type faulty struct {
	store.Store
	mu     sync.Mutex
	broken error
	gate   chan struct{} // when not nil, changes wait until it is closed
	began  chan struct{} // told of each change that waits
}

func (f *faulty) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	f.mu.Lock()
	broken, gate := f.broken, f.gate
	f.mu.Unlock()
	if gate != nil {
		f.began <- struct{}{}
		<-gate
	}
	if broken != nil {
		return broken
	}
	return f.Store.Update(ctx, app, change)
}

func (f *faulty) set(broken error, gate chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken, f.gate = broken, gate
}

func open(t *testing.T) *faulty {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &faulty{Store: ledger, began: make(chan struct{}, 1)}
	addAccount(t, f)
	return f
}

func addAccount(t *testing.T, ledger store.Store) {
	t.Helper()
	err := ledger.Update(t.Context(), app, func(tx store.Tx) error {
		return tx.AddOfficialAccount(&kefu.OfficialAccount{
			AppID: app, Secret: kefu.DigestSecret("x"), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
			KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(), CreatedAt: noon,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func refusedCall(n uint32, at time.Time) kefu.Call {
	return kefu.Call{RID: kefu.NewRID(at, n, 0), AppID: app, At: at, Path: "/cgi-bin/token", Errcode: 40125, Response: "{}"}
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func find(t *testing.T, j *calls.Journal, call kefu.Call, want error) {
	t.Helper()
	if got, err := j.Find(t.Context(), app, call.RID, noon); !errors.Is(err, want) || err == nil && got.RID != call.RID {
		t.Errorf("%s: got %v, %v, want error %v", call.RID, got.RID, err, want)
	}
}

// A call can be looked up from the moment it is remembered, before and after it
// is written.
func TestFind(t *testing.T) {
	t.Parallel()
	ledger := open(t)
	j := calls.New(ledger, discard())
	call := refusedCall(1, noon)
	j.Remember(call, true)
	find(t, j, call, nil)
	gate := make(chan struct{})
	ledger.set(nil, gate)
	flushed := make(chan error, 1)
	go func() { flushed <- j.Flush(context.Background()) }()
	<-ledger.began
	find(t, j, call, nil) // on its way
	close(gate)
	if err := <-flushed; err != nil {
		t.Fatal(err)
	}
	ledger.set(nil, nil)
	find(t, j, call, nil)
	find(t, calls.New(ledger, discard()), call, nil)
}

// The loop writes on its own, and what is left when it ends.
func TestRun(t *testing.T) {
	t.Parallel()
	ledger := open(t)
	j := calls.New(ledger, discard())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { j.Run(ctx); close(ended) }()
	first, last := refusedCall(1, noon), refusedCall(2, noon)
	j.Remember(first, true)
	later := calls.New(ledger, discard())
	written := func() bool {
		_, err := later.Find(t.Context(), app, first.RID, noon)
		return err == nil
	}
	for began := time.Now(); !written(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			t.Fatal("the call was not written")
		}
	}
	j.Remember(last, true)
	cancel()
	<-ended
	find(t, later, last, nil)
}

// An account cannot make the house keep more than so much, least of all
// somebody who only knows its appid.
func TestBounds(t *testing.T) {
	t.Parallel()
	j := calls.New(open(t), discard())
	const unproven, atOnce = 600, 4096
	for i := range uint32(unproven + 10) {
		j.Remember(refusedCall(i, noon), false)
	}
	if got := j.Dropped(); got != 10 {
		t.Errorf("unproven: got %d dropped of %d, want 10", got, unproven+10)
	}
	find(t, j, refusedCall(unproven-1, noon), nil)
	find(t, j, refusedCall(unproven, noon), kefu.CallUnknown)
	// Strangers do not use up what the account itself may have remembered, and
	// the next hour is another.
	j.Remember(refusedCall(10_000, noon), true)
	find(t, j, refusedCall(10_000, noon), nil)
	nextHour := refusedCall(20_000, noon.Add(time.Hour))
	j.Remember(nextHour, false)
	if got, err := j.Find(t.Context(), app, nextHour.RID, noon.Add(time.Hour)); err != nil || got.RID != nextHour.RID {
		t.Errorf("next hour: got %v, %v, want it kept", got.RID, err)
	}
	for i := range uint32(atOnce) {
		j.Remember(refusedCall(30_000+i, noon.Add(time.Hour)), true)
	}
	if got, want := j.Dropped(), uint64(10+unproven+2); got != want {
		t.Errorf("at once: got %d dropped, want %d: no more than %d wait", got, want, atOnce)
	}
}

// A ledger in trouble is told of once, does not fill the memory, and does not
// end the loop.
func TestBrokenLedger(t *testing.T) {
	t.Parallel()
	ledger := open(t)
	var log bytes.Buffer
	j := calls.New(ledger, slog.New(slog.NewTextHandler(&log, nil)))
	ledger.set(errors.New("the disk is full"), nil)
	lost := refusedCall(1, noon)
	j.Remember(lost, true)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	j.Run(ctx)
	if !strings.Contains(log.String(), "the disk is full") {
		t.Errorf("got %q in the log, want the reason", log.String())
	}
	find(t, j, lost, kefu.CallUnknown)
	ledger.set(nil, nil)
	kept := refusedCall(2, noon)
	j.Remember(kept, true)
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	find(t, j, kept, nil)
}

// Calls of an account that was removed meanwhile are dropped without a fuss.
func TestRemovedAccount(t *testing.T) {
	t.Parallel()
	ledger := open(t)
	j := calls.New(ledger, discard())
	call := refusedCall(1, noon)
	j.Remember(call, true)
	if err := ledger.Update(t.Context(), app, func(tx store.Tx) error { return tx.RemoveOfficialAccount(app) }); err != nil {
		t.Fatal(err)
	}
	if err := j.Flush(t.Context()); err != nil {
		t.Errorf("got %v, want nil", err)
	}
	addAccount(t, ledger)
	find(t, j, call, kefu.CallUnknown)
}

// After Forget nothing of before is written any more, not even what was on its
// way.
func TestForget(t *testing.T) {
	t.Parallel()
	ledger := open(t)
	j := calls.New(ledger, discard())
	onItsWay, waiting := refusedCall(1, noon), refusedCall(2, noon)
	j.Remember(onItsWay, true)
	gate := make(chan struct{})
	ledger.set(nil, gate)
	flushed := make(chan error, 1)
	go func() { flushed <- j.Flush(context.Background()) }()
	<-ledger.began
	j.Remember(waiting, true)
	forgotten := make(chan struct{})
	go func() { j.Forget(); close(forgotten) }()
	select {
	case <-forgotten:
		t.Error("got Forget returned while a batch was on its way")
	case <-time.After(50 * time.Millisecond):
	}
	close(gate)
	if err := <-flushed; err != nil {
		t.Fatal(err)
	}
	<-forgotten
	ledger.set(nil, nil)
	if err := ledger.Update(t.Context(), store.House, func(tx store.Tx) error { return tx.Erase() }); err != nil {
		t.Fatal(err)
	}
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	addAccount(t, ledger)
	find(t, j, onItsWay, kefu.CallUnknown)
	find(t, j, waiting, kefu.CallUnknown)
}
