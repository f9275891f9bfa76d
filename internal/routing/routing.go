// Package routing decides who serves whom. It is handed a snapshot of the queue
// and of the agents, and answers matches; it asks nothing, changes nothing and
// knows no clock, so that the same snapshot always has the same answer and every
// promise can be tested on random ones.
//
// Customers are looked at in the order in which they came. Each gets, in this
// order of preference:
//
//  1. the agent that the developer named for it, and nobody else: while that
//     agent is away or full, the customer waits;
//  2. the agent who served it last, who knows the story;
//  3. the least busy agent, and among equals the one who has been idle longest.
//
// Only agents who are online and take customers by themselves are given any, and
// none is given more than it takes.
package routing

import (
	"cmp"
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// Waiting is a customer in the queue.
type Waiting struct {
	Customer kefu.OpenID
	// Arrived orders the queue; the lowest came first. Ties do not happen: the
	// number is counted under the account's pen.
	Arrived int64
	// Named is the agent whom the customer waits for; 0 for anybody.
	Named kefu.KFID
	// LastServedBy is the agent of the customer's last session; 0 for none.
	LastServedBy kefu.KFID
}

// Agent is somebody who may be given customers.
type Agent struct {
	ID     kefu.KFID
	Online bool
	// AutoAccept is how many customers the agent takes without being asked; 0 for
	// one who takes each by hand.
	AutoAccept int
	// Serving is the number of customers in session with the agent, those who
	// were not assigned here included.
	Serving int
	// IdleSince is when the agent's last session began or ended, or when it came
	// online.
	IdleSince time.Time
}

// takes tells whether the agent can be given one more customer.
func (a *Agent) takes() bool { return a.Online && a.Serving < a.AutoAccept }

// Match is a customer given to an agent.
type Match struct {
	Customer kefu.OpenID
	Agent    kefu.KFID
	Why      Why
}

// Why says what decided a match.
type Why string

// The reasons for a match, best first.
const (
	WhyNamed     Why = "named"      // the developer named the agent
	WhyLast      Why = "last"       // the agent served the customer last
	WhyLeastBusy Why = "least busy" // the agent had the fewest customers
	WhyIdle      Why = "idle"       // of those with the fewest, it was idle longest
)

// Assign matches customers with agents. It leaves its arguments as they are.
func Assign(queue []Waiting, agents []Agent) []Match {
	queue = slices.Clone(queue)
	slices.SortStableFunc(queue, func(a, b Waiting) int { return cmp.Compare(a.Arrived, b.Arrived) })
	crew := newCrew(agents)
	var matches []Match
	for _, w := range queue {
		agent, why := crew.pick(w)
		if agent == nil {
			continue
		}
		agent.Serving++
		matches = append(matches, Match{Customer: w.Customer, Agent: agent.ID, Why: why})
	}
	return matches
}

// crew is the agents while they are being given customers.
type crew struct {
	agents []Agent
	byID   map[kefu.KFID]*Agent
	// moved is when in this assignment an agent was given a customer, so that
	// those with the same idle time take turns.
	moved map[kefu.KFID]int
	turn  int
}

func newCrew(agents []Agent) *crew {
	c := &crew{
		agents: slices.Clone(agents),
		byID:   make(map[kefu.KFID]*Agent, len(agents)),
		moved:  make(map[kefu.KFID]int),
	}
	for i := range c.agents {
		c.byID[c.agents[i].ID] = &c.agents[i]
	}
	return c
}

func (c *crew) pick(w Waiting) (*Agent, Why) {
	agent, why := c.choose(w)
	if agent != nil {
		c.turn++
		c.moved[agent.ID] = c.turn
	}
	return agent, why
}

func (c *crew) choose(w Waiting) (*Agent, Why) {
	if w.Named != 0 {
		if a := c.byID[w.Named]; a != nil && a.takes() {
			return a, WhyNamed
		}
		return nil, ""
	}
	if a := c.byID[w.LastServedBy]; a != nil && a.takes() {
		return a, WhyLast
	}
	var best *Agent
	why := WhyLeastBusy
	for i := range c.agents {
		a := &c.agents[i]
		if !a.takes() {
			continue
		}
		switch {
		case best == nil || a.Serving < best.Serving:
			best, why = a, WhyLeastBusy
		case a.Serving == best.Serving:
			why = WhyIdle
			if c.idler(a, best) {
				best = a
			}
		}
	}
	return best, why
}

// idler tells whether a has been idle longer than b. An agent who was given
// somebody just now has not been idle at all; the lower number decides at last.
func (c *crew) idler(a, b *Agent) bool {
	return cmp.Or(
		cmp.Compare(c.moved[a.ID], c.moved[b.ID]),
		a.IdleSince.Compare(b.IdleSince),
		cmp.Compare(a.ID, b.ID),
	) < 0
}
