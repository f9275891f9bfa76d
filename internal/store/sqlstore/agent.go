package sqlstore

import (
	"database/sql"

	"github.com/openkefu/kefu"
)

// agentFields are the columns that agentRow scans.
const agentFields = `kf_id, kf_account, nickname, avatar_key, avatar_format, worker,
	invite_worker, invite_expires_at, invite_rejected,
	online, away, wish, auto_accept, presence_since, serving, idle_since, created_at`

const (
	selectAgent = `select ` + agentFields + ` from agent as a where a.appid = ?`
	// selectSeat begins with the appid.
	selectSeat = `select appid, ` + agentFields + ` from agent as a`
)

// agentRow scans agentFields.
type agentRow struct {
	a                                      kefu.Agent
	invited                                kefu.WeChatID
	expiresAt, rejected                    int64
	online, away                           int64
	autoAccept, since, serving, idle, born int64
}

func (r *agentRow) dest() []any {
	return []any{
		&r.a.ID, &r.a.Account, &r.a.Nickname, &r.a.Avatar.Key, &r.a.Avatar.Format, &r.a.Worker,
		&r.invited, &r.expiresAt, &r.rejected,
		&r.online, &r.away, &r.a.Presence.Wish, &r.autoAccept, &r.since, &r.serving, &r.idle, &r.born,
	}
}

func (r *agentRow) agent() kefu.Agent {
	a := r.a
	if r.invited != "" {
		a.Invitation = &kefu.Invitation{Worker: r.invited, ExpiresAt: moment(r.expiresAt), Rejected: r.rejected != 0}
	}
	a.Presence.Online, a.Presence.Away = r.online != 0, r.away != 0
	a.Presence.AutoAccept, a.Presence.Since = int(r.autoAccept), moment(r.since)
	a.Serving = int(r.serving)
	a.IdleSince = moment(r.idle)
	a.CreatedAt = moment(r.born)
	return a
}

func (r *reader) agents(method, where string, args ...any) ([]kefu.Agent, error) {
	var all []kefu.Agent
	err := r.each(method, selectAgent+where, args, func(rows *sql.Rows) error {
		var row agentRow
		if err := rows.Scan(row.dest()...); err != nil {
			return err
		}
		all = append(all, row.agent())
		return nil
	})
	return all, err
}

// Agents implements [store.Reader].
func (r *reader) Agents(app kefu.AppID) ([]kefu.Agent, error) {
	return r.agents("Agents", " order by a.kf_id", string(app))
}

// ReadyAgents implements [store.Conversations].
func (r *reader) ReadyAgents(app kefu.AppID) ([]kefu.Agent, error) {
	return r.agents("ReadyAgents", " and "+ready+" order by a.kf_id", string(app))
}

// Agent implements [store.Reader].
func (r *reader) Agent(app kefu.AppID, account kefu.KFAccount) (kefu.Agent, error) {
	var row agentRow
	ok, err := r.one("Agent", selectAgent+" and a.kf_account = ?", []any{string(app), string(account)}, row.dest()...)
	if err != nil {
		return kefu.Agent{}, err
	}
	if !ok {
		return kefu.Agent{}, kefu.AgentUnknown
	}
	return row.agent(), nil
}

// AgentCount implements [store.Reader].
func (r *reader) AgentCount(app kefu.AppID) (int, error) {
	var n int
	_, err := r.one("AgentCount", `select count(*) from agent as a where a.appid = ?`, []any{string(app)}, &n)
	return n, err
}

// agentColumns are the columns that both AddAgent and SetAgent write, from
// nickname to idle_since.
func agentColumns(a *kefu.Agent) []any {
	var invitation kefu.Invitation
	if a.Invitation != nil {
		invitation = *a.Invitation
	}
	return []any{
		a.Nickname, a.Avatar.Key, a.Avatar.Format, string(a.Worker),
		string(invitation.Worker), millis(invitation.ExpiresAt), flag(invitation.Rejected),
		flag(a.Presence.Online), flag(a.Presence.Away), string(a.Presence.Wish), int64(a.Presence.AutoAccept), millis(a.Presence.Since),
		millis(a.IdleSince),
	}
}

// AddAgent implements [store.Tx]. An agent that comes with a worker is bound to
// it, or refused with kefu.WorkerBoundHere.
func (t *tx) AddAgent(app kefu.AppID, a *kefu.Agent) error {
	const method = "AddAgent"
	var number int64
	ok, err := t.one(method, `update official_account set last_kf_id = last_kf_id + 1
		where appid = ? and not exists (select 1 from agent where agent.appid = ? and agent.kf_account = ?)
		returning last_kf_id`, []any{string(app), string(app), string(a.Account)}, &number)
	if err != nil {
		return err
	}
	if !ok {
		if _, err := t.Revision(app); err != nil {
			return err
		}
		return kefu.AgentExists
	}
	if err := t.workerFree(method, app, a.Worker, kefu.KFID(number)); err != nil {
		return err
	}
	args := append([]any{string(app), number, string(a.Account)}, agentColumns(a)...)
	args = append(args, int64(0), millis(a.CreatedAt))
	n, err := t.exec(method, `insert into agent (appid, kf_id, kf_account, nickname, avatar_key, avatar_format, worker,
		invite_worker, invite_expires_at, invite_rejected, online, away, wish, auto_accept, presence_since, idle_since,
		serving, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (appid, kf_account) do nothing`, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return kefu.AgentExists
	}
	if err := t.rebind(method, "", a.Worker); err != nil {
		return err
	}
	if err := t.touch(method, app, directory); err != nil {
		return err
	}
	a.ID = kefu.KFID(number)
	return nil
}

// SetAgent implements [store.Tx].
func (t *tx) SetAgent(app kefu.AppID, a *kefu.Agent) error {
	const method = "SetAgent"
	before, err := t.workerOf(method, app, a.ID)
	if err != nil {
		return err
	}
	if before != a.Worker {
		if err := t.workerFree(method, app, a.Worker, a.ID); err != nil {
			return err
		}
		if err := t.rebind(method, before, a.Worker); err != nil {
			return err
		}
	}
	if _, err := t.exec(method, `update agent set nickname = ?, avatar_key = ?, avatar_format = ?, worker = ?,
		invite_worker = ?, invite_expires_at = ?, invite_rejected = ?,
		online = ?, away = ?, wish = ?, auto_accept = ?, presence_since = ?, idle_since = ?
		where appid = ? and kf_id = ?`, append(agentColumns(a), string(app), int64(a.ID))...); err != nil {
		return err
	}
	return t.touch(method, app, directory)
}

// RemoveAgent implements [store.Tx]. The agent's sessions go with it, by their
// foreign key.
func (t *tx) RemoveAgent(app kefu.AppID, id kefu.KFID) error {
	const method = "RemoveAgent"
	before, err := t.workerOf(method, app, id)
	if err != nil {
		return err
	}
	if err := t.rebind(method, before, ""); err != nil {
		return err
	}
	if _, err := t.exec(method, `update waiting set named = 0 where appid = ? and named = ?`, string(app), int64(id)); err != nil {
		return err
	}
	if _, err := t.exec(method, `delete from agent where appid = ? and kf_id = ?`, string(app), int64(id)); err != nil {
		return err
	}
	return t.touch(method, app, directory)
}
