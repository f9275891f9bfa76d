package sqlstore

import (
	"time"

	"github.com/openkefu/kefu"
)

// Call implements [store.Reader].
func (r *reader) Call(rid kefu.RID) (kefu.Call, error) {
	var c kefu.Call
	var at, took int64
	var path, query, request, response []byte
	ok, err := r.one("Call", `select rid, appid, called_at, took_us, path, errcode, query, request, response, client_ip
		from api_call where rid = ?`, []any{string(rid)},
		&c.RID, &c.AppID, &at, &took, &path, &c.Errcode, &query, &request, &response, &c.ClientIP)
	if err != nil {
		return kefu.Call{}, err
	}
	if !ok {
		return kefu.Call{}, kefu.CallUnknown
	}
	c.At, c.Took = moment(at), time.Duration(took)*time.Microsecond
	c.Path, c.Query, c.Request, c.Response = string(path), string(query), string(request), string(response)
	return c, nil
}

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
