package sqlstore

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const selectPush = `select p.push_id, p.openid, p.happened_at, p.msgid, p.event, p.outcome, p.due_at, p.attempts, p.ended_at, ` +
	messageColumns + ` from push as p left join message as m on m.appid = p.appid and m.msgid = p.msgid`

// pushRow scans what selectPush selects.
type pushRow struct {
	p               kefu.Push
	at, due, ended  int64
	message         kefu.MsgID
	event, attempts []byte
	m               messageRow
}

func (r *pushRow) dest() []any {
	return append([]any{
		&r.p.ID, &r.p.Customer, &r.at, &r.message, &r.event, &r.p.Outcome, &r.due, &r.attempts, &r.ended,
	}, r.m.dest()...)
}

func (r *pushRow) push() (kefu.Push, error) {
	p := r.p
	p.At, p.DueAt, p.EndedAt = moment(r.at), moment(r.due), moment(r.ended)
	var err error
	switch {
	case r.message != 0 && r.m.m.ID == 0:
		err = errors.New("its message is not there")
	case r.message != 0:
		var m kefu.Message
		m, err = r.m.message()
		p.Message = &m
	case len(r.event) > 0:
		p.Event = new(kefu.Event)
		err = json.Unmarshal(r.event, p.Event)
	}
	if err == nil && len(r.attempts) > 0 {
		err = json.Unmarshal(r.attempts, &p.Attempts)
	}
	if err != nil {
		return kefu.Push{}, fmt.Errorf("push %d: %w", p.ID, err)
	}
	for i := range p.Attempts {
		p.Attempts[i].At = p.Attempts[i].At.UTC()
	}
	return p, nil
}

// Push implements [store.Pushes].
func (r *reader) Push(app kefu.AppID, id kefu.MsgID) (kefu.Push, error) {
	const method = "Push"
	var row pushRow
	ok, err := r.one(method, selectPush+" where p.appid = ? and p.push_id = ?", []any{string(app), int64(id)}, row.dest()...)
	if err != nil {
		return kefu.Push{}, err
	}
	if !ok {
		return kefu.Push{}, kefu.PushUnknown
	}
	p, err := row.push()
	return p, r.fail(method, err)
}

func (r *reader) pushes(method, q string, args ...any) ([]kefu.Push, error) {
	var all []kefu.Push
	err := r.each(method, q, args, func(rows *sql.Rows) error {
		var row pushRow
		if err := rows.Scan(row.dest()...); err != nil {
			return err
		}
		p, err := row.push()
		all = append(all, p)
		return err
	})
	return all, err
}

// PushLog implements [store.Pushes].
func (r *reader) PushLog(app kefu.AppID, after kefu.MsgID, limit int) ([]kefu.Push, error) {
	return r.pushes("PushLog", selectPush+" where p.appid = ? and p.push_id > ? order by p.push_id limit ?",
		string(app), int64(after), atMost(limit))
}

// PushesBefore implements [store.Console].
func (r *reader) PushesBefore(app kefu.AppID, before kefu.MsgID, limit int) ([]kefu.Push, error) {
	return r.pushes("PushesBefore", selectPush+" where p.appid = ? and p.push_id < ? order by p.push_id desc limit ?",
		string(app), orNewest(before), atMost(limit))
}

// PushEnds implements [store.Console].
func (r *reader) PushEnds(app kefu.AppID, from kefu.MsgID, limit int) ([]store.PushEnd, error) {
	var all []store.PushEnd
	err := r.each("PushEnds", `select outcome, attempts from push where appid = ? and push_id >= ? order by push_id desc limit ?`,
		[]any{string(app), int64(from), atMost(limit)}, func(rows *sql.Rows) error {
			var end store.PushEnd
			var attempts []byte
			if err := rows.Scan(&end.Outcome, &attempts); err != nil {
				return err
			}
			all = append(all, end)
			if len(attempts) == 0 {
				return nil
			}
			return json.Unmarshal(attempts, &all[len(all)-1].Attempts)
		})
	return all, err
}

// DuePushes implements [store.Pushes].
func (r *reader) DuePushes(app kefu.AppID, courier string, after kefu.MsgID, limit int) ([]kefu.Push, error) {
	return r.pushes("DuePushes", selectPush+` join customer as c on c.appid = p.appid and c.openid = p.openid
		where p.appid = ? and p.outcome = 'due' and p.push_id > ? and c.courier = ? order by p.push_id limit ?`,
		string(app), int64(after), courier, atMost(limit))
}

// PushesPending implements [store.Pushes].
func (r *reader) PushesPending(app kefu.AppID, customer kefu.OpenID) (bool, error) {
	var one int64
	return r.one("PushesPending", `select 1 from push where appid = ? and openid = ? and outcome = 'due' limit 1`,
		[]any{string(app), string(customer)}, &one)
}

// AccountsWithDuePushes implements [store.Pushes].
func (r *reader) AccountsWithDuePushes() ([]kefu.AppID, error) {
	var all []kefu.AppID
	err := r.each("AccountsWithDuePushes", `select appid from official_account where exists (
		select 1 from push where push.appid = official_account.appid and push.outcome = 'due') order by appid`, nil,
		func(rows *sql.Rows) error {
			var app kefu.AppID
			err := rows.Scan(&app)
			all = append(all, app)
			return err
		})
	return all, err
}

func attemptsText(attempts []kefu.Attempt) (string, error) {
	if len(attempts) == 0 {
		return "", nil
	}
	text, err := json.Marshal(attempts)
	return string(text), err
}

// AddPush implements [store.Tx].
func (t *tx) AddPush(app kefu.AppID, p *kefu.Push) error {
	const method = "AddPush"
	var message kefu.MsgID
	var event []byte
	attempts, err := attemptsText(p.Attempts)
	switch {
	case p.Message != nil:
		message = p.Message.ID
	case p.Event != nil && err == nil:
		event, err = json.Marshal(p.Event)
	}
	if err != nil {
		return t.fail(method, err)
	}
	_, err = t.exec(method, `insert into push
		(appid, push_id, openid, happened_at, msgid, event, outcome, due_at, attempts, ended_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(app), int64(p.ID), string(p.Customer), millis(p.At), int64(message), string(event), string(p.Outcome),
		millis(p.DueAt), attempts, millis(p.EndedAt))
	return err
}

// SetPush implements [store.Tx]. It refuses with kefu.PushUnknown.
func (t *tx) SetPush(app kefu.AppID, p *kefu.Push) error {
	const method = "SetPush"
	attempts, err := attemptsText(p.Attempts)
	if err != nil {
		return t.fail(method, err)
	}
	n, err := t.exec(method, `update push set outcome = ?, due_at = ?, attempts = ?, ended_at = ? where appid = ? and push_id = ?`,
		string(p.Outcome), millis(p.DueAt), attempts, millis(p.EndedAt), string(app), int64(p.ID))
	if err == nil && n == 0 {
		err = kefu.PushUnknown
	}
	return err
}

// TakePushes implements [store.Tx].
func (t *tx) TakePushes(app kefu.AppID, courier string, now, until time.Time, all bool) (int, error) {
	q := `update customer set courier = ?, courier_until = ? where appid = ? and openid in (
		select push.openid from push where push.appid = ? and push.outcome = 'due')`
	args := []any{courier, millis(until), string(app), string(app)}
	if !all {
		// One's own time is renewed when half of it is over: a customer may wait
		// longer than a lease for its turn at a slow server.
		q += ` and (courier_until <= ? or courier_until > ? or courier = ? and courier_until <= ?)`
		lease := until.Sub(now)
		args = append(args, millis(now), millis(until.Add(lease)), courier, millis(now.Add(lease/2)))
	}
	n, err := t.exec("TakePushes", q, args...)
	return int(n), err
}
