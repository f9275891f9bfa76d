package sqlstore

import (
	"database/sql"

	"github.com/openkefu/kefu"
)

const selectNote = `select note_id, openid, author, author_name, body, written_at from note where appid = ?`

// noteRow scans what selectNote selects.
type noteRow struct {
	n  kefu.Note
	at int64
}

func (r *noteRow) dest() []any {
	return []any{&r.n.ID, &r.n.Customer, &r.n.Author.ID, &r.n.Author.Name, &r.n.Text, &r.at}
}

func (r *noteRow) note() kefu.Note {
	n := r.n
	n.At = moment(r.at)
	return n
}

// Notes implements [store.Workbench].
func (r *reader) Notes(app kefu.AppID, customer kefu.OpenID, limit int) ([]kefu.Note, error) {
	return r.notes("Notes", " and openid = ? order by note_id desc limit ?", string(app), string(customer), atMost(limit))
}

// NotesByID implements [store.Workbench].
func (r *reader) NotesByID(app kefu.AppID, ids []kefu.MsgID) ([]kefu.Note, error) {
	return r.notes("NotesByID", " and note_id in ("+those+") order by note_id", namedIDs(app, ids)...)
}

func (r *reader) notes(method, where string, args ...any) ([]kefu.Note, error) {
	var all []kefu.Note
	err := r.each(method, selectNote+where, args, func(rows *sql.Rows) error {
		var row noteRow
		err := rows.Scan(row.dest()...)
		all = append(all, row.note())
		return err
	})
	return all, err
}

// Note implements [store.Workbench].
func (r *reader) Note(app kefu.AppID, id kefu.MsgID) (kefu.Note, error) {
	var row noteRow
	ok, err := r.one("Note", selectNote+" and note_id = ?", []any{string(app), int64(id)}, row.dest()...)
	if err != nil {
		return kefu.Note{}, err
	}
	if !ok {
		return kefu.Note{}, kefu.NoteUnknown
	}
	return row.note(), nil
}

// AddNote implements [store.WorkbenchTx].
func (t *tx) AddNote(app kefu.AppID, n *kefu.Note) error {
	_, err := t.exec("AddNote", `insert into note (appid, note_id, openid, author, author_name, body, written_at)
		values (?, ?, ?, ?, ?, ?, ?)`,
		string(app), int64(n.ID), string(n.Customer), string(n.Author.ID), n.Author.Name, n.Text, millis(n.At))
	return err
}

// RemoveNote implements [store.WorkbenchTx].
func (t *tx) RemoveNote(app kefu.AppID, id kefu.MsgID) error {
	n, err := t.exec("RemoveNote", `delete from note where appid = ? and note_id = ?`, string(app), int64(id))
	if err == nil && n == 0 {
		err = kefu.NoteUnknown
	}
	return err
}
