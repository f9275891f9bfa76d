package callback

import "sync"

// maxAtOnce bounds the requests at once to the servers of all accounts together,
// unless a courier is made with fewer. Each has a connection, and some tens of
// kilobytes.
const maxAtOnce = 1024

// places are those for requests under way, over all accounts.
type places struct {
	mu   sync.Mutex
	left int
	// spare are left to those who have none.
	spare int
	// hungry are the rounds that found none, in order.
	hungry []*round
}

func newPlaces(n int) places { return places{left: n, spare: n / 8} }

// enter takes a place for a round, or notes that it needs one and returns false.
// An account may have as many as there are left, but for an eighth, which is for
// accounts that have none: so that these find one however many servers hang.
func (p *places) enter(r *round) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left > 0 && (r.running == 0 || r.running < p.left-p.spare) {
		p.left--
		return true
	}
	if !r.hungry {
		r.hungry = true
		p.hungry = append(p.hungry, r)
	}
	return false
}

// leave gives a place back.
func (p *places) leave() {
	p.mu.Lock()
	p.left++
	p.mu.Unlock()
	p.feed()
}

// feed wakes the round that has waited longest for a place, if there may be one for
// it. A round that needs no more places than it found feeds the next.
func (p *places) feed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left > 0 && len(p.hungry) > 0 {
		next := p.hungry[0]
		p.hungry[0] = nil
		p.hungry = p.hungry[1:]
		next.hungry = false
		next.tell(0)
	}
}
