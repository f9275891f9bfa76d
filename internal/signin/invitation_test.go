package signin_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// shownInvitation is what the page of a link is told.
type shownInvitation struct {
	AccountName  string `json:"account_name"`
	KFAccount    string `json:"kf_account"`
	Nickname     string
	WeChatID     string `json:"wechat_id"`
	Status       string
	ExpiresAt    int64 `json:"expires_at"`
	Now          int64 `json:"now"`
	Known        bool
	Bindings     int
	BindingLimit int `json:"binding_limit"`
}

func (b *browser) invitation(token string) (i shownInvitation) {
	b.t.Helper()
	a := b.ask(http.MethodGet, "invitations/"+token, "")
	if err := json.Unmarshal([]byte(a.text), &i); err != nil || a.StatusCode != http.StatusOK {
		b.t.Fatalf("got HTTP %d %s, want the invitation", a.StatusCode, a.text)
	}
	return i
}

// invite invites a person to be carol, and returns the token of the link.
func (h *house) invite(t *testing.T, person kefu.WeChatID) string {
	t.Helper()
	if _, err := h.desk.Agent(t.Context(), app, carol); err != nil {
		if _, err := h.desk.AddAgent(t.Context(), app, carol, "卡罗尔"); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.desk.Invite(t.Context(), app, carol, person); err != nil {
		t.Fatal(err)
	}
	token, err := h.desk.InvitationToken(t.Context(), app, carol)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

const register = `{"name":"程一诺","password":"` + secret + `"}`

// Somebody new follows the link, registers, accepts, and has the seat.
func TestInvitationOfSomebodyNew(t *testing.T) {
	t.Parallel()
	h := production(t)
	token := h.invite(t, "carol_wx")
	path := "invitations/" + token
	b := h.browser(t)
	soon := time.Now().Add(24 * time.Hour)
	i := b.invitation(token)
	if expires := time.UnixMilli(i.ExpiresAt); expires.After(soon) || expires.Before(soon.Add(-time.Minute)) {
		t.Errorf("got it until %s, want about %s", expires, soon)
	}
	if now := time.Since(time.UnixMilli(i.Now)); now < -time.Second || now > time.Minute {
		t.Errorf("the house says that it is %s ago", now)
	}
	i.ExpiresAt, i.Now = 0, 0
	want := shownInvitation{AccountName: "青禾茶铺", KFAccount: "carol@demo_shop", Nickname: "卡罗尔", WeChatID: "carol_wx", Status: "waiting", BindingLimit: 5}
	if i != want {
		t.Errorf("got %+v, want %+v", i, want)
	}
	b.post(path+"/accept", "").refused(t, http.StatusUnauthorized, "not_signed_in")
	b.post(path+"/register", `{"name":"","password":"`+secret+`"}`).refused(t, http.StatusBadRequest, "person_name_illegal")
	b.post(path+"/register", `{"name":"程一诺","password":""}`).refused(t, http.StatusBadRequest, "password_illegal")
	m := b.post(path+"/register", register).me(t)
	if m.Person.WeChatID != "carol_wx" || m.Person.Name != "程一诺" || m.Person.Role != "agent" || len(m.Seats) != 0 {
		t.Errorf("got %+v, want an agent without a seat", m)
	}
	b.post(path+"/register", register).refused(t, http.StatusConflict, "person_exists")
	if !b.invitation(token).Known {
		t.Error("got the person unknown after it registered")
	}
	b.post(path+"/accept", "").ok(t)
	m = b.ask(http.MethodGet, "me", "").me(t)
	if len(m.Seats) != 1 || m.Seats[0].KFAccount != "carol@demo_shop" || m.Seats[0].KFID != 1001 || m.Seats[0].AppID != string(app) || m.Seats[0].AccountName != "青禾茶铺" {
		t.Errorf("got the seats %+v, want carol's", m.Seats)
	}
	if i := b.invitation(token); i.Status != "bound" || i.Bindings != 1 {
		t.Errorf("got %+v after it was accepted, want bound", i)
	}
	b.post(path+"/accept", "").refused(t, http.StatusConflict, "invitation_not_waiting")
	if got, want := h.audit(t), []string{"carol_wx invitation_accepted carol@demo_shop", "carol_wx person_registered carol_wx"}; !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	if strings.Contains(h.book.String(), token) {
		t.Error("got the link's token in the log")
	}
	if !strings.Contains(h.book.String(), "path=/auth/v1/invitations/…/accept") {
		t.Errorf("got the log %s, want the calls in it", h.book)
	}
}

// Somebody with a login signs in with it; nobody else can answer, or take the id.
func TestInvitationOfSomebodyKnown(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "carol_wx", "mallory_wx")
	token := h.invite(t, "carol_wx")
	path := "invitations/" + token
	if !h.browser(t).invitation(token).Known {
		t.Error("got the person unknown, want it known")
	}
	other := h.browser(t)
	other.post(path+"/register", register).refused(t, http.StatusConflict, "person_exists")
	other.login("mallory_wx", secret).me(t)
	other.post(path+"/accept", "").refused(t, http.StatusForbidden, "invitation_of_other")
	other.post(path+"/reject", "").refused(t, http.StatusForbidden, "invitation_of_other")
	b := h.browser(t)
	b.login("carol_wx", secret).me(t)
	b.post(path+"/reject", "").ok(t)
	if got := b.invitation(token).Status; got != "rejected" {
		t.Errorf("got %q, want rejected", got)
	}
	b.post(path+"/accept", "").refused(t, http.StatusConflict, "invitation_not_waiting")

	// It is sent again, to another person: the link before is nobody's now.
	next := h.invite(t, "mallory_wx")
	b.ask(http.MethodGet, path, "").refused(t, http.StatusNotFound, "invitation_unknown")
	b.post(path+"/accept", "").refused(t, http.StatusNotFound, "invitation_unknown")
	b.post("invitations/"+next+"/accept", "").refused(t, http.StatusForbidden, "invitation_of_other")
	other.post("invitations/"+next+"/accept", "").ok(t)
	if err := h.desk.RemoveAgent(t.Context(), app, carol); err != nil {
		t.Fatal(err)
	}
	other.ask(http.MethodGet, "invitations/"+next, "").refused(t, http.StatusNotFound, "invitation_unknown")
	other.post("invitations/"+next+"/accept", "").refused(t, http.StatusNotFound, "invitation_unknown")
}

// An invitation that is sent again to the same person has a new link, and the old one
// says that it is over.
func TestInvitationSentAgain(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "carol_wx")
	err := h.desk.ChangeOfficialAccount(t.Context(), app, func(o *kefu.OfficialAccount) error {
		o.Limits.InvitationLife = time.Second
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser(t)
	b.login("carol_wx", secret).me(t)
	first := h.invite(t, "carol_wx")
	eventually(t, "the invitation expires", func() bool { return b.invitation(first).Status == "expired" })
	b.post("invitations/"+first+"/accept", "").refused(t, http.StatusConflict, "invitation_not_waiting")
	h.browser(t).post("invitations/"+first+"/register", register).refused(t, http.StatusConflict, "invitation_not_waiting")
	if _, err := h.desk.InvitationToken(t.Context(), app, carol); err != kefu.InvitationNotWaiting {
		t.Errorf("a link of an expired invitation: got %v, want %v", err, kefu.InvitationNotWaiting)
	}
	err = h.desk.ChangeOfficialAccount(t.Context(), app, func(o *kefu.OfficialAccount) error {
		o.Limits.InvitationLife = time.Hour
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	second := h.invite(t, "carol_wx")
	if first == second {
		t.Fatal("got the same link again, want another")
	}
	if got := b.invitation(first).Status; got != "expired" {
		t.Errorf("the link before: got %q, want expired", got)
	}
	b.post("invitations/"+first+"/accept", "").refused(t, http.StatusConflict, "invitation_not_waiting")
	b.post("invitations/"+second+"/accept", "").ok(t)
}

// No part of a link can be changed.
func TestForgedInvitations(t *testing.T) {
	t.Parallel()
	h := production(t)
	token := h.invite(t, "carol_wx")
	b := h.browser(t)
	refuse := func(forged string) {
		t.Helper()
		b.ask(http.MethodGet, "invitations/"+forged, "").refused(t, http.StatusNotFound, "invitation_unknown")
		b.post("invitations/"+forged+"/register", register).refused(t, http.StatusNotFound, "invitation_unknown")
	}
	for i := range len(token) {
		for _, c := range []string{"a", "B", "0", "."} {
			if token[i:i+1] != c {
				refuse(token[:i] + c + token[i+1:])
			}
		}
		if i > 0 {
			refuse(token[:i])
		}
	}
	for _, forged := range []string{token + "A", token + ".", "x", "...", strings.Repeat("a", 5000), "%00", "wx5d3c0ffee1234567.carol.0." + strings.Repeat("A", 22)} {
		refuse(forged)
	}
	if got := b.invitation(token).Status; got != "waiting" {
		t.Errorf("got %q, want the true link to work", got)
	}
}
