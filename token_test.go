package kefu_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

func TestTokenText(t *testing.T) {
	salt := []byte("0123456789abcdef")
	issued, text := kefu.NewToken("wx5d3c0ffee1234567", kefu.ChainStable, secret, salt, noon)
	if issued.Digest != kefu.DigestToken(text) {
		t.Error("the digest is not that of the text")
	}
	if again := kefu.TokenText("wx5d3c0ffee1234567", kefu.ChainStable, secret, salt); again != text {
		t.Errorf("computed again: got %q, want %q", again, text)
	}
	if !strings.HasPrefix(text, "85_") || len(text) <= 100 || !kefu.WellFormedToken(text) {
		t.Errorf("got %q, want 85_ and more than 100 characters that need no escaping", text)
	}
	others := map[string]string{
		"another account": kefu.TokenText("wx5d3c0ffee1234568", kefu.ChainStable, secret, salt),
		"another chain":   kefu.TokenText("wx5d3c0ffee1234567", kefu.ChainPlain, secret, salt),
		"another secret":  kefu.TokenText("wx5d3c0ffee1234567", kefu.ChainStable, secret[1:]+"0", salt),
		"another salt":    kefu.TokenText("wx5d3c0ffee1234567", kefu.ChainStable, secret, []byte("0123456789abcdeg")),
	}
	for name, other := range others {
		if other == text {
			t.Errorf("%s: got the same token", name)
		}
	}
}

func TestTokenCheck(t *testing.T) {
	for _, tt := range []struct {
		name  string
		token kefu.Token
		after time.Duration
		want  error
	}{
		{"new", kefu.Token{}, 0, nil},
		{"last second", kefu.Token{}, kefu.TokenLife - time.Second, nil},
		{"end of life", kefu.Token{}, kefu.TokenLife, kefu.TokenExpired},
		{"at the end of memory", kefu.Token{}, kefu.TokenLife + kefu.TokenMemory - time.Second, kefu.TokenExpired},
		{"forgotten", kefu.Token{}, kefu.TokenLife + kefu.TokenMemory, kefu.TokenInvalid},
		{"in the overlap", kefu.Token{Superseded: noon.Add(time.Hour)}, time.Hour + kefu.TokenOverlap - time.Second, nil},
		{"after the overlap", kefu.Token{Superseded: noon.Add(time.Hour)}, time.Hour + kefu.TokenOverlap, kefu.TokenInvalid},
		{"the overlap does not lengthen its life", kefu.Token{Superseded: noon.Add(kefu.TokenLife - time.Second)}, kefu.TokenLife, kefu.TokenExpired},
		{"cut off", kefu.Token{Superseded: noon.Add(time.Hour), Cut: true}, time.Hour, kefu.TokenInvalid},
		{"before it was issued, the clock was set back", kefu.Token{}, -48 * time.Hour, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token := tt.token
			token.IssuedAt, token.ExpiresAt = noon, noon.Add(kefu.TokenLife)
			if got := token.Check(noon.Add(tt.after)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTokenReusable(t *testing.T) {
	token := kefu.Token{IssuedAt: noon, ExpiresAt: noon.Add(kefu.TokenLife)}
	for _, tt := range []struct {
		name      string
		after     time.Duration
		want      bool
		remaining time.Duration
	}{
		{"new", 0, true, kefu.TokenLife},
		{"more than five minutes left", kefu.TokenLife - kefu.TokenOverlap - time.Second, true, kefu.TokenOverlap + time.Second},
		{"five minutes left", kefu.TokenLife - kefu.TokenOverlap, false, kefu.TokenOverlap},
		{"expired", kefu.TokenLife + time.Second, false, 0},
		{"the clock was set back", -time.Hour, true, kefu.TokenLife},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := noon.Add(tt.after)
			if got := token.Reusable(now); got != tt.want {
				t.Errorf("reusable: got %v, want %v", got, tt.want)
			}
			if got := token.Remaining(now); got != tt.remaining {
				t.Errorf("remaining: got %v, want %v", got, tt.remaining)
			}
		})
	}
}

func TestWellFormedToken(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"plain word", "nonsense", true},
		{"empty", "", false},
		{"space", "85_a b", false},
		{"percent sign left over", "85_a%2F", false},
		{"NUL", "85_\x00", false},
		{"Chinese", "令牌", false},
		{"512 characters", strings.Repeat("a", 512), true},
		{"513 characters", strings.Repeat("a", 513), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := kefu.WellFormedToken(tt.text); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRID(t *testing.T) {
	rid := kefu.NewRID(noon, 0x1a2b3c4d, 0xbadf00d)
	if want := kefu.RID("65f0c2a1-1a2b3c4d-0badf00d"); rid != want {
		t.Fatalf("got %s, want %s", rid, want)
	}
	if at, ok := rid.Time(); !ok || !at.Equal(noon) {
		t.Errorf("got %v, %v, want %v", at, ok, noon)
	}
	for _, bad := range []kefu.RID{"", "65f0c2a1", "65f0c2a1-1a2b3c4d-0badf00", "65F0C2A1-1a2b3c4d-0badf00d", "65f0c2a1_1a2b3c4d_0badf00d", "65f0c2a1-1a2b3c4d-0badf00g", "65f0c2a1-1a2b3c4d-0badf00dd"} {
		if _, ok := bad.Time(); ok {
			t.Errorf("%q passes for a rid", bad)
		}
	}
}

// TestQuotaDay: the platform's day begins at midnight in Beijing.
func TestQuotaDay(t *testing.T) {
	midnight := time.Date(2024, 2, 29, 16, 0, 0, 0, time.UTC)
	if got := kefu.QuotaDay(midnight.Add(-time.Second)); got != "2024-02-29" {
		t.Errorf("a second before midnight: got %s, want 2024-02-29", got)
	}
	if got := kefu.QuotaDay(midnight); got != "2024-03-01" {
		t.Errorf("midnight: got %s, want 2024-03-01", got)
	}
	if got := kefu.QuotaMonth(midnight); got != "2024-03" {
		t.Errorf("month: got %s, want 2024-03", got)
	}
}

func TestDailyQuota(t *testing.T) {
	o := shop()
	o.Limits.DailyCalls = map[string]int64{"/cgi-bin/user/get": 3}
	for path, want := range map[string]int64{
		"/cgi-bin/token":                     2000,
		"/cgi-bin/user/get":                  3,
		"/customservice/kfaccount/add":       500_000,
		"/cgi-bin/customservice/getkflist":   500_000,
		"/cgi-bin/message/custom/send":       500_000,
		"/cgi-bin/stable_token":              500_000,
		"/cgi-bin/something/else/altogether": 500_000,
	} {
		if got := o.DailyQuota(path); got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
}
