package sqlstore

import (
	"database/sql"
	"strings"

	"github.com/openkefu/kefu"
)

const selectWaiting = `select w.openid, w.arrived, w.since, w.latest_at, w.named, w.origin, coalesce(c.last_served_by, 0)
	from waiting as w left join customer as c on c.appid = w.appid and c.openid = w.openid`

// waitingRow scans what selectWaiting selects.
type waitingRow struct {
	w             kefu.Waiting
	since, latest int64
	// origin is the kind, and behind a space the words.
	origin string
}

func (r *waitingRow) dest() []any {
	return []any{&r.w.Customer, &r.w.Arrived, &r.since, &r.latest, &r.w.Named, &r.origin, &r.w.LastServedBy}
}

func (r *waitingRow) waiting() kefu.Waiting {
	w := r.w
	w.Since, w.LatestAt = moment(r.since), moment(r.latest)
	kind, words, _ := strings.Cut(r.origin, " ")
	w.Origin = kefu.Origin{Kind: kefu.OriginKind(kind), Words: words}
	return w
}

// Waiting implements [store.Conversations].
func (r *reader) Waiting(app kefu.AppID, customer kefu.OpenID) (kefu.Waiting, bool, error) {
	var row waitingRow
	ok, err := r.one("Waiting", selectWaiting+" where w.appid = ? and w.openid = ?",
		[]any{string(app), string(customer)}, row.dest()...)
	if err != nil || !ok {
		return kefu.Waiting{}, false, err
	}
	return row.waiting(), true, nil
}

func (r *reader) queue(method, q string, args ...any) ([]kefu.Waiting, error) {
	var all []kefu.Waiting
	err := r.each(method, q, args, func(rows *sql.Rows) error {
		var row waitingRow
		err := rows.Scan(row.dest()...)
		all = append(all, row.waiting())
		return err
	})
	return all, err
}

// Queue implements [store.Conversations].
func (r *reader) Queue(app kefu.AppID, limit int) ([]kefu.Waiting, error) {
	return r.queue("Queue", selectWaiting+" where w.appid = ? order by w.arrived, w.openid limit ?",
		string(app), atMost(limit))
}

// QueueLength implements [store.Conversations].
func (r *reader) QueueLength(app kefu.AppID) (int, error) {
	var n int
	_, err := r.one("QueueLength", `select count(*) from waiting where appid = ?`, []any{string(app)}, &n)
	return n, err
}

// Assignable implements [store.Conversations]. Who waits for anybody is read in
// order and no further than limit, however many wait for somebody who is away.
func (r *reader) Assignable(app kefu.AppID, limit int) ([]kefu.Waiting, error) {
	return r.queue("Assignable", `select w.openid, w.arrived, w.since, w.latest_at, w.named, w.origin, coalesce(c.last_served_by, 0)
		from (
			select * from (
				select appid, openid, arrived, since, latest_at, named, origin from waiting
				where appid = ? and named = 0 order by arrived, openid limit ?) as anybody
			union all
			select * from (
				select q.appid, q.openid, q.arrived, q.since, q.latest_at, q.named, q.origin from agent as a
				join waiting as q on q.appid = a.appid and q.named = a.kf_id
				where a.appid = ? and `+ready+` order by q.arrived, q.openid limit ?) as somebody
		) as w left join customer as c on c.appid = w.appid and c.openid = w.openid
		order by w.arrived, w.openid limit ?`,
		string(app), atMost(limit), string(app), atMost(limit), atMost(limit))
}

// ready is an agent of the name a who takes customers by itself, and more of
// them than it has.
const ready = `a.online = 1 and a.serving < a.auto_accept`

// Enqueue implements [store.Tx].
func (t *tx) Enqueue(app kefu.AppID, w kefu.Waiting) error {
	_, err := t.exec("Enqueue", `insert into waiting (appid, openid, arrived, since, latest_at, named, origin)
		values (?, ?, ?, ?, ?, ?, ?)
		on conflict (appid, openid) do update set arrived = excluded.arrived, since = excluded.since,
		latest_at = excluded.latest_at, named = excluded.named, origin = excluded.origin`,
		string(app), string(w.Customer), w.Arrived, millis(w.Since), millis(w.LatestAt), int64(w.Named), strings.TrimSuffix(string(w.Origin.Kind)+" "+w.Origin.Words, " "))
	return err
}

// Dequeue implements [store.Tx].
func (t *tx) Dequeue(app kefu.AppID, customer kefu.OpenID) error {
	_, err := t.exec("Dequeue", `delete from waiting where appid = ? and openid = ?`, string(app), string(customer))
	return err
}

// HeadOfQueue implements [store.Tx]. In an empty queue it is 0, which is lower
// than every kefu.MsgID.
func (t *tx) HeadOfQueue(app kefu.AppID) (int64, error) {
	var head int64
	_, err := t.one("HeadOfQueue", `select coalesce(min(arrived) - 1, 0) from waiting where appid = ?`,
		[]any{string(app)}, &head)
	return head, err
}
