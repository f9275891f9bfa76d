package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/store"
)

// cheap hashes make tests fast that are not about them.
var cheap = auth.PasswordCost{Memory: 8, Passes: 1, Lanes: 1}

var byZhang = auth.By{Who: "zhang_wei", From: netip.MustParseAddr("203.0.113.9"), RID: kefu.NewRID(noon, 1, 2)}

const password = "correct horse"

// crew is people on a ledger, with a clock in the test's hand.
type crew struct {
	*auth.People
	l     *ledger
	clock *atomic.Int64
}

func newCrew(l *ledger, cost auth.PasswordCost) *crew {
	c := &crew{l: l, clock: new(atomic.Int64)}
	c.clock.Store(noon.UnixNano())
	c.People = auth.NewPeople(auth.PeopleParts{
		Ledger: l, Now: func() time.Time { return time.Unix(0, c.clock.Load()) }, Log: slog.New(slog.DiscardHandler), Cost: cost,
	})
	return c
}

func (c *crew) advance(by time.Duration) { c.clock.Add(int64(by)) }

func (c *crew) add(t *testing.T, role kefu.Role, ids ...kefu.WeChatID) {
	t.Helper()
	for _, id := range ids {
		if err := c.Add(t.Context(), kefu.Person{ID: id, Name: string(id), Role: role}, password, byZhang); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *crew) signIn(t *testing.T, id kefu.WeChatID) (token string) {
	t.Helper()
	_, token, err := c.SignIn(t.Context(), id, password, auth.By{From: netip.MustParseAddr("203.0.113.9")})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (c *crew) wantSigned(t *testing.T, what, token string, want kefu.WeChatID) {
	t.Helper()
	got, err := c.Signed(t.Context(), token)
	if got.ID != want || (want == "") != errors.Is(err, kefu.NotSignedIn) {
		t.Errorf("%s: got %q (%v), want %q", what, got.ID, err, want)
	}
}

// A request costs no question to the ledger while the login was read a moment ago.
func TestSignedFromMemory(t *testing.T) {
	t.Parallel()
	l := open(t)
	c := newCrew(l, cheap)
	c.add(t, kefu.RoleAgent, "amy_wx")
	token := c.signIn(t, "amy_wx")
	c.wantSigned(t, "first", token, "amy_wx")
	before := l.views.Load()
	for range 100 {
		c.wantSigned(t, "again", token, "amy_wx")
	}
	if reads := l.views.Load() - before; reads > 1 {
		t.Errorf("got %d reads for 100 requests, want one at most", reads)
	}
	before = l.views.Load()
	for _, text := range []string{"", "x", strings.Repeat("=", 43), strings.Repeat("A", 42) + "B"} {
		c.wantSigned(t, text, text, "")
	}
	if reads := l.views.Load() - before; reads != 0 {
		t.Errorf("got %d reads for what can be no token, want none", reads)
	}
}

// A login is prolonged once an hour, also when the ledger takes nothing.
func TestLoginIsProlonged(t *testing.T) {
	t.Parallel()
	l := open(t)
	c := newCrew(l, cheap)
	c.add(t, kefu.RoleAgent, "amy_wx")
	token := c.signIn(t, "amy_wx")
	expires := func() (at time.Time) {
		t.Helper()
		err := l.View(t.Context(), func(r store.Reader) error {
			login, err := r.Login(kefu.DigestLogin(token))
			at = login.ExpiresAt
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	began := expires()
	c.advance(59 * time.Minute)
	c.wantSigned(t, "within the hour", token, "amy_wx")
	if got := expires(); !got.Equal(began) {
		t.Errorf("within the hour: got it prolonged to %s, want %s", got, began)
	}
	c.advance(time.Minute)
	c.wantSigned(t, "after an hour", token, "amy_wx")
	if got, want := expires(), began.Add(time.Hour); !got.Equal(want) {
		t.Errorf("after an hour: got %s, want %s", got, want)
	}
	c.advance(2 * time.Hour)
	l.broken.Store(true)
	c.wantSigned(t, "with a ledger that takes nothing", token, "amy_wx")
	l.broken.Store(false)
	// A clock that steps back ends nothing.
	c.advance(-24 * time.Hour)
	c.wantSigned(t, "a day before", token, "amy_wx")
	c.advance(24*time.Hour + kefu.LoginLife)
	c.wantSigned(t, "after its life", token, "")
}

// Who is disabled, changed or gets another password is so at once.
func TestChangesOfPeople(t *testing.T) {
	t.Parallel()
	l := open(t)
	c := newCrew(l, cheap)
	c.add(t, kefu.RoleAdministrator, "zhang_wei")
	c.add(t, kefu.RoleAgent, "amy_wx")
	change := func(id kefu.WeChatID, change func(*kefu.Person)) error {
		return c.Change(t.Context(), id, byZhang, change)
	}
	token := c.signIn(t, "amy_wx")
	c.wantSigned(t, "signed in", token, "amy_wx")
	if err := change("amy_wx", func(p *kefu.Person) {
		p.Role, p.Name = kefu.RoleSupervisor, "Amy"
		p.ID, p.Password, p.CreatedAt = "somebody", "", time.Time{} // which cannot be changed
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Signed(t.Context(), token); got.Role != kefu.RoleSupervisor || got.Name != "Amy" || err != nil {
		t.Errorf("got %+v (%v), want the new role at once", got, err)
	}
	if err := change("amy_wx", func(p *kefu.Person) { p.Disabled = true }); err != nil {
		t.Fatal(err)
	}
	c.wantSigned(t, "disabled", token, "")
	if _, _, err := c.SignIn(t.Context(), "amy_wx", password, byZhang); !errors.Is(err, kefu.CredentialsWrong) {
		t.Errorf("sign in, disabled: got %v, want %v", err, kefu.CredentialsWrong)
	}
	if _, _, err := c.Welcome(t.Context(), "amy_wx"); !errors.Is(err, kefu.CredentialsWrong) {
		t.Errorf("welcome, disabled: got %v, want %v", err, kefu.CredentialsWrong)
	}
	if err := change("amy_wx", func(p *kefu.Person) { p.Disabled = false }); err != nil {
		t.Fatal(err)
	}
	c.wantSigned(t, "enabled again, with the old login", token, "")
	token = c.signIn(t, "amy_wx")
	if err := c.SetPassword(t.Context(), "amy_wx", "another battery", byZhang); err != nil {
		t.Fatal(err)
	}
	c.wantSigned(t, "with another password", token, "")

	for name, tt := range map[string]struct {
		id     kefu.WeChatID
		change func(*kefu.Person)
		want   error
	}{
		"unknown":       {"nobody_wx", func(*kefu.Person) {}, kefu.PersonUnknown},
		"no id":         {"'", func(*kefu.Person) {}, kefu.PersonUnknown},
		"no such role":  {"amy_wx", func(p *kefu.Person) { p.Role = "owner" }, kefu.RoleIllegal},
		"no name":       {"amy_wx", func(p *kefu.Person) { p.Name = " " }, kefu.PersonNameIllegal},
		"last disabled": {"zhang_wei", func(p *kefu.Person) { p.Disabled = true }, kefu.LastAdministrator},
		"last demoted":  {"zhang_wei", func(p *kefu.Person) { p.Role = kefu.RoleSupervisor }, kefu.LastAdministrator},
	} {
		if err := change(tt.id, tt.change); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
	if err := c.SetPassword(t.Context(), "nobody_wx", "another battery", byZhang); !errors.Is(err, kefu.PersonUnknown) {
		t.Errorf("password of nobody: got %v, want %v", err, kefu.PersonUnknown)
	}
	c.add(t, kefu.RoleAdministrator, "li_na_2024")
	if err := change("zhang_wei", func(p *kefu.Person) { p.Role = kefu.RoleAgent }); err != nil {
		t.Errorf("one of two administrators: got %v, want nil", err)
	}

	want := []string{
		"role_changed zhang_wei administrator agent", "person_added li_na_2024  administrator", "password_set amy_wx  ",
		"person_enabled amy_wx  ", "person_disabled amy_wx  ", "person_renamed amy_wx amy_wx Amy", "role_changed amy_wx agent supervisor",
		"person_added amy_wx  agent", "person_added zhang_wei  administrator",
	}
	if got := acts(t, l); !slices.Equal(got, want) {
		t.Errorf("audit: got %q,\nwant %q", got, want)
	}
}

// acts are those of the audit, the last first.
func acts(t *testing.T, l *ledger) (all []string) {
	t.Helper()
	err := l.View(t.Context(), func(r store.Reader) error {
		found, err := r.Acts(0, 100)
		for _, a := range found {
			if a.Who != byZhang.Who || a.IP != byZhang.From.String() || a.RID != byZhang.RID {
				t.Errorf("got %+v, want who did it, from where, and the rid", a)
			}
			all = append(all, strings.Join([]string{string(a.What), a.Object, a.Before, a.After}, " "))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A person has twenty browsers; one more signs out the first.
func TestLoginsAreBounded(t *testing.T) {
	t.Parallel()
	c := newCrew(open(t), cheap)
	c.add(t, kefu.RoleAgent, "amy_wx")
	var tokens []string
	for range 21 {
		c.advance(time.Minute)
		tokens = append(tokens, c.signIn(t, "amy_wx"))
	}
	c.wantSigned(t, "the first", tokens[0], "")
	c.wantSigned(t, "the second", tokens[1], "amy_wx")
	c.wantSigned(t, "the last", tokens[20], "amy_wx")
}

// A password that was hashed at less cost is hashed anew when it is shown.
func TestWeakHashesAreReplaced(t *testing.T) {
	t.Parallel()
	l := open(t)
	newCrew(l, cheap).add(t, kefu.RoleAgent, "amy_wx")
	c := newCrew(l, auth.PasswordCost{Memory: 16, Passes: 1, Lanes: 1})
	c.signIn(t, "amy_wx")
	if p, err := c.Person(t.Context(), "amy_wx"); err != nil || !strings.Contains(p.Password, "m=16,") {
		t.Errorf("got the hash %q (%v), want it made anew", p.Password, err)
	}
	c.signIn(t, "amy_wx")
}

// A ledger that cannot be asked counts for no failed try.
func TestFailuresOfOursAreNoTries(t *testing.T) {
	t.Parallel()
	l := open(t)
	c := newCrew(l, cheap)
	c.add(t, kefu.RoleAgent, "amy_wx")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		if _, _, err := c.SignIn(ended, "amy_wx", "guess", byZhang); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want %v", err, context.Canceled)
		}
	}
	l.broken.Store(true)
	for range 10 {
		if _, _, err := c.SignIn(t.Context(), "amy_wx", password, byZhang); !errors.Is(err, errBroken) {
			t.Fatalf("got %v, want %v", err, errBroken)
		}
	}
	l.broken.Store(false)
	c.signIn(t, "amy_wx")
}

// Somebody signs in while its password is changed: the old one opens nothing after it.
func TestPasswordChangedMeanwhile(t *testing.T) {
	t.Parallel()
	l := open(t)
	c := newCrew(l, cheap)
	c.add(t, kefu.RoleAgent, "amy_wx")
	changed := false
	sneaky := &between{ledger: l, before: func() {
		if !changed {
			changed = true
			if err := c.SetPassword(t.Context(), "amy_wx", "another battery", byZhang); err != nil {
				t.Error(err)
			}
		}
	}}
	slow := auth.NewPeople(auth.PeopleParts{Ledger: sneaky, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler), Cost: cheap})
	if _, _, err := slow.SignIn(t.Context(), "amy_wx", password, byZhang); !errors.Is(err, kefu.CredentialsWrong) {
		t.Errorf("got %v, want %v", err, kefu.CredentialsWrong)
	}
	if !changed {
		t.Error("the password was not changed meanwhile")
	}
}

// between does something before each change.
type between struct {
	*ledger
	before func()
}

func (b *between) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	b.before()
	return b.ledger.Update(ctx, app, change)
}
