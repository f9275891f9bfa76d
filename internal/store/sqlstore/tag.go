package sqlstore

import (
	"database/sql"

	"github.com/openkefu/kefu"
)

// Tags implements [store.Conversations]. Who left the account does not count, as
// it is not among those who have the tag either.
func (r *reader) Tags(app kefu.AppID) ([]kefu.Tag, error) {
	var all []kefu.Tag
	err := r.each("Tags", `select tag.tag_id, tag.name, count(customer.openid) from tag
		left join customer_tag on customer_tag.appid = tag.appid and customer_tag.tag_id = tag.tag_id
		left join customer on customer.appid = customer_tag.appid and customer.openid = customer_tag.openid
			and customer.subscribed = 1
		where tag.appid = ? group by tag.tag_id, tag.name order by tag.tag_id`, []any{string(app)},
		func(rows *sql.Rows) error {
			var g kefu.Tag
			var name []byte
			err := rows.Scan(&g.ID, &name, &g.Count)
			g.Name = string(name)
			all = append(all, g)
			return err
		})
	return all, err
}

// TagNames implements [store.Workbench].
func (r *reader) TagNames(app kefu.AppID) ([]kefu.Tag, error) {
	var all []kefu.Tag
	err := r.each("TagNames", `select tag_id, name from tag where appid = ? order by tag_id`, []any{string(app)},
		func(rows *sql.Rows) error {
			var g kefu.Tag
			var name []byte
			err := rows.Scan(&g.ID, &name)
			g.Name = string(name)
			all = append(all, g)
			return err
		})
	return all, err
}

// TagsOf implements [store.Conversations].
func (r *reader) TagsOf(app kefu.AppID, customer kefu.OpenID) ([]kefu.TagID, error) {
	var all []kefu.TagID
	err := r.each("TagsOf", `select tag_id from customer_tag where appid = ? and openid = ? order by given desc`,
		[]any{string(app), string(customer)}, func(rows *sql.Rows) error {
			var id kefu.TagID
			err := rows.Scan(&id)
			all = append(all, id)
			return err
		})
	return all, err
}

// AddTag implements [store.Tx]. A name may hold any bytes, and two names are the
// same when their bytes are. It refuses with kefu.OfficialAccountUnknown when the
// account is not there.
func (t *tx) AddTag(app kefu.AppID, name string) (kefu.Tag, error) {
	const method = "AddTag"
	g := kefu.Tag{Name: name}
	ok, err := t.one(method, `update official_account set last_tag_id = last_tag_id + 1
		where appid = ? and not exists (select 1 from tag where tag.appid = ? and tag.name = ?)
		returning last_tag_id`, []any{string(app), string(app), []byte(name)}, &g.ID)
	if err != nil {
		return kefu.Tag{}, err
	}
	if !ok {
		if _, err := t.Revision(app); err != nil {
			return kefu.Tag{}, err
		}
		return kefu.Tag{}, kefu.TagNameIllegal
	}
	if _, err := t.exec(method, `insert into tag (appid, tag_id, name) values (?, ?, ?)`,
		string(app), int64(g.ID), []byte(name)); err != nil {
		return kefu.Tag{}, err
	}
	return g, nil
}

// RenameTag implements [store.Tx].
func (t *tx) RenameTag(app kefu.AppID, id kefu.TagID, name string) error {
	const method = "RenameTag"
	if err := t.tagKnown(method, app, id); err != nil {
		return err
	}
	n, err := t.exec(method, `update tag set name = ? where appid = ? and tag_id = ? and not exists (
		select 1 from tag as other where other.appid = ? and other.name = ? and other.tag_id <> ?)`,
		[]byte(name), string(app), int64(id), string(app), []byte(name), int64(id))
	if err == nil && n == 0 {
		err = kefu.TagNameIllegal
	}
	return err
}

// RemoveTag implements [store.Tx]. Its customers lose it by their foreign key.
func (t *tx) RemoveTag(app kefu.AppID, id kefu.TagID) error {
	n, err := t.exec("RemoveTag", `delete from tag where appid = ? and tag_id = ?`, string(app), int64(id))
	if err == nil && n == 0 {
		err = kefu.TagUnknown
	}
	return err
}

// TagCustomer implements [store.Tx]. A tag that the customer has keeps its place
// among the others.
func (t *tx) TagCustomer(app kefu.AppID, customer kefu.OpenID, id kefu.TagID) error {
	const method = "TagCustomer"
	if err := t.tagKnown(method, app, id); err != nil {
		return err
	}
	_, err := t.exec(method, `insert into customer_tag (appid, tag_id, openid, given) values (?, ?, ?,
		(select coalesce(max(had.given), 0) + 1 from customer_tag as had where had.appid = ? and had.openid = ?))
		on conflict (appid, tag_id, openid) do nothing`,
		string(app), int64(id), string(customer), string(app), string(customer))
	return err
}

// UntagCustomer implements [store.Tx].
func (t *tx) UntagCustomer(app kefu.AppID, customer kefu.OpenID, id kefu.TagID) error {
	const method = "UntagCustomer"
	n, err := t.exec(method, `delete from customer_tag where appid = ? and tag_id = ? and openid = ?`,
		string(app), int64(id), string(customer))
	if err != nil || n > 0 {
		return err
	}
	return t.tagKnown(method, app, id)
}

// tagKnown refuses with kefu.TagUnknown when there is no such tag.
func (t *tx) tagKnown(method string, app kefu.AppID, id kefu.TagID) error {
	var there int64
	ok, err := t.one(method, `select 1 from tag where appid = ? and tag_id = ?`, []any{string(app), int64(id)}, &there)
	if err == nil && !ok {
		err = kefu.TagUnknown
	}
	return err
}
