package auth

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Names of counters that are no paths.
const (
	clearsCounter     = "clear"
	pathClearsCounter = "clear path"
)

// Charge counts one call of a path at a time, or refuses with [kefu.RateReached] or
// [kefu.DailyQuotaReached] and counts nothing.
func (g *Gate) Charge(ctx context.Context, o *kefu.OfficialAccount, path string, now time.Time) error {
	u, err := g.today(ctx, o.AppID, now)
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	p := u.path(path)
	if rate, limited := o.MinuteRate(path); limited {
		if minute := now.Unix() / int64(rate.Period/time.Second); p.minute != minute {
			p.minute, p.inMinute = minute, 0
		}
		if p.inMinute >= rate.Calls {
			return kefu.RateReached
		}
	}
	if p.total+p.added >= o.DailyQuota(path) {
		// Another process may have cleared the quota: look again, but not at
		// every call of a flood.
		if time.Since(u.loaded) < flushInterval {
			return kefu.DailyQuotaReached
		}
		if err := g.load(ctx, o.AppID, u); err != nil {
			return err
		}
		if p = u.path(path); p.total+p.added >= o.DailyQuota(path) {
			return kefu.DailyQuotaReached
		}
	}
	p.added++
	p.inMinute++
	return nil
}

// Quota is the state of one path's quota.
type Quota struct {
	Limit, Used, Remain int64
	// Rate is the minute quota, nil when the path has none.
	Rate *kefu.Rate
}

// Quota tells how many calls of a path the account has used today.
func (g *Gate) Quota(ctx context.Context, o *kefu.OfficialAccount, path string) (Quota, error) {
	u, err := g.today(ctx, o.AppID, g.now())
	if err != nil {
		return Quota{}, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if time.Since(u.loaded) >= flushInterval {
		if err := g.load(ctx, o.AppID, u); err != nil {
			return Quota{}, err
		}
	}
	p := u.path(path)
	q := Quota{Limit: o.DailyQuota(path), Used: p.total + p.added}
	q.Remain = max(q.Limit-q.Used, 0)
	if rate, limited := o.MinuteRate(path); limited {
		q.Rate = &rate
	}
	return q, nil
}

// ClearQuota sets all counts of the day to zero, ten times a month at most, or
// refuses with [kefu.ClearLimitReached].
func (g *Gate) ClearQuota(ctx context.Context, app kefu.AppID) error {
	return g.clear(ctx, app, "", clearsCounter, kefu.ClearsPerMonth)
}

// ClearPathQuota sets the day's count of one path to zero, fifty times a month
// at most, or refuses with [kefu.ClearLimitReached].
func (g *Gate) ClearPathQuota(ctx context.Context, app kefu.AppID, path string) error {
	return g.clear(ctx, app, path, pathClearsCounter, kefu.PathClearsPerMonth)
}

func (g *Gate) clear(ctx context.Context, app kefu.AppID, path, counter string, limit int64) error {
	now := g.now()
	u, err := g.today(ctx, app, now)
	if err != nil {
		return err
	}
	g.usage.flushing.Lock()
	defer g.usage.flushing.Unlock()
	err = g.ledger.Update(ctx, app, func(tx store.Tx) error {
		total, err := tx.Count(app, kefu.QuotaMonth(now), counter, 1)
		if err != nil {
			return err
		}
		if total > limit {
			return kefu.ClearLimitReached
		}
		return tx.ResetCount(app, kefu.QuotaDay(now), path)
	})
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for name, p := range u.paths {
		if path == "" || path == name {
			p.total, p.added, p.inMinute = 0, 0, 0
		}
	}
	return nil
}
