package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// PushAccount is the official account whose server is pushed to, kept until it
// changes. The caller must not modify it.
func (d *Desk) PushAccount(ctx context.Context, app kefu.AppID) (*kefu.OfficialAccount, error) {
	revision, err := d.ledger.Revision(ctx, app)
	if err != nil {
		return nil, err
	}
	if kept, ok := d.accounts.Load(app); ok && kept.(*keptAccount).revision == revision.Credentials {
		return kept.(*keptAccount).account, nil
	}
	var read keptAccount
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if revision, err = r.Revision(app); err != nil {
			return err
		}
		read.revision = revision.Credentials
		read.account, err = r.OfficialAccount(app)
		return err
	})
	if err != nil {
		d.accounts.Delete(app)
		return nil, err
	}
	d.accounts.Store(app, &read)
	return read.account, nil
}

// keptAccount is an account as it was at a revision.
type keptAccount struct {
	revision int64
	account  *kefu.OfficialAccount
}

// DuePushes lists the pushes without an outcome that a courier delivers, after
// an id; at most limit. Whether their time has come is for the courier to see.
func (d *Desk) DuePushes(ctx context.Context, app kefu.AppID, courier string, after kefu.MsgID, limit int) (list []kefu.Push, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		list, err = r.DuePushes(app, courier, after, limit)
		return err
	})
	return list, err
}

// TakePushes makes courier the one who delivers what another left behind; with
// all, also what another is not known to have left. It returns the accounts that
// have pushes without an outcome, whoever delivers them, but for those that could
// not be asked, which the error tells of.
func (d *Desk) TakePushes(ctx context.Context, courier string, all bool) ([]kefu.AppID, error) {
	var apps []kefu.AppID
	err := d.ledger.View(ctx, func(r store.Reader) (err error) {
		apps, err = r.AccountsWithDuePushes()
		return err
	})
	if err != nil {
		return nil, err
	}
	var failed error
	taken := apps[:0]
	for _, app := range apps {
		err := d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, now time.Time) error {
			_, err := tx.TakePushes(app, courier, now, now.Add(CourierLease), all)
			return err
		})
		switch {
		case err == nil:
			taken = append(taken, app)
		case !errors.Is(err, kefu.OfficialAccountUnknown):
			failed = errors.Join(failed, fmt.Errorf("take the pushes of %s: %w", app, err))
		}
	}
	return taken, failed
}
