package callback

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
)

const (
	// rescue is how often the courier looks for pushes by itself: those of a
	// process that ended, and those whose signal was lost.
	rescue = 3 * time.Second
	// maxShared bounds the pushes in memory beyond what each account may always
	// have there, over all accounts: some tens of megabytes when all are long.
	maxShared = 16384
)

// Desk is what the courier asks of the house. Refusals are a kefu.Reason.
type Desk interface {
	// PushAccount is the account with its callback, which must not be modified.
	// It is asked before every attempt.
	PushAccount(ctx context.Context, app kefu.AppID) (*kefu.OfficialAccount, error)
	// DuePushes lists the pushes after an id that have no outcome and are
	// courier's to deliver, by ascending id.
	DuePushes(ctx context.Context, app kefu.AppID, courier string, after kefu.MsgID, limit int) ([]kefu.Push, error)
	// TakePushes makes courier deliver to whoever's courier is gone, or with all
	// to everybody, and names the accounts that have something to deliver, whoever
	// does. With an error it names those that could be asked; without one, nobody
	// else takes what is courier's within the next holdFor.
	TakePushes(ctx context.Context, courier string, all bool) ([]kefu.AppID, error)
	// SettlePush notes an attempt and what came of it: the push that it returns
	// has an outcome, or is due again.
	SettlePush(ctx context.Context, app kefu.AppID, id kefu.MsgID, attempt kefu.Attempt, reply *kefu.Reply) (kefu.Push, error)
	// FailPush ends a push without an attempt.
	FailPush(ctx context.Context, app kefu.AppID, id kefu.MsgID, why string) (kefu.Push, error)
}

// Observer counts pushes.
type Observer interface {
	// ObservePush is told of each push that has its outcome: how often it was
	// tried, and how long the last attempt took.
	ObservePush(outcome string, attempts int, took time.Duration)
}

// Witness sees every push after each attempt, as the ledger has it.
type Witness interface {
	SawPush(app kefu.AppID, p *kefu.Push)
}

// Parts are what a courier works with. Observer, Witness, Faults and Dial may be nil.
type Parts struct {
	Desk   Desk
	Policy Policy
	// Now is the time of the house, by which pushes are due and requests are
	// dated.
	Now func() time.Time
	Log *slog.Logger
	// Name tells this process from others on the same ledger. The desk must know
	// it as its courier.
	Name string
	// Alone says that no other process delivers from this ledger, so that what
	// an earlier one left is taken at once.
	Alone    bool
	Signals  *pubsub.Hub
	Observer Observer
	Witness  Witness
	Faults   Faults
	// Dial takes the place of TCP under the Policy.
	Dial Dial
	// AtOnce bounds the requests at once, over all accounts; 0 for 1024.
	AtOnce int
}

// Courier delivers pushes to the developers' servers, those of one customer one
// after the other and in order, up to [kefu.PushAttempts] times each; only events
// of sessions that failed are tried again beside what follows. Each official
// account has a round of its own, so that a server that does not answer
// keeps no other account's pushes waiting.
type Courier struct {
	parts   Parts
	through *http.Transport
	// shared is how much of maxShared is in use.
	shared atomic.Int64
	places places
	// hold is on the customers of all accounts.
	hold hold

	mu sync.Mutex
	// run is the context of Run; nil while it does not run.
	run    context.Context
	rounds map[kefu.AppID]*round
	// ended waits for the rounds, forgotten ones included.
	ended sync.WaitGroup
}

// NewCourier makes a courier that delivers nothing until it runs.
func NewCourier(p Parts) *Courier {
	if p.Dial == nil {
		p.Dial = p.Policy.dial()
	}
	if p.AtOnce == 0 {
		p.AtOnce = maxAtOnce
	}
	return &Courier{
		parts:   p,
		through: newTransport(p.Dial, min(maxIdle, p.AtOnce)),
		places:  newPlaces(p.AtOnce),
		rounds:  make(map[kefu.AppID]*round),
	}
}

// Run delivers until ctx ends. Attempts that have begun are then finished and
// noted; Run returns when that is done, which takes little more than
// [kefu.PushPatience] while the ledger can be written. It runs once at a time.
func (c *Courier) Run(ctx context.Context) {
	news := c.parts.Signals.Subscribe(pubsub.Pushes)
	defer news.Close()
	c.mu.Lock()
	c.run = ctx
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.run, c.rounds = nil, make(map[kefu.AppID]*round)
		c.mu.Unlock()
		c.ended.Wait()
		c.through.CloseIdleConnections()
	}()

	ticker := time.NewTicker(rescue)
	defer ticker.Stop()
	taken := c.take(ctx, c.parts.Alone, lookAfresh)
	for {
		select {
		case <-ctx.Done():
			return
		case <-news.C():
			apps, all := news.Take()
			for _, app := range apps {
				c.wake(kefu.AppID(app), lookAhead)
			}
			if all {
				c.take(ctx, false, lookAhead)
			}
		case <-ticker.C:
			// What could not be taken at the start is taken now.
			taken = c.take(ctx, c.parts.Alone && !taken, lookAfresh) || taken
		}
	}
}

// take takes over what nobody delivers and wakes the rounds that have something
// to do.
func (c *Courier) take(ctx context.Context, all bool, why uint32) bool {
	apps, err := c.takeOver(ctx, all)
	if err != nil && ctx.Err() == nil {
		c.parts.Log.Warn("pushes that wait could not be looked for; it will be tried again", "in", rescue, "error", err)
	}
	for _, app := range apps {
		c.wake(app, why)
	}
	return err == nil
}

// takeOver asks the ledger for what nobody delivers, and notes for whom we go on.
func (c *Courier) takeOver(ctx context.Context, all bool) ([]kefu.AppID, error) {
	asked := time.Now()
	c.hold.begin()
	apps, err := c.parts.Desk.TakePushes(ctx, c.parts.Name, all)
	c.hold.end(err == nil)
	if err == nil {
		c.hold.renew(asked)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, app := range apps {
		if r := c.rounds[app]; r != nil {
			r.hold.renew(asked)
		}
	}
	return apps, err
}

// wake tells the round of an account what to do, and begins it when there is
// none. A round, once begun, goes on until Run ends: there are no more of them
// than accounts there ever were, and one without pushes only sleeps.
func (c *Courier) wake(app kefu.AppID, why uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rounds[app]
	if r == nil {
		if c.run == nil {
			return
		}
		r = newRound(c, app, c.run)
		c.rounds[app] = r
		why |= lookAfresh
		c.ended.Go(r.walk)
	}
	r.tell(why)
}

// Nudge looks again at what is due: the clock of the house was moved.
func (c *Courier) Nudge() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.rounds {
		r.tell(lookAtClock)
	}
}

// Forget drops all that is in memory and breaks off attempts in flight, without
// a word to the ledger, and returns when that is done: there is a fresh world in
// which other pushes may have the same ids.
func (c *Courier) Forget() {
	c.mu.Lock()
	old := c.rounds
	c.rounds = make(map[kefu.AppID]*round)
	c.mu.Unlock()
	for _, r := range old {
		r.forget()
	}
	for _, r := range old {
		<-r.over
	}
}

// reserve takes a place for one push from what the accounts share.
func (c *Courier) reserve() bool {
	if c.shared.Add(1) <= maxShared {
		return true
	}
	c.shared.Add(-1)
	return false
}

func (c *Courier) release() { c.shared.Add(-1) }
