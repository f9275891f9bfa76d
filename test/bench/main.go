// Command bench measures what Kefu costs, each figure in turn with its floor:
// the cheapest program that could do the same. It runs the built binary and a
// bare net/http program beside it, and the ledger in its own process, and
// prints one table. Nothing fails because of a figure; it fails when a
// benchmark no longer runs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
)

// row is one line of the table.
type row struct {
	number, workload, floor, measured, goal string
}

type bench struct {
	kefu, floor string
	short       bool
	postgres    string
}

func main() {
	b := bench{}
	flag.StringVar(&b.kefu, "kefu", "bin/kefu", "the binary that is measured")
	flag.StringVar(&b.floor, "floor", "", "the floor program (test/bench/floor), built")
	flag.BoolVar(&b.short, "short", false, "little of everything, to see that it runs; the figures mean nothing")
	flag.StringVar(&b.postgres, "postgres", os.Getenv("KEFU_TEST_POSTGRES_URL"), "a PostgreSQL database for the second half of row 2b")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	fmt.Printf("%s/%s, %d cores, %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Println("| # | workload | floor, in the same run | measured | goal |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, measure := range []func(context.Context) ([]row, error){b.list, b.write, b.writers, b.start} {
		rows, err := measure(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		for _, r := range rows {
			fmt.Printf("| %s | %s | %s | %s | %s |\n", r.number, r.workload, r.floor, r.measured, r.goal)
		}
	}
}

// median of figures taken in several rounds.
func median(figures []float64) float64 {
	sorted := slices.Clone(figures)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// pick is a number for a real run and one for a short run.
func (b *bench) pick(full, short int) int {
	if b.short {
		return short
	}
	return full
}
