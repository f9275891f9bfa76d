package sqlstore

import (
	"database/sql"

	"github.com/openkefu/kefu"
)

const selectPerson = `select wechat_id, name, role, password, disabled, created_at from person`

// personRow scans what selectPerson selects.
type personRow struct {
	p              kefu.Person
	disabled, born int64
}

func (r *personRow) dest() []any {
	return []any{&r.p.ID, &r.p.Name, &r.p.Role, &r.p.Password, &r.disabled, &r.born}
}

func (r *personRow) person() kefu.Person {
	p := r.p
	p.Disabled, p.CreatedAt = r.disabled != 0, moment(r.born)
	return p
}

// Person implements [store.People].
func (r *reader) Person(id kefu.WeChatID) (kefu.Person, error) {
	var row personRow
	ok, err := r.one("Person", selectPerson+` where wechat_id = ?`, []any{string(id)}, row.dest()...)
	if err != nil {
		return kefu.Person{}, err
	}
	if !ok {
		return kefu.Person{}, kefu.PersonUnknown
	}
	return row.person(), nil
}

// People implements [store.People].
func (r *reader) People(after kefu.WeChatID, limit int) ([]kefu.Person, error) {
	var all []kefu.Person
	err := r.each("People", selectPerson+` where wechat_id > ? order by wechat_id limit ?`, []any{string(after), atMost(limit)},
		func(rows *sql.Rows) error {
			var row personRow
			if err := rows.Scan(row.dest()...); err != nil {
				return err
			}
			all = append(all, row.person())
			return nil
		})
	return all, err
}

// Administrators implements [store.People].
func (r *reader) Administrators() (int, error) {
	var n int
	_, err := r.one("Administrators", `select count(*) from person where role = 'administrator' and disabled = 0`, nil, &n)
	return n, err
}

// SeatsOf implements [store.People].
func (r *reader) SeatsOf(worker kefu.WeChatID, limit int) ([]kefu.Seat, error) {
	var all []kefu.Seat
	if worker == "" {
		return nil, r.ready()
	}
	err := r.each("SeatsOf", selectSeat+` where a.worker = ? order by a.appid, a.kf_id limit ?`,
		[]any{string(worker), atMost(limit)},
		func(rows *sql.Rows) error {
			var app kefu.AppID
			var row agentRow
			if err := rows.Scan(append([]any{&app}, row.dest()...)...); err != nil {
				return err
			}
			all = append(all, kefu.Seat{AppID: app, Agent: row.agent()})
			return nil
		})
	return all, err
}

// AddPerson implements [store.PeopleTx].
func (t *tx) AddPerson(p *kefu.Person) error {
	n, err := t.exec("AddPerson", `insert into person (wechat_id, name, role, password, disabled, created_at)
		values (?, ?, ?, ?, ?, ?) on conflict (wechat_id) do nothing`,
		string(p.ID), p.Name, string(p.Role), p.Password, flag(p.Disabled), millis(p.CreatedAt))
	if err != nil {
		return err
	}
	if n == 0 {
		return kefu.PersonExists
	}
	return nil
}

// SetPerson implements [store.PeopleTx].
func (t *tx) SetPerson(p *kefu.Person) error {
	n, err := t.exec("SetPerson", `update person set name = ?, role = ?, password = ?, disabled = ? where wechat_id = ?`,
		p.Name, string(p.Role), p.Password, flag(p.Disabled), string(p.ID))
	if err != nil {
		return err
	}
	if n == 0 {
		return kefu.PersonUnknown
	}
	return nil
}
