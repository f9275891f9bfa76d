package desk

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// RecordQuery chooses chat records. It is [store.RecordQuery], which doors do
// not know.
type RecordQuery = store.RecordQuery

// Records lists chat records by ascending id.
func (d *Desk) Records(ctx context.Context, app kefu.AppID, q RecordQuery) (list []kefu.Record, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		list, err = r.Records(app, q)
		return err
	})
	return list, err
}
