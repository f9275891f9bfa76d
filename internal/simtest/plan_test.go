package simtest

import (
	"fmt"
	"time"
)

// plan is what a seed decides before a world begins: who lives in it, for how
// long, and which kinds of trouble there may be.
type plan struct {
	seed uint64
	// processes work on the one ledger: 1, or 2 that hear each other's signals.
	processes         int
	followers, agents int
	// lasts is how long everybody acts, in virtual time.
	lasts time.Duration

	// ledger trouble: calls that fail or are slow. One world in three has a ledger
	// that works, where stricter checks hold.
	ledger bool
	// kills end processes in the middle of what they do.
	kills bool
	// developer trouble: a developer's server that does not do what it should.
	developer bool
	// signals get lost, doubled and late at times; mute ones are all lost.
	signals, mute bool
	// clock moves the sandbox's clock. Two processes have a clock each, so only one
	// alone has it moved; the times that two must live through, they wait.
	clock bool
	// lull is a rest for everybody in the middle, in a few worlds longer than a
	// silent session keeps its customer, and than the grace of an agent who went.
	lull time.Duration
}

func newPlan(seed uint64) plan {
	d := newDice(seed, "plan")
	p := plan{
		seed:      seed,
		processes: 1 + int(seed%2),
		followers: d.between(2, 6),
		agents:    d.between(2, 4),
		lasts:     d.span(20*time.Second, 50*time.Second),
		ledger:    d.chance(0.66),
		kills:     d.chance(0.6),
		developer: d.chance(0.8),
		signals:   d.chance(0.6),
		mute:      d.chance(0.1),
	}
	if d.chance(0.03) {
		p.lasts = d.span(2*time.Minute, 6*time.Minute)
	}
	p.clock = p.processes == 1 && d.chance(0.8)
	if p.processes == 2 && d.chance(0.04) {
		p.lull = d.span(6*time.Minute, 33*time.Minute)
	}
	return p
}

func (p plan) String() string {
	return fmt.Sprintf("seed %d: processes %d, followers %d, agents %d, for %s; trouble: ledger %t, kills %t, developer %t, signals %t, mute %t, clock %t, lull %s",
		p.seed, p.processes, p.followers, p.agents, p.lasts, p.ledger, p.kills, p.developer, p.signals, p.mute, p.clock, p.lull)
}
