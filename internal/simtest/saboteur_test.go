package simtest

import (
	"context"
	"time"
)

const (
	// quiet is the usual pause between two acts of sabotage.
	quiet = 7 * time.Second
	// longestOutage is how long a ledger is away at most: longer than the lease of
	// a courier, and than the patience with which an outcome is noted.
	longestOutage = 25 * time.Second
)

// saboteur makes trouble of the kinds that the world's plan allows.
type saboteur struct {
	world *world
	dice  *dice
}

func (s *saboteur) note(what string, args ...any) { s.world.journal.note("saboteur", what, args...) }

// run makes trouble until ctx ends, and leaves what it made to be healed.
func (s *saboteur) run(ctx context.Context) {
	p := s.world.plan
	var acts []func(context.Context)
	if p.ledger {
		acts = append(acts, s.spoilLedger, s.spoilLedger, s.takeLedger)
	}
	if p.kills {
		acts = append(acts, s.kill, s.stop)
	}
	if p.developer {
		acts = append(acts, s.spoilDeveloper, s.spoilDeveloper, s.shutDeveloper)
	}
	if p.signals {
		acts = append(acts, s.spoilSignals)
	}
	if len(acts) == 0 {
		return
	}
	for rest(ctx, s.dice.pause(quiet)) {
		one(s.dice, acts)(ctx)
	}
}

// some is one of the processes, or at times all.
func (s *saboteur) some() []*seat {
	if s.dice.chance(0.3) {
		return s.world.seats
	}
	return []*seat{one(s.dice, s.world.seats)}
}

// probability is a small one, mostly.
func (s *saboteur) probability(most float64) float64 {
	if s.dice.chance(0.4) {
		return 0
	}
	return most * float64(s.dice.between(1, 100)) / 100
}

func (s *saboteur) spoilLedger(ctx context.Context) {
	m := mood{
		before: s.probability(0.4), after: s.probability(0.3), again: s.probability(0.5),
		slow: s.probability(0.3), slowest: s.dice.span(10*time.Millisecond, 12*time.Second),
	}
	s.forSome(ctx, m, s.dice.span(time.Second, 40*time.Second))
}

// takeLedger takes the ledger away for a while.
func (s *saboteur) takeLedger(ctx context.Context) {
	s.forSome(ctx, mood{away: true}, s.dice.span(100*time.Millisecond, longestOutage))
}

func (s *saboteur) forSome(ctx context.Context, m mood, lasts time.Duration) {
	for _, seat := range s.some() {
		s.note("the ledger of %s for %s: %+v", seat.name, lasts, m)
		seat.feel(m)
		s.world.acting.Go(func() {
			rest(ctx, lasts)
			s.note("the ledger of %s is well again", seat.name)
			seat.feel(mood{})
		})
	}
}

func (s *saboteur) kill(ctx context.Context) {
	for _, seat := range s.some() {
		seat.kill()
		s.world.acting.Go(func() {
			rest(ctx, s.dice.span(time.Millisecond, 20*time.Second))
			seat.ensure()
		})
	}
}

func (s *saboteur) stop(ctx context.Context) {
	seat := one(s.dice, s.world.seats)
	s.world.acting.Go(func() {
		seat.stop()
		rest(ctx, s.dice.span(time.Millisecond, 5*time.Second))
		seat.ensure()
	})
}

func (s *saboteur) spoilDeveloper(context.Context) {
	t := temper{
		failing: s.probability(0.5), nonsense: s.probability(0.3), cutting: s.probability(0.4), hanging: s.probability(0.3),
		slow: s.probability(0.8), twice: s.probability(0.5), closing: s.probability(0.5),
	}
	if s.dice.chance(0.3) {
		t = temper{}
	}
	s.note("the developer's server: %+v", t)
	s.world.developer.temper.Store(&t)
}

// shutDeveloper has the developer's server refuse connections for a while.
func (s *saboteur) shutDeveloper(ctx context.Context) {
	lasts := s.dice.span(time.Second, 40*time.Second)
	s.note("the developer's server is shut for %s", lasts)
	s.world.developer.shut()
	s.world.acting.Go(func() {
		rest(ctx, lasts)
		s.world.developer.open()
	})
}

func (s *saboteur) spoilSignals(context.Context) {
	bad, mute := s.dice.chance(0.7), s.dice.chance(0.3) || s.world.plan.mute
	s.note("signals: bad %t, mute %t", bad, mute)
	s.world.air.set(bad, mute)
}
