package desk_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// TestReceptions: from the first word to the end of the session, a customer's reception
// remembers how long it waited, who had it and what was said; one that left unserved is
// missed, and one whose agent went waits anew.
func TestReceptions(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2", "c3")
	h.online(alice, 0)
	h.online(bob, 0)

	h.says("c1", "龙井 请问")
	h.pass(10 * time.Second)
	h.transfers("c1", "")
	h.pass(24 * time.Second)
	h.must(h.AcceptCustomer(t.Context(), app, alice, "c1"))
	h.pass(6 * time.Second)
	for _, text := range []string{"罐子压扁了", "还有一句"} {
		_, err := h.AgentSend(t.Context(), app, alice, "c1", kefu.Content{Type: kefu.MsgText, Text: text})
		h.must(err)
		h.pass(time.Minute)
	}
	h.must(h.SwitchSession(t.Context(), app, alice, "c1", bob))
	h.pass(time.Minute)
	h.must(h.CloseSession(t.Context(), app, bob, "c1"))
	h.pass(time.Minute)
	h.says("c1", "龙井，另一件事")

	h.says("c2", "谁在")
	h.transfers("c2", "")
	h.pass(time.Minute)
	h.must(h.Unfollow(t.Context(), app, "c2"))

	h.must(h.CreateSession(t.Context(), app, alice, "c3"))
	h.pass(time.Minute)
	h.offline(alice)
	h.pass(time.Hour / 4)
	h.must(h.Tend(t.Context()))

	list := func(f desk.ReceptionFilter) []desk.ReceptionLine {
		t.Helper()
		p, err := h.Receptions(t.Context(), app, f, 0, 10)
		h.must(err)
		n, bounded, err := h.CountReceptions(t.Context(), app, f)
		h.must(err)
		if n != len(p.Lines) || bounded || p.Bounded || p.Next != 0 {
			t.Errorf("%+v: counted %d, bounded %v, next %d, want the %d that are listed", f, n, bounded, p.Next, len(p.Lines))
		}
		return p.Lines
	}
	all := list(desk.ReceptionFilter{})
	var stood []kefu.ReceptionStanding
	for _, r := range all {
		stood = append(stood, r.Standing())
	}
	want := []kefu.ReceptionStanding{kefu.ReceptionWaiting, kefu.ReceptionEnded, kefu.ReceptionMissed, kefu.ReceptionEnded}
	if !slices.Equal(stood, want) {
		t.Fatalf("standings, the newest first: got %v, want %v", stood, want)
	}
	first := all[3]
	reply, ok := first.FirstReply()
	if !ok || reply != 30*time.Second || first.OpenedAt.Sub(first.WaitedSince) != 24*time.Second {
		t.Errorf("the first reply: got %v, %v, of %+v, want after 30 s of waiting", reply, ok, first)
	}
	if !slices.Equal(first.Agents, []kefu.KFAccount{alice, bob}) || first.Agent != bob || first.Count != 4 || first.Said != "龙井 请问" {
		t.Errorf("the first reception: got %+v, want alice and then bob, 4 messages with what came before the queue", first)
	}
	// Both words were said in it, by different people; the other matter is no part of it.
	if got := list(desk.ReceptionFilter{Words: []string{"龙井", "压扁"}}); len(got) != 1 || got[0].ID != first.ID {
		t.Errorf("the receptions with both words: got %+v, want the first", got)
	}
	if got := list(desk.ReceptionFilter{Words: []string{"另一件事"}}); len(got) != 0 {
		t.Errorf("the receptions with what was said after: got %+v, want none", got)
	}
	if got := list(desk.ReceptionFilter{Agent: bob}); len(got) != 1 {
		t.Errorf("the receptions of bob: got %+v, want one", got)
	}
	if got := list(desk.ReceptionFilter{Words: []string{"c2"}}); len(got) != 1 || got[0].Customer != "c2" {
		t.Errorf("the receptions by openid: got %+v, want that of c2", got)
	}
	talk, err := h.Reception(t.Context(), app, first.ID)
	h.must(err)
	if len(talk.Messages) != 4 || len(talk.Happenings) != 4 || talk.Messages[0].Content.Text != "龙井 请问" {
		t.Errorf("the talk: got %d messages, %d happenings, want 4 from the first word and queued, accepted, transferred, closed", len(talk.Messages), len(talk.Happenings))
	}
	var exported []kefu.MsgID
	h.must(h.EachReception(t.Context(), app, desk.ReceptionFilter{}, func(some []desk.ReceptionTalk) error {
		for _, k := range some {
			exported = append(exported, k.ID)
		}
		return nil
	}))
	if len(exported) != 4 || exported[3] != first.ID {
		t.Errorf("EachReception: got %v, want all four, the newest first", exported)
	}
}

// TestOverview: sessions count where they began, in the bar of their hour, and medians
// are of those that had a reply.
func TestOverview(t *testing.T) {
	h := newHouse(t)
	h.online(alice, 0)
	serve := func(customer kefu.OpenID, after time.Duration) {
		t.Helper()
		h.follow(customer)
		h.says(customer, "hi")
		h.transfers(customer, "")
		h.pass(after)
		h.must(h.AcceptCustomer(t.Context(), app, alice, customer))
		_, err := h.AgentSend(t.Context(), app, alice, customer, kefu.Content{Type: kefu.MsgText, Text: "hello"})
		h.must(err)
	}
	day := noon.Truncate(24*time.Hour).AddDate(0, 0, 2)
	h.clock.Store(day.Add(-23 * time.Hour).UnixNano())
	serve("old", 45*time.Second)
	h.must(h.CloseSession(t.Context(), app, alice, "old"))
	h.clock.Store(day.Add(2 * time.Hour).UnixNano())
	serve("a", 10*time.Second)
	serve("b", 40*time.Second)
	h.must(h.CloseSession(t.Context(), app, alice, "a"))
	h.follow("w")
	h.says("w", "wait")
	h.transfers("w", "")
	h.pass(4 * time.Minute)

	hours := func(from time.Time) (all []time.Time) {
		for i := range 25 {
			all = append(all, from.Add(time.Duration(i)*time.Hour))
		}
		return all
	}
	o, err := h.Overview(t.Context(), app, desk.OverviewQuery{
		Slots: hours(day), Before: hours(day.Add(-24 * time.Hour)), BeforeUntil: h.now().Add(-24 * time.Hour),
		Days: []time.Time{day.Add(-24 * time.Hour), day, day.Add(24 * time.Hour)}, Patience: 3 * time.Minute,
	})
	h.must(err)
	if o.Sessions != 2 || o.Slots[2] != 2 || o.SessionsBefore != 1 || o.Before[1] != 1 {
		t.Errorf("sessions: got %d %v, before %d %v, want two at 2 o'clock and one the day before", o.Sessions, o.Slots, o.SessionsBefore, o.Before)
	}
	if o.FirstReply == nil || *o.FirstReply != 25*time.Second || o.FirstReplyBefore == nil || *o.FirstReplyBefore != 45*time.Second || *o.Days[0] != 45*time.Second {
		t.Errorf("medians: got %v, before %v, want 25 s and 45 s", o.FirstReply, o.FirstReplyBefore)
	}
	if o.Total != 1 || o.Over != 1 || o.LongestWho == nil || o.LongestWho.OpenID != "w" {
		t.Errorf("the queue: got %d, over %d, %v, want w, too long", o.Total, o.Over, o.LongestWho)
	}
	if o.FromCustomers != 6 || o.FromAgents != 2 {
		t.Errorf("messages: got %d and %d, want two of each customer, and 2", o.FromCustomers, o.FromAgents)
	}
	if did := o.ByAgent[alice]; did.Sessions != 2 || did.Ended != 1 || did.FirstReply == nil || *did.FirstReply != 25*time.Second {
		t.Errorf("alice: got %+v, want two sessions, one ended, 25 s", did)
	}
}

// TestOverseer: who oversees gives a waiting customer to an agent and ends a session,
// and both stand in the audit; who does not oversee may do neither.
func TestOverseer(t *testing.T) {
	h := newHouse(t)
	h.online(alice, 0)
	h.follow("c1")
	h.says("c1", "hi")
	h.transfers("c1", "")
	sue := desk.Hand{App: app, Author: kefu.Author{ID: "sue_wx", Name: "Sue"}}
	act := kefu.Act{Who: "sue_wx"}
	if err := h.Assign(t.Context(), sue, act, "c1", alice, ""); !errors.Is(err, kefu.NotAllowed) {
		t.Errorf("Assign by one who does not oversee: got %v, want NotAllowed", err)
	}
	sue.Oversees = true
	h.must(h.Assign(t.Context(), sue, act, "c1", alice, ""))
	act.After = "重复咨询"
	h.must(h.EndByOverseer(t.Context(), sue, act, "c1"))
	p, err := h.Acts(t.Context(), desk.ActFilter{Words: "c1"}, 0, 10)
	h.must(err)
	if len(p.Acts) != 2 || p.Acts[0].What != kefu.ActSessionClosed || p.Acts[0].After != "重复咨询" || p.Acts[1].What != kefu.ActCustomerAssigned {
		t.Errorf("the audit: got %+v, want the end with its reason and the assignment", p.Acts)
	}
}
