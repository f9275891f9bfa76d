package desk

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Audited adds what somebody did to the audit; its time is now, and its id is given.
func (d *Desk) Audited(ctx context.Context, act kefu.Act) error {
	act.At = d.now()
	return d.ledger.Update(ctx, store.House, func(tx store.Tx) error { return tx.AddAct(&act) })
}

// Audit lists what was done before an act, the last first, or all when before is 0; at
// most limit.
func (d *Desk) Audit(ctx context.Context, before int64, limit int) (acts []kefu.Act, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		acts, err = r.Acts(before, limit)
		return err
	})
	return acts, err
}
