package simtest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// notary stands between the processes and the ledger, looks at every change, and
// remembers what was committed. What it sees wrong it reports, and lets pass.
type notary struct {
	store.Store
	journal *journal
	report  func(rule, what string, args ...any)
	// steps orders what happens in a world, beside the time, which stands still
	// while things happen.
	steps *atomic.Int64

	mu    sync.Mutex
	books books
}

// books are what was committed.
type books struct {
	messages map[kefu.MsgID]kefu.Message
	records  map[kefu.MsgID]kefu.Record
	pushes   map[kefu.MsgID]*pushStory
	// given are the ids of committed rows, with the step at which their change
	// began under the pen.
	given []givenID
}

type givenID struct {
	step int64
	id   kefu.MsgID
}

// moment is a step at a time.
type moment struct {
	step int64
	at   time.Time
}

// pushStory is when a push got its outcomes, and when it was made due again.
type pushStory struct {
	push            kefu.Push
	ended, repeated []moment
}

func newNotary(under store.Store, j *journal, steps *atomic.Int64, report func(rule, what string, args ...any)) *notary {
	return &notary{Store: under, journal: j, report: report, steps: steps, books: books{
		messages: make(map[kefu.MsgID]kefu.Message),
		records:  make(map[kefu.MsgID]kefu.Record),
		pushes:   make(map[kefu.MsgID]*pushStory),
	}}
}

func (n *notary) now() moment { return moment{n.steps.Add(1), time.Now()} }

// Update implements [store.Store].
func (n *notary) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	var seen *deed
	err := n.Store.Update(ctx, app, func(tx store.Tx) error {
		d := &deed{Tx: tx, notary: n, app: app, began: n.now(), touched: make(map[kefu.OpenID]bool), given: make(map[kefu.KFID]bool)}
		seen = d
		if err := change(d); err != nil {
			return err
		}
		return d.check()
	})
	if err == nil && seen != nil {
		n.commit(seen)
	}
	return err
}

// shown are the books of a world at rest.
func (n *notary) shown() *books {
	n.mu.Lock()
	defer n.mu.Unlock()
	return &n.books
}

func (n *notary) commit(d *deed) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ended := n.now()
	for _, m := range d.messages {
		n.books.messages[m.ID] = m
		n.books.given = append(n.books.given, givenID{d.began.step, m.ID})
	}
	for _, r := range d.records {
		n.books.records[r.ID] = r
		n.books.given = append(n.books.given, givenID{d.began.step, r.ID})
		n.journal.note("ledger", "%s: %s %d %s %q %s", r.Customer, happening(r.What), r.ID, r.Worker, r.Text, r.Why)
	}
	for _, p := range d.pushes {
		n.storyOf(p)
		n.books.given = append(n.books.given, givenID{d.began.step, p.ID})
		n.journal.note("ledger", "%s: push %d %s", p.Customer, p.ID, kindOf(&p))
	}
	for _, p := range d.settled {
		story := n.storyOf(p)
		wasDue := story.push.Outcome == kefu.OutcomeDue
		story.push.Outcome, story.push.Attempts = p.Outcome, p.Attempts
		n.journal.note("ledger", "%s: push %d is %s after %d", story.push.Customer, p.ID, p.Outcome, len(p.Attempts))
		switch {
		case p.Outcome != kefu.OutcomeDue:
			story.ended = append(story.ended, ended)
		case !wasDue:
			story.repeated = append(story.repeated, d.began)
		}
	}
}

// storyOf finds the story of a push, or begins it with a push that is due. Somebody
// may have settled a push before he who caused it heard that it is on disk.
func (n *notary) storyOf(p kefu.Push) *pushStory {
	story := n.books.pushes[p.ID]
	if story == nil {
		p.Outcome = kefu.OutcomeDue
		story = &pushStory{push: p}
		n.books.pushes[p.ID] = story
	}
	return story
}
