package sqlstore

import (
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const selectReception = `select reception_id, openid, from_msgid, until_msgid, waited_since, opened_at, first_reply_at, ended_at,
	kf_account, agents, how from reception where appid = ?`

func (r *reader) receptions(method, where string, args ...any) ([]kefu.Reception, error) {
	var all []kefu.Reception
	err := r.each(method, selectReception+where, args, func(rows *sql.Rows) error {
		var n kefu.Reception
		var waited, opened, replied, ended int64
		var agents string
		err := rows.Scan(&n.ID, &n.Customer, &n.From, &n.Until, &waited, &opened, &replied, &ended, &n.Agent, &agents, &n.How)
		n.WaitedSince, n.OpenedAt, n.FirstReplyAt, n.EndedAt = moment(waited), moment(opened), moment(replied), moment(ended)
		for name := range strings.FieldsSeq(agents) {
			n.Agents = append(n.Agents, kefu.KFAccount(name))
		}
		all = append(all, n)
		return err
	})
	return all, err
}

// Reception implements [store.Receptions].
func (r *reader) Reception(app kefu.AppID, id kefu.MsgID) (kefu.Reception, bool, error) {
	found, err := r.receptions("Reception", ` and reception_id = ?`, string(app), int64(id))
	if err != nil || len(found) == 0 {
		return kefu.Reception{}, false, err
	}
	return found[0], true, nil
}

// Receptions implements [store.Receptions].
func (r *reader) Receptions(app kefu.AppID, q store.ReceptionQuery) ([]kefu.Reception, error) {
	where, args := "", []any{string(app)}
	if q.Customer != "" {
		where = ` and openid = ?`
		args = append(args, string(q.Customer))
	}
	return r.receptions("Receptions", where+` and reception_id >= ? and reception_id < ? order by reception_id desc limit ?`,
		append(args, int64(q.From), orNewest(q.Before), atMost(q.Limit))...)
}

// Opened implements [store.Receptions].
func (r *reader) Opened(app kefu.AppID, from, before time.Time, limit int) ([]kefu.Reception, error) {
	return r.receptions("Opened", ` and opened_at > 0 and opened_at >= ? and opened_at < ? order by opened_at desc limit ?`,
		string(app), millis(from), millis(before), atMost(limit))
}

// EndedCounts implements [store.Receptions].
func (r *reader) EndedCounts(app kefu.AppID, from, before time.Time) (map[kefu.KFAccount]int, error) {
	all := make(map[kefu.KFAccount]int)
	err := r.each("EndedCounts", `select kf_account, count(*) from reception
		where appid = ? and ended_at > 0 and ended_at >= ? and ended_at < ? group by kf_account`,
		[]any{string(app), millis(from), millis(before)}, func(rows *sql.Rows) error {
			var agent kefu.KFAccount
			var n int
			err := rows.Scan(&agent, &n)
			all[agent] = n
			return err
		})
	delete(all, "") // nobody had them
	return all, err
}

// OpenedCount implements [store.Receptions].
func (r *reader) OpenedCount(app kefu.AppID, agent kefu.KFAccount, from, before time.Time) (int, error) {
	var n int
	_, err := r.one("OpenedCount", `select count(*) from reception
		where appid = ? and opened_at > 0 and opened_at >= ? and opened_at < ? and kf_account = ?`,
		[]any{string(app), millis(from), millis(before), string(agent)}, &n)
	return n, err
}

// SaidCounts implements [store.Receptions].
func (r *reader) SaidCounts(app kefu.AppID, from, before kefu.MsgID, newest int) (customers, agents int, err error) {
	_, err = r.one("SaidCounts", `select coalesce(sum(case sender when 'customer' then 1 else 0 end), 0),
		coalesce(sum(case sender when 'agent' then 1 else 0 end), 0) from (
		select sender from message where appid = ? and msgid >= ? and msgid < ? order by msgid desc limit ?) as said`,
		[]any{string(app), int64(from), orNewest(before), atMost(newest)}, &customers, &agents)
	return customers, agents, err
}

// maxWords bounds what is looked for at once: a bit each.
const maxWords = 8

// HeardWords implements [store.Receptions]. As with Heard, what the database finds is
// looked at once more.
func (r *reader) HeardWords(app kefu.AppID, words []string, from, before kefu.MsgID, newest int) ([]store.Hit, kefu.MsgID, error) {
	const method = "HeardWords"
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 {
		return nil, 0, nil
	}
	within := []any{string(app), int64(from), orNewest(before), atMost(newest)}
	var searched kefu.MsgID
	var n int
	_, err := r.one(method, `select coalesce(min(msgid), 0), count(*) from (
		select msgid from message where appid = ? and msgid >= ? and msgid < ? order by msgid desc limit ?) as said`, within, &searched, &n)
	if err != nil {
		return nil, 0, err
	}
	if n < newest {
		searched = 0
	}
	q := `select said.msgid, said.openid, said.content from (
			select msgid, openid, content from message where appid = ? and msgid >= ? and msgid < ? order by msgid desc limit ?) as said
		where lower(said.content) like lower(?) escape '!'` + strings.Repeat(` or lower(said.content) like lower(?) escape '!'`, len(words)-1)
	sought := make([]string, len(words))
	for i, word := range words {
		inJSON, err := json.Marshal(word)
		if err != nil {
			return nil, 0, err
		}
		within = append(within, "%"+likeEscape.Replace(string(inJSON[1:len(inJSON)-1]))+"%")
		sought[i] = lowerASCII(word)
	}
	var hits []store.Hit
	err = r.each(method, q, within, func(rows *sql.Rows) error {
		var h store.Hit
		var text sql.RawBytes
		if err := rows.Scan(&h.ID, &h.Customer, &text); err != nil {
			return err
		}
		var c kefu.Content
		if err := json.Unmarshal(text, &c); err != nil {
			return err
		}
		h.Text = c.Words()
		small := lowerASCII(h.Text)
		for i, word := range sought {
			if strings.Contains(small, word) {
				h.Words |= 1 << i
			}
		}
		if h.Words != 0 {
			hits = append(hits, h)
		}
		return nil
	})
	return hits, searched, err
}

const insertReception = `insert into reception (appid, reception_id, openid, from_msgid, until_msgid, waited_since, opened_at,
	first_reply_at, ended_at, kf_account, agents, how) values (?, ?, ?, ?, 0, ?, ?, 0, 0, ?, ?, '') on conflict do nothing`

// BeginReception implements [store.ReceptionsTx].
func (t *tx) BeginReception(app kefu.AppID, r *kefu.Reception) error {
	_, err := t.exec("BeginReception", insertReception, string(app), int64(r.ID), string(r.Customer), int64(r.From),
		millis(r.WaitedSince), millis(r.OpenedAt), string(r.Agent), string(r.Agent))
	return err
}

// OpenReception implements [store.ReceptionsTx].
func (t *tx) OpenReception(app kefu.AppID, r *kefu.Reception) error {
	n, err := t.exec("OpenReception", `update reception set opened_at = ?, kf_account = ?, agents = ?
		where appid = ? and openid = ? and ended_at = 0`,
		millis(r.OpenedAt), string(r.Agent), string(r.Agent), string(app), string(r.Customer))
	if err != nil || n > 0 {
		return err
	}
	return t.BeginReception(app, r)
}

// MoveReception implements [store.ReceptionsTx]. Of a customer who is handed on and on
// the first agents are remembered, and who has it.
func (t *tx) MoveReception(app kefu.AppID, customer kefu.OpenID, to kefu.KFAccount) error {
	_, err := t.exec("MoveReception", `update reception set kf_account = ?,
		agents = case when length(agents) < 500 then agents || ' ' || ? else agents end
		where appid = ? and openid = ? and ended_at = 0`, string(to), string(to), string(app), string(customer))
	return err
}

// AnswerReception implements [store.ReceptionsTx].
func (t *tx) AnswerReception(app kefu.AppID, customer kefu.OpenID, at time.Time) error {
	_, err := t.exec("AnswerReception", `update reception set first_reply_at = ?
		where appid = ? and openid = ? and ended_at = 0 and first_reply_at = 0`, millis(at), string(app), string(customer))
	return err
}

// EndReception implements [store.ReceptionsTx].
func (t *tx) EndReception(app kefu.AppID, customer kefu.OpenID, until kefu.MsgID, at time.Time, how string) error {
	_, err := t.exec("EndReception", `update reception set until_msgid = ?, ended_at = ?, how = ?
		where appid = ? and openid = ? and ended_at = 0`, int64(until), millis(at), how, string(app), string(customer))
	return err
}
