package simtest

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"testing"
)

// TestMain keeps net/http quiet, which tells the standard logger of every second
// answer that a developer's server sends, and collects garbage less often, of which
// small worlds leave much.
func TestMain(m *testing.M) {
	flag.Parse()
	log.SetOutput(io.Discard)
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

var (
	seeds = flag.Int("seeds", 0, "how many worlds TestWorlds plays; 0 for as many as fit into make test")
	from  = flag.Uint64("from", 1, "the seed of the first world")
	whole = flag.Bool("whole", false, "show the whole journal of a world that fails")
)

const (
	// usualSeeds is how many worlds play when nothing is said: half a minute of two
	// cores. The race detector makes a world ten times as dear, and racedSeeds of them
	// take about a minute. fewSeeds play with -short.
	usualSeeds = 400
	racedSeeds = 100
	fewSeeds   = 20
)

// Whatever happens to a house, what it promised holds.
func TestWorlds(t *testing.T) {
	n := *seeds
	switch {
	case n > 0:
	case testing.Short():
		n = fewSeeds
	case raced:
		n = racedSeeds
	default:
		n = usualSeeds
	}
	t.Logf("seeds %d to %d", *from, *from+uint64(n)-1)
	for seed := *from; seed < *from+uint64(n); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			play(t, newPlan(seed), nil).tell(t)
		})
	}
}
