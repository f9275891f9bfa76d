package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// gateway is a carrier that can be told to fail for a customer, or to refuse a
// text.
type gateway struct {
	mu    sync.Mutex
	away  map[kefu.OpenID]bool
	taken []string
}

func (g *gateway) Deliver(_ context.Context, _ kefu.AppID, m kefu.Message) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.away[m.Customer]:
		return errors.New("nobody answers")
	case m.Content.Text == "refused":
		return desk.Refused("the customer blocked the account")
	}
	g.taken = append(g.taken, string(m.Customer)+" "+m.Content.Text)
	return nil
}

func (g *gateway) got() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.taken)
}

// Through a gateway a message is queued first, reaches its customer in order, and
// is on the phone only then; one whose customer cannot be reached keeps no other
// waiting.
func TestCarry(t *testing.T) {
	g := &gateway{away: map[kefu.OpenID]bool{"c1": true}}
	h := newHouse(t, func(p *desk.Parts) { p.Carrier = g })
	h.follow("c1", "c2")
	h.says("c1", "hi")
	h.says("c2", "hi")
	send := func(customer kefu.OpenID, text string) {
		_, err := h.Send(t.Context(), app, customer, kefu.Content{Type: kefu.MsgText, Text: text}, "")
		h.must(err)
	}
	send("c1", "one")
	wantList(t, "the phone before", h.phone("c1"), "customer: hi")
	send("c1", "refused")
	send("c2", "three")
	send("c1", "four")

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.Carry(ctx)
	}()
	defer func() { cancel(); <-ended }()
	until(t, func() bool { return slices.Equal(g.got(), []string{"c2 three"}) })
	until(t, func() bool { return slices.Equal(h.phone("c2"), []string{"customer: hi", "account: three"}) })
	wantList(t, "the phone of who cannot be reached", h.phone("c1"), "customer: hi")

	g.mu.Lock()
	g.away = nil
	g.mu.Unlock()
	send("c2", "five")
	want := []string{"c2 three", "c1 one", "c1 four", "c2 five"}
	until(t, func() bool { return len(g.got()) == len(want) })
	wantList(t, "what was carried", g.got(), want...)
	until(t, func() bool {
		return slices.Equal(h.phone("c1"), []string{"customer: hi", "account: one", "account: four"})
	})
}

func until(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not come to that")
		}
	}
}

// A removed agent's many sessions are given back in the order in which they
// began.
func TestRemoveBusyAgent(t *testing.T) {
	h := newHouse(t)
	h.online(alice, 0)
	var want []kefu.OpenID
	for i := range 230 {
		id := kefu.OpenID(fmt.Sprintf("c%03d", i))
		want = append(want, id)
		h.follow(id)
		h.must(h.CreateSession(t.Context(), app, alice, id))
		h.pass(time.Millisecond)
	}
	h.must(h.RemoveAgent(t.Context(), app, alice))
	wantList(t, "queue", h.waits(), want...)
}

// Who is on the blacklist is heard by nobody, and nothing reaches it.
func TestBlocked(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2", "c3")
	h.online(alice, 1)
	ctx := t.Context()
	h.transfers("c1", "")
	h.transfers("c2", "")
	asked := h.says("c3", "hi")
	before := h.latestPush()
	h.must(h.Block(ctx, app, []kefu.OpenID{"c1", "c3"}))
	wantList(t, "pushes", h.told(before), "kf_close_session alice@demo_shop", "kf_create_session alice@demo_shop")
	if got := h.servedBy("c2"); got != alice {
		t.Errorf("got c2 served by %q, want alice, who has room now", got)
	}
	if p := h.settles(asked.Push, &kefu.Reply{Transfer: true}); p.Outcome != kefu.OutcomeAcknowledged {
		t.Errorf("got %q, want a late transfer ignored", p.Outcome)
	}
	wantList(t, "queue", h.waits())
	if got := h.says("c1", "hello?"); got.Push != 0 {
		t.Error("got a push of somebody on the blacklist")
	}
	h.refuses(h.CreateSession(ctx, app, alice, "c1"), kefu.CustomerBlocked)
	_, err := h.Send(ctx, app, "c1", kefu.Content{Type: kefu.MsgText, Text: "x"}, "")
	h.refuses(err, kefu.CustomerBlocked)

	h.must(h.Unblock(ctx, app, []kefu.OpenID{"c1", "c2"}))
	if got := h.servedBy("c2"); got != alice {
		t.Errorf("got c2 served by %q after it was taken off the list it was not on, want alice", got)
	}
	if got := h.says("c1", "hello"); got.Push == 0 {
		t.Error("got no push of somebody who is off the blacklist")
	}
}

// A command line beside a server delivers nothing, so it takes nothing over.
func TestNobodysCourier(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	h.online(alice, 0)
	h.must(h.CreateSession(t.Context(), app, alice, "c1"))
	parts := h.parts
	parts.Courier = ""
	h.must(desk.New(parts).CloseSession(t.Context(), app, alice, "c1"))
	list, err := h.DuePushes(t.Context(), app, "here", 0, 100)
	if h.must(err); len(list) != 3 {
		t.Errorf("got %d pushes to deliver here, want subscribe, create and close", len(list))
	}
}

// A lease that was taken before the clock was moved back does not hold for hours.
func TestLeaseAheadOfTheClock(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	h.pass(-5 * time.Hour)
	parts := h.parts
	parts.Courier = "there"
	there := desk.New(parts)
	_, err := there.TakePushes(t.Context(), "there", false)
	h.must(err)
	list, err := h.DuePushes(t.Context(), app, "there", 0, 100)
	if h.must(err); len(list) != 1 {
		t.Errorf("got %d pushes taken over, want 1", len(list))
	}
}
