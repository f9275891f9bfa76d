package kefu_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

func TestKFAccountBelongs(t *testing.T) {
	for _, tt := range []struct {
		name    string
		account kefu.KFAccount
		owner   kefu.WeChatID
		want    bool
	}{
		{"shortest prefix", "a@demo_shop", "demo_shop", true},
		{"longest prefix", "A_1234567z@demo_shop", "demo_shop", true},
		{"prefix of 11", "A_1234567zz@demo_shop", "demo_shop", false},
		{"no prefix", "@demo_shop", "demo_shop", false},
		{"no suffix", "alice", "demo_shop", false},
		{"empty", "", "demo_shop", false},
		{"dot in the prefix", "ali.ce@demo_shop", "demo_shop", false},
		{"hyphen in the prefix", "ali-ce@demo_shop", "demo_shop", false},
		{"Chinese prefix", "客服@demo_shop", "demo_shop", false},
		{"two at signs", "alice@@demo_shop", "demo_shop", false},
		{"another account's suffix", "alice@someone_else", "demo_shop", false},
		{"suffix in another case", "alice@Demo_shop", "demo_shop", false},
		{"suffix of 30", kefu.KFAccount("a@" + strings.Repeat("x", 30)), kefu.WeChatID(strings.Repeat("x", 30)), true},
		{"suffix of 31", kefu.KFAccount("a@" + strings.Repeat("x", 31)), kefu.WeChatID(strings.Repeat("x", 31)), false},
		{"newline at the end", "alice@demo_shop\n", "demo_shop", false},
		{"NUL in the prefix", "ali\x00ce@demo_shop", "demo_shop", false},
		{"account without a WeChat id", "alice@", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.account.Belongs(tt.owner); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestValidateNickname(t *testing.T) {
	for _, tt := range []struct {
		name, nickname string
		want           error
	}{
		{"Chinese", "客服小美", nil},
		{"16 code points", strings.Repeat("客", 16), nil},
		{"17 code points", strings.Repeat("客", 17), kefu.NicknameIllegal},
		{"emoji", "小美😀", nil},
		{"space inside", "Alice L.", nil},
		{"empty", "", kefu.NicknameIllegal},
		{"only a space", " ", kefu.NicknameIllegal},
		{"only wide spaces", "　　", kefu.NicknameIllegal},
		{"NUL", "a\x00b", kefu.NicknameIllegal},
		{"newline", "a\nb", kefu.NicknameIllegal},
		{"line separator", "a\u2028b", kefu.NicknameIllegal},
		{"family emoji", "👨‍👩‍👧 客服", nil},
		{"text turned around", "ab\u202ecd", kefu.NicknameIllegal},
		{"zero-width space", "a\u200bb", kefu.NicknameIllegal},
		{"byte order mark", "\ufeffa", kefu.NicknameIllegal},
		{"private use", "\ue000", kefu.NicknameIllegal},
		{"only a joiner", "\u200d", kefu.NicknameIllegal},
		{"only a filler", "\u3164", kefu.NicknameIllegal},
		{"only blank braille", "\u2800", kefu.NicknameIllegal},
		{"not UTF-8", "a\xff", kefu.NicknameIllegal},
		{"replacement character", "a\uFFFD", kefu.NicknameIllegal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := kefu.ValidateNickname(tt.nickname); !errors.Is(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestComeAndGo(t *testing.T) {
	morning := time.Unix(1710277281, 0)
	unbound := kefu.Agent{}
	if err := unbound.Come(true, 5, morning); err != kefu.AgentUnbound {
		t.Errorf("unbound agent comes: got %v, want %v", err, kefu.AgentUnbound)
	}
	a := kefu.Agent{Worker: "alice_wx"}
	for _, n := range []int{-1, kefu.MaxAutoAccept + 1} {
		if err := a.Come(true, n, morning); err != kefu.ArgumentIllegal {
			t.Errorf("auto-accept %d: got %v, want %v", n, err, kefu.ArgumentIllegal)
		}
	}
	if err := a.Come(true, 5, morning); err != nil {
		t.Fatal(err)
	}
	if err := a.Come(true, 0, morning.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if want := (kefu.Presence{Online: true, Wish: kefu.Online, Since: morning}); a.Presence != want {
		t.Errorf("coming twice: got %+v, want %+v", a.Presence, want)
	}
}

// What a person chose is kept while it is gone: it is that again when it comes
// back, and nothing is told twice.
func TestPresenceFollowsThePerson(t *testing.T) {
	morning := time.Unix(1710277281, 0)
	at := func(minutes int) time.Time { return morning.Add(time.Duration(minutes) * time.Minute) }
	a := kefu.Agent{Worker: "alice_wx"}
	choose := func(s kefu.Status) func(time.Time) bool {
		return func(now time.Time) bool {
			before := a.Presence.Status()
			if err := a.Choose(s, 3, now); err != nil {
				t.Fatalf("Choose %q: got %v, want nil", s, err)
			}
			return a.Presence.Status() != before
		}
	}
	for i, step := range []struct {
		name    string
		do      func(time.Time) bool
		changed bool
		want    kefu.Status
		since   int
	}{
		{"comes back who chose nothing", a.Return, false, kefu.Offline, -1},
		{"chooses online", choose(kefu.Online), true, kefu.Online, 1},
		{"comes back who is there", a.Return, false, kefu.Online, 1},
		{"closes the window", a.Vanish, true, kefu.Offline, 3},
		{"is gone still", a.Vanish, false, kefu.Offline, 3},
		{"opens it again", a.Return, true, kefu.Online, 5},
		{"goes for lunch", choose(kefu.Away), true, kefu.Away, 6},
		{"closes the window away", a.Vanish, true, kefu.Offline, 7},
		{"comes back away", a.Return, true, kefu.Away, 8},
		{"goes home", choose(kefu.Offline), true, kefu.Offline, 9},
		{"opens the window at home", a.Return, false, kefu.Offline, 9},
	} {
		if got := step.do(at(i)); got != step.changed {
			t.Errorf("%s: got changed %v, want %v", step.name, got, step.changed)
		}
		since := time.Time{}
		if step.since >= 0 {
			since = at(step.since)
		}
		if p := a.Presence; p.Status() != step.want || !p.Since.Equal(since) || p.Online && p.Away {
			t.Errorf("%s: got %+v, want %s since %v", step.name, p, step.want, since)
		}
	}
	if err := a.Choose("busy", 3, morning); err != kefu.ArgumentIllegal {
		t.Errorf("Choose what there is not: got %v, want %v", err, kefu.ArgumentIllegal)
	}
}
