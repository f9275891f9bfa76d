package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// The official account whose developer's server is dead.
const (
	deadApp      kefu.AppID      = "wx5d3c0ffee0000002"
	deadWeChatID kefu.WeChatID   = "dead_shop"
	deadOriginal kefu.OriginalID = "gh_000000000002"
)

const (
	// deadPushes are due at the dead server; as many as the courier sends at once
	// to one server, and more that wait behind them.
	deadPushes = 200
	// dueFollowers take turns to write, so that no push waits for the one before.
	dueFollowers = 200
	// duePause lets what a push caused be over before the next one.
	duePause = 5 * time.Millisecond
)

// due is row 6: from just before a customer writes until the request is at the
// developer's server, against one durable commit; and the same beside an account
// whose developer's server is dead.
func (b *bench) due(ctx context.Context) (rows []row, err error) {
	live, err := newDeveloper()
	if err != nil {
		return nil, err
	}
	defer live.close()
	dead, err := newDeveloper()
	if err != nil {
		return nil, err
	}
	defer dead.close()
	h, err := b.house(ctx, b.disk, "dev", func(ctx context.Context, ledger store.Store) error {
		if err := addPushed(ctx, ledger, live.callback()); err != nil {
			return err
		}
		o := kefu.OfficialAccount{AppID: deadApp, WeChatID: deadWeChatID, OriginalID: deadOriginal, Callback: dead.callback()}
		if err := addAccount(ctx, ledger, o); err != nil {
			return err
		}
		if err := addFollowers(ctx, ledger, pushedApp, dueFollowers, nil); err != nil {
			return err
		}
		return addFollowers(ctx, ledger, deadApp, deadPushes, nil)
	})
	if err != nil {
		return nil, err
	}
	defer h.close()
	d := &dueBench{house: h, live: live, dead: dead}

	alone, err := b.dueAlone(ctx, d)
	if err != nil {
		return nil, err
	}
	beside, err := b.dueBeside(ctx, d)
	if err != nil {
		return nil, err
	}
	return []row{alone, beside}, nil
}

type dueBench struct {
	*house
	live, dead *developer
	// written counts messages, so that no two say the same.
	written int
	// looked is the last push of the dead account that has ended.
	looked kefu.MsgID
}

// push has a customer write, and tells how long the push took.
func (d *dueBench) push(ctx context.Context, c *caller, request []byte) (time.Duration, []byte, error) {
	d.written++
	request = writes(request[:0], d.house, pushedApp, d.written%dueFollowers, d.written)
	began := time.Now()
	if _, err := c.call(request); err != nil {
		return 0, request, err
	}
	at, err := d.live.await(ctx, 1)
	return at.Sub(began), request, err
}

// dueAlone takes pushes and commits in turn.
func (b *bench) dueAlone(ctx context.Context, d *dueBench) (r row, err error) {
	folder, err := os.MkdirTemp(b.disk, "kefu-bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(folder)
	floor, err := sqlstore.OpenSQLite(ctx, sqliteDriver, filepath.Join(folder, "kefu.db"), sqlstore.Options{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, floor.Close()) }()
	if err := addAccount(ctx, floor, demoAccount()); err != nil {
		return r, err
	}
	c, err := dial(d.host(), shortAnswer)
	if err != nil {
		return r, err
	}
	defer c.close()

	var pushes, commits []time.Duration
	var request []byte
	for i := range b.pick(2000, 20) {
		var took time.Duration
		if took, request, err = d.push(ctx, c, request); err != nil {
			return r, err
		}
		time.Sleep(duePause)
		began := time.Now()
		err := floor.Update(ctx, appID, func(tx store.Tx) error {
			_, err := tx.Count(appID, "2024-03-12", "/path", 1)
			return err
		})
		if err != nil {
			return r, err
		}
		if i > 0 { // the first one warms up
			pushes, commits = append(pushes, took), append(commits, time.Since(began))
		}
	}
	p50, floor50 := quantile(pushes, 0.5), quantile(commits, 0.5)
	return row{
		"6", "customer writes → request at the developer's server, one at a time",
		fmt.Sprintf("one durable commit: %.2f ms, p99 %.2f ms", milliseconds(floor50), milliseconds(quantile(commits, 0.99))),
		fmt.Sprintf("%.2f ms, %.1f ×, p99 %.2f ms", milliseconds(p50), ratio(p50, floor50), milliseconds(quantile(pushes, 0.99))),
		"≤ 6 ×",
	}, nil
}

// dueBeside measures the live account in turn with and without pushes that are
// due at the dead server. A turn is longer than the courier waits for an answer,
// so that it sees attempts begin, fail and be noted.
func (b *bench) dueBeside(ctx context.Context, d *dueBench) (r row, err error) {
	var with, without [2][]float64 // p50 and p99 in milliseconds
	note := func(into *[2][]float64, all []time.Duration) {
		into[0] = append(into[0], milliseconds(quantile(all, 0.5)))
		into[1] = append(into[1], milliseconds(quantile(all, 0.99)))
	}
	for range b.pick(3, 1) {
		all, err := d.window(ctx, b)
		if err != nil {
			return r, err
		}
		note(&without, all)
		if err := d.kill(); err != nil {
			return r, err
		}
		all, err = d.window(ctx, b)
		if err != nil {
			return r, err
		}
		note(&with, all)
		if d.dead.held.Load() == 0 {
			return r, errors.New("nothing waited for the dead server any more")
		}
		d.dead.revive()
		if err := d.settled(ctx); err != nil {
			return r, err
		}
	}
	return row{
		"6", fmt.Sprintf("the same, beside an account with %d pushes due at a server that never answers", deadPushes),
		fmt.Sprintf("without them: %.2f ms, p99 %.2f ms", median(without[0]), median(without[1])),
		fmt.Sprintf("%.2f ms, %.2f ×; p99 %.2f ms, %.2f ×", median(with[0]), median(with[0])/median(without[0]), median(with[1]), median(with[1])/median(without[1])),
		"slows nobody else",
	}, nil
}

// window takes pushes of the live account for a while.
func (d *dueBench) window(ctx context.Context, b *bench) ([]time.Duration, error) {
	c, err := dial(d.host(), shortAnswer)
	if err != nil {
		return nil, err
	}
	defer c.close()
	length := kefu.PushPatience + kefu.PushPatience/2
	if b.short {
		length = 200 * time.Millisecond
	}
	var all []time.Duration
	var request []byte
	for began := time.Now(); time.Since(began) < length; {
		var took time.Duration
		if took, request, err = d.push(ctx, c, request); err != nil {
			return nil, err
		}
		all = append(all, took)
		time.Sleep(duePause)
	}
	return all, nil
}

// kill lets the dead server die and has everybody write to its account.
func (d *dueBench) kill() error {
	d.dead.die()
	c, err := dial(d.host(), shortAnswer)
	if err != nil {
		return err
	}
	defer c.close()
	for i := range deadPushes {
		if _, err := c.call(writes(nil, d.house, deadApp, i, i)); err != nil {
			return err
		}
	}
	for began := time.Now(); d.dead.held.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Since(began) > kefu.PushPatience {
			return errNoPush
		}
	}
	return nil
}

// settled waits until no push of the dead account is due.
func (d *dueBench) settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, arrivalPatience)
	defer cancel()
	for {
		body, err := fetch(fmt.Sprintf("%s/sandbox/v1/pushes?appid=%s&limit=1000&after=%d", d.url, deadApp, d.looked))
		if err != nil {
			return err
		}
		var list struct {
			Pushes []struct {
				ID      json.Number  `json:"id"`
				Outcome kefu.Outcome `json:"outcome"`
			} `json:"pushes"`
		}
		if err := json.Unmarshal(body, &list); err != nil {
			return fmt.Errorf("the push log is %.200s: %w", body, err)
		}
		due := 0
		for _, p := range list.Pushes {
			switch p.Outcome {
			case kefu.OutcomeDue:
				due++
			case kefu.OutcomeFailed:
				return fmt.Errorf("push %s failed for good while the server was dead: the measurement took too long", p.ID)
			}
		}
		if len(list.Pushes) == deadPushes && due == 0 {
			last, err := list.Pushes[deadPushes-1].ID.Int64()
			d.looked = kefu.MsgID(last)
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d pushes were still due after the server was back: %w", due, len(list.Pushes), ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
