package simtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// liar is a ledger that lies, under the eyes of the notary: each of its hooks, where
// there is one, takes the place of what the ledger would do.
type liar struct {
	store.Store
	tx func(store.Tx) store.Tx
	// update takes the place of a change.
	update func(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error
	// reader takes the place of what is read outside of changes.
	reader func(store.Reader) store.Reader
}

func (l *liar) View(ctx context.Context, read func(store.Reader) error) error {
	return l.Store.View(ctx, func(r store.Reader) error {
		if l.reader != nil {
			r = l.reader(r)
		}
		return read(r)
	})
}

func (l *liar) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	if l.update != nil {
		return l.update(ctx, app, change)
	}
	return l.Store.Update(ctx, app, func(tx store.Tx) error {
		if l.tx != nil {
			tx = l.tx(tx)
		}
		return change(tx)
	})
}

// everySo is how many opportunities a lie that is told now and then lets pass.
const everySo = 7

// lies are ways in which a ledger, or the house before it, could break a promise,
// with the rules of which one must see it.
var lies = map[string]struct {
	tell func(store.Store) store.Store
	seen []string
	// processes is how many there must be for the lie to do harm, 0 for any.
	processes int
}{
	"a commit that is acknowledged and not kept": {
		tell: func(under store.Store) store.Store {
			l, n := &liar{Store: under}, new(atomic.Int64)
			l.update = func(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
				lost := errors.New("lost")
				err := under.Update(ctx, app, func(tx store.Tx) error {
					err := change(tx)
					if err == nil && app != store.House && n.Add(1)%(4*everySo) == 0 {
						return lost
					}
					return err
				})
				if errors.Is(err, lost) {
					return nil
				}
				return err
			}
			return l
		},
		seen: []string{"books", "messages"},
	},
	"a message that is there twice": {
		tell: inTx(func(tx store.Tx, n *atomic.Int64) store.Tx { return &doubling{tx, n} }),
		seen: []string{"messages"},
	},
	"a record that is not kept": {
		tell: inTx(func(tx store.Tx, n *atomic.Int64) store.Tx { return &forgetful{Tx: tx, n: n, record: true} }),
		seen: []string{"records", "books"},
	},
	"a push that is not kept": {
		tell: inTx(func(tx store.Tx, n *atomic.Int64) store.Tx { return &forgetful{Tx: tx, n: n, push: true} }),
		seen: []string{"books", "pushes", "records"},
	},
	"an outcome that is not kept": {
		tell: inTx(func(tx store.Tx, n *atomic.Int64) store.Tx { return &forgetful{Tx: tx, n: n, outcome: true} }),
		seen: []string{"silence"},
	},
	"ids that are given out of order": {
		tell: func(under store.Store) store.Store {
			pocket := new(atomic.Int64)
			return inTx(func(tx store.Tx, n *atomic.Int64) store.Tx { return &scrambling{tx, n, pocket} })(under)
		},
		seen: []string{"ids", "pages"},
	},
	"agents who always have room": {
		tell: inTx(func(tx store.Tx, _ *atomic.Int64) store.Tx { return &roomy{tx} }),
		seen: []string{"capacity"},
	},
	"a customer who stays in the queue": {
		tell: inTx(func(tx store.Tx, _ *atomic.Int64) store.Tx { return &sticky{tx} }),
		seen: []string{"sessions"},
	},
	"a customer in two sessions": {
		tell: func(under store.Store) store.Store {
			return &liar{Store: under, reader: func(r store.Reader) store.Reader { return &crowding{r} }}
		},
		seen: []string{"sessions"},
	},
	"allowances that are never used up": {
		tell: inTx(func(tx store.Tx, _ *atomic.Int64) store.Tx { return &generous{tx} }),
		seen: []string{"allowances"},
	},
	"a push that is handed out after the next one": {
		tell: func(under store.Store) store.Store {
			return &liar{Store: under, reader: func(r store.Reader) store.Reader { return &hiding{r} }}
		},
		seen: []string{"order"},
	},
	"leases that nobody heeds": {
		tell: func(under store.Store) store.Store {
			return &liar{
				Store: under,
				tx:    func(tx store.Tx) store.Tx { return &grabbing{tx} },
			}
		},
		seen:      []string{"silence", "order"},
		processes: 2,
	},
}

// inTx makes a ledger that lies within changes, counting the opportunities.
func inTx(lie func(store.Tx, *atomic.Int64) store.Tx) func(store.Store) store.Store {
	return func(under store.Store) store.Store {
		n := new(atomic.Int64)
		return &liar{Store: under, tx: func(tx store.Tx) store.Tx { return lie(tx, n) }}
	}
}

// worldsToSee is how many worlds there are for a lie to be seen in.
const worldsToSee = 12

// A lie of the ledger is seen, and by whom it should be.
func TestCheckersSee(t *testing.T) {
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last *world
			for seed := uint64(1); seed <= worldsToSee; seed++ {
				p := newPlan(seed)
				// The only trouble is the lie, and a developer's server that is slow.
				p.ledger, p.kills, p.signals, p.mute, p.clock, p.lull = false, false, false, false, false, 0
				p.lasts = min(p.lasts, time.Minute)
				if lie.processes > 0 {
					p.processes = lie.processes
				}
				last = play(t, p, lie.tell)
				for _, v := range last.violations {
					if slices.Contains(lie.seen, v.rule) {
						t.Logf("seen in world %d: %s: %s", seed, v.rule, v.what)
						return
					}
				}
			}
			t.Errorf("not seen in %d worlds; the last one saw %v", worldsToSee, fmt.Sprint(last.violations))
		})
	}
}
