package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// pair is the same house twice: with its data on the disk, and in memory, where
// a commit is as cheap as it can be with the same code.
type pair [2]*house

func (b *bench) pair(ctx context.Context, verb string, fill fill) (*pair, error) {
	disk, err := b.house(ctx, b.disk, verb, fill)
	if err != nil {
		return nil, err
	}
	memory, err := b.house(ctx, b.memory, verb, fill)
	if err != nil {
		disk.close()
		return nil, errors.Join(err, fmt.Errorf("a floor has its data in memory, in a folder that -memory names, now %s", b.memory))
	}
	return &pair{disk, memory}, nil
}

func (p *pair) close() {
	for _, h := range p {
		h.close()
	}
}

// comparison is what rounds of the two gave.
type comparison struct {
	// rates are per second, slow is the p99 in milliseconds, cpu the server's
	// processor time per request in microseconds; those of the disk first.
	rates, slow, cpu [2][]float64
	ratios           []float64
}

// compare has the two do the same in turn, once to warm up and then a number of
// rounds.
func (p *pair) compare(rounds int, do func(*house) (sample, error)) (*comparison, error) {
	var c comparison
	for round := -1; round < rounds; round++ {
		var rate [2]float64
		for i, h := range p {
			before, err := h.cpu()
			if err != nil {
				return nil, err
			}
			s, err := do(h)
			if err != nil {
				return nil, err
			}
			after, err := h.cpu()
			if err != nil {
				return nil, err
			}
			if round < 0 {
				continue // warming up
			}
			rate[i] = s.rate()
			c.rates[i] = append(c.rates[i], s.rate())
			c.slow[i] = append(c.slow[i], milliseconds(quantile(s.each, 0.99)))
			c.cpu[i] = append(c.cpu[i], float64((after-before)/time.Microsecond)/float64(len(s.each)))
		}
		if round >= 0 {
			c.ratios = append(c.ratios, rate[0]/rate[1])
		}
	}
	return &c, nil
}

func (c *comparison) ours() string {
	return fmt.Sprintf("%.0f/s, %.2f × the rate, p99 %.1f ms, %.0f µs CPU", median(c.rates[0]), median(c.ratios), median(c.slow[0]), median(c.cpu[0]))
}

func (c *comparison) floor() string {
	return fmt.Sprintf("%.0f/s, p99 %.1f ms, %.0f µs CPU", median(c.rates[1]), median(c.slow[1]), median(c.cpu[1]))
}

func run(h *house, l *load) (sample, error) { return l.run(h.host()) }
