package admin

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
)

// tooLong is after how long a customer in the queue has waited too long, as the
// workbench shows it in amber.
const tooLong = 3 * time.Minute

func (d *Door) overviewRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /overview", kefu.RoleSupervisor, d.overview)
	return rs
}

type overviewAnswer struct {
	Now     int64 `json:"now"`
	Waiting struct {
		Total int `json:"total"`
		// Over is how many wait longer than three minutes.
		Over         int      `json:"over"`
		LongestSince int64    `json:"longest_since"`
		Longest      *whoLine `json:"longest"`
	} `json:"waiting"`
	Serving struct {
		Sessions int `json:"sessions"`
		Online   int `json:"online"`
		Away     int `json:"away"`
	} `json:"serving"`
	Sessions struct {
		Count  int `json:"count"`
		Before int `json:"before"`
	} `json:"sessions"`
	Messages struct {
		Customers int `json:"customers"`
		Agents    int `json:"agents"`
	} `json:"messages"`
	FirstReply struct {
		Median *int64 `json:"median_ms"`
		Before *int64 `json:"before_ms"`
	} `json:"first_reply"`
	Slots  []slotLine     `json:"slots"`
	Days   []dayLine      `json:"days"`
	Agents []agentDidLine `json:"agents"`
	// Bounded tells that the oldest of the time is missing in the numbers.
	Bounded bool `json:"bounded"`
}

// slotLine is one bar, beside that of the period before.
type slotLine struct {
	At     int64 `json:"at"`
	Count  int   `json:"count"`
	Before int   `json:"before"`
}

type dayLine struct {
	At     int64  `json:"at"`
	Median *int64 `json:"median_ms"`
}

type agentDidLine struct {
	handLine
	Sessions   int    `json:"sessions"`
	FirstReply *int64 `json:"median_ms"`
	Ended      int    `json:"ended"`
}

// overview tells how the account does; see [desk.Overview] for what its numbers mean.
func (d *Door) overview(ctx context.Context, c *call) (any, error) {
	query := c.R.URL.Query()
	where, err := zone(query.Get("tz"))
	if err != nil {
		return nil, err
	}
	now := d.Now().In(where)
	q, err := period(query.Get("range"), now)
	if err != nil {
		return nil, err
	}
	q.Patience = tooLong
	o, err := d.Desk.Overview(ctx, c.app, q)
	if err != nil {
		return nil, err
	}
	answer := overviewAnswer{Now: now.UnixMilli(), Bounded: o.Bounded, Agents: []agentDidLine{}}
	answer.Waiting.Total, answer.Waiting.Over, answer.Waiting.LongestSince = o.Total, o.Over, stamp(o.Longest)
	if o.LongestWho != nil {
		line := lineOfWho(o.LongestWho)
		answer.Waiting.Longest = &line
	}
	answer.Sessions.Count, answer.Sessions.Before = o.Sessions, o.SessionsBefore
	answer.Messages.Customers, answer.Messages.Agents = o.FromCustomers, o.FromAgents
	answer.FirstReply.Median, answer.FirstReply.Before = span(o.FirstReply), span(o.FirstReplyBefore)
	for i, n := range o.Slots {
		answer.Slots = append(answer.Slots, slotLine{stamp(q.Slots[i]), n, o.Before[i]})
	}
	for i, m := range o.Days {
		answer.Days = append(answer.Days, dayLine{stamp(q.Days[i]), span(m)})
	}
	for i := range o.Agents {
		a := &o.Agents[i]
		switch a.Presence.Status() {
		case kefu.Online:
			answer.Serving.Online++
		case kefu.Away:
			answer.Serving.Away++
		}
		answer.Serving.Sessions += a.Serving
		did := o.ByAgent[a.Account]
		answer.Agents = append(answer.Agents, agentDidLine{lineOfHand(a), did.Sessions, span(did.FirstReply), did.Ended})
	}
	return answer, nil
}
