package callback

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
)

// Faults spoil deliveries on purpose, in a sandbox.
type Faults interface {
	// PushFault says what goes wrong with the next attempt of a push. It is asked
	// once for each, and must not wait.
	PushFault(ctx context.Context, app kefu.AppID, p *kefu.Push) Fault
}

// Fault is what goes wrong with one attempt. The zero Fault is nothing.
type Fault struct {
	// Delay passes before the attempt begins. It is not part of the time that the
	// developer's server has.
	Delay time.Duration
	// Dead is a server that refuses the connection. Nothing is sent.
	Dead bool
	// Status is an answer with this HTTP status, which the push's own server never
	// gave: nothing is sent. 0 for none.
	Status int
	// Twice delivers the push two times. What is answered to the second is not
	// looked at.
	Twice bool
	// Later lets the customer's next push go first. When there is none, this one
	// waits for it for laterPatience.
	Later bool
}

// laterPatience is how long a push that is to be late waits for another to
// overtake it.
const laterPatience = 2 * time.Second
