package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/openkefu/kefu"
)

// messageColumns are the columns of a message of the name m. A left join that
// finds none answers defaults.
const messageColumns = `coalesce(m.msgid, 0), coalesce(m.openid, ''), coalesce(m.sender, ''), coalesce(m.kf_id, 0),
	coalesce(m.kf_account, ''), coalesce(m.content, ''), coalesce(m.sent_at, 0), coalesce(m.delivery, ''),
	m.refused, coalesce(m.own_id, 0), coalesce(m.client_id, '')`

const selectMessage = `select ` + messageColumns + ` from message as m where m.appid = ?`

// messageRow scans messageColumns.
type messageRow struct {
	m       kefu.Message
	content []byte
	at      int64
	refused []byte
}

func (r *messageRow) dest() []any {
	return []any{
		&r.m.ID, &r.m.Customer, &r.m.From, &r.m.Agent,
		&r.m.Account, &r.content, &r.at, &r.m.State, &r.refused, &r.m.OwnID, &r.m.ClientID,
	}
}

func (r *messageRow) message() (kefu.Message, error) {
	m := r.m
	if err := json.Unmarshal(r.content, &m.Content); err != nil {
		return kefu.Message{}, fmt.Errorf("the content of message %d: %w", m.ID, err)
	}
	m.At, m.Refused = moment(r.at), string(r.refused)
	return m, nil
}

func (r *reader) message(method, where string, args ...any) (kefu.Message, bool, error) {
	var row messageRow
	ok, err := r.one(method, selectMessage+where, args, row.dest()...)
	if err != nil || !ok {
		return kefu.Message{}, false, err
	}
	m, err := row.message()
	return m, err == nil, r.fail(method, err)
}

func (r *reader) messages(method, where string, args ...any) ([]kefu.Message, error) {
	var all []kefu.Message
	err := r.each(method, selectMessage+where, args, func(rows *sql.Rows) error {
		var row messageRow
		if err := rows.Scan(row.dest()...); err != nil {
			return err
		}
		m, err := row.message()
		all = append(all, m)
		return err
	})
	return all, err
}

// Message implements [store.Conversations].
func (r *reader) Message(app kefu.AppID, id kefu.MsgID) (kefu.Message, error) {
	m, ok, err := r.message("Message", " and m.msgid = ?", string(app), int64(id))
	if err == nil && !ok {
		err = kefu.MessageUnknown
	}
	return m, err
}

// OwnMessage implements [store.Conversations].
func (r *reader) OwnMessage(app kefu.AppID, customer kefu.OpenID, ownID int64) (kefu.Message, bool, error) {
	return r.message("OwnMessage", " and m.openid = ? and m.own_id = ? and m.own_id <> 0",
		string(app), string(customer), ownID)
}

// Conversation implements [store.Conversations].
func (r *reader) Conversation(app kefu.AppID, customer kefu.OpenID, after kefu.MsgID, limit int) ([]kefu.Message, error) {
	return r.messages("Conversation", " and m.openid = ? and m.msgid > ? order by m.msgid limit ?",
		string(app), string(customer), int64(after), atMost(limit))
}

// Outgoing implements [store.Conversations].
func (r *reader) Outgoing(app kefu.AppID, after kefu.MsgID, limit int) ([]kefu.Message, error) {
	return r.messages("Outgoing", " and m.delivery = 'queued' and m.msgid > ? order by m.msgid limit ?", string(app), int64(after), atMost(limit))
}

// AddMessage implements [store.Tx]. A second one with the same OwnID of the same
// customer is an error of the ledger: the caller asks OwnMessage before.
func (t *tx) AddMessage(app kefu.AppID, m *kefu.Message) error {
	const method = "AddMessage"
	content, err := json.Marshal(&m.Content)
	if err != nil {
		return t.fail(method, err)
	}
	_, err = t.exec(method, `insert into message
		(appid, msgid, openid, sender, kf_id, kf_account, content, sent_at, delivery, refused, own_id, client_id)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(app), int64(m.ID), string(m.Customer), string(m.From), int64(m.Agent), string(m.Account), string(content),
		millis(m.At), string(m.State), []byte(m.Refused), m.OwnID, string(m.ClientID))
	return err
}

// SetDelivery implements [store.Tx]. It refuses with kefu.MessageUnknown.
func (t *tx) SetDelivery(app kefu.AppID, id kefu.MsgID, state kefu.Delivery, refused string) error {
	n, err := t.exec("SetDelivery", `update message set delivery = ?, refused = ? where appid = ? and msgid = ?`,
		string(state), []byte(refused), string(app), int64(id))
	if err == nil && n == 0 {
		err = kefu.MessageUnknown
	}
	return err
}
