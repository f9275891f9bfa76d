package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/openkefu/kefu/client"
)

const (
	appID  = "wx5d3c0ffee1234567"
	secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	// listAgents are as many agents as an account may have.
	listAgents = 100
	// connections keep the server busy without queueing for the load itself.
	connections = 8
)

// list is row 1: processor time per getkflist with 100 agents, against a
// handler that only writes the same bytes.
func (b *bench) list(ctx context.Context) ([]row, error) {
	dir, err := os.MkdirTemp(b.disk, "kefu-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	house, err := start(ctx, b.kefu, "dev", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"),
		"--appid", appID, "--secret", secret, "--wechat-id", "demo_shop", "--log-level", "info")
	if err != nil {
		return nil, err
	}
	defer house.stop()

	api := client.New(house.url, appID, secret)
	for i := range listAgents {
		if err := api.AddAgent(ctx, fmt.Sprintf("agent%d@demo_shop", i), fmt.Sprintf("客服 %d", i)); err != nil {
			return nil, err
		}
		if err := api.InviteWorker(ctx, fmt.Sprintf("agent%d@demo_shop", i), fmt.Sprintf("worker_%d", i)); err != nil {
			return nil, err
		}
	}
	token, err := api.Token(ctx)
	if err != nil {
		return nil, err
	}
	path := "/cgi-bin/customservice/getkflist?access_token=" + token
	answer, err := fetch(house.url + path)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "answer.json")
	if err := os.WriteFile(file, answer, 0o600); err != nil {
		return nil, err
	}
	floor, err := start(ctx, b.floor, file)
	if err != nil {
		return nil, err
	}
	defer floor.stop()

	requests, rounds := b.pick(30_000, 200), b.pick(5, 1)
	var ours, theirs, ratios []float64
	for round := -1; round < rounds; round++ {
		a, err := cpuPerRequest(house, path, len(answer), requests)
		if err != nil {
			return nil, err
		}
		f, err := cpuPerRequest(floor, path, len(answer), requests)
		if err != nil {
			return nil, err
		}
		if round < 0 {
			continue // warming up
		}
		ours, theirs, ratios = append(ours, a), append(theirs, f), append(ratios, a/max(f, 1))
	}
	return []row{{
		"1", fmt.Sprintf("`getkflist`, %d agents (%.1f kB), valid token", listAgents, float64(len(answer))/1000),
		fmt.Sprintf("bare handler: %.1f µs CPU", median(theirs)),
		fmt.Sprintf("%.1f µs CPU per request, %.2f ×", median(ours), median(ratios)),
		"≤ 1.15 ×",
	}}, nil
}

func fetch(url string) ([]byte, error) {
	res, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// cpuPerRequest sends requests over a few connections and tells the server's
// processor time per request in microseconds.
func cpuPerRequest(p *process, path string, size, requests int) (float64, error) {
	before, err := p.cpu()
	if err != nil {
		return 0, err
	}
	l := load{
		connections: connections,
		requests:    requests,
		answerSize:  answerSize,
		write:       func(into []byte, _ int) []byte { return get(into, p.host(), path) },
		good:        func(body []byte) bool { return len(body) == size },
	}
	if _, err := l.run(p.host()); err != nil {
		return 0, err
	}
	after, err := p.cpu()
	return float64((after - before).Microseconds()) / float64(requests), err
}
