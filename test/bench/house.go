package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

// sqliteDriver is the name under which modernc.org/sqlite registers itself.
const sqliteDriver = "sqlite"

// house is a server on data that was there before it, which go when it is
// closed.
type house struct {
	*process
	folder string
}

// fill puts into a ledger what a benchmark needs.
type fill func(ctx context.Context, ledger store.Store) error

// house fills a new ledger in a folder of in and starts a server on it: verb is
// "serve" for the product, "dev" where customers have to do something.
func (b *bench) house(ctx context.Context, in, verb string, fill fill) (*house, error) {
	folder, err := os.MkdirTemp(in, "kefu-bench-")
	if err != nil {
		return nil, err
	}
	h, err := b.houseIn(ctx, folder, verb, fill)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return h, nil
}

func (b *bench) houseIn(ctx context.Context, folder, verb string, fill fill) (*house, error) {
	h := &house{folder: folder}
	if err := filled(ctx, h.ledger(), fill); err != nil {
		return nil, err
	}
	args := []string{verb, "--addr", "127.0.0.1:0", "--data", folder, "--log-level", "info"}
	if verb == "dev" {
		args = append(args, "--appid", appID, "--secret", secret, "--wechat-id", wechatID, "--original-id", originalID)
	}
	var err error
	h.process, err = start(ctx, b.kefu, args...)
	return h, err
}

// ledger is the file that the server keeps it in.
func (h *house) ledger() string { return filepath.Join(h.folder, "kefu.db") }

func (h *house) close() {
	h.stop()
	_ = os.RemoveAll(h.folder)
}

func filled(ctx context.Context, path string, fill fill) (err error) {
	ledger, err := sqlstore.OpenSQLite(ctx, sqliteDriver, path, sqlstore.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	return fill(ctx, ledger)
}

// The official account that a sandbox has anyway.
const (
	wechatID   = "demo_shop"
	originalID = "gh_a1b2c3d4e5f6"
)

// addAccount adds an official account that may call as often as it likes.
func addAccount(ctx context.Context, ledger store.Store, o kefu.OfficialAccount, quotas ...string) error {
	const enough = 1 << 40
	o.Secret, o.KFIDForm, o.Standing, o.CreatedAt = kefu.DigestSecret(secret), kefu.KFIDString, kefu.GoodStanding(), time.Now()
	o.Limits = kefu.DefaultLimits()
	o.Limits.SendsPerMinute, o.Limits.DailyCalls = enough, make(map[string]int64)
	for _, path := range quotas {
		o.Limits.DailyCalls[path] = enough
	}
	if err := o.Validate(); err != nil {
		return err
	}
	return ledger.Update(ctx, o.AppID, func(tx store.Tx) error { return tx.AddOfficialAccount(&o) })
}

// demoAccount is the account that a sandbox has anyway.
func demoAccount() kefu.OfficialAccount {
	return kefu.OfficialAccount{AppID: appID, WeChatID: wechatID, OriginalID: originalID}
}

// addAgents adds agents who are online and take customers by hand.
func addAgents(ctx context.Context, ledger store.Store, app kefu.AppID, n int) (ids []kefu.KFID, err error) {
	now := time.Now()
	err = ledger.Update(ctx, app, func(tx store.Tx) error {
		ids = nil
		for i := range n {
			a := kefu.Agent{
				Account:   kefu.KFAccount(fmt.Sprintf("agent%d@%s", i, wechatID)),
				Nickname:  fmt.Sprintf("客服 %d", i),
				Worker:    kefu.WeChatID(fmt.Sprintf("worker_%d", i)),
				CreatedAt: now,
			}
			if err := a.Come(true, 0, now); err != nil {
				return err
			}
			if err := tx.AddAgent(app, &a); err != nil {
				return err
			}
			ids = append(ids, a.ID)
		}
		return nil
	})
	return ids, err
}

// fillBatch bounds what is put into a ledger by one change.
const fillBatch = 1000

// addFollowers adds customers who may be written to without bound, and who are
// served by the agents, if there are any.
func addFollowers(ctx context.Context, ledger store.Store, app kefu.AppID, n int, servedBy []kefu.KFID) error {
	now := time.Now()
	for first := 0; first < n; first += fillBatch {
		err := ledger.Update(ctx, app, func(tx store.Tx) error {
			for i := first; i < min(first+fillBatch, n); i++ {
				c := kefu.Customer{OpenID: openID(i), Subscribed: true, SubscribedAt: now, Scene: kefu.SceneSearch, CreatedAt: now}
				c.Allow(kefu.GrantPayment, now)
				if err := tx.PutCustomer(app, &c); err != nil {
					return err
				}
				if len(servedBy) == 0 {
					continue
				}
				if err := tx.OpenSession(app, c.OpenID, servedBy[i%len(servedBy)], now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// openID names follower number i. They are spread over the table, as WeChat's
// are.
func openID(i int) kefu.OpenID {
	return kefu.OpenID(fmt.Sprintf("oB%08x%018d", uint32(i)*2654435761, i))
}
