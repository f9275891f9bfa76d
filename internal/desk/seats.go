package desk

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Seat is an agent that a person answers as, with its official account.
type Seat struct {
	// Account is a copy.
	Account *kefu.OfficialAccount
	// Agent is nil where a person may look and is no agent.
	Agent *kefu.Agent
}

// maxSeats bounds the seats of one person that are listed. How many it may have is
// five unless an account's limits say otherwise.
const maxSeats = 200

// Seats lists the agents that a person is bound to, by appid. Who may look everywhere
// has a place without an agent in every other account.
func (d *Desk) Seats(ctx context.Context, person kefu.WeChatID, everywhere bool) (seats []Seat, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		bound, err := r.SeatsOf(person, maxSeats)
		if err != nil {
			return err
		}
		seats = nil
		if !everywhere {
			for i := range bound {
				o, err := r.OfficialAccount(bound[i].AppID)
				if err != nil {
					return err
				}
				seats = append(seats, Seat{Account: o, Agent: &bound[i].Agent})
			}
			return nil
		}
		accounts, err := r.OfficialAccounts()
		if err != nil {
			return err
		}
		for _, o := range accounts {
			seat := Seat{Account: o}
			for i := range bound {
				if bound[i].AppID == o.AppID {
					seat.Agent = &bound[i].Agent
				}
			}
			seats = append(seats, seat)
		}
		return nil
	})
	return seats, err
}
