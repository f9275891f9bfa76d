package desk

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
)

// telling is the Tx of a change, which notes that it told readers something.
type telling struct {
	store.Tx
	told bool
}

// AddFact implements [store.FactsTx].
func (t *telling) AddFact(app kefu.AppID, f *kefu.Fact) error {
	t.told = true
	return t.Tx.AddFact(app, f)
}

// tell writes a fact in the change that makes it true. Readers are woken when the
// change is on disk.
func tell(tx store.Tx, app kefu.AppID, now time.Time, f kefu.Fact) error {
	id, err := tx.NextID(app, now)
	if err != nil {
		return err
	}
	f.ID = id
	return tx.AddFact(app, &f)
}

// tell writes a fact of a conversation.
func (t *turn) tell(f kefu.Fact) error { return tell(t.tx, t.app, t.now, f) }

// tellStanding tells that somebody began or ceased to wait or to be served, or does
// so in another way, where no record says it.
func (t *turn) tellStanding(c *kefu.Customer) error {
	return t.tell(kefu.Fact{What: kefu.FactStanding, Customer: c.OpenID})
}

// tellCustomer tells that something about a customer changed.
func (t *turn) tellCustomer(c *kefu.Customer) error {
	return t.tell(kefu.Fact{What: kefu.FactCustomer, Customer: c.OpenID})
}

// setAgent writes an agent back, of which readers are told.
func (t *turn) setAgent(a *kefu.Agent) error {
	t.agentMoved(a.ID)
	return t.tx.SetAgent(t.app, a)
}

// agentMoved notes that an agent is something else, or serves somebody else.
func (t *turn) agentMoved(id kefu.KFID) {
	if id != 0 && !slices.Contains(t.agents, id) {
		t.agents = append(t.agents, id)
	}
}

// tellAgentGone tells that an agent was removed, and that is all there is to tell of
// it.
func (t *turn) tellAgentGone(a *kefu.Agent) error {
	t.agents = slices.DeleteFunc(t.agents, func(id kefu.KFID) bool { return id == a.ID })
	return t.tell(kefu.Fact{What: kefu.FactAgentGone, Agent: a.ID, Account: a.Account})
}

// tellAgents tells of the agents that moved, at the end of the change.
func (t *turn) tellAgents() error {
	for _, id := range t.agents {
		if err := t.tell(kefu.Fact{What: kefu.FactAgent, Agent: id}); err != nil {
			return err
		}
	}
	return nil
}

// wakeReaders signals that an official account has facts.
func (d *Desk) wakeReaders(app kefu.AppID) { d.signals.Publish(pubsub.Facts, string(app)) }

// epochSetting is the random part of every epoch. It goes when everything is erased,
// and the next reader finds another one.
const epochSetting = "epoch"

// News reads the facts of an official account after an id, at most limit of them. It
// refuses with [kefu.OfficialAccountUnknown].
func (d *Desk) News(ctx context.Context, app kefu.AppID, after kefu.MsgID, limit int) (n kefu.News, err error) {
	for {
		err = d.ledger.View(ctx, func(r store.Reader) (err error) {
			if n, err = newsOf(r, app, after, d.now()); err != nil {
				return err
			}
			n.Facts, err = r.Facts(app, after, limit)
			return err
		})
		if err != nil || n.Epoch != "" {
			return n, err
		}
		if err := d.beginEpoch(ctx); err != nil {
			return kefu.News{}, err
		}
	}
}

// newsOf is how a reader who has read up to an id stands, without the facts. The
// epoch is empty as long as nobody has asked for it.
func newsOf(r store.Reader, app kefu.AppID, after kefu.MsgID, now time.Time) (n kefu.News, err error) {
	o, err := r.OfficialAccount(app)
	if err != nil {
		return n, err
	}
	house, err := r.Setting(epochSetting)
	if err != nil {
		return n, err
	}
	if n.Last, err = r.LastID(app); err != nil {
		return n, err
	}
	if house != "" {
		n.Epoch = house + "." + strconv.FormatInt(o.CreatedAt.UnixMilli(), 36)
	}
	n.Complete = after >= kefu.FirstMsgID(now.Add(-kefu.FactMemory)) || after >= n.Last
	return n, nil
}

// beginEpoch draws the random part of epochs, unless somebody else just did.
func (d *Desk) beginEpoch(ctx context.Context) error {
	return d.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		drawn, err := tx.Setting(epochSetting)
		if err != nil || drawn != "" {
			return err
		}
		return tx.SetSetting(epochSetting, rand.Text())
	})
}
