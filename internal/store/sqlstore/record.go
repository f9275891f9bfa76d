package sqlstore

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// idsPerSecond is how far the ids of one second are from those of the next, as
// the ledger computes with it.
var idsPerSecond = int64(kefu.FirstMsgID(time.Unix(1, 0)))

// The parts of the query of Records. There is one index, by id, and time follows
// it: an id is never lower than the first of its second, so the first id of From
// is an exact bound. It can be higher, after the clock stepped back, but never by
// more seconds than the account's lead, so that the end is bounded too and a
// window with few records costs no more than what was said in it.
const (
	selectRecords = `select msgid, happened_at, openid, what, worker, body, why from record
		where appid = ? and msgid >= ?
		and msgid < (select (? + clock_lead_s) * ? from official_account where official_account.appid = ?)
		and happened_at >= ? and happened_at < ?`
	ofCustomer = ` and openid = ?`
	whatIsSaid = ` and what in (2002, 2003)`
	pageOfThem = ` order by msgid limit ? offset ?`
)

// lastSecond bounds times from strangers, so that what is computed from them fits
// into 64 bits. It is in the year 36812.
const lastSecond = 1 << 40

// recordsAhead bounds how many records are made room for before they are there.
const recordsAhead = 1000

// Records implements [store.Conversations].
func (r *reader) Records(app kefu.AppID, q store.RecordQuery) ([]kefu.Record, error) {
	from := min(max(q.From.Unix(), 0), lastSecond)
	end := min(max(q.To.Unix(), 0), lastSecond) + 1
	query := selectRecords
	args := []any{
		string(app), max(int64(q.Least), from*idsPerSecond),
		end, idsPerSecond, string(app), from * 1000, end * 1000,
	}
	if q.Customer != "" {
		query += ofCustomer
		args = append(args, string(q.Customer))
	}
	if !q.History {
		query += whatIsSaid
	}
	// Plain variables: the driver's way into a named type is a long one, and there
	// are thousands of lines.
	var id, at, what int64
	var customer, worker, why string
	var body sql.RawBytes
	all := make([]kefu.Record, 0, min(atMost(q.Limit), recordsAhead))
	err := r.each("Records", query+pageOfThem, append(args, atMost(q.Limit), atMost(q.Skip)), func(rows *sql.Rows) error {
		err := rows.Scan(&id, &at, &customer, &what, &worker, &body, &why)
		all = append(all, kefu.Record{
			ID:       kefu.MsgID(id),
			At:       moment(at),
			Customer: kefu.OpenID(customer),
			What:     kefu.Happening(what),
			Worker:   kefu.KFAccount(worker),
			Text:     string(body),
			Why:      why,
		})
		return err
	})
	return all, err
}

// AddRecord implements [store.Tx]. The text may hold any bytes. An id that is
// older than its record's time is an error: Records would not find it.
func (t *tx) AddRecord(app kefu.AppID, line *kefu.Record) error {
	const method = "AddRecord"
	lead := int64(line.ID)/idsPerSecond - line.At.Unix()
	if lead < 0 {
		return t.fail(method, fmt.Errorf("record %d of %s is older than its time %s", line.ID, app, line.At.UTC()))
	}
	if lead > 0 {
		// The clock stepped back, or a second had more than a million ids.
		if _, err := t.exec(method, `update official_account set clock_lead_s = ? where appid = ? and clock_lead_s < ?`,
			lead, string(app), lead); err != nil {
			return err
		}
	}
	_, err := t.exec(method, `insert into record (appid, msgid, happened_at, openid, what, worker, body, why)
		values (?, ?, ?, ?, ?, ?, ?, ?)`,
		string(app), int64(line.ID), millis(line.At), string(line.Customer), int64(line.What), string(line.Worker),
		[]byte(line.Text), line.Why)
	return err
}
