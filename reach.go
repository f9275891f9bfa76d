package kefu

import (
	"slices"
	"time"
)

// Reach is how a customer can be written to at a moment: what an agent is shown
// before it writes, so that nobody writes what would be refused.
type Reach struct {
	// Next is the allowance that the next message is taken from; the zero Grant when
	// it would be refused.
	Next Grant
	// Barred is what the next message would be refused with; zero when it would not
	// be.
	Barred Reason
	// Alive are the allowances whose time is not over, used up or not, the one that
	// ends first before the others.
	Alive Grants
}

// Reach looks at what [Customer.Address] would do, and does not do it.
func (c *Customer) Reach(now time.Time) Reach {
	r := Reach{Alive: c.Grants.Alive(now)}
	switch i := c.Grants.next(now); {
	case !c.Subscribed:
		// What a customer who left had is over, whatever its time.
		return Reach{Barred: ReplyTimeOver}
	case c.Blocked:
		r.Barred = CustomerBlocked
	case i >= 0:
		r.Next = c.Grants[i]
	case len(r.Alive) > 0:
		r.Barred = ReplyCountReached
	default:
		r.Barred = ReplyTimeOver
	}
	return r
}

// Alive are the allowances whose time is not over, the one that ends first before
// the others.
func (g Grants) Alive(now time.Time) Grants {
	var alive Grants
	for _, grant := range g {
		if now.Before(grant.ExpiresAt) {
			alive = append(alive, grant)
		}
	}
	slices.SortStableFunc(alive, func(a, b Grant) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
	return alive
}

// next is the place of the allowance that the next message is taken from: the one
// that ends first of those that have something left; -1 for none.
func (g Grants) next(now time.Time) int {
	next := -1
	for i, grant := range g {
		if now.Before(grant.ExpiresAt) && grant.Left != 0 && (next < 0 || grant.ExpiresAt.Before(g[next].ExpiresAt)) {
			next = i
		}
	}
	return next
}
