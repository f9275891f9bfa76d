package desk_test

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/store"
)

// sets changes how the account's customers are looked after.
func (h *house) sets(change func(*kefu.Service)) {
	h.t.Helper()
	h.must(h.ChangeSettings(h.t.Context(), app, kefu.Act{Who: "boss", What: kefu.ActSettingsSet}, func(_ *kefu.Limits, s *kefu.Service) ([]desk.Changed, error) {
		change(s)
		return []desk.Changed{{What: "service", Before: "old", After: "new"}}, nil
	}))
}

// customer is what the ledger has of a customer.
func (h *house) customer(id kefu.OpenID) (c kefu.Customer) {
	h.t.Helper()
	h.must(h.ledger.View(h.t.Context(), func(r store.Reader) (err error) {
		c, err = r.Customer(app, id)
		return err
	}))
	return c
}

func allTexts(s *kefu.Service) {
	s.Welcome = kefu.AutoText{On: true, Text: "welcome"}
	s.Busy = kefu.AutoText{On: true, Text: "busy"}
	s.Nobody = kefu.AutoText{On: true, Text: "nobody"}
	s.Closed = kefu.AutoText{On: true, Text: "closed"}
}

// Who begins to wait is told why nobody answers, once, and who is taken is greeted.
// None of it costs an allowance, is told to the developer's server, or counts as an
// answer.
func TestAutomaticTexts(t *testing.T) {
	h := newHouse(t)
	h.sets(allTexts)
	h.follow("c1", "c2", "c3")

	h.transfers("c1", "")
	h.transfers("c1", "")
	wantList(t, "while nobody is online", h.phone("c1")[1:], "house: nobody", "customer: help")
	before := h.customer("c1")
	last := h.latestPush()

	// An agent comes and has room: no word of waiting, but a greeting.
	h.online(alice, 1)
	if got := h.servedBy("c1"); got != alice {
		t.Fatalf("served by: got %q, want %q", got, alice)
	}
	wantList(t, "when taken", h.phone("c1")[3:], "house: welcome")
	after := h.customer("c1")
	if got, want := after.Reach(h.now()), before.Reach(h.now()); got.Next != want.Next {
		t.Errorf("allowance: got %+v, want %+v", got.Next, want.Next)
	}
	if after.Thread.UnansweredSince.IsZero() {
		t.Error("unanswered since: got never, want a greeting to be no answer")
	}
	wantList(t, "told to the developer", h.told(last), "kf_create_session "+string(alice))

	// She has enough to do.
	h.transfers("c2", "")
	wantList(t, "while all are busy", h.phone("c2")[1:], "house: busy")

	// Outside of the hours, in the zone of the account: it is Tuesday, 21:01 here, and
	// Wednesday, 05:01 there.
	h.sets(func(s *kefu.Service) {
		s.Hours.Spans = []kefu.OpenSpan{{Day: time.Wednesday, From: 0, Until: 5*60 + 1}}
	})
	h.transfers("c3", "")
	wantList(t, "while closed", h.phone("c3")[1:], "house: closed")

	// Who returns to the queue waits anew.
	h.sets(func(s *kefu.Service) { s.Hours.Spans[0].Until = 6 * 60 })
	h.offline(alice)
	h.pass(6 * time.Minute)
	h.must(h.Tend(t.Context()))
	wantList(t, "when the agent is gone", h.phone("c1")[4:], "house: nobody")
}

// The greeting stands in the chat records, once, as said in the agent's place.
func TestWelcomeIsRecorded(t *testing.T) {
	h := newHouse(t)
	h.sets(func(s *kefu.Service) { s.Welcome = kefu.AutoText{On: true, Text: "welcome"} })
	h.follow("c1")
	h.online(alice, 0)
	h.transfers("c1", "")
	h.must(h.AcceptCustomer(t.Context(), app, alice, "c1"))
	// She has the customer already.
	h.must(h.AcceptCustomer(t.Context(), app, alice, "c1"))
	records, err := h.Records(t.Context(), app, desk.RecordQuery{From: noon.Add(-time.Hour), To: noon.Add(time.Hour), Limit: 10})
	h.must(err)
	var said []string
	for _, r := range records {
		if r.What == kefu.AgentSaid {
			said = append(said, string(r.Worker)+": "+r.Text)
		}
	}
	wantList(t, "records", said, string(alice)+": welcome")
}

// Who cannot be written to is told nothing: a follower that never wrote, and
// is given to an agent by the API, has no allowance alive.
func TestAutomaticTextNeedsReach(t *testing.T) {
	h := newHouse(t)
	h.sets(allTexts)
	h.follow("c1")
	h.online(alice, 0)
	h.pass(49 * time.Hour)
	h.must(h.CreateSession(t.Context(), app, alice, "c1"))
	wantList(t, "phone", h.phone("c1"))
}

// What was changed stands in the audit with the change, and what is refused in
// neither.
func TestSettingsAreAudited(t *testing.T) {
	h := newHouse(t)
	h.sets(func(s *kefu.Service) { s.Busy = kefu.AutoText{On: true, Text: "busy"} })
	h.refuses(h.ChangeSettings(t.Context(), app, kefu.Act{Who: "boss"}, func(l *kefu.Limits, _ *kefu.Service) ([]desk.Changed, error) {
		l.Agents = 0
		return []desk.Changed{{What: "agents"}}, nil
	}), kefu.OfficialAccountIllegal)
	var acts []kefu.Act
	h.must(h.ledger.View(t.Context(), func(r store.Reader) (err error) {
		acts, err = r.Acts(0, 10)
		return err
	}))
	if len(acts) != 1 || acts[0].Who != "boss" || acts[0].Object != "service" || acts[0].Before != "old" || acts[0].After != "new" || !acts[0].At.Equal(h.now()) {
		t.Errorf("audit: got %+v, want the one change by boss", acts)
	}
	o, err := h.OfficialAccount(t.Context(), app)
	h.must(err)
	if o.Limits.Agents != kefu.DefaultLimits().Agents || !o.Service.Busy.On {
		t.Errorf("account: got %+v %+v, want the text on and the limit as it was", o.Limits, o.Service)
	}
}
