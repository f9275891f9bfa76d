package kefu

import (
	"slices"
	"time"
)

// Grant is an allowance of replies that a customer's action gave: Left messages
// until ExpiresAt. WeChat calls it the window of customer-service messages.
type Grant struct {
	Kind      GrantKind
	ExpiresAt time.Time
	// Left is [Unlimited] when the number of messages is not bounded.
	Left int
}

// Unlimited is a number of messages without bound.
const Unlimited = -1

// GrantKind is the action that gave an allowance.
type GrantKind string

// The actions that WeChat names. Others, such as tapping a menu of type view,
// give nothing.
const (
	GrantMessage GrantKind = "message" // wrote a message
	GrantClick   GrantKind = "click"   // tapped a menu of type click or scan code, or an item of a menu message
	GrantFollow  GrantKind = "follow"  // followed the account
	GrantScan    GrantKind = "scan"    // scanned a parametric code
	GrantPayment GrantKind = "payment" // paid
	GrantEnter   GrantKind = "enter"   // opened the conversation of a mini program
)

// Allowance is what one kind of action gives.
type Allowance struct {
	Count int
	Life  time.Duration
}

// Allowances are WeChat's since 2023-06-12.
func Allowances() map[GrantKind]Allowance {
	const long, short = 48 * time.Hour, time.Minute
	return map[GrantKind]Allowance{
		GrantMessage: {5, long},
		GrantClick:   {3, short},
		GrantFollow:  {3, short},
		GrantScan:    {3, short},
		GrantPayment: {Unlimited, long},
		GrantEnter:   {2, short},
	}
}

// Grants are the allowances of one customer, at most one of each kind.
type Grants []Grant

// With is the allowances after an action: a new one of its kind takes the place
// of the old, whatever was left of it. Those that are over are dropped.
func (g Grants) With(kind GrantKind, a Allowance, now time.Time) Grants {
	next := make(Grants, 0, len(g)+1)
	for _, old := range g {
		if old.Kind != kind && now.Before(old.ExpiresAt) {
			next = append(next, old)
		}
	}
	return append(next, Grant{Kind: kind, ExpiresAt: now.Add(a.Life), Left: a.Count})
}

// Take is the allowances after one message was sent. It is taken from the one
// that expires first and has something left. It refuses with
// [ReplyCountReached] while an allowance lives but is used up, and with
// [ReplyTimeOver] when none lives.
func (g Grants) Take(now time.Time) (Grants, error) {
	used := g.next(now)
	switch {
	case used >= 0:
		next := slices.Clone(g)
		if next[used].Left != Unlimited {
			next[used].Left--
		}
		return next, nil
	case len(g.Alive(now)) > 0:
		return g, ReplyCountReached
	default:
		return g, ReplyTimeOver
	}
}

// Rest is how many messages can still be sent over all allowances, and until
// when the one that is used next lives. A zero time means that there is none.
func (g Grants) Rest(now time.Time) (left int, until time.Time) {
	for _, grant := range g {
		if !now.Before(grant.ExpiresAt) || grant.Left == 0 {
			continue
		}
		if grant.Left == Unlimited || left == Unlimited {
			left = Unlimited
		} else {
			left += grant.Left
		}
		if until.IsZero() || grant.ExpiresAt.Before(until) {
			until = grant.ExpiresAt
		}
	}
	return left, until
}
