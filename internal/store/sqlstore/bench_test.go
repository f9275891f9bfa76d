//go:build linux

package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// BenchmarkUpdate is one durable change after the other, in turn with the least
// that the disk needs for it: 12 KiB written and synced. Disks stall and differ,
// so the figure to quote is x-floor, the ratio of the two medians.
func BenchmarkUpdate(b *testing.B) {
	dir := b.TempDir()
	s := openSQLite(b, filepath.Join(dir, "kefu.db"), sqlstore.Options{})
	o := addShop(b, s)
	floor := newFloor(b, filepath.Join(dir, "floor"))
	var ours, theirs []time.Duration
	for b.Loop() {
		theirs = append(theirs, timed(func() { floor.write(b) }))
		ours = append(ours, timed(func() {
			if err := count(s, o); err != nil {
				b.Fatal(err)
			}
		}))
	}
	p50, base := quantile(ours, 0.5), quantile(theirs, 0.5)
	b.ReportMetric(microseconds(p50), "p50-µs")
	b.ReportMetric(microseconds(quantile(ours, 0.99)), "p99-µs")
	b.ReportMetric(microseconds(base), "floor-p50-µs")
	b.ReportMetric(float64(p50)/float64(base), "x-floor")
}

// BenchmarkWriters is 64 writers of one official account, with changes committed
// in groups and, in turn with it, with a commit for each. The figures to quote
// are x-rate and x-p99, those of groups over those of single commits.
func BenchmarkWriters(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		dir := b.TempDir()
		benchmarkWriters(b,
			openSQLite(b, filepath.Join(dir, "grouped.db"), sqlstore.Options{}),
			openSQLite(b, filepath.Join(dir, "single.db"), sqlstore.Options{MaxGroup: 1}))
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		benchmarkWriters(b,
			openPostgres(b, newSchema(b), sqlstore.Options{}),
			openPostgres(b, newSchema(b), sqlstore.Options{MaxGroup: 1}))
	})
}

// BenchmarkReceive is what one message of a customer writes (the customer, the
// message, its push and its record), by 64 writers of one official account.
func BenchmarkReceive(b *testing.B) {
	for name, open := range map[string]func(b *testing.B) store.Store{
		"SQLite": func(b *testing.B) store.Store {
			return openSQLite(b, filepath.Join(b.TempDir(), "kefu.db"), sqlstore.Options{})
		},
		"PostgreSQL": func(b *testing.B) store.Store { return openPostgres(b, newSchema(b), sqlstore.Options{}) },
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			o := addShop(b, s)
			var received sample
			for b.Loop() {
				received.roundOf(b, groupedEach, func(w, _ int) error {
					return receive(s, o, kefu.OpenID(fmt.Sprint("customer", w)), time.Now())
				})
			}
			b.ReportMetric(received.rate(), "changes/s")
			b.ReportMetric(microseconds(quantile(received.each, 0.5)), "p50-µs")
			b.ReportMetric(microseconds(quantile(received.each, 0.99)), "p99-µs")
		})
	}
}

func receive(s store.Store, o *kefu.OfficialAccount, customer kefu.OpenID, now time.Time) error {
	return s.Update(context.Background(), o.AppID, func(tx store.Tx) error {
		c, err := tx.Customer(o.AppID, customer)
		if err == kefu.CustomerUnknown {
			c, err = kefu.Customer{OpenID: customer, Subscribed: true, CreatedAt: now}, nil
		}
		if err != nil {
			return err
		}
		c.LastInAt, c.Grants = now, c.Grants.With(kefu.GrantMessage, kefu.Allowance{Count: 5, Life: 48 * time.Hour}, now)
		c.Courier, c.CourierUntil = "courier", now.Add(15*time.Second)
		m := &kefu.Message{
			Customer: customer, From: kefu.FromCustomer, Content: kefu.Content{Type: kefu.MsgText, Text: "在吗？什么时候发货"},
			At: now, State: kefu.DeliveryDelivered,
		}
		p := &kefu.Push{Customer: customer, At: now, Message: m, Outcome: kefu.OutcomeDue, DueAt: now}
		r := &kefu.Record{At: now, Customer: customer, What: kefu.CustomerSaid, Text: m.Content.Said()}
		for _, id := range []*kefu.MsgID{&m.ID, &p.ID, &r.ID} {
			if *id, err = tx.NextID(o.AppID, now); err != nil {
				return err
			}
		}
		return errors.Join(tx.PutCustomer(o.AppID, &c), tx.AddMessage(o.AppID, m), tx.AddPush(o.AppID, p), tx.AddRecord(o.AppID, r))
	})
}

const (
	writers = 64
	// Rounds of about the same time for both, so that a stall of the disk hits
	// both alike.
	groupedEach, singleEach = 16, 2
)

func benchmarkWriters(b *testing.B, grouped, single store.Store) {
	o := addShop(b, grouped)
	addShop(b, single)
	var groups, singles sample
	groups.round(b, grouped, o, 1)
	singles.round(b, single, o, 1)
	groups, singles = sample{}, sample{}
	for b.Loop() {
		groups.round(b, grouped, o, groupedEach)
		singles.round(b, single, o, singleEach)
	}
	b.ReportMetric(groups.rate(), "changes/s")
	b.ReportMetric(singles.rate(), "single/s")
	b.ReportMetric(groups.rate()/singles.rate(), "x-rate")
	b.ReportMetric(microseconds(quantile(groups.each, 0.5)), "p50-µs")
	b.ReportMetric(microseconds(quantile(groups.each, 0.99)), "p99-µs")
	b.ReportMetric(float64(quantile(groups.each, 0.99))/float64(quantile(singles.each, 0.99)), "x-p99")
}

// sample is how long changes took, each and together.
type sample struct {
	each     []time.Duration
	together time.Duration
}

func (s *sample) rate() float64 { return float64(len(s.each)) / s.together.Seconds() }

// round has every writer count n times, one after the other.
func (s *sample) round(b *testing.B, st store.Store, o *kefu.OfficialAccount, n int) {
	s.roundOf(b, n, func(int, int) error { return count(st, o) })
}

// roundOf has every writer make n changes, one after the other.
func (s *sample) roundOf(b *testing.B, n int, change func(w, i int) error) {
	each := make([]time.Duration, writers*n)
	var wait sync.WaitGroup
	s.together += timed(func() {
		for w := range writers {
			wait.Go(func() {
				for i := range n {
					each[w*n+i] = timed(func() {
						if err := change(w, i); err != nil {
							b.Error(err)
						}
					})
				}
			})
		}
		wait.Wait()
	})
	s.each = append(s.each, each...)
}

// floor writes to a file of fixed size, over and over, as a write-ahead log does
// once it has grown.
type floor struct {
	file   *os.File
	block  []byte
	offset int64
}

const floorBlock, floorBlocks = 12 << 10, 256

func newFloor(b *testing.B, path string) *floor {
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := file.Close(); err != nil {
			b.Error(err)
		}
	})
	f := &floor{file: file, block: make([]byte, floorBlock)}
	for range floorBlocks {
		f.write(b)
	}
	return f
}

func (f *floor) write(b *testing.B) {
	if _, err := f.file.WriteAt(f.block, f.offset); err != nil {
		b.Fatal(err)
	}
	if err := unix.Fdatasync(int(f.file.Fd())); err != nil {
		b.Fatal(err)
	}
	f.offset = (f.offset + floorBlock) % (floorBlock * floorBlocks)
}

func timed(run func()) time.Duration {
	start := time.Now()
	run()
	return time.Since(start)
}

func quantile(all []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(q*float64(len(sorted)-1))]
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
