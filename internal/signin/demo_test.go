package signin_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/openkefu/kefu"
)

// In a sandbox anybody is one click away, and nowhere else.
func TestDemo(t *testing.T) {
	t.Parallel()
	h := demo(t)
	b := h.browser(t)
	a := b.ask(http.MethodGet, "me", "")
	a.refused(t, http.StatusUnauthorized, "not_signed_in")
	var stranger struct {
		Sandbox bool
		Demo    []struct {
			WeChatID string `json:"wechat_id"`
			Name     string
			Role     string
		}
	}
	if err := json.Unmarshal([]byte(a.text), &stranger); err != nil || !stranger.Sandbox || len(stranger.Demo) != 3 {
		t.Fatalf("got %s, want the three people of the demo", a.text)
	}
	seats := map[string]int{}
	for _, p := range stranger.Demo {
		m := b.post("demo", `{"wechat_id":"`+p.WeChatID+`"}`).me(t)
		if m.Person.WeChatID != p.WeChatID || m.Person.Role != p.Role || !m.Sandbox {
			t.Errorf("got %+v, want %+v signed in", m, p)
		}
		for _, s := range m.Seats {
			if s.KFAccount != "" {
				seats[p.WeChatID]++
			}
		}
	}
	if seats["alice_wx"] != 1 || seats["bob_wx"] != 1 || seats["demo_admin"] != 0 {
		t.Errorf("got the seats %v, want one for Alice and one for Bob", seats)
	}
	b.post("demo", `{"wechat_id":"nobody_wx"}`).refused(t, http.StatusNotFound, "person_unknown")
	b.post("demo", `{}`).refused(t, http.StatusNotFound, "person_unknown")
	// Nobody has a password.
	b.login("alice_wx", "").refused(t, http.StatusUnauthorized, "wrong_credentials")

	production(t).browser(t).post("demo", `{"wechat_id":"alice_wx"}`).refused(t, http.StatusNotFound, "not_found")
}

// A page under a name of its own that leads to this machine signs nobody in.
func TestDemoUnderAForeignName(t *testing.T) {
	t.Parallel()
	h := demo(t)
	request, err := http.NewRequest(http.MethodGet, h.url+"/auth/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "evil.example"
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("got HTTP %d (%v), want 403", response.StatusCode, err)
	}
}

// Who accepts an invitation in the sandbox can be played from then on.
func TestDemoOfWhoAccepted(t *testing.T) {
	t.Parallel()
	h := demo(t)
	h.invite(t, "carol_wx")
	b := h.browser(t)
	b.post("demo", `{"wechat_id":"carol_wx"}`).refused(t, http.StatusNotFound, "person_unknown")
	b.post("/sandbox/v1/invitations/accept", `{"kf_account":"carol@demo_shop"}`).ok(t)
	m := b.post("demo", `{"wechat_id":"carol_wx"}`).me(t)
	if m.Person.Name != "卡罗尔" || m.Person.Role != "agent" || len(m.Seats) != 1 {
		t.Errorf("got %+v, want Carol with her seat", m)
	}
}

// A fresh world has signed everybody out, and the same people in it.
func TestDemoAfterReset(t *testing.T) {
	t.Parallel()
	h := demo(t)
	b := h.browser(t)
	b.post("demo", `{"wechat_id":"alice_wx"}`).me(t)
	b.post("/sandbox/v1/reset", "").ok(t)
	if got := b.who(); got != "" {
		t.Errorf("got %q signed in after the reset, want nobody", got)
	}
	b.post("demo", `{"wechat_id":"alice_wx"}`).me(t)
}

// A login lives thirty days from when its person was last seen.
func TestLoginLife(t *testing.T) {
	t.Parallel()
	h := demo(t)
	b := h.browser(t)
	b.post("demo", `{"wechat_id":"alice_wx"}`).me(t)
	for range 3 {
		b.post("/sandbox/v1/clock", `{"advance":"20d"}`)
		if got := b.who(); got != "alice_wx" {
			t.Fatalf("got %q after 20 days, want alice_wx signed in", got)
		}
	}
	b.post("/sandbox/v1/clock", `{"advance":"30d"}`)
	if got := b.who(); got != "" {
		t.Errorf("got %q after 30 days, want nobody", got)
	}
}

// Supervisors look everywhere, and work where they have a seat.
func TestSeatsByRole(t *testing.T) {
	t.Parallel()
	h := production(t)
	second := account()
	second.AppID, second.WeChatID, second.OriginalID, second.Name = "wx0123456789abcdef", "second_shop", "gh_0123456789ab", ""
	if err := h.desk.AddOfficialAccount(t.Context(), &second); err != nil {
		t.Fatal(err)
	}
	h.invite(t, "carol_wx")
	if err := h.desk.AcceptInvitation(t.Context(), app, carol); err != nil {
		t.Fatal(err)
	}
	h.add(t, kefu.RoleSupervisor, "carol_wx")
	h.add(t, kefu.RoleAgent, "ben_wx")
	b := h.browser(t)
	seats := b.login("carol_wx", secret).me(t).Seats
	if len(seats) != 2 || seats[0].AccountName != "second_shop" || seats[0].KFAccount != "" || seats[1].KFAccount != "carol@demo_shop" {
		t.Errorf("a supervisor: got %+v, want both accounts and one seat", seats)
	}
	if seats := b.login("ben_wx", secret).me(t).Seats; len(seats) != 0 {
		t.Errorf("an agent nowhere: got %+v, want no seats", seats)
	}
}
