package store

import (
	"time"

	"github.com/openkefu/kefu"
)

// Facts are the questions of those who look on while things change.
type Facts interface {
	// Facts lists facts after an id by ascending id; at most limit.
	Facts(app kefu.AppID, after kefu.MsgID, limit int) ([]kefu.Fact, error)
	// LastID is the highest id that was given to anything of the account, or a little
	// above it; what comes later has a higher one. It is 0 when none was given. It
	// refuses with kefu.OfficialAccountUnknown.
	LastID(app kefu.AppID) (kefu.MsgID, error)
	// SeatsHeld lists the agents of an account whom anybody holds a lease for, over or
	// not, each with when the last of them is over, by number.
	SeatsHeld(app kefu.AppID) ([]SeatHeld, error)
}

// SeatHeld is an agent whose page is open, or was.
type SeatHeld struct {
	Agent kefu.KFID
	Until time.Time
}

// FactsTx are the changes for those who look on.
type FactsTx interface {
	// AddFact adds a fact under the id it has, which [Tx.NextID] gave in this change.
	AddFact(app kefu.AppID, f *kefu.Fact) error
	// HoldSeat notes until when a process knows an agent's page to be open. An agent
	// who is not there is passed over.
	HoldSeat(app kefu.AppID, agent kefu.KFID, process string, until time.Time) error
	// LeaveSeat ends a process's lease, if there is one.
	LeaveSeat(app kefu.AppID, agent kefu.KFID, process string) error
	// LeaveSeats ends all leases for an agent that are over at a time.
	LeaveSeats(app kefu.AppID, agent kefu.KFID, at time.Time) error
}
