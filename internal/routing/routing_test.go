package routing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/routing"
)

var noon = time.Unix(1710277281, 0)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

func TestAssign(t *testing.T) {
	const alice, bob = 1001, 1002
	for _, tt := range []struct {
		name   string
		queue  []routing.Waiting
		agents []routing.Agent
		want   []routing.Match
	}{
		{
			name:   "nobody waits",
			agents: []routing.Agent{{ID: alice, Online: true, AutoAccept: 1}},
		},
		{
			name:   "nobody is online",
			queue:  []routing.Waiting{{Customer: "a"}},
			agents: []routing.Agent{{ID: alice, AutoAccept: 1}},
		},
		{
			name:   "customers are taken by hand",
			queue:  []routing.Waiting{{Customer: "a"}},
			agents: []routing.Agent{{ID: alice, Online: true}},
		},
		{
			name:   "everybody is full",
			queue:  []routing.Waiting{{Customer: "a"}},
			agents: []routing.Agent{{ID: alice, Online: true, AutoAccept: 2, Serving: 2}},
		},
		{
			name:   "first come, first served",
			queue:  []routing.Waiting{{Customer: "late", Arrived: 2}, {Customer: "early", Arrived: 1}},
			agents: []routing.Agent{{ID: alice, Online: true, AutoAccept: 1}},
			want:   []routing.Match{{"early", alice, routing.WhyLeastBusy}},
		},
		{
			name:  "the least busy",
			queue: []routing.Waiting{{Customer: "a"}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 9, Serving: 2, IdleSince: at(0)},
				{ID: bob, Online: true, AutoAccept: 9, Serving: 1, IdleSince: at(5)},
			},
			want: []routing.Match{{"a", bob, routing.WhyLeastBusy}},
		},
		{
			name:  "equally busy, the longest idle",
			queue: []routing.Waiting{{Customer: "a"}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 9, IdleSince: at(5)},
				{ID: bob, Online: true, AutoAccept: 9, IdleSince: at(0)},
			},
			want: []routing.Match{{"a", bob, routing.WhyIdle}},
		},
		{
			name:  "equals take turns",
			queue: []routing.Waiting{{Customer: "a", Arrived: 1}, {Customer: "b", Arrived: 2}, {Customer: "c", Arrived: 3}, {Customer: "d", Arrived: 4}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 9, IdleSince: noon},
				{ID: bob, Online: true, AutoAccept: 9, IdleSince: noon},
			},
			want: []routing.Match{
				{"a", alice, routing.WhyIdle}, {"b", bob, routing.WhyLeastBusy},
				{"c", alice, routing.WhyIdle}, {"d", bob, routing.WhyLeastBusy},
			},
		},
		{
			name:  "the one who served last, although busier",
			queue: []routing.Waiting{{Customer: "a", LastServedBy: alice}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 9, Serving: 5},
				{ID: bob, Online: true, AutoAccept: 9},
			},
			want: []routing.Match{{"a", alice, routing.WhyLast}},
		},
		{
			name:  "the one who served last is full",
			queue: []routing.Waiting{{Customer: "a", LastServedBy: alice}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 1, Serving: 1},
				{ID: bob, Online: true, AutoAccept: 9},
			},
			want: []routing.Match{{"a", bob, routing.WhyLeastBusy}},
		},
		{
			name:  "a named agent, although another served last",
			queue: []routing.Waiting{{Customer: "a", Named: bob, LastServedBy: alice}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 9},
				{ID: bob, Online: true, AutoAccept: 9, Serving: 8},
			},
			want: []routing.Match{{"a", bob, routing.WhyNamed}},
		},
		{
			name:  "who waits for a named agent holds up nobody",
			queue: []routing.Waiting{{Customer: "a", Arrived: 1, Named: bob}, {Customer: "b", Arrived: 2}},
			agents: []routing.Agent{
				{ID: alice, Online: true, AutoAccept: 9},
				{ID: bob, AutoAccept: 9},
			},
			want: []routing.Match{{"b", alice, routing.WhyLeastBusy}},
		},
		{
			name:   "a named agent who is gone",
			queue:  []routing.Waiting{{Customer: "a", Named: 1009}},
			agents: []routing.Agent{{ID: alice, Online: true, AutoAccept: 9}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, routing.Assign(tt.queue, tt.agents)); diff != "" {
				t.Errorf("want - got +\n%s", diff)
			}
		})
	}
}

// TestAssignKeepsItsPromises holds the promises of the package against random
// snapshots.
func TestAssignKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents := make([]routing.Agent, rapid.IntRange(0, 6).Draw(t, "agents"))
		for i := range agents {
			agents[i] = routing.Agent{
				ID:         kefu.KFID(1001 + i),
				Online:     rapid.Bool().Draw(t, "online"),
				AutoAccept: rapid.IntRange(0, 4).Draw(t, "auto-accept"),
				Serving:    rapid.IntRange(0, 6).Draw(t, "serving"),
				IdleSince:  at(rapid.IntRange(0, 3).Draw(t, "idle")),
			}
		}
		someone := rapid.SampledFrom([]kefu.KFID{0, 0, 1001, 1002, 1003, 1004, 1005, 1006, 1099})
		queue := make([]routing.Waiting, rapid.IntRange(0, 12).Draw(t, "waiting"))
		for i := range queue {
			queue[i] = routing.Waiting{
				Customer:     kefu.OpenID(rune('a' + i)),
				Arrived:      int64(i),
				Named:        someone.Draw(t, "named"),
				LastServedBy: someone.Draw(t, "last"),
			}
		}
		shuffled := rapid.Permutation(queue).Draw(t, "order")
		before := slices.Clone(agents)
		matches := routing.Assign(shuffled, agents)

		if diff := cmp.Diff(before, agents); diff != "" {
			t.Fatalf("the snapshot changed:\n%s", diff)
		}
		if diff := cmp.Diff(matches, routing.Assign(queue, agents)); diff != "" {
			t.Fatalf("the order of the snapshot matters:\n%s", diff)
		}
		given := make(map[kefu.KFID]int)
		matched := make(map[kefu.OpenID]routing.Match)
		for _, m := range matches {
			if _, twice := matched[m.Customer]; twice {
				t.Fatalf("%s was given away twice", m.Customer)
			}
			matched[m.Customer] = m
			given[m.Agent]++
		}
		free := false
		for _, a := range agents {
			switch {
			case given[a.ID] > 0 && !a.Online:
				t.Fatalf("%d is offline and was given customers", a.ID)
			case given[a.ID] > 0 && a.Serving+given[a.ID] > a.AutoAccept:
				t.Fatalf("%d takes %d, served %d and was given %d", a.ID, a.AutoAccept, a.Serving, given[a.ID])
			}
			free = free || a.Online && a.Serving+given[a.ID] < a.AutoAccept
		}
		passedOver := make(map[kefu.KFID]bool)
		for _, w := range queue {
			m, ok := matched[w.Customer]
			switch {
			case ok && w.Named != 0 && m.Agent != w.Named:
				t.Fatalf("%s waits for %d and was given to %d", w.Customer, w.Named, m.Agent)
			case ok && (m.Why == routing.WhyNamed) != (w.Named != 0):
				t.Fatalf("%s names %d and was matched because %q", w.Customer, w.Named, m.Why)
			case ok && m.Why == routing.WhyLast && m.Agent != w.LastServedBy:
				t.Fatalf("%s was served by %d, not by %d", w.Customer, w.LastServedBy, m.Agent)
			case !ok && w.Named == 0 && free:
				t.Fatalf("%s waits although somebody is free", w.Customer)
			case ok && passedOver[w.Named]:
				t.Fatalf("%s was given to somebody before one who waits for the same since longer", w.Customer)
			}
			// Who waits, waits for everybody of its class behind it.
			passedOver[w.Named] = passedOver[w.Named] || !ok
		}
	})
}
