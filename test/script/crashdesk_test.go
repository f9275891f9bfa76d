package script

import (
	"errors"
	"slices"

	"github.com/openkefu/kefu/wechat"
)

func asRefused(err error, no **refused) bool { return errors.As(err, no) }

// checkDesk looks at who serves whom: what the customers, the agents and the queue
// tell must be one story, and the records tell how it came to it.
func (c *campaign) checkDesk(d door, stands map[string]standing, all []*conversation) {
	servedBy, waiting := make(map[string]string), make(map[string]bool)
	var online wechat.OnlineAgentList
	c.must(d.api(c.token, wechat.PathOnlineAgentList, nil, &online))
	for _, agent := range staff {
		var list wechat.SessionList
		c.must(d.api(c.token, wechat.PathSessionList+"?kf_account="+agent, nil, &list))
		for _, s := range list.SessionList {
			if other := servedBy[s.OpenID]; other != "" {
				c.t.Errorf("%s is served by %s and by %s", s.OpenID, other, agent)
			}
			servedBy[s.OpenID] = agent
		}
		i := slices.IndexFunc(online.KFOnlineList, func(a wechat.OnlineAgent) bool { return a.KFAccount == agent })
		if i >= 0 && online.KFOnlineList[i].AcceptedCase != int64(len(list.SessionList)) {
			c.t.Errorf("%s: got accepted_case %d, want %d sessions", agent, online.KFOnlineList[i].AcceptedCase, len(list.SessionList))
		}
	}
	var queue wechat.WaitList
	c.must(d.api(c.token, wechat.PathWaitList, nil, &queue))
	for _, w := range queue.WaitCaseList {
		waiting[w.OpenID] = true
		if servedBy[w.OpenID] != "" {
			c.t.Errorf("%s waits and is served", w.OpenID)
		}
	}
	count := 0
	for customer, s := range stands {
		if s.State == "waiting" {
			count++
		}
		if s.KFAccount != servedBy[customer] {
			c.t.Errorf("%s: got served by %q, want %q as the agents tell", customer, s.KFAccount, servedBy[customer])
		}
	}
	if queue.Count != int64(count) {
		c.t.Errorf("got %d in the queue, want %d as the customers tell", queue.Count, count)
	}
	for _, v := range all {
		agent, queued := "", false
		for _, r := range v.records {
			switch r.OperCode {
			case wechat.OperCodeQueued:
				queued = true
			case wechat.OperCodeAccepted, wechat.OperCodeStarted:
				if agent != "" {
					c.t.Errorf("%s: the records begin a session with %s within one with %s", v.customer, r.Worker, agent)
				}
				agent, queued = r.Worker, false
			case wechat.OperCodeTransferred:
				agent = r.Worker
			case wechat.OperCodeClosed:
				agent = ""
			}
		}
		state := "idle"
		switch {
		case agent != "":
			state = "served"
		case queued:
			state = "waiting"
		}
		if got := stands[v.customer]; got.State != state || got.KFAccount != agent {
			c.t.Errorf("%s: got %s %s, want %s %s as the records tell", v.customer, got.State, got.KFAccount, state, agent)
		}
	}
}

// checkThings looks at accounts and tags; what an act without an answer left open is
// known from then on.
func (c *campaign) checkThings(d door) {
	var agents wechat.AgentList
	c.must(d.api(c.token, wechat.PathAgentList, nil, &agents))
	names := make(map[string]string)
	for _, a := range agents.KFList {
		if _, twice := names[a.KFAccount]; twice {
			c.t.Errorf("%s is listed twice", a.KFAccount)
		}
		names[a.KFAccount] = a.KFNick
	}
	for kf, a := range c.accounts {
		name, there := names[kf]
		if there != a.there && !a.unsure {
			c.t.Errorf("%s: got it there %t, want %t", kf, there, a.there)
		}
		if there && name != a.name && (a.maybe == "" || name != a.maybe) {
			c.t.Errorf("%s: got the nickname %q, want %q or %q", kf, name, a.name, a.maybe)
		}
		*a = account{there: there, name: name}
	}
	var tags wechat.TagList
	c.must(d.api(c.token, wechat.PathTagList, nil, &tags))
	ids := make(map[string]int64)
	for _, t := range tags.Tags {
		ids[t.Name] = t.ID
	}
	for name, t := range c.tags {
		id, there := ids[name]
		switch {
		case there != t.there && !t.unsure:
			c.t.Errorf("%s: got it there %t, want %t", name, there, t.there)
		case there && t.id != 0 && t.id != id:
			c.t.Errorf("%s: got the id %d, want %d", name, id, t.id)
		}
		t.id, t.there, t.unsure = id, there, false
	}
}

// checkTagged looks at who has the tags of a life.
func (c *campaign) checkTagged(d door, customers []string) {
	for _, customer := range customers {
		var list wechat.TagIDList
		err := d.api(c.token, wechat.PathTagsOfUser, wechat.TagsOfUser{OpenID: customer}, &list)
		var no *refused
		if asRefused(err, &no) {
			continue // It was never acknowledged that it follows.
		}
		c.must(err)
		for name, t := range c.tags {
			has := slices.Contains(list.TagIDList, t.id)
			want, noted := t.has[customer]
			switch {
			case !t.there:
			case !noted && has, noted && want == done && !has, noted && want == declined && has:
				c.t.Errorf("%s: got %q given %t, want %t", customer, name, has, want == done)
			case noted:
				t.has[customer] = map[bool]fate{true: done, false: declined}[has]
			}
		}
	}
}

// checkLeavers looks at who follows, and counts the events of it.
func (c *campaign) checkLeavers(d door, stands map[string]standing) {
	list, err := d.pushes(0)
	c.must(err)
	joined, left := make(map[string]int), make(map[string]int)
	for _, p := range list {
		switch p.Kind {
		case wechat.EventSubscribe:
			joined[p.OpenID]++
		case wechat.EventUnsubscribe:
			left[p.OpenID]++
		}
	}
	for who, m := range c.leavers {
		_, follows := stands[who]
		if follows != m.following && !m.unsure {
			c.t.Errorf("%s: got following %t, want %t", who, follows, m.following)
		}
		if got := joined[who]; got < m.joined || got > m.joined+m.maybeJoined {
			c.t.Errorf("%s: got %d pushes that it follows, want %d", who, got, m.joined)
		}
		if got := left[who]; got < m.left || got > m.left+m.maybeLeft {
			c.t.Errorf("%s: got %d pushes that it left, want %d", who, got, m.left)
		}
		if follows != (joined[who] > left[who]) {
			c.t.Errorf("%s: got following %t with %d pushes that it follows and %d that it left", who, follows, joined[who], left[who])
		}
	}
}

// must ends the test when a house that is alive does not answer.
func (c *campaign) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}
