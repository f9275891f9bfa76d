package simtest

import (
	"slices"
	"strings"
	"time"

	"github.com/openkefu/kefu"
)

// turning is something that gives or takes allowances, at its place among all.
type turning struct {
	id kefu.MsgID
	do func(*kefu.Customer) error
	// what says it in words.
	what string
}

// checkAllowances goes once more through what each customer did and was sent:
// every message that was sent must have been allowed, and what is left must be
// what the ledger says, nowhere below nothing.
func (w *world) checkAllowances(left *remains) {
	for id, c := range left.customers {
		var all []turning
		for i := range left.messages[id] {
			if t, ok := ofMessage(&left.messages[id][i]); ok {
				all = append(all, t)
			}
		}
		for i := range left.pushes {
			if p := &left.pushes[i]; p.Customer == id && p.Event != nil {
				all = append(all, ofEvent(p))
			}
		}
		slices.SortFunc(all, func(a, b turning) int { return int(a.id - b.id) })
		var again kefu.Customer
		for _, t := range all {
			if err := t.do(&again); err != nil {
				w.report("allowances", "%s: %d %s was not allowed: %v", id, t.id, t.what, err)
			}
		}
		for _, g := range c.Grants {
			if g.Left < 0 && g.Left != kefu.Unlimited {
				w.report("allowances", "%s has %d left of %s", id, g.Left, g.Kind)
			}
		}
		if got, want := living(c.Grants), living(again.Grants); !slices.Equal(got, want) {
			w.report("allowances", "%s has %+v left, want %+v", id, got, want)
		}
	}
}

// living are grants in an order of their own, with times as the ledger keeps them.
func living(g kefu.Grants) []kefu.Grant {
	list := slices.Clone(g)
	for i := range list {
		list[i].ExpiresAt = list[i].ExpiresAt.UTC().Truncate(time.Millisecond)
	}
	slices.SortFunc(list, func(a, b kefu.Grant) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return list
}

func ofMessage(m *kefu.Message) (turning, bool) {
	t := turning{id: m.ID, what: m.Content.Said()}
	passive := strings.HasPrefix(m.Content.Text, "re ")
	switch {
	case m.From == kefu.FromCustomer && m.Content.MenuID != "":
		t.do = func(c *kefu.Customer) error { c.Allow(kefu.GrantClick, m.At); return nil }
	case m.From == kefu.FromCustomer:
		t.do = func(c *kefu.Customer) error { c.Allow(kefu.GrantMessage, m.At); return nil }
	case m.From == kefu.FromAgent, m.From == kefu.FromAccount && !passive:
		t.do = func(c *kefu.Customer) error { return c.Address(m.At) }
	default:
		return t, false
	}
	return t, true
}

func ofEvent(p *kefu.Push) turning {
	t := turning{id: p.ID, what: string(p.Event.Type)}
	t.do = func(c *kefu.Customer) error {
		switch p.Event.Type {
		case kefu.EventSubscribe:
			c.Subscribed = true
		case kefu.EventUnsubscribe:
			c.Leave()
		}
		c.Allow(p.Event.Grant(), p.At)
		return nil
	}
	return t
}
