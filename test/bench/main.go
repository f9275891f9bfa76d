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
	"strings"
	"syscall"
)

// row is one line of the table.
type row struct {
	number, workload, floor, measured, goal string
}

type bench struct {
	kefu, floor string
	short       bool
	postgres    string
	// disk and memory are folders: of the data, and of that of floors whose
	// commits cost nothing.
	disk, memory string
	// rows is the size of the chat records in row 5.
	rows int
}

// measure is one benchmark, by the number of its rows.
type measure struct {
	number string
	run    func(*bench, context.Context) ([]row, error)
}

// measures are all of them, in order.
var measures = []measure{
	{"1", (*bench).list},
	{"2a", (*bench).write},
	{"2b", (*bench).writers},
	{"2c", (*bench).send},
	{"3a", (*bench).receive},
	{"3b", (*bench).inbound},
	{"4a", (*bench).idleSockets},
	{"4b", (*bench).screens},
	{"5", (*bench).records},
	{"6", (*bench).due},
	{"7", (*bench).start},
}

func main() {
	b := bench{}
	flag.StringVar(&b.kefu, "kefu", "bin/kefu", "the binary that is measured")
	flag.StringVar(&b.floor, "floor", "", "the floor program (test/bench/floor), built")
	flag.BoolVar(&b.short, "short", false, "little of everything, to see that it runs; the figures mean nothing")
	flag.StringVar(&b.postgres, "postgres", os.Getenv("KEFU_TEST_POSTGRES_URL"), "a PostgreSQL database for the second half of row 2b")
	flag.StringVar(&b.disk, "disk", os.TempDir(), "a folder on the disk that is measured; it gets 200 bytes for each of -rows")
	flag.StringVar(&b.memory, "memory", "/dev/shm", "a folder in memory, for the floors of rows 2c and 3b")
	flag.IntVar(&b.rows, "rows", 0, "chat records in row 5, at least 20000; writing 10000000 takes some minutes (default 1000000, with -short 20000)")
	only := flag.String("only", "", "rows to measure, such as 2c,3b; all when empty")
	flag.Parse()
	if b.rows == 0 {
		b.rows = b.pick(1_000_000, leastRows)
	}
	if err := b.check(*only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	fmt.Printf("%s/%s, %d cores, %s, data on %s, in memory on %s\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), filesystem(b.disk), filesystem(b.memory))
	fmt.Println("| # | workload | floor, in the same run | measured | goal |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, m := range measures {
		if !chosen(*only, m.number) {
			continue
		}
		rows, err := m.run(&b, ctx)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: row %s: %v\n", m.number, err)
			os.Exit(1)
		}
		for _, r := range rows {
			fmt.Printf("| %s | %s | %s | %s | %s |\n", r.number, r.workload, r.floor, r.measured, r.goal)
		}
	}
}

// leastRows are pages enough for a first one and one deep in the day, also in an
// archive of a tenth.
const leastRows = 20_000

// check refuses what cannot be measured.
func (b *bench) check(only string) error {
	if b.rows < leastRows {
		return fmt.Errorf("-rows must be at least %d, got %d", leastRows, b.rows)
	}
	for _, number := range strings.Split(only, ",") {
		if only != "" && !slices.ContainsFunc(measures, func(m measure) bool { return m.number == number }) {
			return fmt.Errorf("-only names rows such as 2c,3b, got %q", number)
		}
	}
	return nil
}

// chosen tells whether a row is to be measured.
func chosen(only, number string) bool {
	return only == "" || slices.Contains(strings.Split(only, ","), number)
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
