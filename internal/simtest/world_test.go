package simtest

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// settleWithin is how long a world that is well again may take to come to rest:
	// the lease of a courier that is gone, a pause of pushes, and the attempts at
	// what was left behind.
	settleWithin = 5 * time.Minute
	// settleLook is the pause between two looks whether it has.
	settleLook = 2 * time.Second
	// afterRest is how long a world at rest goes on, so that what should not happen
	// any more has time to happen, and what only time makes due is done.
	afterRest = 15 * time.Second
)

// world is everybody and everything of one seed.
type world struct {
	plan    plan
	journal *journal
	network *network
	notary  *notary
	ledger  store.Store // without a notary
	media   media.Store
	air     *air
	seats   []*seat

	developer *developer
	transport *http.Transport
	sayings   sayings
	customers []kefu.OpenID
	working   []kefu.KFAccount
	records   *recordReader
	phones    []*phone

	steps atomic.Int64
	// acting waits for those who act, running for the processes.
	acting, running sync.WaitGroup
	closed          atomic.Bool

	mu         sync.Mutex
	violations []violation
}

// violation is a rule that did not hold.
type violation struct{ rule, what string }

// now is the present moment.
func (w *world) now() moment { return moment{w.steps.Add(1), time.Now()} }

// report notes a violation.
func (w *world) report(rule, what string, args ...any) {
	v := violation{rule, fmt.Sprintf(what, args...)}
	w.journal.note("VIOLATION", "%s: %s", v.rule, v.what)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.violations = append(w.violations, v)
}

// play lets a world live and looks at what became of it. lie, which may be nil,
// puts a ledger that lies under the notary.
func play(t *testing.T, p plan, lie func(store.Store) store.Store) *world {
	var w *world
	synctest.Test(t, func(t *testing.T) {
		w = newWorld(t, p, lie)
		w.live()
		w.settle(t.Context())
		w.check(t.Context())
		w.end(t)
	})
	return w
}

func newWorld(t *testing.T, p plan, lie func(store.Store) store.Store) *world {
	w := &world{plan: p, journal: newJournal(), network: newNetwork()}
	place := folder(t)
	w.ledger = openLedger(t, place)
	if lie != nil {
		w.ledger = lie(w.ledger)
	}
	w.notary = newNotary(w.ledger, w.journal, &w.steps, w.report)
	disk, err := media.NewDisk(filepath.Join(place, "media"))
	if err != nil {
		t.Fatal(err)
	}
	w.media = disk
	w.air = newAir(newDice(p.seed, "air"))
	w.air.set(false, p.mute)
	w.developer = newDeveloper(w)
	w.developer.open()
	w.transport = &http.Transport{DialContext: w.network.dialer("people", func() bool { return true })}
	for i := range p.processes {
		w.seats = append(w.seats, &seat{world: w, name: fmt.Sprintf("house%d", i+1)})
	}
	for i := range p.followers {
		w.customers = append(w.customers, kefu.OpenID(fmt.Sprintf("f%d", i+1)))
	}
	w.working = agentNames[:p.agents]
	return w
}

// live lets everybody act until the world's time is over, and heals everything.
func (w *world) live() {
	for _, s := range w.seats {
		s.start()
	}
	acts, stop := context.WithTimeout(context.Background(), w.plan.lasts+w.plan.lull)
	defer stop()
	reads, stopReading := context.WithCancel(context.Background())
	defer stopReading()
	var reading sync.WaitGroup
	caller := func(name string) *caller { return w.newCaller(name, newDice(w.plan.seed, name)) }

	w.records = &recordReader{caller: caller("records")}
	reading.Go(func() { w.records.run(reads) })
	for _, id := range w.customers {
		p := &phone{caller: caller("phone " + string(id)), customer: id}
		w.phones = append(w.phones, p)
		reading.Go(func() { p.run(reads) })
		f := &follower{caller: caller(string(id)), id: id}
		w.acting.Go(func() { w.twice(acts, f.live) })
	}
	for _, name := range w.working {
		a := &agent{caller: caller(string(name)), name: name}
		w.acting.Go(func() { w.twice(acts, a.work) })
	}
	developers := &program{caller: caller("program")}
	w.acting.Go(func() { w.twice(acts, developers.run) })
	meddler := &repeater{caller("repeater")}
	w.acting.Go(func() { meddler.run(acts) })
	if w.plan.clock {
		mover := &clockMover{caller("clock")}
		w.acting.Go(func() { mover.run(acts) })
	}
	trouble := &saboteur{world: w, dice: newDice(w.plan.seed, "saboteur")}
	w.acting.Go(func() { trouble.run(acts) })

	w.acting.Wait()
	w.journal.note("world", "everybody rests, and everything is healed")
	w.developer.temper.Store(&temper{})
	w.air.set(false, w.plan.mute)
	for _, s := range w.seats {
		s.feel(mood{})
		s.ensure()
	}
	stopReading()
	reading.Wait()
}

// twice lets somebody act before and after the lull of the world, if it has one.
func (w *world) twice(ctx context.Context, act func(context.Context)) {
	if w.plan.lull == 0 {
		act(ctx)
		return
	}
	morning, noon := context.WithTimeout(ctx, w.plan.lasts/2)
	act(morning)
	noon()
	if rest(ctx, w.plan.lull) {
		act(ctx)
	}
}

// settle waits until no push is without an outcome, and a little longer.
func (w *world) settle(ctx context.Context) {
	for began := time.Now(); ; time.Sleep(settleLook) {
		var due []kefu.AppID
		err := w.ledger.View(ctx, func(r store.Reader) (err error) {
			due, err = r.AccountsWithDuePushes()
			return err
		})
		switch {
		case err != nil:
			w.report("bottle", "the ledger cannot be asked: %v", err)
			return
		case len(due) == 0:
			time.Sleep(afterRest)
			return
		case time.Since(began) > settleWithin:
			w.report("pushes", "there are pushes without an outcome %s after everything was healed", settleWithin)
			return
		}
	}
}

// end ends everything that was begun; a bubble wants to be left empty.
func (w *world) end(t *testing.T) {
	w.closed.Store(true)
	for _, s := range w.seats {
		s.stop()
	}
	w.transport.CloseIdleConnections()
	w.running.Wait()
	w.developer.end()
	w.air.late.Wait()
	if err := w.ledger.Close(); err != nil {
		t.Errorf("close the ledger: %v", err)
	}
}

// tell fails the test with what was wrong in a world, if anything was.
func (w *world) tell(t *testing.T) {
	t.Helper()
	if len(w.violations) == 0 {
		return
	}
	var out strings.Builder
	var about []string
	const most = 10
	for i, v := range w.violations {
		if i == most {
			fmt.Fprintf(&out, "  and %d more\n", len(w.violations)-most)
			break
		}
		fmt.Fprintf(&out, "  %s: %s\n", v.rule, v.what)
		for word := range strings.FieldsSeq(v.what) {
			if _, err := fmt.Sscanf(word, "%d", new(int)); err == nil && len(word) > 9 {
				about = append(about, word)
			}
		}
	}
	t.Errorf("%s\n%splay it again with\n  go test ./internal/simtest -run TestWorlds -args -from %d -seeds 1\nthe journal:\n%s",
		w.plan, out.String(), w.plan.seed, w.journal.tell(about))
}
