package auth

import (
	"context"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// flushInterval is how much counting a crash can lose, and how late another
// process can learn of it. A second of calls is nothing against a quota of a
// day; a write for every call would cost more than the call.
const flushInterval = time.Second

// usage counts calls in memory and carries them to the ledger.
type usage struct {
	mu       sync.Mutex
	accounts map[kefu.AppID]*accountUsage
	// flushing keeps carrying and clearing apart, so that calls counted before a
	// clearing are not carried over after it.
	flushing sync.Mutex
}

// accountUsage is one account's day.
type accountUsage struct {
	mu     sync.Mutex
	day    string
	loaded time.Time
	paths  map[string]*pathUsage
}

type pathUsage struct {
	// total is what the ledger said last, added what came since.
	total, added int64
	minute       int64
	inMinute     int64
}

// today finds the account's counts of the day.
func (g *Gate) today(ctx context.Context, app kefu.AppID, now time.Time) (*accountUsage, error) {
	day := kefu.QuotaDay(now)
	g.usage.mu.Lock()
	u := g.usage.accounts[app]
	if u == nil {
		u = &accountUsage{}
		g.usage.accounts[app] = u
	}
	g.usage.mu.Unlock()

	u.mu.Lock()
	defer u.mu.Unlock()
	if u.day == day {
		return u, nil
	}
	// The rest of yesterday is carried by nobody: a quota of the past decides
	// nothing any more.
	u.day, u.paths = day, make(map[string]*pathUsage)
	if err := g.load(ctx, app, u); err != nil {
		u.day = ""
		return nil, err
	}
	return u, nil
}

// load reads the day's totals. The caller holds u.mu.
func (g *Gate) load(ctx context.Context, app kefu.AppID, u *accountUsage) error {
	var counts map[string]int64
	err := g.ledger.View(ctx, func(r store.Reader) (err error) {
		counts, err = r.Counts(app, u.day)
		return err
	})
	if err != nil {
		return err
	}
	for name, p := range u.paths {
		p.total = counts[name]
	}
	for name, n := range counts {
		u.path(name).total = n
	}
	u.loaded = time.Now()
	return nil
}

func (u *accountUsage) path(name string) *pathUsage {
	p := u.paths[name]
	if p == nil {
		p = &pathUsage{}
		u.paths[name] = p
	}
	return p
}

// Run carries counts to the ledger until ctx ends, and then once more.
func (g *Gate) Run(ctx context.Context) {
	ticker := time.NewTicker(flushInterval)
	defer ticker.Stop()
	failing := false
	for {
		stopping := false
		select {
		case <-ctx.Done():
			stopping = true
		case <-ticker.C:
		}
		err := g.Flush(context.WithoutCancel(ctx))
		switch {
		case err != nil && !failing:
			g.log.Error("API call counts cannot be written; they are kept in memory until they can", "error", err)
		case err == nil && failing:
			g.log.Info("API call counts are written again")
		}
		failing = err != nil
		if stopping {
			return
		}
	}
}

// Flush carries what was counted to the ledger now.
func (g *Gate) Flush(ctx context.Context) error {
	g.usage.flushing.Lock()
	defer g.usage.flushing.Unlock()
	g.usage.mu.Lock()
	apps := make(map[kefu.AppID]*accountUsage, len(g.usage.accounts))
	for app, u := range g.usage.accounts {
		apps[app] = u
	}
	g.usage.mu.Unlock()

	var failed error
	for app, u := range apps {
		if err := g.flushAccount(ctx, app, u); err != nil {
			failed = err
		}
	}
	return failed
}

func (g *Gate) flushAccount(ctx context.Context, app kefu.AppID, u *accountUsage) error {
	u.mu.Lock()
	day := u.day
	added := make(map[string]int64)
	for name, p := range u.paths {
		if p.added > 0 {
			added[name] = p.added
		}
	}
	u.mu.Unlock()
	if len(added) == 0 {
		return nil
	}
	totals := make(map[string]int64, len(added))
	err := g.ledger.Update(ctx, app, func(tx store.Tx) error {
		if _, err := tx.OfficialAccount(app); err != nil {
			return err
		}
		for name, n := range added {
			total, err := tx.Count(app, day, name, n)
			if err != nil {
				return err
			}
			totals[name] = total
		}
		return nil
	})
	if isUnknown(err) {
		// The account was removed: its counts went with it.
		g.usage.mu.Lock()
		delete(g.usage.accounts, app)
		g.usage.mu.Unlock()
		return nil
	}
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.day != day {
		return nil
	}
	for name, n := range added {
		p := u.path(name)
		p.total, p.added = totals[name], p.added-n
	}
	return nil
}

// forget drops all counts without carrying them.
func (u *usage) forget() {
	u.flushing.Lock()
	defer u.flushing.Unlock()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.accounts = make(map[kefu.AppID]*accountUsage)
}
