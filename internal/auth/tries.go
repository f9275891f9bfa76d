package auth

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/openkefu/kefu"
)

// TooManyTries says that a password was tried too often, for a person or from an
// address, and when the next try is heard.
type TooManyTries struct{ RetryAfter time.Duration }

func (e TooManyTries) Error() string {
	return fmt.Sprintf("too many tries: the next one is heard in %s", e.RetryAfter.Round(time.Second))
}

const (
	// personTries and addressTries are how many tries may fail before each further
	// one has to wait. Many people share the address of an office.
	personTries, addressTries = 5, 20
	// firstDelay doubles with each failure, up to longestDelay: a hundred guesses a
	// day, and nobody is locked out for long by somebody else.
	firstDelay, longestDelay = time.Second, 15 * time.Minute
	// triesMemory is after how long without a try all is forgotten. It is longer than
	// the longest delay, or waiting would be all that it takes.
	triesMemory = time.Hour

	// mostCounted bounds how many persons, how many addresses and how many known
	// pairs are remembered, in a few megabytes. When there are more, those that
	// failed least are forgotten first.
	mostCounted = 10_000
	// knownMemory is how long an address at which a person signed in is known.
	knownMemory = kefu.LoginLife
)

// tries counts failed tries by person and by address, in the memory of this
// process. It goes by the real time, also where the house's clock is moved.
//
// Whoever knows a person's WeChat id can make that person's count grow. So a person
// who signed in from an address before is only counted by address there.
type tries struct {
	mu        sync.Mutex
	persons   map[kefu.WeChatID]*failures
	addresses map[netip.Prefix]*failures
	known     map[place]time.Time
}

// place is where a person signed in.
type place struct {
	person kefu.WeChatID
	at     netip.Prefix
}

// failures are tries that have failed, or have not succeeded yet.
type failures struct {
	count int
	last  time.Time
}

// wait is how long the next try has to wait.
func (f *failures) wait(free int, now time.Time) time.Duration {
	if f == nil || f.count < free {
		return 0
	}
	delay := longestDelay
	if doubled := f.count - free; doubled < 20 {
		delay = min(firstDelay<<doubled, longestDelay)
	}
	return max(f.last.Add(delay).Sub(now), 0)
}

func (f *failures) forgotten(now time.Time) bool { return now.Sub(f.last) >= triesMemory }

func newTries() *tries {
	return &tries{
		persons: make(map[kefu.WeChatID]*failures), addresses: make(map[netip.Prefix]*failures),
		known: make(map[place]time.Time),
	}
}

// try is one try that was let in. It counts as failed until something else is known,
// so that many at once are counted too.
type try struct {
	all   *tries
	where place
	// free tells that only the address is counted.
	free bool
	// locks tells that after this one the person's next has to wait.
	locks bool
}

// begin lets a try in, or refuses with [TooManyTries].
func (t *tries) begin(person kefu.WeChatID, from netip.Addr) (*try, error) {
	now := time.Now()
	b := &try{all: t, where: place{person, network(from)}}
	t.mu.Lock()
	defer t.mu.Unlock()
	since, known := t.known[b.where]
	b.free = known && now.Sub(since) < knownMemory
	p, a := remembered(t.persons, person, now), remembered(t.addresses, b.where.at, now)
	wait := a.wait(addressTries, now)
	if !b.free {
		wait = max(wait, p.wait(personTries, now))
	}
	if wait > 0 {
		return nil, TooManyTries{wait}
	}
	counted(t.addresses, b.where.at, now)
	if !b.free {
		b.locks = counted(t.persons, person, now) == personTries
	}
	return b, nil
}

// succeeded forgets the person's failures, unless they were not counted here, and this
// try of the address. Others of the address stay: somebody with a login of his own may
// guess at those of others.
func (b *try) succeeded() {
	b.withdraw()
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	if !b.free {
		delete(b.all.persons, b.where.person)
	}
	if len(b.all.known) >= mostCounted {
		for other := range b.all.known {
			delete(b.all.known, other)
			break
		}
	}
	b.all.known[b.where] = time.Now()
}

// withdraw takes a try back that could not be heard.
func (b *try) withdraw() {
	b.all.mu.Lock()
	defer b.all.mu.Unlock()
	uncounted(b.all.addresses, b.where.at)
	if !b.free {
		uncounted(b.all.persons, b.where.person)
	}
}

// network is what counts as one address: IPv6 gives everybody a network of them.
func network(from netip.Addr) netip.Prefix {
	from = from.Unmap().WithZone("")
	bits := 32
	if from.Is6() {
		bits = 64
	}
	prefix, err := from.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // all whose address is not known
	}
	return prefix
}

// remembered finds what has not been forgotten.
func remembered[K comparable](all map[K]*failures, key K, now time.Time) *failures {
	f := all[key]
	if f != nil && f.forgotten(now) {
		delete(all, key)
		return nil
	}
	return f
}

// counted counts one more, and returns how many there are.
func counted[K comparable](all map[K]*failures, key K, now time.Time) int {
	f := all[key]
	if f == nil {
		if len(all) >= mostCounted {
			makeRoom(all, now)
		}
		f = new(failures)
		all[key] = f
	}
	f.count++
	f.last = now
	return f.count
}

func uncounted[K comparable](all map[K]*failures, key K) {
	f := all[key]
	if f == nil {
		return
	}
	if f.count--; f.count <= 0 {
		delete(all, key)
	}
}

// makeRoom drops one of a few that it looks at: one that is forgotten, or failed
// least.
func makeRoom[K comparable](all map[K]*failures, now time.Time) {
	const look = 32
	var least K
	var fewest *failures
	seen := 0
	for key, f := range all {
		if f.forgotten(now) {
			least = key
			break
		}
		if fewest == nil || f.count < fewest.count {
			least, fewest = key, f
		}
		if seen++; seen >= look {
			break
		}
	}
	delete(all, least)
}

// forget starts afresh.
func (t *tries) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.persons)
	clear(t.addresses)
	clear(t.known)
}
