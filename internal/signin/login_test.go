package signin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
)

// The first administrator follows the printed link, signs out, and comes back with
// the password.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	h := production(t)
	link, err := h.SetupLink(t.Context())
	token, found := strings.CutPrefix(link, h.url+"/sign-in?setup=")
	if err != nil || !found {
		t.Fatalf("got the link %q (%v), want one to the sign-in page", link, err)
	}
	if again, _ := h.SetupLink(t.Context()); again != link {
		t.Errorf("asked again: got %q, want the same link %q", again, link)
	}
	b := h.browser(t)
	setup := func(token, id, name, password string) answer {
		return b.post("setup", `{"token":"`+token+`","wechat_id":"`+id+`","name":"`+name+`","password":"`+password+`"}`)
	}
	setup("", "zhang_wei", "张伟", secret).refused(t, http.StatusConflict, "setup_over")
	setup(token[1:]+"A", "zhang_wei", "张伟", secret).refused(t, http.StatusConflict, "setup_over")
	setup(token, "zhang", "张伟", secret).refused(t, http.StatusBadRequest, "worker_illegal")
	setup(token, "zhang_wei", "", secret).refused(t, http.StatusBadRequest, "person_name_illegal")
	setup(token, "zhang_wei", "张伟", "").refused(t, http.StatusBadRequest, "password_illegal")
	setup(token, "zhang_wei", "张伟", "zhang_wei").refused(t, http.StatusBadRequest, "password_illegal")
	setup(token, "zhang_wei", "张伟", "1234567").refused(t, http.StatusBadRequest, "password_illegal")
	if got := b.who(); got != "" {
		t.Fatalf("got %q signed in before the setup, want nobody", got)
	}

	m := setup(token, "zhang_wei", "张伟", secret).me(t)
	if m.Person.Role != "administrator" || m.Person.Name != "张伟" || m.Sandbox {
		t.Errorf("got %+v, want an administrator", m)
	}
	if got := b.who(); got != "zhang_wei" {
		t.Errorf("got %q signed in after the setup, want zhang_wei", got)
	}
	setup(token, "li_na_2024", "李娜", secret).refused(t, http.StatusConflict, "setup_over")
	if link, err := h.SetupLink(t.Context()); link != "" || err != nil {
		t.Errorf("got the link %q (%v) when there is an administrator, want none", link, err)
	}

	b.post("logout", "").ok(t)
	if got := b.who(); got != "" {
		t.Errorf("got %q signed in after the logout, want nobody", got)
	}
	b.login("zhang_wei", secret).me(t)
	if got := b.who(); got != "zhang_wei" {
		t.Errorf("got %q signed in, want zhang_wei", got)
	}
	if got, want := h.audit(t), []string{"zhang_wei person_added zhang_wei"}; !slices.Equal(got, want) {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	for _, hidden := range []string{secret, token} {
		if strings.Contains(h.book.String(), hidden) {
			t.Errorf("got %q in the log, want no secret there", hidden)
		}
	}
}

// The link does not work once somebody became an administrator in another way.
func TestSetupEndsWithAnyAdministrator(t *testing.T) {
	t.Parallel()
	h := production(t)
	link, err := h.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.add(t, kefu.RoleSupervisor, "li_na_2024")
	if again, _ := h.SetupLink(t.Context()); again != link {
		t.Errorf("with a supervisor: got %q, want the link %q", again, link)
	}
	err = h.people.Change(t.Context(), "li_na_2024", auth.By{Who: kefu.ByCommand}, func(p *kefu.Person) { p.Role = kefu.RoleAdministrator })
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link, "setup=")
	body := `{"token":"` + token + `","wechat_id":"zhang_wei","name":"张伟","password":"` + secret + `"}`
	h.browser(t).post("setup", body).refused(t, http.StatusConflict, "setup_over")
}

// Whatever is wrong, the answer is the same, and takes as long.
func TestWrongCredentials(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx", "ben_wx")
	if err := h.people.Change(t.Context(), "ben_wx", auth.By{Who: kefu.ByCommand}, func(p *kefu.Person) { p.Disabled = true }); err != nil {
		t.Fatal(err)
	}
	b := h.browser(t)
	for name, credentials := range map[string][2]string{
		"wrong password":     {"amy_wx", "correct hors"},
		"unknown person":     {"nobody_wx", secret},
		"disabled":           {"ben_wx", secret},
		"other letters":      {"Amy_wx", secret},
		"no id":              {"", secret},
		"no password":        {"amy_wx", ""},
		"very long password": {"amy_wx", strings.Repeat("x", 600)},
		"an id of anything":  {"amy_wx\x00' or 1=1 --", secret},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.login(credentials[0], credentials[1])
			a.refused(t, http.StatusUnauthorized, "wrong_credentials")
			if a.Header.Get("Set-Cookie") != "" {
				t.Error("got a cookie, want none")
			}
		})
	}
	b.login("amy_wx", secret).me(t)
}

// The fastest of several tries says how much work is done; other work on the machine
// only makes tries slower.
func TestUnknownPersonCostsAsMuch(t *testing.T) {
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	fastest := func(id string) time.Duration {
		least := time.Hour
		b := h.browser(t)
		for i := range 4 {
			b.from = "203.0.113." + string(rune('1'+i))
			began := time.Now()
			b.login(id, "wrong").refused(t, http.StatusUnauthorized, "wrong_credentials")
			least = min(least, time.Since(began))
		}
		return least
	}
	known, unknown := fastest("amy_wx"), fastest("nobody_wx")
	if unknown < known/3 || known < unknown/3 {
		t.Errorf("got %s for a wrong password and %s for an unknown person, want about the same", known, unknown)
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	b := h.browser(t)
	cookie := b.login("amy_wx", secret).Header.Get("Set-Cookie")
	for _, part := range []string{"kefu_login=", "; Path=/", "; Max-Age=2592000", "; HttpOnly", "; SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("got the cookie %q, want %q in it", cookie, part)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("got the cookie %q over plain HTTP, which a browser would not send back", cookie)
	}
	b.headers["X-Forwarded-Proto"] = "https"
	if got := b.login("amy_wx", secret).Header.Get("Set-Cookie"); !strings.Contains(got, "; Secure") {
		t.Errorf("got the cookie %q over HTTPS, want it Secure", got)
	}
}

// A new login in a browser ends the one it had.
func TestLoginReplacesLogin(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx", "ben_wx")
	b := h.browser(t)
	first := b.login("amy_wx", secret).Cookies()[0].Value
	b.login("ben_wx", secret).me(t)
	if got := b.who(); got != "ben_wx" {
		t.Errorf("got %q signed in, want ben_wx", got)
	}
	stolen := h.browser(t)
	stolen.headers["Cookie"] = "kefu_login=" + first
	if got := stolen.who(); got != "" {
		t.Errorf("got %q with the login before, want nobody", got)
	}
}

func TestCookiesThatAreNoLogin(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	token := h.browser(t).login("amy_wx", secret).Cookies()[0].Value
	for _, cookie := range []string{"", "x", token[1:], token + "A", strings.Repeat("A", 43), token[:42] + "!", "\"" + token} {
		b := h.browser(t)
		b.headers["Cookie"] = "kefu_login=" + cookie
		a := b.ask(http.MethodGet, "me", "")
		a.refused(t, http.StatusUnauthorized, "not_signed_in")
		if strings.Contains(a.text, "demo") {
			t.Errorf("got %s in production, want nobody offered", a.text)
		}
	}
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx", "ben_wx")
	one, two, other := h.browser(t), h.browser(t), h.browser(t)
	one.login("amy_wx", secret).me(t)
	two.login("amy_wx", secret).me(t)
	other.login("ben_wx", secret).me(t)
	for _, b := range []*browser{one, two, other} {
		if b.who() == "" {
			t.Fatal("got nobody signed in, want everybody")
		}
	}
	one.post("logout-everywhere", "").ok(t)
	for name, b := range map[string]*browser{"one": one, "two": two} {
		if got := b.who(); got != "" {
			t.Errorf("%s: got %q signed in, want nobody at once", name, got)
		}
	}
	if got := other.who(); got != "ben_wx" {
		t.Errorf("another person: got %q, want ben_wx signed in still", got)
	}
	one.post("logout-everywhere", "").refused(t, http.StatusUnauthorized, "not_signed_in")
	// Signing out is always possible.
	one.post("logout", "").ok(t)
}

func TestPassword(t *testing.T) {
	t.Parallel()
	const next = "another battery"
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	here, there := h.browser(t), h.browser(t)
	here.login("amy_wx", secret).me(t)
	there.login("amy_wx", secret).me(t)
	change := func(old, next string) answer { return here.post("password", `{"old":"`+old+`","new":"`+next+`"}`) }
	change(secret, "short").refused(t, http.StatusBadRequest, "password_illegal")
	change(secret, "amy_wx").refused(t, http.StatusBadRequest, "password_illegal")
	change("wrong", next).refused(t, http.StatusUnauthorized, "wrong_credentials")
	change(secret, next).ok(t)
	if got := here.who(); got != "amy_wx" {
		t.Errorf("this browser: got %q, want it signed in still", got)
	}
	if got := there.who(); got != "" {
		t.Errorf("another browser: got %q, want nobody", got)
	}
	there.login("amy_wx", secret).refused(t, http.StatusUnauthorized, "wrong_credentials")
	there.login("amy_wx", next).me(t)
	if got := h.audit(t)[0]; got != "amy_wx password_set amy_wx" {
		t.Errorf("audit: got %q, want the change of the password", got)
	}
	h.browser(t).post("password", `{"old":"","new":"`+next+`"}`).refused(t, http.StatusUnauthorized, "not_signed_in")
}

// Another process sets a password; it is over here within seconds.
func TestPasswordSetElsewhere(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	b := h.browser(t)
	b.login("amy_wx", secret).me(t)
	b.who()
	if err := h.people.SetPassword(t.Context(), "amy_wx", "another battery", auth.By{Who: kefu.ByCommand}); err != nil {
		t.Fatal(err)
	}
	set := time.Now()
	eventually(t, "the login ends", func() bool { return b.who() == "" })
	if late := time.Since(set); late > 7*time.Second {
		t.Errorf("got the login ended after %s, want within some 5 s", late)
	}
}
