package sqlstore

import (
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// counterMemory is how long counters are kept: two months, so that the month
// before is whole on any day of this one.
const counterMemory = 62 * 24 * time.Hour

// Sweep implements [store.Tx]. A token's memory begins when its life is over,
// also when the next of its chain was issued before.
func (t *tx) Sweep(now time.Time, limit int) (removed int, err error) {
	const method = "Sweep"
	n, err := t.sweepTokens(now.Add(-kefu.TokenMemory), limit)
	if err != nil {
		return 0, err
	}
	removed = n
	m, err := t.exec(method, `delete from api_call where rid in (
		select rid from api_call where called_at <= ? order by called_at limit ?)`,
		millis(now.Add(-kefu.CallMemory)), max(limit-removed, 0))
	if err != nil {
		return 0, err
	}
	removed += int(m)
	// A period is a day, or a part of its name that is longer, such as a month;
	// the month in which the last day to keep lies is not over.
	day := kefu.QuotaDay(now.Add(-counterMemory))
	m, err = t.exec(method, `delete from counter where (appid, period, name) in (
		select appid, period, name from counter
		where period < ? and period < substr(cast(? as text), 1, length(period))
		order by period limit ?)`, day, day, max(limit-removed, 0))
	if err != nil {
		return 0, err
	}
	removed += int(m)
	// The outer conditions are for a push that is made due again meanwhile.
	before := millis(now.Add(-kefu.PushMemory))
	m, err = t.exec(method, `delete from push where (appid, push_id) in (
		select appid, push_id from push where outcome <> 'due' and ended_at <= ? order by ended_at limit ?)
		and outcome <> 'due' and ended_at <= ?`, before, max(limit-removed, 0), before)
	if err != nil {
		return 0, err
	}
	removed += int(m)
	m, err = t.exec(method, `delete from login where digest in (
		select digest from login where expires_at <= ? order by expires_at limit ?)`, millis(now), max(limit-removed, 0))
	if err != nil {
		return 0, err
	}
	removed += int(m)
	m, err = t.exec(method, `delete from audit where act_id in (
		select act_id from audit where at <= ? order by at limit ?)`, millis(now.Add(-kefu.ActMemory)), max(limit-removed, 0))
	if err != nil {
		return 0, err
	}
	removed += int(m)
	n, err = t.sweepFacts(kefu.FirstMsgID(now.Add(-kefu.FactMemory)), limit-removed)
	if err != nil {
		return 0, err
	}
	return removed + n, nil
}

// sweepTokens forgets tokens that ended before, and moves the revisions of their
// accounts: a token that was expired is unknown from now on.
func (t *tx) sweepTokens(before time.Time, limit int) (removed int, err error) {
	const method = "Sweep"
	poorer := make(map[kefu.AppID]bool)
	err = t.each(method, `delete from token where digest in (
		select digest from token where expires_at <= ? order by expires_at limit ?) returning appid`,
		[]any{millis(before), max(limit, 0)}, func(rows *sql.Rows) error {
			var app kefu.AppID
			if err := rows.Scan(&app); err != nil {
				return err
			}
			poorer[app] = true
			removed++
			return nil
		})
	if err != nil {
		return 0, err
	}
	// In order, so that two sweeps cannot wait for each other's rows.
	for _, app := range slices.Sorted(maps.Keys(poorer)) {
		if err := t.touch(method, app, credentials); err != nil {
			return 0, err
		}
	}
	return removed, nil
}

// Erase implements [store.Tx].
func (t *tx) Erase() error {
	// Everything else goes with its account, by its foreign keys.
	for _, q := range []string{
		`delete from push`,
		`delete from message`,
		`delete from record`,
		`delete from reception`,
		`delete from fact`,
		`delete from official_account`,
		`delete from media`,
		`delete from worker`,
		`delete from counter`,
		`delete from api_call`,
		`delete from login`,
		`delete from person`,
		`delete from audit`,
		`delete from setting`,
	} {
		if _, err := t.exec("Erase", q); err != nil {
			return err
		}
	}
	t.erased = true
	t.removed, t.touched, t.revisions, t.ids = nil, nil, nil, nil
	return nil
}
