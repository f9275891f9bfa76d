package simtest

import (
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"
)

// dice decide what somebody does. Everybody in a world has dice of its own, made
// from the world's seed and its name, so that one who throws once more does not
// change the others' luck.
type dice struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func newDice(seed uint64, name string) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return &dice{rand: rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// chance is true with a probability.
func (d *dice) chance(p float64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rand.Float64() < p
}

// upTo is a number from 0 up to and without n.
func (d *dice) upTo(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rand.IntN(n)
}

// between is a number from least to most, both included.
func (d *dice) between(least, most int) int { return least + d.upTo(most-least+1) }

// span is a time from least to most, in milliseconds.
func (d *dice) span(least, most time.Duration) time.Duration {
	return least + time.Duration(d.upTo(int((most-least)/time.Millisecond)+1))*time.Millisecond
}

// pause is how long somebody waits before the next thing: mostly moments, at
// times some seconds, now and then a while.
func (d *dice) pause(usual time.Duration) time.Duration {
	switch n := d.upTo(10); {
	case n < 3:
		return d.span(time.Millisecond, usual/10)
	case n < 9:
		return d.span(usual/4, 2*usual)
	default:
		return d.span(usual, 6*usual)
	}
}

// one picks an element; the list must not be empty.
func one[T any](d *dice, list []T) T { return list[d.upTo(len(list))] }
