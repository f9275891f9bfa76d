package simtest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// agentPause is the usual pause between two things that an agent does.
	agentPause = 6 * time.Second
	// mostAutoAccept is how many customers an agent takes by itself at most.
	mostAutoAccept = 3
)

// standing is how a customer stands with the account, as the control API lists
// followers.
type standing struct {
	OpenID    kefu.OpenID    `json:"openid"`
	State     string         `json:"state"`
	KFAccount kefu.KFAccount `json:"kf_account"`
	// RepliesLeft is how many messages may be sent.
	RepliesLeft int `json:"replies_left"`
}

// standings asks how everybody who follows stands.
func (c *caller) standings() (list []standing, ok bool) {
	var answer struct{ Followers []standing }
	got, _ := c.control(http.MethodGet, "followers", nil, &answer)
	return answer.Followers, got == kept
}

// agent is somebody at work under a kf account.
type agent struct {
	*caller
	name kefu.KFAccount
	no   int
}

func (a *agent) note(what string, args ...any) {
	a.world.journal.note(string(a.name[:4]), what, args...)
}

// work comes and goes and serves customers until ctx ends.
func (a *agent) work(ctx context.Context) {
	// Meanwhile a queue may grow.
	if !rest(ctx, a.dice.span(0, 4*agentPause)) {
		return
	}
	a.come(true)
	for rest(ctx, a.dice.pause(agentPause)) {
		if a.dice.chance(0.2) {
			a.come(a.dice.chance(0.6))
			continue
		}
		list, ok := a.standings()
		if !ok {
			continue
		}
		var mine, waiting []standing
		for _, s := range list {
			switch {
			case s.KFAccount == a.name:
				mine = append(mine, s)
			case s.State == "waiting":
				waiting = append(waiting, s)
			}
		}
		switch n := a.dice.upTo(10); {
		case n < 3 && len(waiting) > 0:
			a.do("accept", one(a.dice, waiting).OpenID, nil)
		case len(mine) == 0:
		case n < 7:
			a.say(one(a.dice, mine).OpenID)
		case n < 9:
			a.do("close", one(a.dice, mine).OpenID, nil)
		default:
			a.do("transfer", one(a.dice, mine).OpenID, map[string]any{"to": one(a.dice, agentNames)})
		}
	}
}

func (a *agent) come(online bool) {
	takes := a.dice.between(0, mostAutoAccept)
	got, code := a.control(http.MethodPost, "agents/online", map[string]any{"kf_account": a.name, "online": online, "auto_accept": takes}, nil)
	a.note("online %t, takes %d: %s %s", online, takes, got, code)
}

func (a *agent) do(verb string, customer kefu.OpenID, more map[string]any) {
	body := map[string]any{"kf_account": a.name, "openid": customer}
	for name, value := range more {
		body[name] = value
	}
	got, code := a.control(http.MethodPost, "agents/"+verb, body, nil)
	a.note("%s: %s %v: %s %s", customer, verb, more, got, code)
}

func (a *agent) say(customer kefu.OpenID) {
	a.no++
	s := saying{from: kefu.FromAgent, customer: customer, account: a.name, text: fmt.Sprintf("%s says %d.", a.name, a.no)}
	var code string
	s.fate, code = a.control(http.MethodPost, "agents/send", map[string]any{
		"kf_account": a.name, "openid": customer, "msgtype": "text", "text": map[string]any{"content": s.text},
	}, nil)
	a.note("%s: %q: %s %s", customer, s.text, s.fate, code)
	a.world.sayings.add(s)
}
