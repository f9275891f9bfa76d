package script

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What came of something that a house was asked to do.
type fate int

const (
	open     fate = iota // there was no answer: it was done, or not
	done                 // it was acknowledged
	declined             // it was refused, and so not done
)

func fateOf(err error) fate {
	var no *refused
	switch {
	case err == nil:
		return done
	case errors.As(err, &no):
		return declined
	}
	return open
}

// saying is a text that somebody sent to a customer, or a customer wrote. No text
// is sent twice.
type saying struct {
	customer string
	// by is who wrote it, and serial its place in what this one wrote.
	by     string
	serial int
	fate   fate
	// own is the id that the customer's side gave it; 0 for none.
	own int64
	// pushed tells that it was acknowledged as one that the developer is told.
	pushed bool
}

// account and tag are things that are there or not; unsure when the last act on
// them has no answer.
type account struct {
	there, unsure bool
	// name is its nickname, and maybe another one when the last act was a change.
	name, maybe string
}

type tag struct {
	id            int64
	there, unsure bool
	// has tells who has it: done for yes, declined for no, open for perhaps.
	has map[string]fate
}

// leaver is somebody who follows and leaves again and again.
type leaver struct {
	following, unsure bool
	// joined and left count what was acknowledged, and the others what was not.
	joined, left, maybeJoined, maybeLeft int
}

// campaign is all that was asked of a house over its lives.
type campaign struct {
	t     *testing.T
	seed  uint64
	since time.Time
	dev   *counting
	token string
	// lives is how often the house was alive, its starts cut short aside.
	lives int
	// goesOn tells that there are two processes, and writers go on with the other
	// when one is gone: what they may repeat, they repeat.
	goesOn bool

	// written counts what was acknowledged, and unknown what has no answer.
	written, unknown atomic.Int64

	mu       sync.Mutex
	said     map[string]*saying
	accounts map[string]*account
	tags     map[string]*tag
	leavers  map[string]*leaver
	uploads  map[string][]byte
	// followed is when each customer began to follow.
	followed map[string]time.Time
	// ended holds, for each push that was seen to have its outcome, how often it had
	// come by then.
	ended map[int64]int
	seen  int64 // the last push before which all have ended
}

func newCampaign(t *testing.T, seed uint64) *campaign {
	return &campaign{
		t: t, seed: seed, since: time.Now(), dev: newCounting(t),
		said: make(map[string]*saying), accounts: make(map[string]*account), tags: make(map[string]*tag),
		leavers: make(map[string]*leaver), uploads: make(map[string][]byte), followed: make(map[string]time.Time),
		ended: make(map[int64]int),
	}
}

// gone tells of an error whether there is nobody to go on with.
func (c *campaign) gone(err error) bool { return err != nil && !c.goesOn }

// tally counts the outcome of an act, and tells whether the house lives on.
func (c *campaign) tally(err error) (fate, bool) {
	f := fateOf(err)
	switch f {
	case done:
		c.written.Add(1)
	case open:
		c.unknown.Add(1)
	}
	return f, f != open
}

const (
	// talkers is how many customers write in each life, and each writer is served by
	// a goroutine of its own.
	talkers = 8
	// movers follow and leave.
	movers = 2
	// senders are programs of the developer that send.
	senders = 2
	// agentTakes is how many customers an agent takes by itself.
	agentTakes = 5
	// thingsKept bounds the accounts and tags that are there at once: an official
	// account may have a hundred of each.
	thingsKept = 30
)

// staff is who answers customers.
var staff = []string{"alice@demo_shop", "bob_02@demo_shop"}

// life is the load on a house from one start to its kill.
type life struct {
	*campaign
	door
	number int
	// customers are those of this life.
	customers []string
	over      atomic.Bool
	writers   sync.WaitGroup
}

// begin lets everybody act on a house that has just become ready.
func (c *campaign) begin(d door) *life {
	c.lives++
	l := &life{campaign: c, door: d, number: c.lives}
	for i := range talkers {
		l.customers = append(l.customers, fmt.Sprintf("talker_%d_%d", l.number, i))
	}
	var acts []func(*rand.Rand)
	for _, customer := range l.customers {
		acts = append(acts, func(r *rand.Rand) { l.talk(customer, r) })
	}
	for i := range movers {
		acts = append(acts, func(r *rand.Rand) { l.comeAndGo(fmt.Sprintf("mover_%d_%d", l.number, i), r) })
	}
	for i := range senders {
		acts = append(acts, func(r *rand.Rand) { l.send(fmt.Sprintf("developer %d.%d", l.number, i), r) })
	}
	for _, agent := range staff {
		acts = append(acts, func(r *rand.Rand) { l.serve(agent, r) })
	}
	acts = append(acts, l.keepAccounts, l.keepTags, l.uploadPictures, l.watchPushes)
	for i, act := range acts {
		r := rand.New(rand.NewPCG(c.seed, uint64(l.number*1000+i)))
		l.writers.Go(func() { act(r) })
	}
	return l
}

// end waits until everybody has noticed that the house is gone.
func (l *life) end() {
	l.over.Store(true)
	l.writers.Wait()
	l.client.CloseIdleConnections()
}

// say notes a text before it is sent.
func (c *campaign) say(text string, s saying) *saying {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said[text] = &s
	return &s
}

// settle notes what came of a text.
func (c *campaign) settle(s *saying, err error) (alive bool) {
	f, alive := c.tally(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	s.fate = f
	return alive || c.goesOn
}
