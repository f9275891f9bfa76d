package signin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// mustWait guesses until the next try has to wait for more than three seconds, and then
// makes one that must not be heard. A machine that is so busy that the wait is over
// meanwhile tries again.
func mustWait(t *testing.T, guess, try func() answer) (a answer) {
	t.Helper()
	const sure = 3 * time.Second
	for range 5 {
		var told time.Time
		eventually(t, "guesses have to wait longer", func() bool {
			told = time.Now()
			a := guess()
			return a.StatusCode == http.StatusTooManyRequests && a.refused(t, http.StatusTooManyRequests, "too_many_tries") > int64(sure.Seconds())
		})
		if a = try(); time.Since(told) < sure {
			a.refused(t, http.StatusTooManyRequests, "too_many_tries")
			return a
		}
	}
	t.Fatal("the machine is too busy to see that a try has to wait")
	return answer{}
}

// Who guesses has to wait, longer each time; others need not.
func TestTooManyTriesForAPerson(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx", "ben_wx")
	home := h.browser(t)
	home.from = "198.51.100.1"
	home.login("amy_wx", secret).me(t)

	guessing := h.browser(t)
	for i := range 5 {
		guessing.from = fmt.Sprintf("203.0.113.%d", i+1)
		guessing.login("amy_wx", "guess").refused(t, http.StatusUnauthorized, "wrong_credentials")
	}
	guessing.from = "203.0.113.99"
	// The right password is not heard either.
	a := mustWait(t, func() answer { return guessing.login("amy_wx", "guess") }, func() answer { return guessing.login("amy_wx", secret) })
	after := a.refused(t, http.StatusTooManyRequests, "too_many_tries")
	if after < 1 || a.Header.Get("Retry-After") != strconv.FormatInt(after, 10) {
		t.Errorf("got retry_after %d and Retry-After %q, want whole seconds", after, a.Header.Get("Retry-After"))
	}
	if got := home.login("amy_wx", secret).me(t); got.Person.WeChatID != "amy_wx" {
		t.Errorf("where the person signed in before: got %+v, want it let in", got)
	}
	if got := guessing.login("ben_wx", secret).me(t); got.Person.WeChatID != "ben_wx" {
		t.Errorf("another person: got %+v, want it let in", got)
	}
	// That takes nothing from the wait elsewhere, which passes.
	eventually(t, "the wait is over", func() bool { return guessing.login("amy_wx", secret).StatusCode == http.StatusOK })
	if got := h.audit(t); !slices.Contains(got, "$house sign_in_locked amy_wx") {
		t.Errorf("audit: got %q, want the guesses noted", got)
	}
	if strings.Contains(h.book.String(), "guess") {
		t.Error("got a guessed password in the log")
	}
}

// Nobody tells from the wait whether a person exists.
func TestTooManyTriesForNobody(t *testing.T) {
	t.Parallel()
	h := production(t)
	b := h.browser(t)
	for range 5 {
		b.login("nobody_wx", "guess").refused(t, http.StatusUnauthorized, "wrong_credentials")
	}
	guess := func() answer { return b.login("nobody_wx", "guess") }
	mustWait(t, guess, guess)
	if got := h.audit(t); len(got) != 0 {
		t.Errorf("audit: got %q, want strangers not to fill it", got)
	}
}

// One address that guesses at many persons has to wait, whichever part of its IPv6
// network it shows.
func TestTooManyTriesFromAnAddress(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	b := h.browser(t)
	for i := range 20 {
		b.from = fmt.Sprintf("2001:db8:1:2::%x", i+1)
		b.login(fmt.Sprintf("nobody_%d", i), "guess").refused(t, http.StatusUnauthorized, "wrong_credentials")
	}
	mustWait(t, func() answer { return b.login("nobody_at_all", "guess") }, func() answer { return b.login("amy_wx", secret) })
	b.from = "2001:db8:1:3::1"
	b.login("amy_wx", secret).me(t)
}

// A stolen login does not let anybody guess at the password.
func TestTooManyTriesAtTheOldPassword(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	b := h.browser(t)
	b.login("amy_wx", secret).me(t)
	b.from = "203.0.113.77"
	for range 5 {
		b.post("password", `{"old":"guess","new":"another battery"}`).refused(t, http.StatusUnauthorized, "wrong_credentials")
	}
	change := func(old string) func() answer {
		return func() answer { return b.post("password", `{"old":"`+old+`","new":"another battery"}`) }
	}
	mustWait(t, change("guess"), change(secret))
}

// More at once than can be checked are told to come again, and those that are heard
// are answered.
func TestManyLoginsAtOnce(t *testing.T) {
	t.Parallel()
	h := production(t)
	h.add(t, kefu.RoleAgent, "amy_wx")
	const many = 80
	answers := make(chan answer, many)
	for i := range many {
		b := h.browser(t)
		b.from = fmt.Sprintf("198.51.%d.7", i)
		id := fmt.Sprintf("person_%d", i)
		if i == 0 {
			id = "amy_wx"
		}
		go func() { answers <- b.login(id, secret) }()
	}
	codes := map[int]int{}
	for range many {
		a := <-answers
		codes[a.StatusCode]++
		if a.StatusCode == http.StatusServiceUnavailable && a.refused(t, http.StatusServiceUnavailable, "busy") == 0 {
			t.Errorf("got %s, want it to say when to come again", a.text)
		}
	}
	if codes[http.StatusUnauthorized]+codes[http.StatusServiceUnavailable]+codes[http.StatusOK] != many || codes[http.StatusUnauthorized] == 0 {
		t.Errorf("got %v, want each heard or told to come again", codes)
	}
	h.browser(t).login("amy_wx", secret).me(t)
}
