package sandbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

const (
	// maxFaults bounds the list that is walked on every call.
	maxFaults = 100
	// maxDelay bounds how long a call can be held back; clients give up sooner.
	maxDelay = time.Minute
)

// everyPath is the path of a fault that meets every API call.
const everyPath = "*"

// APIFault makes calls of a path slow, or answers them with an errcode.
type APIFault struct {
	// Path is an API path, or "*" for all.
	Path string `json:"path"`
	// Errcode is the answer; 0 lets the call through after the delay.
	Errcode int `json:"errcode"`
	// Times is how many calls it meets; 0 means all until the faults are set
	// anew. Reading the faults shows how many are left.
	Times int `json:"times,omitempty"`
	// Probability that a call is met, over 0 and up to 1; 0 means always.
	Probability float64 `json:"probability,omitempty"`
	// Delay holds the call back first, as in "200ms".
	Delay string `json:"delay,omitempty"`

	delay time.Duration
}

// Faults are what is to go wrong. The zero value lets everything be.
type Faults struct {
	mu   sync.Mutex
	api  []APIFault
	push []PushFault
}

// FaultSet is how faults are read and set.
type FaultSet struct {
	API  []APIFault  `json:"api"`
	Push []PushFault `json:"push"`
}

// Current are the faults that still wait to happen.
func (f *Faults) Current() FaultSet {
	f.mu.Lock()
	defer f.mu.Unlock()
	return FaultSet{API: append([]APIFault{}, f.api...), Push: append([]PushFault{}, f.push...)}
}

// Set replaces all faults, or says what is wrong with one of them.
func (f *Faults) Set(set FaultSet) error {
	if n := max(len(set.API), len(set.Push)); n > maxFaults {
		return fmt.Errorf("there are %d faults, at most %d of a kind are allowed", n, maxFaults)
	}
	for i := range set.API {
		if err := set.API[i].prepare(); err != nil {
			return fmt.Errorf("api[%d]: %w", i, err)
		}
	}
	for i := range set.Push {
		if err := set.Push[i].prepare(); err != nil {
			return fmt.Errorf("push[%d]: %w", i, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.api = append([]APIFault(nil), set.API...)
	f.push = append([]PushFault(nil), set.Push...)
	return nil
}

func (f *APIFault) prepare() (err error) {
	if f.Path != everyPath && !strings.HasPrefix(f.Path, "/") {
		return fmt.Errorf("path must be an API path such as /cgi-bin/token, or %q, got %q", everyPath, f.Path)
	}
	if err := checkOdds(f.Times, f.Probability); err != nil {
		return err
	}
	if f.delay, err = parseDelay(f.Delay); err != nil {
		return err
	}
	if f.Errcode == 0 && f.delay == 0 {
		return fmt.Errorf("a fault needs an errcode or a delay")
	}
	return nil
}

func checkOdds(times int, probability float64) error {
	switch {
	case times < 0:
		return fmt.Errorf("times must not be negative, got %d", times)
	case !(probability >= 0 && probability <= 1):
		return fmt.Errorf("probability must be between 0 and 1, got %v", probability)
	}
	return nil
}

// parseDelay reads a delay; empty is none.
func parseDelay(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	delay, err := time.ParseDuration(text)
	if err != nil || delay < 0 || delay > maxDelay {
		return 0, fmt.Errorf("delay must be a duration such as 200ms, at most %s, got %q", maxDelay, text)
	}
	return delay, nil
}

// happens throws the dice; a probability of 0 means always.
func happens(probability float64) bool { return probability == 0 || rand.Float64() < probability }

// Fault finds the first fault that meets a call, waits its delay, and tells
// which errcode to answer.
func (f *Faults) Fault(ctx context.Context, path string) (code int, failed bool) {
	met, found := f.take(path)
	if !found {
		return 0, false
	}
	if met.delay > 0 {
		timer := time.NewTimer(met.delay)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	return met.Errcode, met.Errcode != 0
}

func (f *Faults) take(path string) (APIFault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.api {
		fault := &f.api[i]
		if fault.Path != path && fault.Path != everyPath || !happens(fault.Probability) {
			continue
		}
		met := *fault
		if fault.Times > 0 {
			fault.Times--
			if fault.Times == 0 {
				f.api = append(f.api[:i], f.api[i+1:]...)
			}
		}
		return met, true
	}
	return APIFault{}, false
}
