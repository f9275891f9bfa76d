package simtest

import (
	"context"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// everything is more rows than a world has.
const everything = 1_000_000

// remains is the ledger of a world at rest.
type remains struct {
	agents    []kefu.Agent
	queue     []kefu.Waiting
	customers map[kefu.OpenID]*kefu.Customer
	sessions  map[kefu.OpenID]kefu.Session
	waiting   map[kefu.OpenID]kefu.Waiting
	// served are the sessions as they are listed agent by agent.
	served   map[kefu.KFID][]kefu.Session
	messages map[kefu.OpenID][]kefu.Message
	records  []kefu.Record
	pushes   []kefu.Push
	ready    []kefu.Agent
}

// read reads a ledger through its port.
func (w *world) read(ctx context.Context) (*remains, error) {
	left := &remains{
		customers: make(map[kefu.OpenID]*kefu.Customer), sessions: make(map[kefu.OpenID]kefu.Session),
		waiting: make(map[kefu.OpenID]kefu.Waiting), served: make(map[kefu.KFID][]kefu.Session),
		messages: make(map[kefu.OpenID][]kefu.Message),
	}
	err := w.ledger.View(ctx, func(r store.Reader) (err error) {
		if left.agents, err = r.Agents(appID); err != nil {
			return err
		}
		for i := range left.agents {
			id := left.agents[i].ID
			if left.served[id], err = r.SessionsOf(appID, id); err != nil {
				return err
			}
		}
		if left.queue, err = r.Queue(appID, everything); err != nil {
			return err
		}
		if left.ready, err = r.ReadyAgents(appID); err != nil {
			return err
		}
		for _, id := range w.customers {
			if err := left.readCustomer(r, id); err != nil {
				return err
			}
		}
		left.records, err = r.Records(appID, store.RecordQuery{From: firstMoment, To: lastMoment, Least: 1, History: true, Limit: everything})
		if err != nil {
			return err
		}
		left.pushes, err = r.PushLog(appID, 0, everything)
		return err
	})
	return left, err
}

func (left *remains) readCustomer(r store.Reader, id kefu.OpenID) error {
	c, err := r.Customer(appID, id)
	if err == kefu.CustomerUnknown {
		return nil // it never came to follow
	}
	if err != nil {
		return err
	}
	left.customers[id] = &c
	if left.messages[id], err = r.Conversation(appID, id, 0, everything); err != nil {
		return err
	}
	s, served, err := r.Session(appID, id)
	if err != nil {
		return err
	}
	if served {
		left.sessions[id] = s
	}
	q, waits, err := r.Waiting(appID, id)
	if waits {
		left.waiting[id] = q
	}
	return err
}

// check looks at a world at rest.
func (w *world) check(ctx context.Context) {
	left, err := w.read(ctx)
	if err != nil {
		w.report("bottle", "the ledger cannot be read: %v", err)
		return
	}
	doors := w.newCaller("checker", newDice(w.plan.seed, "checker"))
	w.checkBooks(left)
	w.checkSessions(left, doors)
	w.checkQueue(left, doors)
	w.checkMessages(left, doors)
	w.checkRecords(left, doors)
	w.checkStories(left)
	w.checkAllowances(left)
	w.checkPushes(left, doors)
	w.checkOrder(left)
}

// checkBooks wants everything in the ledger that was committed to it, and nothing
// else, with ids that ascend in the order in which it was written.
func (w *world) checkBooks(left *remains) {
	b := w.notary.shown()
	messages, records, pushes := 0, 0, 0
	for id, list := range left.messages {
		for i := range list {
			messages++
			if _, known := b.messages[list[i].ID]; !known {
				w.report("books", "%s: message %d was committed by nobody: %q", id, list[i].ID, list[i].Content.Said())
			}
		}
	}
	for i := range left.records {
		records++
		if _, known := b.records[left.records[i].ID]; !known {
			w.report("books", "record %d was committed by nobody: %+v", left.records[i].ID, left.records[i])
		}
	}
	for i := range left.pushes {
		pushes++
		if _, known := b.pushes[left.pushes[i].ID]; !known {
			w.report("books", "push %d was committed by nobody", left.pushes[i].ID)
		}
	}
	if messages != len(b.messages) || records != len(b.records) || pushes != len(b.pushes) {
		w.report("books", "the ledger has %d messages, %d records and %d pushes, but %d, %d and %d were committed",
			messages, records, pushes, len(b.messages), len(b.records), len(b.pushes))
	}
	given := slices.Clone(b.given)
	slices.SortStableFunc(given, func(a, b givenID) int { return int(a.step - b.step) })
	for i := 1; i < len(given); i++ {
		if given[i].step != given[i-1].step && given[i].id <= given[i-1].id {
			w.report("ids", "the id %d was given after %d", given[i].id, given[i-1].id)
		}
	}
}
