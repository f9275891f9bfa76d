package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const selectOfficialAccount = `select appid, secret, wechat_id, original_id, name,
	callback_url, callback_token, callback_key, callback_mode, callback_format, kf_id_form,
	verified, service_enabled, frozen, secret_frozen, allowed_addresses,
	agent_limit, binding_limit, invitation_life_ms, session_patience_ms, offline_grace_ms, sends_per_minute,
	daily_calls, service, created_at, credentials_revision
	from official_account`

// officialAccountRow scans what selectOfficialAccount selects.
type officialAccountRow struct {
	o                                               kefu.OfficialAccount
	secret                                          []byte
	verified, enabled, frozen, secretFrozen         int64
	allowed, daily, service                         string
	agentLimit, bindingLimit, lifeMillis, createdAt int64
	patienceMillis, graceMillis, sends, revision    int64
}

func (r *officialAccountRow) dest() []any {
	return []any{
		&r.o.AppID, &r.secret, &r.o.WeChatID, &r.o.OriginalID, &r.o.Name,
		&r.o.Callback.URL, &r.o.Callback.Token, &r.o.Callback.EncodingAESKey, &r.o.Callback.Mode, &r.o.Callback.Format, &r.o.KFIDForm,
		&r.verified, &r.enabled, &r.frozen, &r.secretFrozen, &r.allowed,
		&r.agentLimit, &r.bindingLimit, &r.lifeMillis, &r.patienceMillis, &r.graceMillis, &r.sends,
		&r.daily, &r.service, &r.createdAt, &r.revision,
	}
}

func (r *officialAccountRow) account() (*kefu.OfficialAccount, error) {
	o := &r.o
	if copy(o.Secret[:], r.secret) != len(o.Secret) {
		return nil, fmt.Errorf("the secret of %s is damaged", o.AppID)
	}
	o.Standing = kefu.Standing{
		Verified:       r.verified != 0,
		ServiceEnabled: r.enabled != 0,
		Frozen:         r.frozen != 0,
		SecretFrozen:   r.secretFrozen != 0,
	}
	if r.allowed != "" {
		if err := json.Unmarshal([]byte(r.allowed), &o.AllowedAddresses); err != nil {
			return nil, fmt.Errorf("the allowed addresses of %s: %w", o.AppID, err)
		}
	}
	o.Limits = kefu.Limits{
		Agents:            int(r.agentLimit),
		BindingsPerWorker: int(r.bindingLimit),
		InvitationLife:    time.Duration(r.lifeMillis) * time.Millisecond,
		SessionPatience:   time.Duration(r.patienceMillis) * time.Millisecond,
		OfflineGrace:      time.Duration(r.graceMillis) * time.Millisecond,
		SendsPerMinute:    r.sends,
	}
	if r.daily != "" {
		if err := json.Unmarshal([]byte(r.daily), &o.Limits.DailyCalls); err != nil {
			return nil, fmt.Errorf("the daily calls of %s: %w", o.AppID, err)
		}
	}
	if r.service != "" {
		if err := json.Unmarshal([]byte(r.service), &o.Service); err != nil {
			return nil, fmt.Errorf("how %s has its customers looked after: %w", o.AppID, err)
		}
	}
	o.CreatedAt = moment(r.createdAt)
	return o, nil
}

func (r *reader) officialAccount(method, where string, arg string) (*kefu.OfficialAccount, error) {
	var row officialAccountRow
	ok, err := r.one(method, selectOfficialAccount+where, []any{arg}, row.dest()...)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, kefu.OfficialAccountUnknown
	}
	o, err := row.account()
	if err == nil {
		r.accounts.keep(o, row.revision)
	}
	return o, r.fail(method, err)
}

// OfficialAccount implements [store.Reader]. Nearly every change asks for it, so
// it is read and decoded again only when its revision has moved.
func (r *reader) OfficialAccount(app kefu.AppID) (*kefu.OfficialAccount, error) {
	const method = "OfficialAccount"
	if kept, ok := r.accounts.find(app); ok {
		var revision int64
		ok, err := r.one(method, `select credentials_revision from official_account where appid = ?`, []any{string(app)}, &revision)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			return nil, kefu.OfficialAccountUnknown
		case revision == kept.revision:
			return kept.account.Clone(), nil
		}
	}
	return r.officialAccount(method, " where appid = ?", string(app))
}

// OfficialAccountByWeChatID implements [store.Reader].
func (r *reader) OfficialAccountByWeChatID(id kefu.WeChatID) (*kefu.OfficialAccount, error) {
	return r.officialAccount("OfficialAccountByWeChatID", " where wechat_id = ?", string(id))
}

// OfficialAccounts implements [store.Reader].
func (r *reader) OfficialAccounts() ([]*kefu.OfficialAccount, error) {
	var all []*kefu.OfficialAccount
	err := r.each("OfficialAccounts", selectOfficialAccount+" order by appid", nil, func(rows *sql.Rows) error {
		var row officialAccountRow
		if err := rows.Scan(row.dest()...); err != nil {
			return err
		}
		o, err := row.account()
		all = append(all, o)
		return err
	})
	return all, err
}

// Revision implements [store.Reader].
func (r *reader) Revision(app kefu.AppID) (store.Revision, error) {
	var now store.Revision
	ok, err := r.one("Revision", `select credentials_revision, directory_revision from official_account where appid = ?`,
		[]any{string(app)}, &now.Credentials, &now.Directory)
	if err != nil {
		return store.Revision{}, err
	}
	if !ok {
		return store.Revision{}, kefu.OfficialAccountUnknown
	}
	return now, nil
}

// officialAccountSettings are the columns that AddOfficialAccount and SetOfficialAccount write,
// from secret to created_at.
func officialAccountSettings(o *kefu.OfficialAccount) ([]any, error) {
	var allowed, daily string
	if len(o.AllowedAddresses) > 0 {
		text, err := json.Marshal(o.AllowedAddresses)
		if err != nil {
			return nil, err
		}
		allowed = string(text)
	}
	if len(o.Limits.DailyCalls) > 0 {
		text, err := json.Marshal(o.Limits.DailyCalls)
		if err != nil {
			return nil, err
		}
		daily = string(text)
	}
	service, err := json.Marshal(o.Service)
	if err != nil {
		return nil, err
	}
	return []any{
		o.Secret[:], string(o.WeChatID), string(o.OriginalID), o.Name,
		o.Callback.URL, o.Callback.Token, o.Callback.EncodingAESKey, string(o.Callback.Mode), string(o.Callback.Format), string(o.KFIDForm),
		flag(o.Standing.Verified), flag(o.Standing.ServiceEnabled), flag(o.Standing.Frozen), flag(o.Standing.SecretFrozen), allowed,
		int64(o.Limits.Agents), int64(o.Limits.BindingsPerWorker), o.Limits.InvitationLife.Milliseconds(),
		o.Limits.SessionPatience.Milliseconds(), o.Limits.OfflineGrace.Milliseconds(), o.Limits.SendsPerMinute, daily, string(service), millis(o.CreatedAt),
	}, nil
}

// newRevision is where the revisions of a new account start: somewhere in 62
// bits, so that an account that is removed and added again does not come by a
// revision it had before, and counting up does not reach the end.
func newRevision() store.Revision {
	const space = 1 << 62
	return store.Revision{Credentials: rand.Int64N(space), Directory: rand.Int64N(space)}
}

// newOffset is where within each second the ids of a new account begin: somewhere
// in its first half, so that an account which is removed and added again does not
// give an id twice when it comes by the same second, as tests do. Developers'
// servers pass over what comes with an id they know.
func newOffset() int64 { return rand.Int64N(idsPerSecond / 2) }

// AddOfficialAccount implements [store.Tx].
func (t *tx) AddOfficialAccount(o *kefu.OfficialAccount) error {
	const method = "AddOfficialAccount"
	settings, err := officialAccountSettings(o)
	if err != nil {
		return t.fail(method, err)
	}
	start := newRevision()
	args := append([]any{string(o.AppID)}, settings...)
	args = append(args, int64(kefu.FirstKFID)-1, int64(0), newOffset(), start.Credentials, start.Directory)
	// Not an error of the database: PostgreSQL would take nothing more after it.
	n, err := t.exec(method, `insert into official_account (appid, secret, wechat_id, original_id, name,
		callback_url, callback_token, callback_key, callback_mode, callback_format, kf_id_form,
		verified, service_enabled, frozen, secret_frozen, allowed_addresses,
		agent_limit, binding_limit, invitation_life_ms,
		session_patience_ms, offline_grace_ms, sends_per_minute, daily_calls, service, created_at,
		last_kf_id, last_msgid, msgid_offset, credentials_revision, directory_revision)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict do nothing`, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return kefu.OfficialAccountExists
	}
	t.moveTo(o.AppID, credentials|directory, start)
	return nil
}

// SetOfficialAccount implements [store.Tx].
func (t *tx) SetOfficialAccount(o *kefu.OfficialAccount) error {
	const method = "SetOfficialAccount"
	settings, err := officialAccountSettings(o)
	if err != nil {
		return t.fail(method, err)
	}
	if err := t.touch(method, o.AppID, credentials); err != nil {
		return err
	}
	var taken int64
	if _, err := t.one(method, `select count(*) from official_account where appid <> ? and (wechat_id = ? or original_id = ?)`,
		[]any{string(o.AppID), string(o.WeChatID), string(o.OriginalID)}, &taken); err != nil {
		return err
	}
	if taken > 0 {
		return kefu.OfficialAccountExists
	}
	_, err = t.exec(method, `update official_account set secret = ?, wechat_id = ?, original_id = ?, name = ?,
		callback_url = ?, callback_token = ?, callback_key = ?, callback_mode = ?, callback_format = ?, kf_id_form = ?,
		verified = ?, service_enabled = ?, frozen = ?, secret_frozen = ?, allowed_addresses = ?,
		agent_limit = ?, binding_limit = ?, invitation_life_ms = ?,
		session_patience_ms = ?, offline_grace_ms = ?, sends_per_minute = ?, daily_calls = ?, service = ?, created_at = ?
		where appid = ?`, append(settings, string(o.AppID))...)
	if err != nil && t.on.dialect.unique(err) {
		// Another account took the name between the question and the update.
		t.failed = kefu.OfficialAccountExists
		return kefu.OfficialAccountExists
	}
	return err
}

// RemoveOfficialAccount implements [store.Tx].
func (t *tx) RemoveOfficialAccount(app kefu.AppID) error {
	const method = "RemoveOfficialAccount"
	// First of all it holds the account's row.
	if err := t.touch(method, app, credentials|directory); err != nil {
		return err
	}
	if _, err := t.exec(method, `update worker set bindings = bindings - 1
		where wechat_id in (select worker from agent where appid = ? and worker <> '')`, string(app)); err != nil {
		return err
	}
	delete(t.ids, app)
	// The bytes that media name are for a sweep to delete when their time has come:
	// somebody may just be uploading the same.
	if _, err := t.exec(method, `update media set appid = '', media_id = appid || media_id where appid = ?`, string(app)); err != nil {
		return err
	}
	// Everything else goes with the account, by its foreign keys.
	for _, q := range []string{
		`delete from push where appid = ?`,
		`delete from message where appid = ?`,
		`delete from record where appid = ?`,
		`delete from reception where appid = ?`,
		`delete from fact where appid = ?`,
		`delete from counter where appid = ?`,
		`delete from api_call where appid = ?`,
		`delete from official_account where appid = ?`,
	} {
		if _, err := t.exec(method, q, string(app)); err != nil {
			return err
		}
	}
	t.forget(app)
	return nil
}
