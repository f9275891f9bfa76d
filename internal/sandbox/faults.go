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
	mu  sync.Mutex
	api []APIFault
}

// FaultSet is how faults are read and set.
type FaultSet struct {
	API []APIFault `json:"api"`
}

// Current are the faults that still wait to happen.
func (f *Faults) Current() FaultSet {
	f.mu.Lock()
	defer f.mu.Unlock()
	return FaultSet{API: append([]APIFault{}, f.api...)}
}

// Set replaces all faults, or says what is wrong with one of them.
func (f *Faults) Set(set FaultSet) error {
	if len(set.API) > maxFaults {
		return fmt.Errorf("there are %d faults, at most %d are allowed", len(set.API), maxFaults)
	}
	for i := range set.API {
		if err := set.API[i].prepare(); err != nil {
			return fmt.Errorf("api[%d]: %w", i, err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.api = append([]APIFault(nil), set.API...)
	return nil
}

func (f *APIFault) prepare() (err error) {
	switch {
	case f.Path != everyPath && !strings.HasPrefix(f.Path, "/"):
		return fmt.Errorf("path must be an API path such as /cgi-bin/token, or %q, got %q", everyPath, f.Path)
	case f.Times < 0:
		return fmt.Errorf("times must not be negative, got %d", f.Times)
	case !(f.Probability >= 0 && f.Probability <= 1):
		return fmt.Errorf("probability must be between 0 and 1, got %v", f.Probability)
	}
	if f.Delay != "" {
		if f.delay, err = time.ParseDuration(f.Delay); err != nil || f.delay < 0 || f.delay > maxDelay {
			return fmt.Errorf("delay must be a duration such as 200ms, at most %s, got %q", maxDelay, f.Delay)
		}
	}
	if f.Errcode == 0 && f.delay == 0 {
		return fmt.Errorf("a fault needs an errcode or a delay")
	}
	return nil
}

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
		if fault.Path != path && fault.Path != everyPath {
			continue
		}
		if fault.Probability > 0 && rand.Float64() >= fault.Probability {
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
