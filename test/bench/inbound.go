package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// The official account that is pushed to, beside the one that a sandbox has
// anyway.
const (
	pushedApp      kefu.AppID      = "wx5d3c0ffee0000001"
	pushedWeChatID kefu.WeChatID   = "pushed_shop"
	pushedOriginal kefu.OriginalID = "gh_000000000001"
)

// inbound is row 3b: what customers write, taken by the sandbox's door, which is
// the one that there is for it; against the same program with its data in
// memory. Once an agent serves the customers, and once each message is pushed.
func (b *bench) inbound(ctx context.Context) ([]row, error) {
	const atOnce = 64
	followers, requests, rounds := b.pick(10_000, 256), b.pick(20_000, 512), b.pick(5, 1)
	developer, err := newDeveloper()
	if err != nil {
		return nil, err
	}
	defer developer.close()
	fill := func(ctx context.Context, ledger store.Store) error {
		if err := addAccount(ctx, ledger, demoAccount()); err != nil {
			return err
		}
		agents, err := addAgents(ctx, ledger, appID, listAgents)
		if err != nil {
			return err
		}
		if err := addFollowers(ctx, ledger, appID, followers, agents); err != nil {
			return err
		}
		if err := addPushed(ctx, ledger, developer.callback()); err != nil {
			return err
		}
		return addFollowers(ctx, ledger, pushedApp, followers, nil)
	}
	pair, err := b.pair(ctx, "dev", fill)
	if err != nil {
		return nil, err
	}
	defer pair.close()

	written := func(h *house, app kefu.AppID) *load {
		return &load{
			connections: atOnce,
			requests:    requests,
			answerSize:  shortAnswer,
			write:       func(into []byte, i int) []byte { return writes(into, h, app, i%followers, i) },
			good:        func(body []byte) bool { return bytes.HasPrefix(body, []byte(`{"msgid":"`)) },
		}
	}
	served, err := pair.compare(rounds, func(h *house) (sample, error) { return run(h, written(h, appID)) })
	if err != nil {
		return nil, err
	}
	pushed, err := pair.compare(rounds, func(h *house) (sample, error) {
		began := time.Now()
		s, err := run(h, written(h, pushedApp))
		if err != nil {
			return s, err
		}
		last, err := developer.await(ctx, requests)
		s.together = max(s.together, last.Sub(began))
		return s, err
	})
	if err != nil {
		return nil, err
	}
	rows := make([]row, 2)
	for i, kind := range []struct {
		name     string
		compared *comparison
	}{
		{"an agent serves the customers", served},
		{"until the last encrypted push is at the developer's server", pushed},
	} {
		rows[i] = row{
			"3b", fmt.Sprintf("message of a customer, %d connections, %s", atOnce, kind.name),
			"the same program with its data in memory: " + kind.compared.floor(),
			kind.compared.ours(), "≥ 0.7 ×",
		}
	}
	return rows, nil
}

func addPushed(ctx context.Context, ledger store.Store, callback kefu.Callback) error {
	return addAccount(ctx, ledger, kefu.OfficialAccount{
		AppID: pushedApp, WeChatID: pushedWeChatID, OriginalID: pushedOriginal, Callback: callback,
	})
}

// writes appends the request by which a follower writes message number i.
func writes(into []byte, h *house, app kefu.AppID, follower, i int) []byte {
	path := "/sandbox/v1/followers/" + string(openID(follower)) + "/messages?appid=" + string(app)
	return post(into, h.host(), path, fmt.Sprintf(`{"msgtype":"text","text":{"content":"我的订单 %d 在哪里？"}}`, i))
}
