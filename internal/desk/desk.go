// Package desk is what the house does: every verb stands here once, whichever
// door it is asked through. A verb is one change under the pen of one official
// account (see package store); what it may do is decided by the pure rules of
// package kefu, on what the ledger says at that moment.
//
// A verb returns when its change is on disk. It refuses with a kefu.Reason and
// then nothing has changed; any other error means that the ledger or the media
// store could not be asked.
package desk

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
)

// Parts are what a desk works with. All are needed but those that say otherwise.
type Parts struct {
	Ledger   store.Store
	Media    media.Store
	Pictures *picture.Scaler
	// Now is the time of the house. The sandbox moves it.
	Now func() time.Time
	// Wall is the time that nobody moves, for leases between processes; time.Now when
	// nil.
	Wall func() time.Time
	// Log hears of what went wrong after a verb had succeeded.
	Log *slog.Logger
	// Signals wakes readers when a change is on disk; nil when nobody reads.
	Signals *pubsub.Hub
	// Courier names this process to others on the same ledger, as the one who
	// delivers the pushes that it causes. It is another one after each start; empty
	// when nobody delivers.
	Courier string
	// PublicURL is where the world reaches the house, without a slash at the end;
	// customers' pictures are told to developers below it.
	PublicURL string
	// Carrier brings messages to customers; nil when their phones read the ledger
	// themselves, as they do here until there is a gateway.
	Carrier Carrier
}

// Desk carries out the verbs. It may be used from any goroutine.
type Desk struct {
	ledger   store.Store
	media    media.Store
	pictures *picture.Scaler
	now      func() time.Time
	wall     func() time.Time
	// process names this one to others as long as it runs.
	process string
	log     *slog.Logger
	signals *pubsub.Hub
	courier string
	carrier Carrier
	// publicURL is the base of what is told to developers.
	publicURL string
	// searches holds a token for every search that runs.
	searches chan struct{}
	// accounts holds a *keptAccount by appid.
	accounts sync.Map
}

// New makes a desk.
func New(p Parts) *Desk {
	if p.Signals == nil {
		p.Signals = pubsub.New()
	}
	if p.Wall == nil {
		p.Wall = time.Now
	}
	return &Desk{
		ledger:   p.Ledger,
		media:    p.Media,
		pictures: p.Pictures,
		now:      p.Now,
		wall:     p.Wall,
		process:  rand.Text(),
		log:      p.Log,
		signals:  p.Signals,
		courier:  p.Courier,
		carrier:  p.Carrier,

		publicURL: p.PublicURL,
		searches:  make(chan struct{}, maxSearches),
	}
}

// change runs one change of an existing official account: the shape of nearly
// every verb.
func (d *Desk) change(ctx context.Context, app kefu.AppID, change func(tx store.Tx, o *kefu.OfficialAccount, now time.Time) error) error {
	now := d.now()
	var last *telling
	err := d.ledger.Update(ctx, app, func(tx store.Tx) error {
		last = &telling{Tx: tx}
		o, err := tx.OfficialAccount(app)
		if err != nil {
			return err
		}
		return change(last, o, now)
	})
	if err == nil && last.told {
		d.wakeReaders(app)
	}
	return err
}

// changeAgent runs one change of an existing agent, writes it back and tells of it.
func (d *Desk) changeAgent(ctx context.Context, app kefu.AppID, account kefu.KFAccount, change func(tx store.Tx, o *kefu.OfficialAccount, a *kefu.Agent, now time.Time) error) error {
	return d.change(ctx, app, func(tx store.Tx, o *kefu.OfficialAccount, now time.Time) error {
		a, err := agentNamed(tx, o, account)
		if err != nil {
			return err
		}
		if err := change(tx, o, &a, now); err != nil {
			return err
		}
		if err := tx.SetAgent(app, &a); err != nil {
			return err
		}
		return tell(tx, app, now, kefu.Fact{What: kefu.FactAgent, Agent: a.ID})
	})
}

// sweepBatch bounds the rows that one change of a sweep removes, so that a
// sweep after a long sleep does not keep the pen from everybody else.
const sweepBatch = 500

// Sweep forgets what nobody may ask for any more: ended tokens, old calls, old
// counters, ended pushes, expired media. It is asked for every few minutes.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.now()
	for {
		removed := 0
		err := d.ledger.Update(ctx, store.House, func(tx store.Tx) (err error) {
			removed, err = tx.Sweep(now, sweepBatch)
			return err
		})
		if err != nil {
			return err
		}
		if removed < sweepBatch {
			return d.sweepMedia(ctx, now)
		}
	}
}

// farFuture is after the life of everything that has one.
var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Erase removes everything the house knows, and leaves only the given settings.
// Only the sandbox asks for it.
func (d *Desk) Erase(ctx context.Context, keep map[string]string) error {
	var gone []kefu.Avatar
	// What media there was is over, so that its bytes go as they would anyway.
	if err := d.sweepMedia(ctx, farFuture); err != nil {
		return err
	}
	err := d.ledger.Update(ctx, store.House, func(tx store.Tx) error {
		accounts, err := tx.OfficialAccounts()
		if err != nil {
			return err
		}
		gone = nil
		for _, o := range accounts {
			agents, err := tx.Agents(o.AppID)
			if err != nil {
				return err
			}
			gone = append(gone, avatarsOf(agents)...)
		}
		if err := tx.Erase(); err != nil {
			return err
		}
		for name, value := range keep {
			if err := tx.SetSetting(name, value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.deleteAvatars(ctx, gone...)
	return nil
}
