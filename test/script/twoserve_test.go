package script

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// A house for production on two processes: what one does, the other knows at once,
// and what is bounded is bounded for both together.
func TestTwoServe(t *testing.T) {
	t.Parallel()
	database := newDatabase(t)
	ctx, cancel := context.WithTimeout(t.Context(), readyWithin)
	defer cancel()
	add := exec.CommandContext(ctx, program, "official-account", "add",
		"--appid", demoAppID, "--wechat-id", "demo_shop", "--secret", demoSecret, "--data", t.TempDir())
	add.Env = []string{"PATH=" + os.Getenv("PATH"), "KEFU_DATABASE_URL=" + database}
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p := startPair(t, database, "serve")
	bothKnow(t, p)
	agentLimit(t, p)

	// Either may go, and the other knows it all.
	p.kill(0)
	if got := len(agentsAt(t, p.doors[1])); got != 100 {
		t.Errorf("after the other process was killed: got %d agents, want 100", got)
	}
	p.start(0)
	p.kill(1)
	if got := len(agentsAt(t, p.doors[0])); got != 100 {
		t.Errorf("at the process that was killed first: got %d agents, want 100", got)
	}
}

func agentsAt(t *testing.T, d door) map[string]string {
	t.Helper()
	token, err := d.newToken()
	if err != nil {
		t.Fatal(err)
	}
	return agentsWith(t, d, token)
}

func agentsWith(t *testing.T, d door, token string) map[string]string {
	t.Helper()
	var list wechat.AgentList
	if err := d.api(token, wechat.PathAgentList, nil, &list); err != nil {
		t.Fatal(err)
	}
	names := make(map[string]string)
	for _, a := range list.KFList {
		names[a.KFAccount] = a.KFNick
	}
	return names
}

// bothKnow lets each process show what the other was told a moment ago.
func bothKnow(t *testing.T, p *pair) {
	a, b := p.doors[0], p.doors[1]
	token, err := a.newToken()
	if err != nil {
		t.Fatal(err)
	}
	if other, err := b.newToken(); err != nil || other != token {
		t.Errorf("the stable token of the other process: got another, %v, want the same", err)
	}
	// The lists are kept in memory; a revision tells that they are of yesterday.
	for i := range 20 {
		a, b := p.doors[i%2], p.doors[1-i%2]
		name := "moving@demo_shop"
		if err := a.api(token, wechat.PathAgentAdd, wechat.AddAgent{KFAccount: name, Nickname: "one"}, nil); err != nil {
			t.Fatal(err)
		}
		if got := agentsWith(t, b, token)[name]; got != "one" {
			t.Fatalf("the other process knows a new agent as %q, want one", got)
		}
		if err := b.api(token, wechat.PathAgentUpdate, wechat.UpdateAgent{KFAccount: name, Nickname: "two"}, nil); err != nil {
			t.Fatal(err)
		}
		if got := agentsWith(t, a, token)[name]; got != "two" {
			t.Fatalf("the other process knows a renamed agent as %q, want two", got)
		}
		if err := a.api(token, wechat.PathAgentDelete, wechat.DeleteAgent{KFAccount: name}, nil); err != nil {
			t.Fatal(err)
		}
		if got, there := agentsWith(t, b, token)[name]; there {
			t.Fatalf("the other process knows a deleted agent as %q, want it gone", got)
		}
	}
	// A token that is cut off at one is cut off at the other.
	var forced struct {
		Token string `json:"access_token"`
	}
	if err := b.api("", wechat.PathStableToken, wechat.StableTokenRequest{
		GrantType: wechat.GrantTypeClientCredential, AppID: demoAppID, Secret: demoSecret, ForceRefresh: true,
	}, &forced); err != nil {
		t.Fatal(err)
	}
	var list wechat.AgentList
	var no *refused
	if err := a.api(token, wechat.PathAgentList, nil, &list); !asRefused(err, &no) || no.errcode != 40001 {
		t.Errorf("a token that the other process cut off: got %v, want errcode 40001", err)
	}
	if err := a.api(forced.Token, wechat.PathAgentList, nil, &list); err != nil {
		t.Errorf("the token that took its place: %v", err)
	}

	// Calls are counted over both.
	const each = 30
	before := used(t, p.either(), forced.Token)
	for _, d := range p.doors {
		for range each {
			if err := d.api(forced.Token, wechat.PathWaitList, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, d := range p.doors {
		until(t, "both processes count the calls of both", func() bool { return used(t, d, forced.Token) == before+2*each })
	}
}

// used is how often the queue was looked at today.
func used(t *testing.T, d door, token string) int64 {
	t.Helper()
	var answer wechat.QuotaResponse
	if err := d.api(token, wechat.PathQuotaGet, wechat.QuotaRequest{CGIPath: wechat.PathWaitList}, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Quota.Used
}

// agentLimit has many add agents at both processes at once: each name is taken once,
// and there are never more than a hundred.
func agentLimit(t *testing.T, p *pair) {
	token, err := p.doors[0].newToken()
	if err != nil {
		t.Fatal(err)
	}
	const names, adders = 110, 2
	var added, taken, full, other atomic.Int64
	var all sync.WaitGroup
	room := make(chan struct{}, 16)
	began := time.Now()
	for i := range names {
		for j := range adders {
			all.Go(func() {
				room <- struct{}{}
				defer func() { <-room }()
				name := fmt.Sprintf("k%d@demo_shop", i)
				err := p.doors[(i+j)%2].api(token, wechat.PathAgentAdd, wechat.AddAgent{KFAccount: name, Nickname: "n"}, nil)
				var no *refused
				switch {
				case err == nil:
					added.Add(1)
				case asRefused(err, &no) && no.errcode == 65406:
					taken.Add(1)
				case asRefused(err, &no) && no.errcode == 65405:
					full.Add(1)
				default:
					other.Add(1)
					t.Errorf("add %s: %v", name, err)
				}
			})
		}
	}
	all.Wait()
	for _, d := range p.doors {
		if got := len(agentsWith(t, d, token)); got != 100 {
			t.Errorf("got %d agents, want 100", got)
		}
	}
	if added.Load() != 100 || other.Load() != 0 {
		t.Errorf("got %d agents added, %d names taken, %d refused for want of room, %d others, want 100 added", added.Load(), taken.Load(), full.Load(), other.Load())
	}
	t.Logf("%d calls at two processes in %s: 100 agents added, %d names taken, %d refused", names*adders, time.Since(began).Round(time.Millisecond), taken.Load(), full.Load())
}
