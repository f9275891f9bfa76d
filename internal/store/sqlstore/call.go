package sqlstore

import (
	"database/sql"
	"time"

	"github.com/openkefu/kefu"
)

const selectCall = `select rid, appid, called_at, took_us, path, errcode, query, request, response, client_ip from api_call where `

// callRow scans what selectCall selects.
type callRow struct {
	c                              kefu.Call
	at, took                       int64
	path, query, request, response []byte
}

func (r *callRow) dest() []any {
	return []any{&r.c.RID, &r.c.AppID, &r.at, &r.took, &r.path, &r.c.Errcode, &r.query, &r.request, &r.response, &r.c.ClientIP}
}

func (r *callRow) call() kefu.Call {
	c := r.c
	c.At, c.Took = moment(r.at), time.Duration(r.took)*time.Microsecond
	c.Path, c.Query, c.Request, c.Response = string(r.path), string(r.query), string(r.request), string(r.response)
	return c
}

// Call implements [store.Reader].
func (r *reader) Call(rid kefu.RID) (kefu.Call, error) {
	var row callRow
	ok, err := r.one("Call", selectCall+"rid = ?", []any{string(rid)}, row.dest()...)
	if err != nil {
		return kefu.Call{}, err
	}
	if !ok {
		return kefu.Call{}, kefu.CallUnknown
	}
	return row.call(), nil
}

// CallsBefore implements [store.Console].
func (r *reader) CallsBefore(app kefu.AppID, before kefu.RID, limit int) ([]kefu.Call, error) {
	if before == "" {
		before = lastRID
	}
	var all []kefu.Call
	err := r.each("CallsBefore", selectCall+"appid = ? and rid < ? order by rid desc limit ?",
		[]any{string(app), string(before), atMost(limit)}, func(rows *sql.Rows) error {
			var row callRow
			err := rows.Scan(row.dest()...)
			all = append(all, row.call())
			return err
		})
	return all, err
}

// lastRID is above every rid.
const lastRID kefu.RID = "g"

// AddCalls implements [store.Tx]. Path, query, request and response may hold any
// bytes: a call is often refused for what it is made of. An appid that is no
// text is nobody's and kept as none.
func (t *tx) AddCalls(calls []kefu.Call) error {
	for i := range calls {
		c := &calls[i]
		app := string(c.AppID)
		if !storable([]any{app}) {
			app = ""
		}
		if _, err := t.exec("AddCalls", `insert into api_call
			(rid, appid, called_at, took_us, path, errcode, query, request, response, client_ip)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (rid) do nothing`,
			string(c.RID), app, millis(c.At), c.Took.Microseconds(), []byte(c.Path), int64(c.Errcode),
			[]byte(c.Query), []byte(c.Request), []byte(c.Response), c.ClientIP); err != nil {
			return err
		}
	}
	return t.ready()
}
