package desk

import (
	"context"
	"errors"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// SeatLease is how long a process is believed that an agent's page is open. It is
// renewed three times meanwhile, so that one lost renewal takes nobody offline, and
// an agent whose process was killed is gone a minute later.
const SeatLease = time.Minute

// HoldSeats notes that the pages of agents are open at this process; each who was
// gone is again what it chose to be. It is asked for again and again while they are.
// Leases are times of processes, not of the world, and do not follow a clock that is
// moved.
func (d *Desk) HoldSeats(ctx context.Context, app kefu.AppID, agents []kefu.KFID) error {
	until := d.wall().Add(SeatLease)
	return d.converse(ctx, app, func(t *turn) error {
		all, err := t.tx.Agents(app)
		if err != nil {
			return err
		}
		came := false
		for _, id := range agents {
			if err := t.tx.HoldSeat(app, id, d.process, until); err != nil {
				return err
			}
			for i := range all {
				if all[i].ID != id || !all[i].Return(t.now) {
					continue
				}
				came = true
				if err := t.setAgent(&all[i]); err != nil {
					return err
				}
			}
		}
		if !came {
			return nil
		}
		return t.assign()
	})
}

// LeaveSeat notes that an agent's page is not open any more at this process. When it
// is at no other one either, the agent is gone.
func (d *Desk) LeaveSeat(ctx context.Context, app kefu.AppID, agent kefu.KFID) error {
	return d.converse(ctx, app, func(t *turn) error {
		if err := t.tx.LeaveSeat(app, agent, d.process); err != nil {
			return err
		}
		held, err := t.tx.SeatsHeld(app)
		if err != nil {
			return err
		}
		wall := d.wall()
		for _, h := range held {
			if h.Agent == agent && h.Until.After(wall) {
				return nil
			}
		}
		return t.vanish(agent, wall)
	})
}

// vanish takes an agent offline that nobody holds a lease for.
func (t *turn) vanish(agent kefu.KFID, wall time.Time) error {
	if err := t.tx.LeaveSeats(t.app, agent, wall); err != nil {
		return err
	}
	all, err := t.tx.Agents(t.app)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == agent && all[i].Vanish(t.now) {
			return t.setAgent(&all[i])
		}
	}
	return nil
}

// tendSeats takes those agents offline whose leases are over: their process was
// killed, and they have not come back to another one. Agents for whom there never was
// a lease, such as those that a test brings online, are left alone.
func (d *Desk) tendSeats(ctx context.Context, app kefu.AppID) error {
	wall := d.wall()
	over := func(r store.Reader) (lost []kefu.KFID, err error) {
		held, err := r.SeatsHeld(app)
		for _, h := range held {
			if !h.Until.After(wall) {
				lost = append(lost, h.Agent)
			}
		}
		return lost, err
	}
	var lost []kefu.KFID
	err := d.ledger.View(ctx, func(r store.Reader) (err error) {
		lost, err = over(r)
		return err
	})
	if err != nil || len(lost) == 0 {
		return err
	}
	err = d.converse(ctx, app, func(t *turn) error {
		lost, err := over(t.tx)
		if err != nil {
			return err
		}
		for _, agent := range lost {
			if err := t.vanish(agent, wall); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, kefu.OfficialAccountUnknown) {
		return nil
	}
	return err
}
