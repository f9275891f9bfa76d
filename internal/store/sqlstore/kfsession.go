package sqlstore

import (
	"fmt"
	"time"

	"github.com/openkefu/kefu"
)

// OpenSession implements [store.Tx]. It refuses with kefu.AgentUnknown when the
// agent is not there.
func (t *tx) OpenSession(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, now time.Time) error {
	const method = "OpenSession"
	if _, err := t.workerOf(method, app, agent); err != nil {
		return err
	}
	n, err := t.exec(method, `insert into kf_session (appid, openid, kf_id, opened_at) values (?, ?, ?, ?)
		on conflict (appid, openid) do nothing`, string(app), string(customer), int64(agent), millis(now))
	if err != nil {
		return err
	}
	if n == 0 {
		return t.fail(method, fmt.Errorf("customer %s of %s is in a session already; close it first", customer, app))
	}
	if _, err := t.exec(method, `update agent set serving = serving + 1 where appid = ? and kf_id = ?`, string(app), int64(agent)); err != nil {
		return err
	}
	return t.touch(method, app, directory)
}

// CloseSession implements [store.Tx].
func (t *tx) CloseSession(app kefu.AppID, customer kefu.OpenID) error {
	const method = "CloseSession"
	var agent int64
	ok, err := t.one(method, `delete from kf_session where appid = ? and openid = ? returning kf_id`,
		[]any{string(app), string(customer)}, &agent)
	if err != nil || !ok {
		return err
	}
	if _, err := t.exec(method, `update agent set serving = serving - 1 where appid = ? and kf_id = ?`, string(app), agent); err != nil {
		return err
	}
	return t.touch(method, app, directory)
}
