package simtest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
)

// rebirth is the pause before a process that did not come up is started again.
const rebirth = time.Second

// seat is a place where one process at a time runs, under one name.
type seat struct {
	world *world
	name  string

	mu      sync.Mutex
	present *process
	// lives counts the processes that ran here.
	lives int
	// mood is how the ledger behaves towards whoever runs here.
	mood mood
}

// process is one life of a house.
type process struct {
	name  string
	view  *faulty
	wire  *wire
	end   context.CancelFunc
	ended chan struct{}
	dead  atomic.Bool
}

// start runs a process, and another one should it not come up.
func (s *seat) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.startLocked()
}

func (s *seat) startLocked() {
	w := s.world
	s.lives++
	name := s.name
	m := s.mood
	p := &process{
		name:  name,
		view:  newFaulty(w.notary, newDice(w.plan.seed, name+" ledger"+string(rune('0'+s.lives%10))), &m),
		wire:  w.air.join(),
		ended: make(chan struct{}),
	}
	hub := pubsub.New()
	hub.Lose = w.air.lose
	parts := server.Parts{
		Ledger:    p.view,
		Media:     w.media,
		Metrics:   metrics.New("simtest"),
		Log:       w.journal.logger(name),
		PublicURL: "http://" + name,
		Dial:      w.network.dialer(name, func() bool { return !p.dead.Load() }),
		Signals:   hub,
		Alone:     w.plan.processes == 1,
		Demo:      &sandbox.Demo{Account: account()},
	}
	if w.plan.processes > 1 {
		parts.Wire = p.wire
	}
	house := server.New(parts)
	ctx, end := context.WithCancel(context.Background())
	p.end = end
	listener := w.network.listen(name)
	s.present = p
	w.journal.note(name, "starts")
	w.running.Go(func() {
		err := house.Run(ctx, listener)
		p.wire.leave()
		p.view.running.Wait()
		w.journal.note(name, "ended: %v", err)
		close(p.ended)
		if err == nil || ctx.Err() != nil {
			return
		}
		time.Sleep(rebirth)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.present == p && !w.closed.Load() {
			s.startLocked()
		}
	})
}

// kill ends the process at once: its calls of the ledger fail, its connections
// break, and nothing that it does later is seen by anybody.
func (s *seat) kill() {
	s.mu.Lock()
	p := s.present
	s.present = nil
	s.mu.Unlock()
	if p == nil {
		return
	}
	s.world.journal.note(s.name, "is killed")
	p.dead.Store(true)
	p.view.kill()
	p.wire.leave()
	s.world.network.hang(s.name)
	s.world.network.cut(s.name)
	p.end()
}

// stop asks the process to end, and waits until it has.
func (s *seat) stop() {
	s.mu.Lock()
	p := s.present
	s.present = nil
	s.mu.Unlock()
	if p == nil {
		return
	}
	s.world.journal.note(s.name, "is stopped")
	s.world.network.hang(s.name)
	p.end()
	<-p.ended
}

// ensure starts a process if none runs.
func (s *seat) ensure() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.present == nil {
		s.startLocked()
	}
}

// feel sets how the ledger behaves towards the process.
func (s *seat) feel(m mood) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = m
	if s.present != nil {
		s.present.view.mood.Store(&m)
	}
}

const (
	appID      = "wx5d3c0ffee1234567"
	secret     = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	wechatID   = "demo_shop"
	originalID = "gh_a1b2c3d4e5f6"
	// developerHost is where the developer's server listens.
	developerHost = "developer"
)

// What the house says by itself.
const (
	houseWelcomes = "the house welcomes"
	houseIsBusy   = "the house is busy"
	houseIsEmpty  = "the house is empty"
)

// account is the official account of every world.
func account() kefu.OfficialAccount {
	return kefu.OfficialAccount{
		AppID: appID, Secret: kefu.DigestSecret(secret), WeChatID: wechatID, OriginalID: originalID,
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
		Service: kefu.Service{
			Welcome: kefu.AutoText{On: true, Text: houseWelcomes},
			Busy:    kefu.AutoText{On: true, Text: houseIsBusy},
			Nobody:  kefu.AutoText{On: true, Text: houseIsEmpty},
		},
		Callback: kefu.Callback{URL: "http://" + developerHost + "/wechat", Token: "KfSpecToken2024", Mode: kefu.CallbackPlain},
	}
}
