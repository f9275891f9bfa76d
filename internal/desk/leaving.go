package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// leaveBatch bounds the pushes that one change looks at, so that who leaves much
// behind does not keep the pen from those who stay.
const leaveBatch = 500

// LeavePushes ends this process's time as the courier of everybody who has a push
// without an outcome: it delivers nothing any more, and others need not wait until
// the time is over by itself. It is asked when nothing else is asked any more.
func (d *Desk) LeavePushes(ctx context.Context) error {
	var apps []kefu.AppID
	err := d.ledger.View(ctx, func(r store.Reader) (err error) {
		apps, err = r.AccountsWithDuePushes()
		return err
	})
	for _, app := range apps {
		if e := d.leave(ctx, app); e != nil && !errors.Is(e, kefu.OfficialAccountUnknown) {
			err = errors.Join(err, fmt.Errorf("leave the pushes of %s: %w", app, e))
		}
	}
	return err
}

func (d *Desk) leave(ctx context.Context, app kefu.AppID) error {
	for after, more := kefu.MsgID(0), true; more; {
		last := after
		err := d.converse(ctx, app, func(t *turn) error {
			list, err := t.tx.DuePushes(app, d.courier, after, leaveBatch)
			if err != nil {
				return err
			}
			for i := range list {
				c, err := t.customer(list[i].Customer)
				if err != nil {
					return err
				}
				c.CourierUntil = time.Time{}
				last = list[i].ID
			}
			more = len(list) == leaveBatch
			return nil
		})
		if err != nil {
			return err
		}
		after = last
	}
	return nil
}
