package workbench_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// A day of a customer: it waits, is taken, is answered, is handed over with a note,
// and leaves; and everybody sees their side of it.
func TestStory(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.online(alice, bob)
		atAlice, atBob := h.signIn("alice_wx"), h.signIn("bob_wx")
		first := h.writes("o_ming", "where is my order?")
		h.advance(90 * time.Second)

		s := atAlice.state()
		if s.Epoch == "" || s.Offset < int64(first) || s.Now != noon.Add(90*time.Second).UnixMilli() || s.Max != kefu.MaxAutoAccept {
			t.Errorf("state: got epoch %q, offset %d, now %d, max %d", s.Epoch, s.Offset, s.Now, s.Max)
		}
		if s.Me.KFAccount != string(alice) || s.Me.Nickname != "Alice" || s.Me.Status != "online" || len(s.Agents) != 4 || len(s.Sessions) != 0 {
			t.Errorf("state: got me %+v, agents %+v, sessions %+v", s.Me, s.Agents, s.Sessions)
		}
		if got := s.Agents[3]; got.Status != "unbound" {
			t.Errorf("the agent without a person: got %+v, want it unbound", got)
		}
		if s.Limits["session_patience_ms"] != 30*60*1000 || s.Limits["warn_wait_ms"] != 180000 || s.Limits["late_wait_ms"] != 600000 {
			t.Errorf("limits: got %v", s.Limits)
		}
		if s.Queue.Total != 1 || s.Queue.LongestSince != noon.UnixMilli() || len(s.Queue.Waiting) != 1 {
			t.Fatalf("queue: got %+v, want one since noon", s.Queue)
		}
		if w := s.Queue.Waiting[0]; w.Customer.OpenID != "o_ming" || w.Customer.Nickname != "nick of o_ming" || w.Since != noon.UnixMilli() || w.Last == nil || w.Last.Text.Content != "where is my order?" {
			t.Errorf("who waits: got %+v", w)
		}

		atAlice.post("/customers/o_ming/accept", "{}").done()
		atAlice.post("/customers/o_ming/accept", "").done()
		atBob.post("/customers/o_ming/accept", "{}").refused(http.StatusConflict, "session_of_another")
		s = atAlice.state()
		if len(s.Sessions) != 1 || s.Queue.Total != 0 || s.Queue.LongestSince != 0 || s.Me.Serving != 1 || s.ServedToday != 1 {
			t.Fatalf("after taking: got %+v", s)
		}
		c := s.Sessions[0]
		// Following gave three replies for a minute, which is over; writing gave five.
		if c.Standing != "mine" || c.Unread != 1 || c.WaitingSince != noon.UnixMilli() || c.OpenedAt != s.Now || c.ActiveAt != s.Now || c.Silent ||
			c.Allowance.Left != 5 || c.Allowance.Until != noon.Add(48*time.Hour).UnixMilli() || len(c.Allowance.Grants) != 1 {
			t.Errorf("my session: got %+v", c)
		}

		var sent said
		atAlice.says("o_ming", "c-1", "let me look").into(&sent)
		if sent.Message.From != "agent" || sent.Message.ClientID != "c-1" || sent.Message.KFAccount != string(alice) || sent.Message.Nickname != "Alice" ||
			sent.Message.State != "delivered" || sent.Allowance.Left != 4 || sent.Allowance.Until != noon.Add(48*time.Hour).UnixMilli() {
			t.Errorf("sent: got %+v", sent)
		}
		c = atAlice.state().Sessions[0]
		if c.Unread != 0 || c.WaitingSince != 0 || c.Last.ID != sent.Message.ID {
			t.Errorf("after the answer: got %+v, want it read and answered", c)
		}

		second := h.writes("o_ming", "thanks")
		h.writes("o_ming", "and a second thing")
		if c = atAlice.state().Sessions[0]; c.Unread != 2 {
			t.Errorf("unread: got %d, want 2", c.Unread)
		}
		atAlice.post("/customers/o_ming/read", fmt.Sprintf(`{"id":%d}`, second)).done()
		if c = atAlice.state().Sessions[0]; c.Unread != 1 || c.WaitingSince == 0 {
			t.Errorf("after reading one: got %+v, want one unread and unanswered", c)
		}
		atAlice.post("/customers/o_ming/read", fmt.Sprintf(`{"id":%d}`, first)).done()
		if c = atAlice.state().Sessions[0]; c.Unread != 1 {
			t.Errorf("after reading what was read: got %d unread, want 1", c.Unread)
		}
		atBob.post("/customers/o_ming/read", `{"id":9007199254740991}`).refused(http.StatusConflict, "session_of_another")
		atAlice.post("/customers/o_ming/read", `{"id":9007199254740991}`).done()
		if c = atAlice.state().Sessions[0]; c.Unread != 0 {
			t.Errorf("after reading all: got %d unread, want none", c.Unread)
		}

		h.advance(time.Minute)
		atAlice.post("/customers/o_ming/transfer", `{"to":"bob_02@demo_shop","note":"has order 4711"}`).done()
		if s = atAlice.state(); len(s.Sessions) != 0 {
			t.Errorf("after handing over: got %+v, want none", s.Sessions)
		}
		if s = atBob.state(); len(s.Sessions) != 1 || s.Sessions[0].Standing != "mine" {
			t.Fatalf("the receiver: got %+v, want the session", s.Sessions)
		}
		p := atBob.panel("o_ming")
		if len(p.Notes) != 1 || p.Notes[0].Text != "has order 4711" || p.Notes[0].Author != "Name of alice_wx" || p.Notes[0].Own {
			t.Errorf("notes: got %+v, want the one of alice", p.Notes)
		}
		h.advance(time.Minute)
		atBob.post("/customers/o_ming/close", "{}").done()

		k := atBob.messages("o_ming", "")
		if len(k.Messages) != 4 || k.More || k.Messages[0].ID != int64(first) || k.Messages[1].Nickname != "Alice" {
			t.Errorf("messages: got %+v", k)
		}
		want := []string{"queued", "accepted", "transferred", "closed"}
		if len(k.Happenings) != len(want) {
			t.Fatalf("happenings: got %+v, want %v", k.Happenings, want)
		}
		for i, line := range k.Happenings {
			if line.What != want[i] {
				t.Errorf("happening %d: got %+v, want %s", i, line, want[i])
			}
		}
		if line := k.Happenings[2]; line.KFAccount != string(bob) || line.From != string(alice) || line.Note != "has order 4711" {
			t.Errorf("the transfer: got %+v", line)
		}
		p = atAlice.panel("o_ming")
		if p.VisitsTotal != 1 || len(p.Visits) != 1 {
			t.Fatalf("visits: got %+v, want one", p)
		}
		if v := p.Visits[0]; v.KFAccount != string(bob) || v.Nickname != "Bob" || v.Messages != 3 || v.First != "where is my order?" ||
			v.OpenedAt != noon.Add(90*time.Second).UnixMilli() || v.ClosedAt != noon.Add(210*time.Second).UnixMilli() {
			t.Errorf("the visit: got %+v", v)
		}
		if p.Conversation.Standing != "none" {
			t.Errorf("after the end: got %+v", p.Conversation)
		}
	})
}

// The allowance is in sight, and nothing is sent beyond it; what was sent is not sent
// again.
func TestAllowanceAndRepetition(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.online(alice)
		p := h.signIn("alice_wx")
		h.writes("o1", "hello")
		h.advance(2 * time.Minute) // what following gave is over
		p.post("/accept-next", "{}").into(&struct{}{})
		var ids [6]int64
		for n := 1; n <= 5; n++ {
			var got said
			p.says("o1", fmt.Sprint("c", n), fmt.Sprint("answer ", n)).into(&got)
			if got.Allowance.Left != 5-n || n == 5 && got.Allowance.Reason != "used_up" {
				t.Errorf("after %d: got %+v", n, got.Allowance)
			}
			ids[n] = got.Message.ID
		}
		p.says("o1", "c6", "one too many").refused(http.StatusConflict, "reply_count_reached")
		var again said
		p.says("o1", "c3", "another text under an old name").into(&again)
		if again.Message.ID != ids[3] || again.Message.Text.Content != "answer 3" || again.Allowance.Reason != "used_up" {
			t.Errorf("the same name again: got %+v, want message %d as it was", again, ids[3])
		}
		if k := p.messages("o1", ""); len(k.Messages) != 6 {
			t.Errorf("messages: got %d, want 6", len(k.Messages))
		}
		// Also when the session is over, the answer is that it was sent.
		p.post("/customers/o1/close", "{}").done()
		p.says("o1", "c3", "x").into(&again)
		if again.Message.ID != ids[3] {
			t.Errorf("after the end: got %+v, want message %d", again, ids[3])
		}
		p.says("o1", "c7", "x").refused(http.StatusConflict, "session_none")
		h.writes("o1", "still there?")
		p.post("/accept-next", "{}").into(&struct{}{})
		h.advance(48 * time.Hour)
		if a := p.panel("o1").Conversation.Allowance; a.Left != 0 || a.Reason != "expired" || len(a.Grants) != 0 {
			t.Errorf("after 48 hours: got %+v, want it expired", a)
		}
		p.says("o1", "c8", "x").refused(http.StatusConflict, "reply_time_over")
		h.must(h.Unfollow(t.Context(), app, "o1"))
		if a := p.panel("o1").Conversation.Allowance; a.Reason != "unfollowed" {
			t.Errorf("after leaving: got %+v", a)
		}
		h.writes("o2", "hi")
		p.post("/accept-next", "{}").into(&struct{}{})
		h.must(h.Block(t.Context(), app, []kefu.OpenID{"o2"}))
		if a := p.panel("o2").Conversation; a.Allowance.Reason != "blocked" || a.Standing != "none" || !a.Customer.Blocked {
			t.Errorf("blocked: got %+v", a)
		}
	})
}

// Two agents who take the same customer at once: one gets it, and the other is told.
func TestRace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, h *house) {
		h.online(alice, bob)
		pages := []*page{h.signIn("alice_wx"), h.signIn("bob_wx")}
		for round := range 10 {
			openid := kefu.OpenID(fmt.Sprint("o", round))
			h.writes(openid, "hello")
			answers := make(chan *answer, len(pages))
			for _, p := range pages {
				go func() { answers <- p.post("/customers/"+string(openid)+"/accept", "{}") }()
			}
			won := 0
			for range pages {
				if a := <-answers; a.status == http.StatusOK {
					won++
				} else {
					a.refused(http.StatusConflict, "session_of_another")
				}
			}
			if won != 1 {
				t.Errorf("round %d: got %d who took the customer, want 1", round, won)
			}
		}
		pages[0].post("/accept-next", "{}").refused(http.StatusConflict, "not_waiting")
	})
}
