package auth

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
)

var office, home = netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("203.0.113.9")

// waits is how long a try has to wait; one that does not has failed then.
func waits(t *testing.T, all *tries, person kefu.WeChatID, from netip.Addr) time.Duration {
	t.Helper()
	_, err := all.begin(person, from)
	var wait TooManyTries
	if err != nil && !errors.As(err, &wait) {
		t.Fatalf("got %v, want a wait", err)
	}
	return wait.RetryAfter
}

// The wait doubles with each try that fails, up to its bound, and all is forgotten
// after an hour.
func TestWaitDoubles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := newTries()
		for i := range personTries {
			if got := waits(t, all, "amy_wx", office); got != 0 {
				t.Fatalf("try %d: got a wait of %s, want none", i, got)
			}
		}
		for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900} {
			want *= time.Second
			if got := waits(t, all, "amy_wx", office); got != want {
				t.Fatalf("got a wait of %s, want %s", got, want)
			}
			// Asking meanwhile makes it no longer.
			time.Sleep(want - time.Millisecond)
			if got := waits(t, all, "amy_wx", office); got != time.Millisecond {
				t.Fatalf("got a wait of %s, want the last millisecond", got)
			}
			time.Sleep(time.Millisecond)
			if got := waits(t, all, "amy_wx", office); got != 0 {
				t.Fatalf("got a wait of %s after it, want to be heard", got)
			}
		}
		time.Sleep(triesMemory)
		for range personTries {
			if got := waits(t, all, "amy_wx", office); got != 0 {
				t.Fatalf("got a wait of %s after an hour, want all forgotten", got)
			}
		}
	})
}

// Tries that run at once are counted, and one that could not be heard is not.
func TestTriesAtOnce(t *testing.T) {
	t.Parallel()
	all := newTries()
	var begun []*try
	for range personTries {
		b, err := all.begin("amy_wx", home)
		if err != nil {
			t.Fatal(err)
		}
		begun = append(begun, b)
	}
	if got := begun[personTries-1].locks; !got {
		t.Error("the last free try: got locks false, want true")
	}
	if got := waits(t, all, "amy_wx", home); got == 0 {
		t.Error("one more at once: got no wait")
	}
	begun[0].withdraw()
	if got := waits(t, all, "amy_wx", home); got != 0 {
		t.Errorf("after one was withdrawn: got a wait of %s, want none", got)
	}
}

// Where a person signed in, others cannot keep it from doing so again; but a login of
// one's own is no way to guess at others.
func TestKnownPlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		all := newTries()
		b, err := all.begin("amy_wx", home)
		if err != nil {
			t.Fatal(err)
		}
		b.succeeded()
		for range personTries {
			waits(t, all, "amy_wx", office)
		}
		if got := waits(t, all, "amy_wx", office); got == 0 {
			t.Error("elsewhere: got no wait")
		}
		if got := waits(t, all, "amy_wx", home); got != 0 {
			t.Errorf("where it signed in: got a wait of %s, want none", got)
		}
		if b, err = all.begin("amy_wx", home); err != nil {
			t.Fatal(err)
		}
		b.succeeded()
		if got := waits(t, all, "amy_wx", office); got == 0 {
			t.Error("elsewhere, after it signed in at home: got no wait")
		}
		time.Sleep(knownMemory)
		for range personTries {
			waits(t, all, "amy_wx", office)
		}
		if got := waits(t, all, "amy_wx", home); got == 0 {
			t.Error("where it signed in long ago: got no wait")
		}

		for i := range addressTries {
			if got := waits(t, all, kefu.WeChatID(fmt.Sprint("guessed_", i)), office); got != 0 {
				break
			}
			b, err := all.begin("mallory_wx", office)
			if err != nil {
				break
			}
			b.succeeded()
		}
		if got := waits(t, all, "guessed_more", office); got == 0 {
			t.Error("guesses with successes between them: got no wait")
		}
	})
}

// However many strangers try, what is remembered is bounded, and those who failed often
// are not forgotten for them.
func TestTriesAreBounded(t *testing.T) {
	t.Parallel()
	all := newTries()
	for range personTries {
		waits(t, all, "amy_wx", home)
	}
	for i := range mostCounted + 500 {
		from := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		b, err := all.begin(kefu.WeChatID(fmt.Sprint("nobody_", i)), from)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			b.succeeded()
		}
	}
	for i := range mostCounted + 500 {
		b, err := all.begin(kefu.WeChatID(fmt.Sprint("somebody_", i)), netip.AddrFrom4([4]byte{11, byte(i >> 16), byte(i >> 8), byte(i)}))
		if err != nil {
			t.Fatal(err)
		}
		b.succeeded()
		waits(t, all, kefu.WeChatID(fmt.Sprint("nobody_", i)), netip.AddrFrom4([4]byte{12, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if len(all.persons) > mostCounted || len(all.addresses) > mostCounted || len(all.known) > mostCounted {
		t.Errorf("got %d persons, %d addresses, %d places, want at most %d of each", len(all.persons), len(all.addresses), len(all.known), mostCounted)
	}
	if all.persons["amy_wx"] == nil {
		t.Error("got somebody forgotten who failed often, want those who failed once forgotten")
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"203.0.113.9":          "203.0.113.9/32",
		"::ffff:203.0.113.9":   "203.0.113.9/32",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
	} {
		if got := network(netip.MustParseAddr(from)); got.String() != want {
			t.Errorf("%s: got %s, want %s", from, got, want)
		}
	}
	if network(netip.Addr{}).IsValid() {
		t.Error("no address: got a network, want none")
	}
}

// What was read before something was forgotten is not kept after it: a login that
// ended between the two would live on.
func TestLateReadsAreNotKept(t *testing.T) {
	t.Parallel()
	p := NewPeople(PeopleParts{Now: time.Now})
	l := keptLogin{login: kefu.Login{Digest: kefu.DigestLogin("x")}, person: kefu.Person{ID: "amy_wx"}}
	before := p.forgets
	p.forgetPerson("amy_wx")
	p.keep(l, before)
	if len(p.logins) != 0 {
		t.Error("got a login kept that was read before it ended")
	}
	for i := range maxLogins + 10 {
		l.login.Digest = kefu.DigestLogin(fmt.Sprint(i))
		p.keep(l, p.forgets)
	}
	if len(p.logins) == 0 || len(p.logins) > maxLogins {
		t.Errorf("got %d logins kept, want some and at most %d", len(p.logins), maxLogins)
	}
}
