package sqlstore

import (
	"database/sql"
	"math"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// conversationColumns are those of a customer c with its session s of the agent
// a, its place w in the queue, and its newest message m, none of which need be
// there.
const conversationColumns = customerColumns + `,
	coalesce(s.kf_id, 0), coalesce(a.kf_account, ''), coalesce(s.opened_at, 0), coalesce(s.active_at, 0),
	coalesce(w.openid, ''), coalesce(w.arrived, 0), coalesce(w.since, 0), coalesce(w.latest_at, 0), coalesce(w.named, 0),
	coalesce(w.origin, ''), ` +
	messageColumns

// The parts of a conversation, as they are joined to a customer.
const (
	joinSession = ` left join kf_session as s on s.appid = c.appid and s.openid = c.openid
		left join agent as a on a.appid = s.appid and a.kf_id = s.kf_id`
	joinWaiting = ` left join waiting as w on w.appid = c.appid and w.openid = c.openid`
	joinLast    = ` left join message as m on m.appid = c.appid and m.msgid = c.last_msgid`
)

// conversationRow scans conversationColumns.
type conversationRow struct {
	customer customerRow
	session  sessionRow
	waiting  waitingRow
	last     messageRow
}

func (r *conversationRow) dest() []any {
	dest := append(r.customer.dest(), &r.session.s.Agent, &r.session.s.Account, &r.session.opened, &r.session.active,
		&r.waiting.w.Customer, &r.waiting.w.Arrived, &r.waiting.since, &r.waiting.latest, &r.waiting.w.Named, &r.waiting.origin)
	return append(dest, r.last.dest()...)
}

func (r *conversationRow) conversation() (kefu.Conversation, error) {
	customer, err := r.customer.customer()
	if err != nil {
		return kefu.Conversation{}, err
	}
	c := kefu.Conversation{Customer: customer}
	if r.session.s.Agent != 0 {
		s := r.session.session()
		s.Customer = customer.OpenID
		c.Session = &s
	}
	if r.waiting.w.Customer != "" {
		w := r.waiting.waiting()
		w.LastServedBy = customer.LastServedBy
		c.Waiting = &w
	}
	if r.last.m.ID != 0 {
		m, err := r.last.message()
		if err != nil {
			return kefu.Conversation{}, err
		}
		c.Last = &m
	}
	return c, nil
}

func (r *reader) conversations(method, from string, args ...any) ([]kefu.Conversation, error) {
	var all []kefu.Conversation
	err := r.each(method, "select "+conversationColumns+from, args, func(rows *sql.Rows) error {
		var row conversationRow
		if err := rows.Scan(row.dest()...); err != nil {
			return err
		}
		c, err := row.conversation()
		all = append(all, c)
		return err
	})
	return all, err
}

// ConversationsOf implements [store.Workbench].
func (r *reader) ConversationsOf(app kefu.AppID, agent kefu.KFID, limit int) ([]kefu.Conversation, error) {
	return r.conversations("ConversationsOf", ` from kf_session as s
		join agent as a on a.appid = s.appid and a.kf_id = s.kf_id
		join customer as c on c.appid = s.appid and c.openid = s.openid`+joinWaiting+joinLast+`
		where s.appid = ? and s.kf_id = ? order by s.opened_at, s.openid limit ?`, string(app), int64(agent), atMost(limit))
}

// ConversationsWaiting implements [store.Workbench].
func (r *reader) ConversationsWaiting(app kefu.AppID, limit int) ([]kefu.Conversation, error) {
	return r.conversations("ConversationsWaiting", ` from waiting as w
		join customer as c on c.appid = w.appid and c.openid = w.openid`+joinSession+joinLast+`
		where w.appid = ? order by w.arrived, w.openid limit ?`, string(app), atMost(limit))
}

// Conversations implements [store.Workbench].
func (r *reader) Conversations(app kefu.AppID, before kefu.MsgID, limit int) ([]kefu.Conversation, error) {
	return r.conversations("Conversations", ` from customer as c`+joinSession+joinWaiting+joinLast+`
		where c.appid = ? and c.last_msgid > 0 and c.last_msgid < ? order by c.last_msgid desc limit ?`,
		string(app), orNewest(before), atMost(limit))
}

// those are as many placeholders as a question by names has, so that its statement
// is one and the same for any number of them.
var those = strings.Repeat("?, ", store.MaxNamed-1) + "?"

// named are the arguments of a question by names; those that are left over name
// nothing.
func named[T any](app kefu.AppID, names []T, nothing any, arg func(T) any) []any {
	args := make([]any, 0, 1+store.MaxNamed)
	args = append(args, string(app))
	for i := range store.MaxNamed {
		if i < len(names) {
			args = append(args, arg(names[i]))
		} else {
			args = append(args, nothing)
		}
	}
	return args
}

func namedIDs(app kefu.AppID, ids []kefu.MsgID) []any {
	return named(app, ids, int64(-1), func(id kefu.MsgID) any { return int64(id) })
}

// ConversationsWith implements [store.Workbench].
func (r *reader) ConversationsWith(app kefu.AppID, customers []kefu.OpenID) ([]kefu.Conversation, error) {
	return r.conversations("ConversationsWith", ` from customer as c`+joinSession+joinWaiting+joinLast+`
		where c.appid = ? and c.openid in (`+those+`) order by c.last_msgid desc, c.openid`,
		named(app, customers, "", func(id kefu.OpenID) any { return string(id) })...)
}

// orNewest is the end of a list that goes back from an id, or from the newest.
func orNewest(before kefu.MsgID) int64 {
	if before == 0 {
		return math.MaxInt64
	}
	return int64(before)
}

// QueueState implements [store.Workbench].
func (r *reader) QueueState(app kefu.AppID) (total int, longest time.Time, err error) {
	var since int64
	_, err = r.one("QueueState", `select count(*), coalesce(min(since), 0) from waiting where appid = ?`,
		[]any{string(app)}, &total, &since)
	return total, moment(since), err
}

// AgentOf implements [store.Workbench].
func (r *reader) AgentOf(app kefu.AppID, worker kefu.WeChatID) (kefu.Agent, error) {
	var row agentRow
	ok, err := r.one("AgentOf", selectAgent+" and a.worker = ? and a.worker <> ''", []any{string(app), string(worker)}, row.dest()...)
	if err != nil {
		return kefu.Agent{}, err
	}
	if !ok {
		return kefu.Agent{}, kefu.AgentUnknown
	}
	return row.agent(), nil
}
