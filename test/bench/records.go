package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

const (
	// recordPage is how many records a page has.
	recordPage = 1000
	// recordBatch bounds the records that are put into the ledger by one change.
	recordBatch = 10_000
)

// pageAt is how long the pages of an archive took to read.
type pageAt struct{ bare, first, deep []time.Duration }

// records is row 5: a page of getmsglist over HTTP, against the same statement
// asked of the driver bare; its first page against one deep in the day; and all
// of it against an archive of a tenth.
func (b *bench) records(ctx context.Context) ([]row, error) {
	var archives [2]*archive
	for i, rows := range []int{b.rows, b.rows / 10} {
		a, err := b.archive(ctx, rows)
		if err != nil {
			return nil, err
		}
		defer a.close()
		archives[i] = a
	}
	var took [2]pageAt
	for round := range b.pick(200, 3) {
		for i, a := range archives {
			for _, page := range []struct {
				into *[]time.Duration
				read func() error
			}{
				{&took[i].bare, func() error { return a.bare(ctx) }},
				{&took[i].first, func() error { return a.page(a.first) }},
				{&took[i].deep, func() error { return a.page(a.deep) }},
			} {
				began := time.Now()
				if err := page.read(); err != nil {
					return nil, err
				}
				if round > 0 { // the first one warms up
					*page.into = append(*page.into, time.Since(began))
				}
			}
		}
	}
	many, few := &took[0], &took[1]
	bare, first, deep := quantile(many.bare, 0.5), quantile(many.first, 0.5), quantile(many.deep, 0.5)
	return []row{{
		"5", fmt.Sprintf("`getmsglist`, page of %d at %d rows of one day", recordPage, b.rows),
		fmt.Sprintf("the same page by the driver bare: %.2f ms", milliseconds(bare)),
		fmt.Sprintf("%.2f ms, %.2f ×; at 90 %% of the day %.2f × the first; at %d rows %.2f × of %d, deep in the day %.2f ×",
			milliseconds(first), ratio(first, bare), ratio(deep, first),
			b.rows, ratio(first, quantile(few.first, 0.5)), b.rows/10, ratio(deep, quantile(few.deep, 0.5))),
		"≤ 1.6 ×; ≤ 1.2 ×; ≤ 1.2 ×",
	}}, nil
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// archive is a house with the chat records of one day, and the same file opened
// with nothing between.
type archive struct {
	*house
	caller *caller
	// first and deep are requests for a page: the first, and one behind nine
	// tenths of the day.
	first, deep []byte
	db          *sql.DB
	page1       *sql.Stmt
	args        []any
}

func (b *bench) archive(ctx context.Context, rows int) (*archive, error) {
	began := time.Now()
	day := recordDay(began)
	deep := recordAt(day, rows, min(rows/10*9, rows-recordPage)).ID
	h, err := b.house(ctx, b.disk, "serve", func(ctx context.Context, ledger store.Store) error {
		if err := addAccount(ctx, ledger, demoAccount(), wechat.PathRecordList); err != nil {
			return err
		}
		return addRecords(ctx, ledger, day, rows)
	})
	if err != nil {
		return nil, err
	}
	if !b.short {
		fmt.Fprintf(os.Stderr, "bench: it took %.0f s to write %d chat records\n", time.Since(began).Seconds(), rows)
	}
	a := &archive{house: h}
	if err := a.open(ctx, day); err != nil {
		a.close()
		return nil, err
	}
	token, err := client.New(h.url, appID, secret).Token(ctx)
	if err != nil {
		a.close()
		return nil, err
	}
	request := func(from kefu.MsgID) []byte {
		return post(nil, h.host(), wechat.PathRecordList+"?access_token="+token,
			fmt.Sprintf(`{"starttime":%d,"endtime":%d,"msgid":%d,"number":%d}`, day.Unix(), endOf(day).Unix(), from, recordPage))
	}
	a.first, a.deep = request(1), request(deep)
	return a, nil
}

// open opens a connection to the server, and the file itself.
func (a *archive) open(ctx context.Context, day time.Time) (err error) {
	q, err := asked(ctx, a.ledger(), func(r store.Reader) error {
		_, err := r.Records(appID, store.RecordQuery{From: day, To: endOf(day), Least: 1, Limit: recordPage})
		return err
	})
	if err != nil {
		return err
	}
	if a.db, err = sql.Open(sqliteDriver, a.ledger()); err != nil {
		return err
	}
	a.db.SetMaxOpenConns(1)
	if a.page1, err = a.db.PrepareContext(ctx, q.text); err != nil {
		return err
	}
	a.args = q.args
	a.caller, err = dial(a.host(), answerSize)
	return err
}

func (a *archive) close() {
	if a.caller != nil {
		a.caller.close()
	}
	if a.page1 != nil {
		_ = a.page1.Close()
	}
	if a.db != nil {
		_ = a.db.Close()
	}
	a.house.close()
}

// bare reads the first page into variables.
func (a *archive) bare(ctx context.Context) (err error) {
	rows, err := a.page1.QueryContext(ctx, a.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var id, at, what int64
	var customer, worker, why string
	var body []byte
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(&id, &at, &customer, &what, &worker, &body, &why); err != nil {
			return err
		}
	}
	if n != recordPage {
		return errors.Join(rows.Err(), fmt.Errorf("the driver gave %d records, want %d", n, recordPage))
	}
	return rows.Err()
}

// page reads a page over HTTP.
func (a *archive) page(request []byte) error {
	body, err := a.caller.call(request)
	if err == nil && !bytes.Contains(body, fmt.Appendf(nil, `"number":%d,`, recordPage)) {
		err = fmt.Errorf("getmsglist answered %.200s", body)
	}
	return err
}

// recordDay is the day before, in the platform's time.
func recordDay(now time.Time) time.Time {
	y, m, d := now.In(kefu.Beijing).Date()
	return time.Date(y, m, d-1, 0, 0, 0, 0, kefu.Beijing)
}

func endOf(day time.Time) time.Time { return day.Add(24*time.Hour - time.Second) }

// recordAt is record number i of a day with n of them, all of which are said in
// sessions.
func recordAt(day time.Time, n, i int) kefu.Record {
	at := day.Add(time.Duration(float64(i) / float64(n) * float64(24*time.Hour-time.Second)))
	r := kefu.Record{
		// No second has more than a million.
		ID:       kefu.FirstMsgID(at) + kefu.MsgID(i%(1<<20)),
		At:       at,
		Customer: openID(i % 50_000),
		What:     kefu.CustomerSaid,
		Worker:   kefu.KFAccount(fmt.Sprintf("agent%d@%s", i%listAgents, wechatID)),
		Text:     fmt.Sprintf("您好，我想问一下订单 %d 什么时候可以送到？", i),
	}
	if i%2 == 1 {
		r.What = kefu.AgentSaid
	}
	return r
}

// addRecords puts the records of a day into a ledger.
func addRecords(ctx context.Context, ledger store.Store, day time.Time, n int) error {
	for first := 0; first < n; first += recordBatch {
		err := ledger.Update(ctx, appID, func(tx store.Tx) error {
			for i := first; i < min(first+recordBatch, n); i++ {
				r := recordAt(day, n, i)
				if err := tx.AddRecord(appID, &r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
