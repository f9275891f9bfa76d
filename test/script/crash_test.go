package script

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

const (
	// killsVariable says how often each house is killed, and seedVariable by which
	// seed; a seed chooses what is done when, but not what a kill meets.
	killsVariable = "KEFU_CRASH_KILLS"
	seedVariable  = "KEFU_CRASH_SEED"

	// A kill comes between shortestLife and longestLife after the load has begun. After
	// the first hardly anything is written, after the second hundreds of things are.
	shortestLife = 50 * time.Millisecond
	longestLife  = 800 * time.Millisecond
	// slower is how much longer lives are on PostgreSQL, where a write takes so much
	// longer while one account has all of them.
	slower = 2
	// startsOf is how many kills there are for one that comes during a start.
	startsOf = 4
	// longestStart is how long a start that is cut short may take. A whole one takes
	// about half of it.
	longestStart = 250 * time.Millisecond
	// drainWithin is how long pushes may take to come to their end: those of a courier
	// who is gone wait for 15 seconds to be taken over, and then there are many.
	drainWithin = 90 * time.Second
	// drainEvery is how many lives pass on PostgreSQL between two such waits.
	drainEvery = 10
)

// A house on SQLite that is killed again and again loses nothing.
func TestCrashOnSQLite(t *testing.T) {
	t.Parallel()
	crashAgainAndAgain(t, "SQLite", 5, "")
}

// Nor does one on PostgreSQL.
func TestCrashOnPostgres(t *testing.T) {
	t.Parallel()
	crashAgainAndAgain(t, "PostgreSQL", 3, newDatabase(t))
}

// number is a setting of the test from the environment.
func number(t *testing.T, variable string, otherwise uint64) uint64 {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s must be a number, got %q", variable, text)
	}
	return n
}

func crashAgainAndAgain(t *testing.T, on string, kills uint64, database string) {
	kills = number(t, killsVariable, kills)
	seed := number(t, seedVariable, uint64(time.Now().UnixNano()))
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	c := newCampaign(t, seed)
	folder := t.TempDir()
	env := []string{"PATH=" + os.Getenv("PATH"), "KEFU_DATABASE_URL=" + database}
	args := []string{"dev", "--callback-url", c.dev.URL, "--callback-token", "KfSpecToken2024", "--log-level", "warn"}
	var h *house
	t.Cleanup(func() {
		if h != nil {
			_ = h.crash() // It may have ended.
		}
	})
	start := func() door {
		var err error
		if h, err = startHouse(folder, env, args...); err != nil {
			t.Fatal(err)
		}
		return newDoor(h.url)
	}
	kill := func() {
		if err := h.crash(); err != nil {
			t.Fatal(err)
		}
	}

	d := start()
	var err error
	c.token, err = d.newToken()
	c.must(err)
	killed, starting := uint64(0), 0
	var customers, fresh []string
	for killed < kills {
		from := c.seen
		l := c.begin(d)
		span := longestLife - shortestLife
		if database != "" {
			span *= slower
		}
		time.Sleep(shortestLife + time.Duration(r.Int64N(int64(span))))
		kill()
		killed++
		l.end()
		for killed < kills && uint64(starting+1)*startsOf <= killed && r.IntN(2) == 0 {
			if h, _, err = launchHouse(folder, env, args...); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(r.Int64N(int64(longestStart))))
			kill()
			killed++
			starting++
		}
		d = start()
		c.catchUp(d)
		customers, fresh = append(customers, l.customers...), append(fresh, l.customers...)
		switch {
		case database == "":
			c.drain(d)
			c.checkAll(d, l.customers, from)
		case c.lives%drainEvery == 0:
			c.drain(d)
			c.checkAll(d, fresh, 0)
		default:
			c.checkTexts(c.read(d, l.customers, from), l.customers)
			c.checkThings(d)
		}
		if t.Failed() {
			t.Fatalf("after %d kills, seed %d; the log of the last process:\n%s", killed, seed, h.log())
		}
		if database == "" || c.lives%drainEvery == 0 {
			fresh = nil
		}
	}
	c.drain(d)
	c.checkAll(d, customers, 0)
	c.checkMedia(d)
	if err := h.stop(); err != nil {
		t.Error(err)
	}
	named := checkLedger(t, folder, database)
	d = start()
	for _, id := range named {
		if _, err := d.media(c.token, id); err != nil {
			t.Errorf("media %s is named, but cannot be fetched: %v", id, err)
		}
	}
	if !t.Failed() {
		t.Logf("crash on %s: kills %d (%d while starting), %s", on, killed, starting, c.figures(d))
	}
}

// drain waits until no push is without an outcome.
func (c *campaign) drain(d door) {
	c.t.Helper()
	for deadline := time.Now().Add(drainWithin); ; time.Sleep(50 * time.Millisecond) {
		list, err := d.pushes(c.seen)
		c.must(err)
		due := 0
		for _, p := range list {
			if p.Outcome == "due" {
				due++
			}
		}
		if due == 0 {
			c.noteEnded(list)
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("%d pushes have no outcome after %s", due, drainWithin)
		}
	}
}

// checkAll holds a house at rest against all that was asked of it.
func (c *campaign) checkAll(d door, customers []string, from int64) {
	stands, err := d.followers()
	c.must(err)
	all := c.read(d, customers, from)
	c.checkTexts(all, customers)
	for _, v := range all {
		c.checkWhole(v)
	}
	c.checkDelivered(all)
	c.checkAllowances(all, stands)
	c.checkDesk(d, stands, all)
	c.checkThings(d)
	c.checkTagged(d, customers)
	c.checkLeavers(d, stands)
}

// A sandbox that is killed while it lays out its world finds it whole at the next
// start.
func TestCrashAtTheFirstStart(t *testing.T) {
	t.Parallel()
	const starts = 6
	seed := number(t, seedVariable, uint64(time.Now().UnixNano()))
	r := rand.New(rand.NewPCG(seed, 0))
	env := []string{"PATH=" + os.Getenv("PATH")}
	for range starts {
		folder := t.TempDir()
		h, _, err := launchHouse(folder, env, "dev")
		if err != nil {
			t.Fatal(err)
		}
		after := time.Duration(r.Int64N(int64(longestStart)))
		time.Sleep(after)
		if err := h.crash(); err != nil {
			t.Fatal(err)
		}
		if h, err = startHouse(folder, env, "dev"); err != nil {
			t.Fatalf("after a start that was cut short after %s: %v", after, err)
		}
		d := newDoor(h.url)
		token, err := d.newToken()
		if err != nil {
			t.Fatal(err)
		}
		var agents wechat.AgentList
		if err := d.api(token, wechat.PathAgentList, nil, &agents); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, a := range agents.KFList {
			got += fmt.Sprintf("%s %s,", a.KFAccount, a.KFWX)
		}
		if want := "alice@demo_shop alice_wx,bob_02@demo_shop bob_wx,"; got != want {
			t.Errorf("after a start that was cut short after %s (seed %d): got %s, want %s", after, seed, got, want)
		}
		if err := h.crash(); err != nil {
			t.Fatal(err)
		}
	}
}
