package desk

import (
	"context"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// maxOpened bounds the receptions that one overview reads, the newest first: a busy
	// house of 1,700 sessions a day for a month.
	maxOpened = 50_000
	// maxSaid bounds the messages that one overview counts, the newest first.
	maxSaid = 200_000
	// maxLooked bounds how much of the queue is looked at for who waits too long.
	maxLooked = 1_000
)

// OverviewQuery says for which times an overview is. A list of times holds where each
// part begins, and at last where the last one ends.
type OverviewQuery struct {
	// Slots are the bars of the period, Before those of the one it is compared with, as
	// many.
	Slots, Before []time.Time
	// BeforeUntil is as far into the other period as now is into this one.
	BeforeUntil time.Time
	// Days are those of the trend.
	Days []time.Time
	// Patience is after how long waiting counts as too long.
	Patience time.Duration
}

// Overview is how an official account does. A session counts in the time in which it
// began, for the agent who has it or had it last. A first reply is measured from when
// the customer began to wait, or the session began without that, to the first word of
// an agent; medians are of those that had one.
type Overview struct {
	Account *kefu.OfficialAccount
	Agents  []kefu.Agent
	QueueState
	// Over is how many wait longer than the patience, of the first thousand.
	Over int
	// LongestWho is the customer who waits longest; nil when nobody does.
	LongestWho *kefu.Customer
	// Sessions of the period, and of the other one up to the same hour; as are the
	// medians.
	Sessions, SessionsBefore     int
	FirstReply, FirstReplyBefore *time.Duration
	// FromCustomers and FromAgents are how much was said in the period.
	FromCustomers, FromAgents int
	// Slots and Before count the sessions of each bar.
	Slots, Before []int
	// Days are the medians of the trend; nil for a day without a first reply.
	Days []*time.Duration
	// ByAgent is what each did in the period; who did nothing is left out.
	ByAgent map[kefu.KFAccount]AgentDid
	// Bounded tells that there was more than is looked at, and the oldest is missing.
	Bounded bool
}

// AgentDid is what an agent did in a period.
type AgentDid struct {
	Sessions, Ended int
	FirstReply      *time.Duration
}

// Overview reads it. At most two are read at once, with the searches.
func (d *Desk) Overview(ctx context.Context, app kefu.AppID, q OverviewQuery) (o Overview, err error) {
	leave, err := d.turnToSearch(ctx)
	if err != nil {
		return o, err
	}
	defer leave()
	now := d.now()
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		o = Overview{}
		if o.Account, err = r.OfficialAccount(app); err != nil {
			return err
		}
		if o.Agents, err = r.Agents(app); err != nil {
			return err
		}
		if err := o.lookAtQueue(r, app, now.Add(-q.Patience)); err != nil {
			return err
		}
		first := slices.MinFunc([]time.Time{q.Slots[0], q.Before[0], q.Days[0]}, time.Time.Compare)
		last := slices.MaxFunc([]time.Time{ends(q.Slots), ends(q.Before), ends(q.Days)}, time.Time.Compare)
		opened, err := r.Opened(app, first, last, maxOpened)
		if err != nil {
			return err
		}
		ended, err := r.EndedCounts(app, q.Slots[0], ends(q.Slots))
		if err != nil {
			return err
		}
		o.FromCustomers, o.FromAgents, err = r.SaidCounts(app, kefu.FirstMsgID(q.Slots[0]), kefu.FirstMsgID(ends(q.Slots)), maxSaid)
		o.Bounded = len(opened) == maxOpened || o.FromCustomers+o.FromAgents >= maxSaid
		o.count(q, opened, ended)
		return err
	})
	return o, err
}

// turnToSearch waits until few enough read much at once.
func (d *Desk) turnToSearch(ctx context.Context) (leave func(), err error) {
	select {
	case d.searches <- struct{}{}:
		return func() { <-d.searches }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func ends(times []time.Time) time.Time { return times[len(times)-1] }

func (o *Overview) lookAtQueue(r store.Reader, app kefu.AppID, late time.Time) (err error) {
	if o.Total, o.Longest, err = r.QueueState(app); err != nil || o.Total == 0 {
		return err
	}
	queue, err := r.Queue(app, maxLooked)
	if err != nil || len(queue) == 0 {
		return err
	}
	longest := queue[0]
	for _, w := range queue {
		if !w.Since.After(late) {
			o.Over++
		}
		if w.Since.Before(longest.Since) {
			longest = w
		}
	}
	c, err := r.Customer(app, longest.Customer)
	o.LongestWho = &c
	return err
}

// count puts receptions where they belong.
func (o *Overview) count(q OverviewQuery, opened []kefu.Reception, ended map[kefu.KFAccount]int) {
	o.Slots, o.Before = make([]int, len(q.Slots)-1), make([]int, len(q.Before)-1)
	var replies, repliesBefore []time.Duration
	days := make([][]time.Duration, len(q.Days)-1)
	ofAgents := make(map[kefu.KFAccount][]time.Duration)
	o.ByAgent = make(map[kefu.KFAccount]AgentDid)
	for i := range opened {
		r := &opened[i]
		reply, replied := r.FirstReply()
		if slot, ok := slotOf(q.Slots, r.OpenedAt); ok {
			o.Slots[slot]++
			o.Sessions++
			did := o.ByAgent[r.Agent]
			did.Sessions++
			o.ByAgent[r.Agent] = did
			if replied {
				replies = append(replies, reply)
				ofAgents[r.Agent] = append(ofAgents[r.Agent], reply)
			}
		}
		if slot, ok := slotOf(q.Before, r.OpenedAt); ok {
			o.Before[slot]++
			if r.OpenedAt.Before(q.BeforeUntil) {
				o.SessionsBefore++
				if replied {
					repliesBefore = append(repliesBefore, reply)
				}
			}
		}
		if day, ok := slotOf(q.Days, r.OpenedAt); ok && replied {
			days[day] = append(days[day], reply)
		}
	}
	for agent, n := range ended {
		did := o.ByAgent[agent]
		did.Ended = n
		o.ByAgent[agent] = did
	}
	for agent, all := range ofAgents {
		did := o.ByAgent[agent]
		did.FirstReply = median(all)
		o.ByAgent[agent] = did
	}
	o.FirstReply, o.FirstReplyBefore = median(replies), median(repliesBefore)
	o.Days = make([]*time.Duration, len(days))
	for i := range days {
		o.Days[i] = median(days[i])
	}
}

// slotOf finds the part that a time is in.
func slotOf(times []time.Time, at time.Time) (int, bool) {
	i, found := slices.BinarySearchFunc(times, at, time.Time.Compare)
	if !found {
		i--
	}
	return i, i >= 0 && i < len(times)-1
}

// median is the middle one, or halfway between the two in the middle; nil of none.
func median(all []time.Duration) *time.Duration {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	half := len(all) / 2
	m := all[half]
	if len(all)%2 == 0 {
		m = (all[half-1] + m) / 2
	}
	return &m
}

// ServedCount counts the sessions that an agent got from one time on; who has no agent
// served nobody.
func (d *Desk) ServedCount(ctx context.Context, h Hand, from time.Time) (n int, err error) {
	if h.Agent == nil {
		return 0, nil
	}
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		n, err = r.OpenedCount(h.App, h.account(), from, farFuture)
		return err
	})
	return n, err
}
