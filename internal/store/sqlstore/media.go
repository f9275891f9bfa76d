package sqlstore

import (
	"database/sql"
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// Media implements [store.Conversations].
func (r *reader) Media(app kefu.AppID, id kefu.MediaID) (kefu.Media, error) {
	var m kefu.Media
	var born, expires int64
	ok, err := r.one("Media", `select media_id, kind, format, media_key, size, created_at, expires_at from media
		where appid = ? and media_id = ?`, []any{string(app), string(id)},
		&m.ID, &m.Type, &m.Format, &m.Key, &m.Size, &born, &expires)
	if err != nil {
		return kefu.Media{}, err
	}
	if !ok {
		return kefu.Media{}, kefu.MediaUnknown
	}
	m.CreatedAt, m.ExpiresAt = moment(born), moment(expires)
	return m, nil
}

// AddMedia implements [store.Tx].
func (t *tx) AddMedia(app kefu.AppID, m *kefu.Media) error {
	_, err := t.exec("AddMedia", `insert into media (appid, media_id, kind, format, media_key, size, created_at, expires_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)`,
		string(app), string(m.ID), string(m.Type), m.Format, m.Key, m.Size, millis(m.CreatedAt), millis(m.ExpiresAt))
	return err
}

// SweepMedia implements [store.Tx].
func (t *tx) SweepMedia(before time.Time, limit int) (removed int, keys []string, err error) {
	const method = "SweepMedia"
	var named []string
	err = t.each(method, `delete from media where (appid, media_id) in (
		select appid, media_id from media where expires_at <> 0 and expires_at <= ? order by expires_at limit ?)
		returning media_key`, []any{millis(before), atMost(limit)}, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		named = append(named, key)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	removed = len(named)
	slices.Sort(named)
	for _, key := range slices.Compact(named) {
		var one int64
		still, err := t.one(method, `select 1 from media where media_key = ? limit 1`, []any{key}, &one)
		if err != nil {
			return 0, nil, err
		}
		if !still {
			keys = append(keys, key)
		}
	}
	return removed, keys, nil
}
