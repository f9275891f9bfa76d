package desk

import (
	"context"

	"github.com/openkefu/kefu"
)

// ChoosePresence is an agent's word what it wants to be, and how many customers it
// takes by itself. It is that at once when a page of its is open, and otherwise as
// soon as one is; see [Desk.HoldSeats]. It refuses with [kefu.NotAllowed],
// [kefu.AgentUnknown], [kefu.AgentUnbound] or [kefu.ArgumentIllegal].
func (d *Desk) ChoosePresence(ctx context.Context, h Hand, wish kefu.Status, autoAccept int) (kefu.Agent, error) {
	var chosen kefu.Agent
	if err := h.seated(); err != nil {
		return chosen, err
	}
	wall := d.wall()
	err := d.converse(ctx, h.App, func(t *turn) error {
		a, err := agentNamed(t.tx, t.o, h.account())
		if err != nil {
			return err
		}
		held, err := t.tx.SeatsHeld(h.App)
		if err != nil {
			return err
		}
		here := false
		for _, s := range held {
			here = here || s.Agent == a.ID && s.Until.After(wall)
		}
		if err := a.Choose(wish, autoAccept, t.now); err != nil {
			return err
		}
		if !here {
			a.Vanish(t.now)
		}
		if err := t.setAgent(&a); err != nil {
			return err
		}
		if err := t.assign(); err != nil {
			return err
		}
		// It may have been given customers.
		chosen, err = t.tx.Agent(h.App, a.Account)
		return err
	})
	return chosen, err
}
