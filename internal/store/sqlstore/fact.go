package sqlstore

import (
	"database/sql"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Facts implements [store.Facts].
func (r *reader) Facts(app kefu.AppID, after kefu.MsgID, limit int) ([]kefu.Fact, error) {
	var all []kefu.Fact
	// Plain variables, as for records: there are hundreds of lines.
	var id, agent, message int64
	var what, customer, account string
	err := r.each("Facts", `select fact_id, what, openid, kf_id, kf_account, msgid from fact
		where appid = ? and fact_id > ? order by fact_id limit ?`,
		[]any{string(app), int64(after), atMost(limit)}, func(rows *sql.Rows) error {
			err := rows.Scan(&id, &what, &customer, &agent, &account, &message)
			all = append(all, kefu.Fact{
				ID:       kefu.MsgID(id),
				What:     kefu.FactKind(what),
				Customer: kefu.OpenID(customer),
				Agent:    kefu.KFID(agent),
				Account:  kefu.KFAccount(account),
				Message:  kefu.MsgID(message),
			})
			return err
		})
	return all, err
}

// LastID implements [store.Facts]. The account's counter is at the end of the block
// that the last change took.
func (r *reader) LastID(app kefu.AppID) (last kefu.MsgID, err error) {
	ok, err := r.one("LastID", `select last_msgid from official_account where appid = ?`, []any{string(app)}, &last)
	if err == nil && !ok {
		err = kefu.OfficialAccountUnknown
	}
	return last, err
}

// SeatsHeld implements [store.Facts].
func (r *reader) SeatsHeld(app kefu.AppID) ([]store.SeatHeld, error) {
	var all []store.SeatHeld
	err := r.each("SeatsHeld", `select kf_id, max(until_at) from seat_lease where appid = ? group by kf_id order by kf_id`,
		[]any{string(app)}, func(rows *sql.Rows) error {
			var held store.SeatHeld
			var until int64
			err := rows.Scan(&held.Agent, &until)
			held.Until = moment(until)
			all = append(all, held)
			return err
		})
	return all, err
}

// AddFact implements [store.FactsTx].
func (t *tx) AddFact(app kefu.AppID, f *kefu.Fact) error {
	_, err := t.exec("AddFact", `insert into fact (appid, fact_id, what, openid, kf_id, kf_account, msgid) values (?, ?, ?, ?, ?, ?, ?)`,
		string(app), int64(f.ID), string(f.What), string(f.Customer), int64(f.Agent), string(f.Account), int64(f.Message))
	return err
}

// sweepFacts forgets facts below an id. The few accounts are looked at one after the
// other: a second index by time would cost every message more than this costs now
// and then.
func (t *tx) sweepFacts(before kefu.MsgID, limit int) (removed int, err error) {
	n, err := t.exec("Sweep", `delete from fact where (appid, fact_id) in (
		select f.appid, f.fact_id from official_account cross join fact as f
		where f.appid = official_account.appid and f.fact_id < ? limit ?)`, int64(before), atMost(limit))
	return int(n), err
}

// HoldSeat implements [store.FactsTx].
func (t *tx) HoldSeat(app kefu.AppID, agent kefu.KFID, process string, until time.Time) error {
	_, err := t.exec("HoldSeat", `insert into seat_lease (appid, kf_id, process, until_at)
		select appid, kf_id, ?, ? from agent where appid = ? and kf_id = ?
		on conflict (appid, kf_id, process) do update set until_at = excluded.until_at`,
		process, millis(until), string(app), int64(agent))
	return err
}

// LeaveSeat implements [store.FactsTx].
func (t *tx) LeaveSeat(app kefu.AppID, agent kefu.KFID, process string) error {
	_, err := t.exec("LeaveSeat", `delete from seat_lease where appid = ? and kf_id = ? and process = ?`,
		string(app), int64(agent), process)
	return err
}

// LeaveSeats implements [store.FactsTx].
func (t *tx) LeaveSeats(app kefu.AppID, agent kefu.KFID, at time.Time) error {
	_, err := t.exec("LeaveSeats", `delete from seat_lease where appid = ? and kf_id = ? and until_at <= ?`,
		string(app), int64(agent), millis(at))
	return err
}
