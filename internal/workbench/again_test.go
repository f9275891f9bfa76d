package workbench_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// A session that fell silent is taken up again, and so is a customer of yesterday,
// but only when that is what the agent means.
func TestTakenUpAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.ChangeOfficialAccount(t.Context(), app, func(o *kefu.OfficialAccount) error {
		o.Callback = kefu.Callback{URL: "http://127.0.0.1:9/", Token: "KfSpecToken2024", Mode: kefu.CallbackPlain}
		return nil
	}))
	h.online(alice, bob)
	p, b := h.signIn("alice_wx"), h.signIn("bob_wx")
	h.writes("o1", "hello")
	// With a developer's server nobody waits until it says so.
	p.post("/customers/o1/accept", "{}").refused(http.StatusConflict, "not_waiting")
	p.post("/customers/o1/accept", `{"again":true}`).done()
	h.advance(31 * time.Minute)
	if s := p.state(); len(s.Sessions) != 1 || !s.Sessions[0].Silent {
		t.Fatalf("after half an hour: got %+v, want it silent", s.Sessions)
	}
	b.post("/customers/o1/accept", `{"again":true}`).refused(http.StatusConflict, "session_of_another")
	p.post("/customers/o1/accept", "{}").done()
	if s := p.state(); s.Sessions[0].Silent {
		t.Errorf("taken up again: got %+v, want it not silent", s.Sessions[0])
	}
	p.post("/customers/o1/close", "{}").done()
	b.post("/customers/o1/accept", `{"again":true}`).done()
	lines := b.messages("o1", "").Happenings
	if last := lines[len(lines)-1]; last.What != "started" || last.KFAccount != string(bob) || last.Why != "by hand" {
		t.Errorf("what happened: got %+v, want that bob started it", last)
	}
	b.post("/customers/o1/close", "{}").done()
	h.must(h.Unfollow(t.Context(), app, "o1"))
	b.post("/customers/o1/accept", `{"again":true}`).refused(http.StatusNotFound, "customer_unknown")
}
