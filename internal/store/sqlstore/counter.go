package sqlstore

import (
	"database/sql"

	"github.com/openkefu/kefu"
)

// Counts implements [store.Reader].
func (r *reader) Counts(app kefu.AppID, period string) (map[string]int64, error) {
	all := make(map[string]int64)
	err := r.each("Counts", `select name, total from counter where appid = ? and period = ?`, []any{string(app), period},
		func(rows *sql.Rows) error {
			var name string
			var total int64
			if err := rows.Scan(&name, &total); err != nil {
				return err
			}
			all[name] = total
			return nil
		})
	return all, err
}

// Count implements [store.Tx].
func (t *tx) Count(app kefu.AppID, period, name string, n int64) (total int64, err error) {
	const method = "Count"
	args := []any{string(app), period, name, n}
	if !storable(args) {
		return 0, t.fail(method, errNotText)
	}
	_, err = t.one(method, `insert into counter (appid, period, name, total) values (?, ?, ?, ?)
		on conflict (appid, period, name) do update set total = counter.total + excluded.total
		returning total`, args, &total)
	return total, err
}

// ResetCount implements [store.Tx]. A counter without a row is zero.
func (t *tx) ResetCount(app kefu.AppID, period, name string) error {
	const method = "ResetCount"
	var err error
	if name == "" {
		_, err = t.exec(method, `delete from counter where appid = ? and period = ?`, string(app), period)
	} else {
		_, err = t.exec(method, `delete from counter where appid = ? and period = ? and name = ?`, string(app), period, name)
	}
	return err
}
