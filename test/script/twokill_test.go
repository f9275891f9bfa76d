package script

import (
	"math/rand/v2"
	"testing"
	"time"
)

// takenOver is how long the pushes of a process that is gone may wait for another:
// fifteen seconds, until the other looks, and a bit on a busy machine.
const takenOver = 25 * time.Second

// handedOver is how long those of one that was asked to end may wait: until the
// other looks, and a bit.
const handedOver = 8 * time.Second

// The story goes on whichever process each party talks to, and whichever of the two
// is killed.
func TestTwoEitherMayBeKilled(t *testing.T) {
	t.Parallel()
	seed := number(t, seedVariable, uint64(time.Now().UnixNano()))
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	c := newCampaign(t, seed)
	c.goesOn = true
	database := newDatabase(t)
	p := startPair(t, database, "dev", "--callback-url", c.dev.URL, "--callback-token", "KfSpecToken2024")
	d := p.either()
	var err error
	c.token, err = d.newToken()
	c.must(err)

	l := c.begin(d)
	// anHour is what passes between two changes: some hundred writes.
	anHour := func() { time.Sleep(time.Duration(500+r.IntN(500)) * time.Millisecond) }
	first := r.IntN(2)
	anHour()
	p.kill(first)
	anHour()
	p.start(first)
	anHour()
	p.kill(1 - first)
	killed := time.Now()
	anHour()
	l.end()
	c.drain(d)
	waited := time.Since(killed)
	if waited > takenOver {
		t.Errorf("the last push came to its end %s after a process was killed, want %s at most", waited, takenOver)
	}
	p.start(1 - first)
	c.catchUp(d)
	c.drain(d)
	c.checkAll(d, l.customers, 0)
	c.checkMedia(d)
	figures := c.figures(d)
	for i := range 2 {
		p.stop(i)
	}
	checkLedger(t, p.folder, database)
	if !t.Failed() {
		t.Logf("two processes, each killed once: %s; all came to its end %s after the last kill", figures, waited.Round(100*time.Millisecond))
	}
}

// A process that is asked to end takes leave without harm: what it was asked before
// is answered, what it delivers comes to its end, and who repeats a call at the
// other process misses nothing.
func TestTwoOneIsAskedToEnd(t *testing.T) {
	t.Parallel()
	seed := number(t, seedVariable, uint64(time.Now().UnixNano()))
	t.Logf("seed %d", seed)
	c := newCampaign(t, seed)
	c.goesOn = true
	database := newDatabase(t)
	p := startPair(t, database, "dev", "--callback-url", c.dev.URL, "--callback-token", "KfSpecToken2024")
	d := p.either()
	var err error
	c.token, err = d.newToken()
	c.must(err)
	l := c.begin(d)
	for i := range 2 {
		time.Sleep(700 * time.Millisecond)
		p.stop(i)
		if i == 0 {
			time.Sleep(300 * time.Millisecond)
			p.start(i)
		}
	}
	asked := time.Now()
	time.Sleep(500 * time.Millisecond)
	l.end()
	unanswered := c.unknown.Load()
	c.drain(d)
	waited := time.Since(asked)
	if waited > handedOver {
		t.Errorf("the last push came to its end %s after a process was asked to end, want %s at most", waited, handedOver)
	}
	c.catchUp(d)
	c.drain(d)
	c.checkAll(d, l.customers, 0)
	// What was in flight was finished: nothing came twice, but for events of one second
	// that look alike.
	list, err := d.pushes(0)
	c.must(err)
	counts := c.dev.counts()
	for _, push := range list {
		counts[push.Body]--
	}
	for body, more := range counts {
		if more > 0 {
			t.Errorf("got a push %d times more than it was to come: %s", more, body)
		}
	}
	if !t.Failed() {
		t.Logf("two processes, each asked to end once: %s; calls that had to be repeated: %d; all came to its end %s after", c.figures(d), unanswered, waited.Round(100*time.Millisecond))
	}
}
