package sqlstore

// Setting implements [store.Reader].
func (r *reader) Setting(name string) (string, error) {
	var value string
	_, err := r.one("Setting", `select value from setting where name = ?`, []any{name}, &value)
	return value, err
}

// SetSetting implements [store.Tx].
func (t *tx) SetSetting(name, value string) error {
	_, err := t.exec("SetSetting", `insert into setting (name, value) values (?, ?)
		on conflict (name) do update set value = excluded.value`, name, value)
	return err
}
