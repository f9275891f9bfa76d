package realtime

import "time"

// Code says to a page why its socket was closed, and so whether it comes back.
type Code int

// The codes. Those below 4000 are the protocol's own.
const (
	// GoingAway: the process ends. Come back with growing pauses.
	GoingAway Code = 1001
	// Policy: not allowed, or nonsense was sent. Do not come back.
	Policy Code = 1008
	// SignedOut: the login has ended. Do not come back.
	SignedOut Code = 4001
	// OpenElsewhere: the same visitor has opened too many others. Do not come back by
	// itself.
	OpenElsewhere Code = 4002
	// TooSlow: more waited than is kept. Come back at once, with the offset.
	TooSlow Code = 4003
	// FreshWorld: what was shown is not there any more. Load the page again.
	FreshWorld Code = 4004

	// What the protocol says to those who close by themselves or cannot speak it.
	normalClosure, protocolError, tooBig Code = 1000, 1002, 1009
)

// words are what a code says to who looks at the wire.
var words = map[Code]string{
	GoingAway:     "going away",
	Policy:        "not allowed",
	SignedOut:     "signed out",
	OpenElsewhere: "open elsewhere",
	TooSlow:       "too slow",
	FreshWorld:    "fresh world",
	protocolError: "not a frame",
	tooBig:        "too long",
}

const (
	// Grace is how long a visitor without a socket still counts as here: a page that
	// is loaded again, or changes from one network to another, is back by then.
	Grace = 20 * time.Second
	// Renewal is how often Presence hears of those who stay. Leases in the ledger live
	// for more than twice as long.
	Renewal = 20 * time.Second
)
