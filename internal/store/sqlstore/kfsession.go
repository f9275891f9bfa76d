package sqlstore

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
)

const selectSession = `select s.openid, s.kf_id, a.kf_account, s.opened_at, s.active_at
	from kf_session as s join agent as a on a.appid = s.appid and a.kf_id = s.kf_id
	where s.appid = ?`

// sessionRow scans what selectSession selects.
type sessionRow struct {
	s              kefu.Session
	opened, active int64
}

func (r *sessionRow) dest() []any {
	return []any{&r.s.Customer, &r.s.Agent, &r.s.Account, &r.opened, &r.active}
}

func (r *sessionRow) session() kefu.Session {
	s := r.s
	s.OpenedAt, s.ActiveAt = moment(r.opened), moment(r.active)
	return s
}

// Session implements [store.Conversations].
func (r *reader) Session(app kefu.AppID, customer kefu.OpenID) (kefu.Session, bool, error) {
	var row sessionRow
	ok, err := r.one("Session", selectSession+" and s.openid = ?", []any{string(app), string(customer)}, row.dest()...)
	if err != nil || !ok {
		return kefu.Session{}, false, err
	}
	return row.session(), true, nil
}

func (r *reader) sessions(method, where string, args ...any) ([]kefu.Session, error) {
	var all []kefu.Session
	err := r.each(method, selectSession+where, args, func(rows *sql.Rows) error {
		var row sessionRow
		err := rows.Scan(row.dest()...)
		all = append(all, row.session())
		return err
	})
	return all, err
}

// SessionsOf implements [store.Conversations].
func (r *reader) SessionsOf(app kefu.AppID, agent kefu.KFID) ([]kefu.Session, error) {
	return r.sessions("SessionsOf", " and s.kf_id = ? order by s.opened_at, s.openid", string(app), int64(agent))
}

// Stranded implements [store.Conversations].
func (r *reader) Stranded(app kefu.AppID, before time.Time, limit int) ([]kefu.Session, error) {
	return r.sessions("Stranded", ` and a.online = 0 and a.away = 0 and a.presence_since <= ? and a.serving > 0
		order by s.opened_at, s.openid limit ?`, string(app), millis(before), atMost(limit))
}

// OpenSession implements [store.Tx]. It refuses with kefu.AgentUnknown when the
// agent is not there.
func (t *tx) OpenSession(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, now time.Time) error {
	const method = "OpenSession"
	// First, because the session's foreign key would end the whole change.
	n, err := t.exec(method, `update agent set serving = serving + 1, idle_since = ? where appid = ? and kf_id = ?`,
		millis(now), string(app), int64(agent))
	if err != nil {
		return err
	}
	if n == 0 {
		return kefu.AgentUnknown
	}
	n, err = t.exec(method, `insert into kf_session (appid, openid, kf_id, opened_at, active_at) values (?, ?, ?, ?, ?)
		on conflict (appid, openid) do nothing`, string(app), string(customer), int64(agent), millis(now), millis(now))
	if err != nil {
		return err
	}
	if n == 0 {
		return t.fail(method, fmt.Errorf("customer %s of %s is in a session already; close it first", customer, app))
	}
	return t.touch(method, app, directory)
}

// CloseSession implements [store.Tx].
func (t *tx) CloseSession(app kefu.AppID, customer kefu.OpenID, now time.Time) error {
	const method = "CloseSession"
	var agent int64
	ok, err := t.one(method, `delete from kf_session where appid = ? and openid = ? returning kf_id`,
		[]any{string(app), string(customer)}, &agent)
	if err != nil || !ok {
		return err
	}
	if _, err := t.exec(method, `update agent set serving = serving - 1, idle_since = ? where appid = ? and kf_id = ?`,
		millis(now), string(app), agent); err != nil {
		return err
	}
	return t.touch(method, app, directory)
}

// MoveSession implements [store.Tx]. It refuses with kefu.AgentUnknown when the
// agent is not there.
func (t *tx) MoveSession(app kefu.AppID, customer kefu.OpenID, to kefu.KFID, now time.Time) error {
	const method = "MoveSession"
	if _, err := t.workerOf(method, app, to); err != nil {
		return err
	}
	var from int64
	ok, err := t.one(method, `select kf_id from kf_session where appid = ? and openid = ?`,
		[]any{string(app), string(customer)}, &from)
	if err != nil {
		return err
	}
	if !ok {
		return t.fail(method, fmt.Errorf("customer %s of %s is in no session; open one instead", customer, app))
	}
	if _, err := t.exec(method, `update kf_session set kf_id = ?, opened_at = ?, active_at = ? where appid = ? and openid = ?`,
		int64(to), millis(now), millis(now), string(app), string(customer)); err != nil {
		return err
	}
	if _, err := t.exec(method, `update agent set serving = serving - 1, idle_since = ? where appid = ? and kf_id = ?`,
		millis(now), string(app), from); err != nil {
		return err
	}
	if _, err := t.exec(method, `update agent set serving = serving + 1, idle_since = ? where appid = ? and kf_id = ?`,
		millis(now), string(app), int64(to)); err != nil {
		return err
	}
	return t.touch(method, app, directory)
}

// TouchSession implements [store.Tx].
func (t *tx) TouchSession(app kefu.AppID, customer kefu.OpenID, at time.Time) error {
	_, err := t.exec("TouchSession", `update kf_session set active_at = ? where appid = ? and openid = ?`,
		millis(at), string(app), string(customer))
	return err
}
