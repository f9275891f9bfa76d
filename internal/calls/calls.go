// Package calls remembers refused API calls for seven days, so that their
// owner can look one up by the rid that stood in its errmsg
// (/cgi-bin/openapi/rid/get, and the console).
//
// Only refused calls are remembered: an answer without an error carries no rid
// that anybody could ask with. Calls are written behind, in batches; a crash may
// forget the last [flushInterval] of them.
package calls

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// flushInterval is how long a call waits to be written.
	flushInterval = 200 * time.Millisecond
	// maxPending bounds the calls that wait: some megabytes at worst, when the
	// ledger cannot be written. What comes on top is forgotten.
	maxPending = 4096
	// maxPerHour bounds what one account can make us keep: seven days of it are
	// some gigabytes at the very worst.
	maxPerHour = 10_000
	// maxUnprovenPerHour is the bound for calls that showed no valid credential:
	// whoever knows an appid can make those in another's name.
	maxUnprovenPerHour = 600
)

// Journal remembers calls. Run its loop with [Journal.Run].
type Journal struct {
	ledger store.Store
	log    *slog.Logger
	wake   chan struct{}
	// flushing keeps writing and forgetting apart, so that no call is written
	// after it was forgotten.
	flushing sync.Mutex

	mu      sync.Mutex
	pending []kefu.Call
	writing []kefu.Call
	hour    int64
	kept    map[allowance]int
	dropped uint64
}

type allowance struct {
	app    kefu.AppID
	proven bool
}

// New makes a journal.
func New(ledger store.Store, log *slog.Logger) *Journal {
	return &Journal{ledger: ledger, log: log, wake: make(chan struct{}, 1), kept: make(map[allowance]int)}
}

// Remember takes a refused call; proven tells that the caller had shown a valid
// credential. It never waits: beyond the bounds the call is forgotten.
func (j *Journal) Remember(call kefu.Call, proven bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if hour := call.At.Unix() / 3600; hour != j.hour {
		j.hour = hour
		clear(j.kept)
	}
	key, limit := allowance{call.AppID, proven}, maxUnprovenPerHour
	if proven {
		limit = maxPerHour
	}
	if j.kept[key] >= limit || len(j.pending) >= maxPending {
		j.dropped++
		return
	}
	j.kept[key]++
	j.pending = append(j.pending, call)
	if len(j.pending) == 1 {
		select {
		case j.wake <- struct{}{}:
		default:
		}
	}
}

// Dropped is how many calls were forgotten for want of room.
func (j *Journal) Dropped() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.dropped
}

// Find looks up a call of an account by its rid. It refuses with
// [kefu.CallMalformed], [kefu.CallTooOld], [kefu.CallForeign] or
// [kefu.CallUnknown]. The rid itself says how old the call is.
func (j *Journal) Find(ctx context.Context, app kefu.AppID, rid kefu.RID, now time.Time) (kefu.Call, error) {
	at, ok := rid.Time()
	if !ok {
		return kefu.Call{}, kefu.CallMalformed
	}
	if at.Before(now.Add(-kefu.CallMemory)) {
		return kefu.Call{}, kefu.CallTooOld
	}
	call, ok := j.waiting(rid)
	if !ok {
		err := j.ledger.View(ctx, func(r store.Reader) (err error) {
			call, err = r.Call(rid)
			return err
		})
		if err != nil {
			return kefu.Call{}, err
		}
	}
	if call.AppID != app {
		return kefu.Call{}, kefu.CallForeign
	}
	return call, nil
}

// Newest lists the calls of an account before a rid, empty for the newest, the newest
// first; at most limit. Those that are not written yet are not among them.
func (j *Journal) Newest(ctx context.Context, app kefu.AppID, before kefu.RID, limit int) (list []kefu.Call, err error) {
	err = j.ledger.View(ctx, func(r store.Reader) (err error) {
		list, err = r.CallsBefore(app, before, limit)
		return err
	})
	return list, err
}

func (j *Journal) waiting(rid kefu.RID) (kefu.Call, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, batch := range [][]kefu.Call{j.pending, j.writing} {
		for i := range batch {
			if batch[i].RID == rid {
				return batch[i], true
			}
		}
	}
	return kefu.Call{}, false
}

// Run writes calls until ctx ends, and then what is left.
func (j *Journal) Run(ctx context.Context) {
	failing := false
	for {
		stopping := false
		select {
		case <-ctx.Done():
			stopping = true
		case <-j.wake:
			// Others of the same moment join the batch.
			select {
			case <-ctx.Done():
				stopping = true
			case <-time.After(flushInterval):
			}
		}
		err := j.Flush(context.WithoutCancel(ctx))
		if err != nil && !failing {
			j.log.Error("refused API calls cannot be remembered; rid look-ups will miss some", "error", err)
		}
		failing = err != nil
		if stopping {
			return
		}
	}
}

// Flush writes what waits now. Calls that cannot be written are forgotten: they
// are a convenience, and must not fill the memory of a house in trouble.
func (j *Journal) Flush(ctx context.Context) error {
	j.flushing.Lock()
	defer j.flushing.Unlock()
	j.mu.Lock()
	j.writing, j.pending = j.pending, nil
	byApp := make(map[kefu.AppID][]kefu.Call)
	for _, call := range j.writing {
		byApp[call.AppID] = append(byApp[call.AppID], call)
	}
	j.mu.Unlock()

	var failed error
	var lost uint64
	for app, calls := range byApp {
		err := j.ledger.Update(ctx, app, func(tx store.Tx) error {
			if _, err := tx.OfficialAccount(app); err != nil {
				return err
			}
			return tx.AddCalls(calls)
		})
		// Of an account that was removed nobody can ask any more.
		if err != nil && !errors.Is(err, kefu.OfficialAccountUnknown) {
			failed = err
			lost += uint64(len(calls))
		}
	}
	j.mu.Lock()
	j.dropped += lost
	j.writing = nil
	j.mu.Unlock()
	return failed
}

// Forget drops what waits: the sandbox starts afresh.
func (j *Journal) Forget() {
	j.flushing.Lock()
	defer j.flushing.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.pending = nil
	clear(j.kept)
}
