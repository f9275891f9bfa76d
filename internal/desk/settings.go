package desk

import (
	"context"

	"github.com/openkefu/kefu/internal/store"
)

// Setting is a value of the house by its name; empty when it was never set.
func (d *Desk) Setting(ctx context.Context, name string) (value string, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		value, err = r.Setting(name)
		return err
	})
	return value, err
}

// SetSetting sets a value of the house.
func (d *Desk) SetSetting(ctx context.Context, name, value string) error {
	return d.ledger.Update(ctx, store.House, func(tx store.Tx) error { return tx.SetSetting(name, value) })
}
