package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Workbench is what an agent sees when it sits down.
type Workbench struct {
	// Account is a copy.
	Account *kefu.OfficialAccount
	// News is how far the facts are that this tells of; it has none itself.
	News kefu.News
	// Agents are all of the account, by number.
	Agents []kefu.Agent
	// Sessions are those of the hand's agent, the oldest first.
	Sessions []kefu.Conversation
	// Waiting are the first of the queue, in its order. QueueState tells of all.
	Waiting []kefu.Conversation
	QueueState
}

// QueueState is how the queue stands.
type QueueState struct {
	Total int
	// Longest is since when the one waits who waits longest; zero when nobody does.
	Longest time.Time
}

const (
	// maxSessions bounds the sessions that an agent sees: as many as it can offer to
	// take by itself. Those that somebody gives it on top are seen when others end.
	maxSessions = kefu.MaxAutoAccept
	// maxWaiting bounds how many of the queue are shown: more than anybody reads.
	maxWaiting = 100
)

// Workbench reads, in one state of the ledger and with a question for each list,
// what a hand sees at first.
func (d *Desk) Workbench(ctx context.Context, h Hand) (w Workbench, err error) {
	for {
		err = d.ledger.View(ctx, func(r store.Reader) (err error) {
			w, err = workbench(r, h, d.now())
			return err
		})
		if err != nil || w.News.Epoch != "" {
			return w, err
		}
		if err := d.beginEpoch(ctx); err != nil {
			return Workbench{}, err
		}
	}
}

func workbench(r store.Reader, h Hand, now time.Time) (w Workbench, err error) {
	if w.Account, err = r.OfficialAccount(h.App); err != nil {
		return w, err
	}
	if w.News, err = newsOf(r, h.App, 0, now); err != nil {
		return w, err
	}
	if w.Agents, err = r.Agents(h.App); err != nil {
		return w, err
	}
	if h.Agent != nil {
		if w.Sessions, err = r.ConversationsOf(h.App, h.Agent.ID, maxSessions); err != nil {
			return w, err
		}
	}
	if w.Waiting, err = r.ConversationsWaiting(h.App, maxWaiting); err != nil {
		return w, err
	}
	w.Total, w.Longest, err = r.QueueState(h.App)
	return w, err
}

// ErrBusy tells that so many changes wait already that one more would only wait too
// long. It is [store.ErrBusy], which doors do not know.
var ErrBusy = store.ErrBusy
