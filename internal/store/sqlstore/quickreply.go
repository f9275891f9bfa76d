package sqlstore

import (
	"database/sql"

	"github.com/openkefu/kefu"
)

const selectQuickReply = `select reply_id, owner, code, title, body, used, author, author_name, updated_at from quick_reply where appid = ?`

// quickReplyRow scans what selectQuickReply selects.
type quickReplyRow struct {
	q       kefu.QuickReply
	updated int64
}

func (r *quickReplyRow) dest() []any {
	return []any{&r.q.ID, &r.q.Owner, &r.q.Code, &r.q.Title, &r.q.Text, &r.q.Used, &r.q.Author.ID, &r.q.Author.Name, &r.updated}
}

func (r *quickReplyRow) reply() kefu.QuickReply {
	q := r.q
	q.UpdatedAt = moment(r.updated)
	return q
}

// QuickReplies implements [store.Workbench].
func (r *reader) QuickReplies(app kefu.AppID, owner kefu.WeChatID, limit int) ([]kefu.QuickReply, error) {
	var all []kefu.QuickReply
	err := r.each("QuickReplies", selectQuickReply+" and owner = ? order by reply_id limit ?",
		[]any{string(app), string(owner), atMost(limit)}, func(rows *sql.Rows) error {
			var row quickReplyRow
			err := rows.Scan(row.dest()...)
			all = append(all, row.reply())
			return err
		})
	return all, err
}

// QuickReply implements [store.Workbench].
func (r *reader) QuickReply(app kefu.AppID, id kefu.MsgID) (kefu.QuickReply, error) {
	var row quickReplyRow
	ok, err := r.one("QuickReply", selectQuickReply+" and reply_id = ?", []any{string(app), int64(id)}, row.dest()...)
	if err != nil {
		return kefu.QuickReply{}, err
	}
	if !ok {
		return kefu.QuickReply{}, kefu.QuickReplyUnknown
	}
	return row.reply(), nil
}

// AddQuickReply implements [store.WorkbenchTx].
func (t *tx) AddQuickReply(app kefu.AppID, q *kefu.QuickReply) error {
	_, err := t.exec("AddQuickReply", `insert into quick_reply (appid, reply_id, owner, code, title, body, used, author, author_name, updated_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(app), int64(q.ID), string(q.Owner), q.Code, q.Title, q.Text, int64(q.Used),
		string(q.Author.ID), q.Author.Name, millis(q.UpdatedAt))
	return err
}

// SetQuickReply implements [store.WorkbenchTx].
func (t *tx) SetQuickReply(app kefu.AppID, q *kefu.QuickReply) error {
	n, err := t.exec("SetQuickReply", `update quick_reply set owner = ?, code = ?, title = ?, body = ?, used = ?,
		author = ?, author_name = ?, updated_at = ? where appid = ? and reply_id = ?`,
		string(q.Owner), q.Code, q.Title, q.Text, int64(q.Used),
		string(q.Author.ID), q.Author.Name, millis(q.UpdatedAt), string(app), int64(q.ID))
	if err == nil && n == 0 {
		err = kefu.QuickReplyUnknown
	}
	return err
}

// RemoveQuickReply implements [store.WorkbenchTx].
func (t *tx) RemoveQuickReply(app kefu.AppID, id kefu.MsgID) error {
	n, err := t.exec("RemoveQuickReply", `delete from quick_reply where appid = ? and reply_id = ?`, string(app), int64(id))
	if err == nil && n == 0 {
		err = kefu.QuickReplyUnknown
	}
	return err
}
