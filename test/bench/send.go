package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

// send is row 2c: message/custom/send over HTTP, against the same program with
// its data in memory.
func (b *bench) send(ctx context.Context) ([]row, error) {
	followers := b.pick(10_000, 256)
	fill := func(ctx context.Context, ledger store.Store) error {
		if err := addAccount(ctx, ledger, demoAccount(), wechat.PathCustomSend); err != nil {
			return err
		}
		if _, err := addAgents(ctx, ledger, appID, listAgents); err != nil {
			return err
		}
		return addFollowers(ctx, ledger, appID, followers, nil)
	}
	pair, err := b.pair(ctx, "serve", fill)
	if err != nil {
		return nil, err
	}
	defer pair.close()

	paths := make(map[*house]string)
	for _, h := range pair {
		token, err := client.New(h.url, appID, secret).Token(ctx)
		if err != nil {
			return nil, err
		}
		paths[h] = wechat.PathCustomSend + "?access_token=" + token
	}
	var rows []row
	for _, at := range []struct {
		connections int
		goal        string
	}{{64, "≥ 0.45 ×"}, {256, "≥ 0.55 ×"}} {
		compared, err := pair.compare(b.pick(5, 1), func(h *house) (sample, error) {
			return run(h, &load{
				connections: at.connections,
				requests:    b.pick(20_000, 512),
				answerSize:  shortAnswer,
				write: func(into []byte, i int) []byte {
					return post(into, h.host(), paths[h], fmt.Sprintf(`{"touser":"%s","msgtype":"text","text":{"content":"您好，您的订单 %d 已经发货。"}}`, openID(i%followers), i))
				},
				good: func(body []byte) bool { return bytes.HasPrefix(body, []byte(`{"errcode":0,`)) },
			})
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{
			"2c", fmt.Sprintf("`message/custom/send`, %d connections, %d agents without sockets", at.connections, listAgents),
			"the same program with its data in memory: " + compared.floor(),
			compared.ours(), at.goal,
		})
	}
	return rows, nil
}
