package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func records(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	// One record a second, the last millisecond of it included, of two customers
	// in turn, and of all kinds in turn.
	whats := []kefu.Happening{kefu.Queued, kefu.CustomerSaid, kefu.AccountHeard, kefu.AgentSaid, kefu.Closed}
	var all []kefu.Record
	update(t, s, o.AppID, func(tx store.Tx) error {
		all = nil
		for i := range 20 {
			now := noon.Truncate(time.Second).Add(time.Duration(i)*time.Second + 999*time.Millisecond*time.Duration(i%2))
			id, err := tx.NextID(o.AppID, now)
			if err != nil {
				return err
			}
			line := kefu.Record{
				ID: id, At: now, Customer: kefu.OpenID(fmt.Sprint("c", i%2)), What: whats[i%len(whats)],
				Worker: "alice@shop_1", Text: fmt.Sprint("line ", i), Why: "first in the queue",
			}
			if err := tx.AddRecord(o.AppID, &line); err != nil {
				return err
			}
			all = append(all, line)
		}
		return nil
	})
	start, end := all[0].At, all[19].At
	for _, c := range []struct {
		name string
		q    store.RecordQuery
		want func(i int, r kefu.Record) bool
	}{
		{"everything", store.RecordQuery{From: start, To: end, History: true}, func(int, kefu.Record) bool { return true }},
		{"what was said", store.RecordQuery{From: start, To: end}, func(_ int, r kefu.Record) bool { return r.What > kefu.AccountHeard }},
		{"of one customer", store.RecordQuery{From: start, To: end, Customer: "c1", History: true}, func(i int, _ kefu.Record) bool { return i%2 == 1 }},
		{"said by one customer", store.RecordQuery{From: start, To: end, Customer: "c1"}, func(i int, r kefu.Record) bool { return i%2 == 1 && r.What > kefu.AccountHeard }},
		{"of nobody", store.RecordQuery{From: start, To: end, Customer: "nobody", History: true}, func(int, kefu.Record) bool { return false }},
		{"of whom nothing can be stored", store.RecordQuery{From: start, To: end, Customer: "\x00", History: true}, func(int, kefu.Record) bool { return false }},
		{"of one second", store.RecordQuery{From: all[7].At, To: all[7].At, History: true}, func(i int, _ kefu.Record) bool { return i == 7 }},
		{"of some seconds", store.RecordQuery{From: all[3].At, To: all[8].At.Truncate(time.Second), History: true}, func(i int, _ kefu.Record) bool { return i >= 3 && i <= 8 }},
		{"from an id", store.RecordQuery{From: start, To: end, Least: all[9].ID, History: true}, func(i int, _ kefu.Record) bool { return i >= 9 }},
		{"after an id", store.RecordQuery{From: start, To: end, Least: all[9].ID + 1, History: true}, func(i int, _ kefu.Record) bool { return i > 9 }},
		{"from an old id", store.RecordQuery{From: all[5].At, To: end, Least: 1, History: true}, func(i int, _ kefu.Record) bool { return i >= 5 }},
		{"before anything", store.RecordQuery{From: start.Add(-time.Hour), To: start.Add(-time.Second), History: true}, func(int, kefu.Record) bool { return false }},
		{"after everything", store.RecordQuery{From: end.Add(time.Second), To: end.Add(time.Hour), History: true}, func(int, kefu.Record) bool { return false }},
		{"since ever, for ever", store.RecordQuery{From: time.Time{}, To: time.Unix(1<<62, 0), History: true}, func(int, kefu.Record) bool { return true }},
		{"far ahead", store.RecordQuery{From: time.Unix(1<<61, 0), To: time.Unix(1<<62, 0), History: true}, func(int, kefu.Record) bool { return false }},
		{"long ago", store.RecordQuery{From: time.Unix(-1<<62, 0), To: time.Unix(-1<<61, 0), History: true}, func(int, kefu.Record) bool { return false }},
		{"backwards", store.RecordQuery{From: end, To: start, History: true}, func(int, kefu.Record) bool { return false }},
	} {
		var want []kefu.Record
		for i, r := range all {
			if c.want(i, r) {
				want = append(want, r)
			}
		}
		t.Run(c.name, func(t *testing.T) { askRecords(t, s, o.AppID, c.q, want) })
	}
}

// askRecords asks at once, and page by page with Skip.
func askRecords(t *testing.T, s store.Store, app kefu.AppID, q store.RecordQuery, want []kefu.Record) {
	t.Helper()
	view(t, s, func(r store.Reader) error {
		q.Limit = 100
		got, err := r.Records(app, q)
		same(t, "Records", got, want)
		if err != nil {
			return err
		}
		var paged []kefu.Record
		for q.Limit = 3; ; q.Skip += q.Limit {
			page, err := r.Records(app, q)
			if err != nil {
				return err
			}
			paged = append(paged, page...)
			if len(page) < q.Limit {
				break
			}
		}
		same(t, "Records by pages", paged, want)
		q.Limit, q.Skip = 0, 0
		none, err := r.Records(app, q)
		same(t, "no Records", none, []kefu.Record{})
		return err
	})
}

// recordsOfSteppedClock: ids only ascend, times do not, and both ends of a query
// still hold by time.
func recordsOfSteppedClock(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	var all []kefu.Record
	for i, now := range []time.Time{
		at(0), at(3600),
		at(10), at(11), // an hour back
		at(3601), at(3602),
		at(5), // and again
		at(7200),
	} {
		update(t, s, o.AppID, func(tx store.Tx) error {
			id, err := tx.NextID(o.AppID, now)
			if err != nil {
				return err
			}
			line := kefu.Record{ID: id, At: now, Customer: "one", What: kefu.CustomerSaid, Text: fmt.Sprint(i)}
			all = append(all[:i], line)
			return tx.AddRecord(o.AppID, &line)
		})
	}
	for _, c := range []struct {
		name     string
		from, to time.Time
		want     []int
	}{
		{"the hour that came twice", at(0), at(60), []int{0, 2, 3, 6}},
		{"a second of it", at(5), at(5), []int{6}},
		{"the hour before the step", at(3600), at(3660), []int{1, 4, 5}},
		{"all", at(0), at(7200), []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"after", at(3603), at(9999), []int{7}},
	} {
		var want []kefu.Record
		for _, i := range c.want {
			want = append(want, all[i])
		}
		t.Run(c.name, func(t *testing.T) {
			askRecords(t, s, o.AppID, store.RecordQuery{From: c.from, To: c.to}, want)
		})
	}
	// Records would never find what is older than its time.
	err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
		return tx.AddRecord(o.AppID, &kefu.Record{ID: kefu.FirstMsgID(noon) - 1, At: noon, Customer: "one", What: kefu.CustomerSaid})
	})
	if err == nil {
		t.Error("AddRecord with an id older than its time: got nil, want an error")
	}
}
