package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/store"
)

func shop(t *testing.T, l *ledger) (o *kefu.OfficialAccount) {
	t.Helper()
	err := l.View(t.Context(), func(r store.Reader) (err error) {
		o, err = r.OfficialAccount(app)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func charge(t *testing.T, g *auth.Gate, o *kefu.OfficialAccount, path string, at time.Time, want error) {
	t.Helper()
	if err := g.Charge(t.Context(), o, path, at); !errors.Is(err, want) || (err == nil) != (want == nil) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func usedOf(t *testing.T, g *auth.Gate, o *kefu.OfficialAccount, path string) int64 {
	t.Helper()
	q, err := g.Quota(t.Context(), o, path)
	if err != nil {
		t.Fatal(err)
	}
	return q.Used
}

func TestMinuteRate(t *testing.T) {
	t.Parallel()
	l := open(t)
	g, o := newGate(l), shop(t, l)
	const path = "/cgi-bin/stable_token"
	rate, limited := o.MinuteRate(path)
	if !limited {
		t.Fatal("got no minute quota, want one to test")
	}
	minute := noon.Truncate(time.Minute)
	for range rate.Calls {
		charge(t, g, o, path, minute, nil)
	}
	charge(t, g, o, path, minute.Add(59*time.Second), kefu.RateReached)
	charge(t, g, o, "/cgi-bin/token", minute, nil)
	charge(t, g, o, path, minute.Add(time.Minute), nil)
	if got, want := usedOf(t, g, o, path), rate.Calls+1; got != want {
		t.Errorf("got %d used, want %d: what was refused does not count", got, want)
	}
}

// Two processes learn of each other's counts when they carry their own, and a
// process that is at the limit looks again before it refuses for long.
func TestTwoGatesShareAQuota(t *testing.T) {
	t.Parallel()
	l := open(t)
	one, two, o := newGate(l), newGate(l), shop(t, l)
	o.Limits.DailyCalls = map[string]int64{"/x": 4}
	for range 2 {
		charge(t, one, o, "/x", noon, nil)
		charge(t, two, o, "/x", noon, nil)
	}
	for _, g := range []*auth.Gate{one, two} {
		if err := g.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	charge(t, two, o, "/x", noon, kefu.DailyQuotaReached)
	charge(t, one, o, "/x", noon, nil) // it has not heard of the last two yet
	if err := one.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	charge(t, one, o, "/x", noon, kefu.DailyQuotaReached)
	// The other clears the quota.
	if err := two.ClearQuota(t.Context(), app); err != nil {
		t.Fatal(err)
	}
	charge(t, two, o, "/x", noon, nil)
	// The one that is refused carries counts of other paths all the while.
	for began := time.Now(); one.Charge(t.Context(), o, "/x", noon) != nil; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatal("got refusals for five seconds, want the clearing noticed")
		}
		charge(t, one, o, "/y", noon, nil)
		if err := one.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	// Nor does quota/get stay behind.
	charge(t, two, o, "/y", noon, nil)
	if err := two.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); usedOf(t, one, o, "/y") != usedOf(t, two, o, "/y"); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatalf("got %d and %d used for five seconds, want the same", usedOf(t, one, o, "/y"), usedOf(t, two, o, "/y"))
		}
	}
}

// Counts that cannot be written are kept until they can.
func TestBrokenLedgerKeepsCounts(t *testing.T) {
	t.Parallel()
	l := open(t)
	g, o := newGate(l), shop(t, l)
	for range 3 {
		charge(t, g, o, "/x", noon, nil)
	}
	l.broken.Store(true)
	if err := g.Flush(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
	if err := g.ClearQuota(t.Context(), app); !errors.Is(err, errBroken) {
		t.Errorf("clear: got %v, want %v", err, errBroken)
	}
	l.broken.Store(false)
	if got := usedOf(t, newGate(l), o, "/x"); got != 0 {
		t.Errorf("another process: got %d used, want 0 so far", got)
	}
	// The loop carries what is left when it ends.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g.Run(ctx)
	if got := usedOf(t, newGate(l), o, "/x"); got != 3 {
		t.Errorf("carried: got %d used, want 3", got)
	}
	if got := usedOf(t, g, o, "/x"); got != 3 {
		t.Errorf("its own: got %d used, want 3", got)
	}
}

// The counts of an account that is removed, or of a world that ended, go with
// it.
func TestCountsGoWithTheAccount(t *testing.T) {
	t.Parallel()
	l := open(t)
	g, o := newGate(l), shop(t, l)
	charge(t, g, o, "/x", noon, nil)
	removeAccount(t, l)
	if err := g.Flush(t.Context()); err != nil {
		t.Errorf("got %v, want nil", err)
	}
	addAccount(t, l)
	if got := usedOf(t, g, o, "/x"); got != 0 {
		t.Errorf("added again: got %d used, want 0", got)
	}
	charge(t, g, o, "/x", noon, nil)
	g.Forget()
	if err := g.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := usedOf(t, g, o, "/x"); got != 0 {
		t.Errorf("forgotten: got %d used, want 0", got)
	}
}

// Yesterday's counts decide nothing today.
func TestDays(t *testing.T) {
	t.Parallel()
	l := open(t)
	g, o := newGate(l), shop(t, l)
	o.Limits.DailyCalls = map[string]int64{"/x": 1}
	charge(t, g, o, "/x", noon, nil)
	charge(t, g, o, "/x", noon, kefu.DailyQuotaReached)
	midnight := time.Date(2024, 3, 16, 0, 0, 0, 0, kefu.Beijing)
	charge(t, g, o, "/x", midnight.Add(-time.Second), kefu.DailyQuotaReached)
	charge(t, g, o, "/x", midnight, nil)
	charge(t, g, o, "/x", midnight, kefu.DailyQuotaReached)
}
