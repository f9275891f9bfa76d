package sqlstore

import (
	"database/sql"
	"math"

	"github.com/openkefu/kefu"
)

// Acts implements [store.People].
func (r *reader) Acts(before int64, limit int) ([]kefu.Act, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	var all []kefu.Act
	err := r.each("Acts", `select act_id, at, who, what, object, was, became, ip, rid from audit
		where act_id < ? order by act_id desc limit ?`, []any{before, atMost(limit)},
		func(rows *sql.Rows) error {
			var a kefu.Act
			var at int64
			var was, became []byte
			if err := rows.Scan(&a.ID, &at, &a.Who, &a.What, &a.Object, &was, &became, &a.IP, &a.RID); err != nil {
				return err
			}
			a.At, a.Before, a.After = moment(at), string(was), string(became)
			all = append(all, a)
			return nil
		})
	return all, err
}

// AddAct implements [store.PeopleTx]. Before and After may hold what people wrote
// freely, so they are kept as bytes.
func (t *tx) AddAct(a *kefu.Act) error {
	const method = "AddAct"
	args := []any{millis(a.At), a.Who, string(a.What), a.Object, []byte(a.Before), []byte(a.After), a.IP, string(a.RID)}
	if !storable(args) {
		return t.fail(method, errNotText)
	}
	_, err := t.one(method, `insert into audit (at, who, what, object, was, became, ip, rid)
		values (?, ?, ?, ?, ?, ?, ?, ?) returning act_id`, args, &a.ID)
	return err
}
