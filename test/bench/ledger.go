package main

import (
	"context"
	"fmt"
)

// ledgerRoom holds the benchmarks of the ledger, which run in a test's process
// because they measure calls and not a program.
const ledgerRoom = "./internal/store/sqlstore"

// write is row 2a: one durable change, against writing and syncing as much.
func (b *bench) write(ctx context.Context) ([]row, error) {
	figures, err := b.goBench(ctx, ledgerRoom, "^BenchmarkUpdate$", b.pick(2000, 20))
	if err != nil {
		return nil, err
	}
	f := figures[0]
	return []row{{
		"2a", "one durable write, p50",
		fmt.Sprintf("`pwrite` 12 KiB + `fdatasync`: %.0f µs", f["floor-p50-µs"]),
		fmt.Sprintf("%.0f µs, %.2f ×", f["p50-µs"], f["x-floor"]),
		"≤ 1.3 ×",
	}}, nil
}

// writers is row 2b: 64 writers of one official account, committed in groups,
// against a commit for each change.
func (b *bench) writers(ctx context.Context) ([]row, error) {
	databases := []struct{ name, goal string }{{"SQLite", "≥ 10 × the rate, ≤ 0.5 × the p99"}}
	if b.postgres != "" {
		databases = append(databases, struct{ name, goal string }{"PostgreSQL", "≥ 3 × the rate"})
	}
	var rows []row
	for _, db := range databases {
		figures, err := b.goBench(ctx, ledgerRoom, "^BenchmarkWriters$/^"+db.name+"$", b.pick(40, 2))
		if err != nil {
			return nil, err
		}
		f := figures[0]
		rows = append(rows, row{
			"2b", "64 concurrent writers of one official account, " + db.name,
			fmt.Sprintf("one commit a change: %.0f/s", f["single/s"]),
			fmt.Sprintf("%.0f/s, %.1f × the rate, %.2f × the p99", f["changes/s"], f["x-rate"], f["x-p99"]),
			db.goal,
		})
	}
	return rows, nil
}
