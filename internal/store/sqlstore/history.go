package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/openkefu/kefu"
)

// MessagesByID implements [store.Workbench].
func (r *reader) MessagesByID(app kefu.AppID, ids []kefu.MsgID) ([]kefu.Message, error) {
	return r.messages("MessagesByID", " and m.msgid in ("+those+") order by m.msgid", namedIDs(app, ids)...)
}

// RecordsByID implements [store.Workbench].
func (r *reader) RecordsByID(app kefu.AppID, ids []kefu.MsgID) ([]kefu.Record, error) {
	return r.lines("RecordsByID", " and msgid in ("+those+") order by msgid", namedIDs(app, ids)...)
}

// ConversationBefore implements [store.Workbench].
func (r *reader) ConversationBefore(app kefu.AppID, customer kefu.OpenID, before kefu.MsgID, limit int) ([]kefu.Message, error) {
	return r.messages("ConversationBefore", " and m.openid = ? and m.msgid < ? order by m.msgid desc limit ?",
		string(app), string(customer), orNewest(before), atMost(limit))
}

// MessageOfClient implements [store.Workbench].
func (r *reader) MessageOfClient(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, id kefu.ClientID) (kefu.Message, bool, error) {
	return r.message("MessageOfClient", " and m.openid = ? and m.kf_id = ? and m.client_id = ? and m.client_id <> ''",
		string(app), string(customer), int64(agent), string(id))
}

// UnreadAfter implements [store.Workbench].
func (r *reader) UnreadAfter(app kefu.AppID, customer kefu.OpenID, after kefu.MsgID, most int) (int, error) {
	var n int
	_, err := r.one("UnreadAfter", `select count(*) from (
		select 1 from message as m where m.appid = ? and m.openid = ? and m.msgid > ? and m.sender = 'customer' limit ?) as unread`,
		[]any{string(app), string(customer), int64(after), atMost(most)}, &n)
	return n, err
}

// History implements [store.Workbench].
func (r *reader) History(app kefu.AppID, customer kefu.OpenID, from, before kefu.MsgID, limit int) ([]kefu.Record, error) {
	return r.lines("History", " and openid = ? and what < 2000 and msgid >= ? and msgid < ? order by msgid desc limit ?",
		string(app), string(customer), int64(from), orNewest(before), atMost(limit))
}

// lines are few records.
func (r *reader) lines(method, where string, args ...any) ([]kefu.Record, error) {
	var all []kefu.Record
	err := r.each(method, `select msgid, happened_at, openid, what, worker, body, why from record where appid = ?`+where, args,
		func(rows *sql.Rows) error {
			var line kefu.Record
			var at int64
			var body []byte
			err := rows.Scan(&line.ID, &at, &line.Customer, &line.What, &line.Worker, &body, &line.Why)
			line.At, line.Text = moment(at), string(body)
			all = append(all, line)
			return err
		})
	return all, err
}

// SaidBetween implements [store.Workbench].
func (r *reader) SaidBetween(app kefu.AppID, customer kefu.OpenID, earlier, began, ended kefu.MsgID, most int) (int, kefu.Content, error) {
	const method = "SaidBetween"
	var n int
	var came, first []byte
	who := []any{string(app), string(customer)}
	args := append(who, int64(began), int64(ended), atMost(most))
	args = append(append(args, who...), int64(earlier), int64(began))
	args = append(append(args, who...), int64(began), int64(ended))
	_, err := r.one(method, `select
		(select count(*) from (
			select 1 from message as m where m.appid = ? and m.openid = ? and m.msgid >= ? and m.msgid <= ? limit ?) as said),
		coalesce((select m.content from message as m where m.appid = ? and m.openid = ? and m.msgid >= ? and m.msgid < ?
			and m.sender = 'customer' order by m.msgid desc limit 1), ''),
		coalesce((select m.content from message as m where m.appid = ? and m.openid = ? and m.msgid >= ? and m.msgid <= ?
			and m.sender = 'customer' order by m.msgid limit 1), '')`, args, &n, &came, &first)
	if err != nil {
		return 0, kefu.Content{}, err
	}
	if len(came) == 0 {
		came = first
	}
	var c kefu.Content
	if len(came) > 0 {
		if err := json.Unmarshal(came, &c); err != nil {
			return 0, kefu.Content{}, r.fail(method, fmt.Errorf("what %s of %s came with: %w", customer, app, err))
		}
	}
	return n, c, nil
}
