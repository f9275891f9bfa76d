package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/pubsub"
)

// news reads the facts after an id.
func (h *house) news(after kefu.MsgID) kefu.News {
	h.t.Helper()
	n, err := h.News(h.t.Context(), app, after, 1000)
	h.must(err)
	return n
}

// facts are those after an id, as "what who".
func (h *house) facts(after kefu.MsgID) []string {
	h.t.Helper()
	var lines []string
	for _, f := range h.news(after).Facts {
		line := string(f.What)
		switch {
		case f.Customer != "":
			line += " " + string(f.Customer)
		case f.Account != "":
			line += " " + string(f.Account)
		case f.Agent != 0:
			a, err := h.agentByID(f.Agent)
			h.must(err)
			line += " " + string(a.Account)
		}
		lines = append(lines, line)
	}
	return lines
}

func (h *house) agentByID(id kefu.KFID) (kefu.Agent, error) {
	dir, err := h.Directory(h.t.Context(), app)
	if err != nil {
		return kefu.Agent{}, err
	}
	for _, a := range dir.Agents {
		if a.ID == id {
			return a, nil
		}
	}
	return kefu.Agent{}, kefu.AgentUnknown
}

// TestEveryVerbTells: whoever looks on hears of everything that a verb changes, in
// the same change, and of nothing that was refused.
func TestEveryVerbTells(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	said := &kefu.Content{Type: kefu.MsgText, Text: "hello"}
	event := &kefu.Event{Type: kefu.EventClick, Key: "k"}
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"an agent is added", func() error { return second(h.AddAgent(ctx, app, "dave@demo_shop", "Dave")) }, []string{"agent dave@demo_shop"}},
		{"and renamed", func() error { return h.RenameAgent(ctx, app, "dave@demo_shop", "David") }, []string{"agent dave@demo_shop"}},
		{"and invited", func() error { return h.Invite(ctx, app, "dave@demo_shop", "dave_wx") }, []string{"agent dave@demo_shop"}},
		{"and accepts", func() error { return h.AcceptInvitation(ctx, app, "dave@demo_shop") }, []string{"agent dave@demo_shop"}},
		{"and is removed", func() error { return h.RemoveAgent(ctx, app, "dave@demo_shop") }, []string{"agent_gone dave@demo_shop"}},
		{"a refusal", func() error { return refused(h.RenameAgent(ctx, app, "dave@demo_shop", "David"), kefu.AgentUnknown) }, nil},
		{"a customer follows", func() error { return second(h.Follow(ctx, app, desk.Follower{OpenID: "o1"})) }, []string{"customer o1"}},
		{"and follows again", func() error { return second(h.Follow(ctx, app, desk.Follower{OpenID: "o1"})) }, nil},
		{"and writes", func() error { return second(h.Receive(ctx, app, "o1", kefu.Inbound{Content: said, OwnID: 7})) }, []string{"said o1"}},
		{"and the same again", func() error { return second(h.Receive(ctx, app, "o1", kefu.Inbound{Content: said, OwnID: 7})) }, nil},
		{"and is handed over", func() error {
			_, err := h.SettlePush(ctx, app, h.latestPush(), kefu.Attempt{At: h.now(), URL: callback, Status: 200}, &kefu.Reply{Transfer: true})
			return err
		}, []string{"standing o1"}},
		{"an agent comes and gets it", func() error { return h.SetPresence(ctx, app, alice, true, 5) },
			[]string{"standing o1", "agent alice@demo_shop"}},
		{"another comes", func() error { return h.SetPresence(ctx, app, bob, true, 0) }, []string{"agent bob_02@demo_shop"}},
		{"somebody types", func() error { return h.Type(ctx, app, "o1") }, []string{"typing o1"}},
		{"and stops", func() error { return h.StopTyping(ctx, app, "o1") }, []string{"typing o1"}},
		{"and stops again", func() error { return h.StopTyping(ctx, app, "o1") }, nil},
		{"the agent writes", func() error { return second(h.AgentSend(ctx, app, alice, "o1", *said)) }, []string{"said o1"}},
		{"the developer writes", func() error { return second(h.Send(ctx, app, "o1", *said, "")) }, []string{"said o1"}},
		{"the session is handed on", func() error { return h.SwitchSession(ctx, app, alice, "o1", bob) },
			[]string{"standing o1", "agent alice@demo_shop", "agent bob_02@demo_shop"}},
		{"and ends", func() error { return h.CloseSession(ctx, app, bob, "o1") }, []string{"standing o1", "agent bob_02@demo_shop"}},
		{"the developer begins one", func() error { return h.CreateSession(ctx, app, bob, "o1") }, []string{"standing o1", "agent bob_02@demo_shop"}},
		{"which falls silent", func() error { h.pass(time.Hour); return nil }, nil},
		{"and is woken", func() error { return h.CreateSession(ctx, app, bob, "o1") }, []string{"standing o1"}},
		{"the customer taps a menu of the account", func() error { return second(h.Receive(ctx, app, "o1", kefu.Inbound{Event: event})) }, []string{"customer o1"}},
		{"a remark", func() error { return h.SetRemark(ctx, app, "o1", "a regular") }, []string{"customer o1"}},
		{"a tag", func() error {
			tag, err := h.AddTag(ctx, app, "vip")
			return errors.Join(err, h.TagCustomers(ctx, app, tag.ID, []kefu.OpenID{"o1"}))
		}, []string{"customer o1"}},
		// Its customer is not with it any more, waits, and falls to Alice, who has room.
		{"the agent is removed", func() error { return h.RemoveAgent(ctx, app, bob) },
			[]string{"standing o1", "standing o1", "agent_gone bob_02@demo_shop", "standing o1", "agent alice@demo_shop"}},
		{"the customer is blocked", func() error { return h.Block(ctx, app, []kefu.OpenID{"o1"}) },
			[]string{"customer o1", "standing o1", "agent alice@demo_shop"}},
		{"and no more", func() error { return h.Unblock(ctx, app, []kefu.OpenID{"o1"}) }, []string{"customer o1"}},
		{"and leaves", func() error { return h.Unfollow(ctx, app, "o1") }, []string{"customer o1"}},
	} {
		before := h.news(0).Last
		wake := h.parts.Signals.Subscribe(pubsub.Facts)
		if err := step.do(); err != nil {
			t.Fatalf("%s: got %v, want nil", step.name, err)
		}
		keys, _ := wake.Take()
		wake.Close()
		got := h.facts(before)
		if !slices.Equal(got, step.want) {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
		if woken := slices.Equal(keys, []string{string(app)}); woken != (len(step.want) > 0) {
			t.Errorf("%s: readers are woken: got %t, want %t", step.name, woken, len(step.want) > 0)
		}
	}
}

// TestEpoch: it is the same for everybody, until the account or the world is another.
func TestEpoch(t *testing.T) {
	h := newHouse(t)
	first := h.news(0).Epoch
	if first == "" || first != h.news(0).Epoch {
		t.Fatalf("got %q and then %q, want one epoch", first, h.news(0).Epoch)
	}
	if other := desk.New(h.parts); epochOf(t, other) != first {
		t.Errorf("another process: got %q, want %q", epochOf(t, other), first)
	}
	o, err := h.OfficialAccount(t.Context(), app)
	h.must(err)
	_, err = h.RemoveOfficialAccount(t.Context(), app)
	h.must(err)
	_, err = h.News(t.Context(), app, 0, 1)
	h.refuses(err, kefu.OfficialAccountUnknown)
	h.pass(time.Second)
	h.must(h.AddOfficialAccount(t.Context(), o))
	second := h.news(0).Epoch
	if second == first {
		t.Errorf("an account that was removed and added again: got the same epoch %q", second)
	}
	h.must(h.Erase(t.Context(), nil))
	h.must(h.AddOfficialAccount(t.Context(), o))
	if third := h.news(0).Epoch; third == second {
		t.Errorf("a fresh world: got the same epoch %q", third)
	}
}

func epochOf(t *testing.T, d *desk.Desk) string {
	t.Helper()
	n, err := d.News(t.Context(), app, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return n.Epoch
}

// TestNewsComplete: who was away for longer than facts are kept is told so, unless
// nothing happened.
func TestNewsComplete(t *testing.T) {
	h := newHouse(t)
	h.follow("o1")
	here := h.news(0).Last
	for _, c := range []struct {
		name  string
		after kefu.MsgID
		pass  time.Duration
		says  bool
		want  bool
	}{
		{"a reader who is up to date", here, 0, false, true},
		{"the same a day and a second later", here, kefu.FactMemory + time.Second, false, true},
		{"the same, and then something happens", here, 0, true, false},
		{"a reader of the beginning", 0, 0, false, false},
	} {
		h.pass(c.pass)
		if c.says {
			h.says("o1", "hello")
		}
		if got := h.news(c.after).Complete; got != c.want {
			t.Errorf("%s: got complete %t, want %t", c.name, got, c.want)
		}
	}
	now := h.news(here)
	if len(now.Facts) != 1 || now.Facts[0].ID > now.Last || now.Facts[0].ID <= here {
		t.Errorf("got %+v after %d, want the one fact, not above %d", now.Facts, here, now.Last)
	}
	// They are forgotten by the time in their ids.
	h.must(h.Sweep(t.Context()))
	if left := h.news(0).Facts; len(left) != 1 || left[0].ID != now.Facts[0].ID {
		t.Errorf("after a sweep: got %+v, want only the fact of today", left)
	}
}

// TestSeats: an agent is there as long as one process knows its page to be open, and
// comes back as what it chose to be.
func TestSeats(t *testing.T) { onBothDatabases(t, seats) }

func seats(t *testing.T, h *house, there *desk.Desk) {
	ctx := t.Context()
	who, err := h.Agent(ctx, app, alice)
	h.must(err)
	seat := []kefu.KFID{who.ID}
	status := func(when string, want kefu.Status) {
		t.Helper()
		a, err := h.Agent(ctx, app, alice)
		h.must(err)
		if got := a.Presence.Status(); got != want {
			t.Errorf("%s: got %s, want %s", when, got, want)
		}
	}
	h.must(h.HoldSeats(ctx, app, seat))
	status("a page is open, and nothing was chosen", kefu.Offline)
	h.online(alice, 2)
	h.follow("o1")
	h.transfers("o1", "")

	// Two processes: the last one counts.
	h.must(there.HoldSeats(ctx, app, seat))
	h.must(h.LeaveSeat(ctx, app, who.ID))
	status("left here, and not there", kefu.Online)
	h.must(there.LeaveSeat(ctx, app, who.ID))
	status("left everywhere", kefu.Offline)
	before := h.news(0).Last
	h.must(h.HoldSeats(ctx, app, seat))
	status("back again", kefu.Online)
	if got := h.facts(before); !slices.Equal(got, []string{"agent alice@demo_shop"}) {
		t.Errorf("back again: got facts %q, want the agent's", got)
	}
	before = h.news(0).Last
	h.must(h.HoldSeats(ctx, app, seat))
	if got := h.facts(before); len(got) > 0 {
		t.Errorf("a renewal: got facts %q, want none", got)
	}

	// The clock of the world may go anywhere; a process that was killed is noticed by
	// the time of processes.
	h.pass(48 * time.Hour)
	h.must(h.Tend(ctx))
	status("the clock was moved", kefu.Online)
	h.wall.Add(int64(desk.SeatLease - time.Second))
	h.must(h.Tend(ctx))
	status("the lease is nearly over", kefu.Online)
	h.must(there.HoldSeats(ctx, app, seat))
	h.wall.Add(int64(time.Second))
	h.must(h.Tend(ctx))
	status("the lease of one process is over", kefu.Online)
	h.wall.Add(int64(desk.SeatLease))
	h.must(h.Tend(ctx))
	status("the leases of both are over", kefu.Offline)

	// Who was brought online without a page stays.
	h.online(alice, 2)
	h.wall.Add(int64(time.Hour))
	h.must(h.Tend(ctx))
	status("there never was a page", kefu.Online)
	h.refuses(h.HoldSeats(ctx, "wx0000000000000009", seat), kefu.OfficialAccountUnknown)
}

func second[T any](_ T, err error) error { return err }

// refused is nil when an error is the wanted one.
func refused(got, want error) error {
	if errors.Is(got, want) {
		return nil
	}
	return fmt.Errorf("got %v, want %v", got, want)
}
