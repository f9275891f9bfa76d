package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func tokenIn(t *testing.T, answer *kefutest.Answer) (token wechat.Token) {
	t.Helper()
	if err := json.Unmarshal(answer.Body, &token); err != nil || token.AccessToken == "" {
		t.Fatalf("got %s, want an access token", answer.Body)
	}
	return token
}

// plain fetches the next token of GET /cgi-bin/token.
func plain(t *testing.T, h *kefutest.House) string {
	t.Helper()
	token := tokenIn(t, fetchToken(t, h))
	if token.ExpiresIn != 7200 {
		t.Errorf("got expires_in %d, want 7200", token.ExpiresIn)
	}
	return token.AccessToken
}

// stable asks stable_token; force cuts the chain.
func stable(t *testing.T, h *kefutest.House, force bool) *kefutest.Answer {
	t.Helper()
	return h.Call(t, http.MethodPost, wechat.PathStableToken, mustJSON(t, wechat.StableTokenRequest{
		GrantType: wechat.GrantTypeClientCredential, AppID: h.AppID, Secret: h.Secret, ForceRefresh: force,
	}))
}

// shows tells what a token is worth now.
func shows(t *testing.T, h *kefutest.House, token string, code wechat.Errcode) {
	t.Helper()
	want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAPIDomainIP, token), ""), code)
}

// Each call of token ends the token before, five minutes later, whatever its
// own life.
func TestPlainTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	first := plain(t, h)
	second := plain(t, h)
	if first == second {
		t.Error("got the same token twice, want a new one at each call")
	}
	shows(t, h, first, wechat.OK)
	shows(t, h, second, wechat.OK)
	h.Advance(t, kefu.TokenOverlap-30*time.Second)
	shows(t, h, first, wechat.OK)
	h.Advance(t, 30*time.Second)
	shows(t, h, first, wechat.InvalidCredential)
	shows(t, h, second, wechat.OK)

	h.Advance(t, kefu.TokenLife-kefu.TokenOverlap-30*time.Second)
	shows(t, h, second, wechat.OK)
	third := plain(t, h) // in the last half minute of the second
	h.Advance(t, 31*time.Second)
	shows(t, h, second, wechat.AccessTokenExpired)
	shows(t, h, third, wechat.OK)
	h.Advance(t, kefu.TokenLife)
	shows(t, h, third, wechat.AccessTokenExpired)
	// An ended token is known for a week more, and then it never was.
	h.Advance(t, kefu.TokenMemory+time.Hour)
	shows(t, h, third, wechat.InvalidCredential)
}

func TestTokensThatAreNone(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, tt := range []struct {
		name, token string
		want        wechat.Errcode
	}{
		{"none", "", wechat.AccessTokenMissing},
		{"a word", "nonsense", wechat.InvalidCredential},
		{"of the right form", "85_" + strings.Repeat("a", 128), wechat.InvalidCredential},
		{"512 characters", strings.Repeat("a", 512), wechat.InvalidCredential},
		{"513 characters", strings.Repeat("a", 513), wechat.InvalidAccessToken},
		{"30,000 characters", strings.Repeat("a", 30000), wechat.InvalidAccessToken},
		{"NUL", "85_%00", wechat.InvalidAccessToken},
		{"not UTF-8", "85_%ff", wechat.InvalidAccessToken},
		{"a quote", "85_'", wechat.InvalidAccessToken},
		{"Chinese", "%E4%BB%A4%E7%89%8C", wechat.InvalidAccessToken},
		{"cut short", h.Token(t)[:100], wechat.InvalidCredential},
	} {
		t.Run(tt.name, func(t *testing.T) { shows(t, h, tt.token, tt.want) })
	}
	t.Run("in a header or the body", func(t *testing.T) {
		request, err := http.NewRequest(http.MethodPost, h.URL+wechat.PathAgentList, strings.NewReader("access_token="+h.Token(t)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+h.Token(t))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		want(t, h.Do(t, request), wechat.AccessTokenMissing)
	})
	t.Run("the long text of a wrong token", func(t *testing.T) {
		answer := h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, "nonsense"), "")
		if got := base(answer); got != wechat.InvalidCredential.LongText() {
			t.Errorf("got %q, want %q", got, wechat.InvalidCredential.LongText())
		}
	})
}

// stable_token answers the same token until its last five minutes, and then the
// next, which it overlaps with.
func TestStableTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	first := tokenIn(t, stable(t, h, false))
	if first.ExpiresIn != 7200 {
		t.Errorf("got expires_in %d, want 7200", first.ExpiresIn)
	}
	left := first.ExpiresIn
	for range 4 {
		h.Advance(t, 28*time.Minute)
		again := tokenIn(t, stable(t, h, false))
		if again.AccessToken != first.AccessToken {
			t.Fatal("got another token, want the same while more than five minutes are left")
		}
		if again.ExpiresIn > left-28*60 || again.ExpiresIn < left-28*60-60 || again.ExpiresIn < 300 {
			t.Errorf("got expires_in %d after %d and 28 minutes", again.ExpiresIn, left)
		}
		left = again.ExpiresIn
	}
	h.Advance(t, time.Duration(left-299)*time.Second)
	second := tokenIn(t, stable(t, h, false))
	if second.AccessToken == first.AccessToken || second.ExpiresIn != 7200 {
		t.Errorf("in the last five minutes: got the same token or expires_in %d, want a new one with 7200", second.ExpiresIn)
	}
	shows(t, h, first.AccessToken, wechat.OK)
	shows(t, h, second.AccessToken, wechat.OK)
	h.Advance(t, kefu.TokenOverlap)
	if code := h.Call(t, http.MethodGet, withToken(wechat.PathAPIDomainIP, first.AccessToken), "").Errcode(); !code.TokenRefused() {
		t.Errorf("after the overlap: got %d, want the token refused", code)
	}
	shows(t, h, second.AccessToken, wechat.OK)
}

// A forced refresh cuts at once, two within thirty seconds are one, and the
// twenty-first of a day is refused.
func TestForcedRefresh(t *testing.T) {
	t.Parallel()
	h := start(t)
	normal := tokenIn(t, stable(t, h, false)).AccessToken
	forced := tokenIn(t, stable(t, h, true)).AccessToken
	if forced == normal {
		t.Fatal("got the same token, want a new one")
	}
	shows(t, h, normal, wechat.InvalidCredential)
	shows(t, h, forced, wechat.OK)
	if again := tokenIn(t, stable(t, h, true)).AccessToken; again != forced {
		t.Error("a second force within thirty seconds: got another token")
	}
	if again := tokenIn(t, stable(t, h, false)).AccessToken; again != forced {
		t.Error("normal mode after a force: got another token, want the forced one")
	}
	// Begin at noon of another day, so that no midnight falls into the test.
	noonInBeijing(t, h)
	last := ""
	for i := range kefu.ForcesPerDay {
		h.Advance(t, kefu.ForceInterval+time.Second)
		token := tokenIn(t, stable(t, h, true)).AccessToken
		if token == last {
			t.Fatalf("force %d: got the token before", i+1)
		}
		last = token
	}
	h.Advance(t, kefu.ForceInterval+time.Second)
	want(t, stable(t, h, true), wechat.DailyQuotaReached)
	shows(t, h, last, wechat.OK)
	if token := tokenIn(t, stable(t, h, false)).AccessToken; token != last {
		t.Error("normal mode after a refused force: got another token")
	}
	h.Advance(t, 24*time.Hour)
	if token := tokenIn(t, stable(t, h, true)).AccessToken; token == last {
		t.Error("a force on the next day: got the token before")
	}
}

// Two forces thirty seconds apart end every token of the chain, also one that
// had its overlap.
func TestLeakDrill(t *testing.T) {
	t.Parallel()
	h := start(t)
	leaked := tokenIn(t, stable(t, h, false)).AccessToken
	h.Advance(t, kefu.TokenLife-kefu.TokenOverlap)
	successor := tokenIn(t, stable(t, h, false)).AccessToken
	shows(t, h, leaked, wechat.OK)
	first := tokenIn(t, stable(t, h, true)).AccessToken
	h.Advance(t, kefu.ForceInterval)
	second := tokenIn(t, stable(t, h, true)).AccessToken
	for _, dead := range []string{leaked, successor, first} {
		shows(t, h, dead, wechat.InvalidCredential)
	}
	shows(t, h, second, wechat.OK)
}

// Neither chain disturbs the other, nor another account's.
func TestChainsAreApart(t *testing.T) {
	t.Parallel()
	h := start(t)
	other := h.AddAccount(t, nil)
	kept := tokenIn(t, stable(t, h, false)).AccessToken
	first := plain(t, h)
	foreign := plain(t, other)
	plain(t, h)
	tokenIn(t, stable(t, other, true))
	h.Advance(t, kefu.TokenOverlap)
	shows(t, h, first, wechat.InvalidCredential)
	shows(t, h, kept, wechat.OK)
	shows(t, h, foreign, wechat.OK)
	second := plain(t, h)
	tokenIn(t, stable(t, h, true))
	shows(t, h, second, wechat.OK)
	shows(t, h, kept, wechat.InvalidCredential)
}

// A new secret stops the old one from fetching tokens. Those that were issued
// live on; stable_token cannot say the old one again and issues another.
func TestSecretRotation(t *testing.T) {
	t.Parallel()
	h := start(t)
	before := tokenIn(t, stable(t, h, false)).AccessToken
	rotated := *h
	rotated.Secret = "ffffffffffffffffffffffffffffffff"
	h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Secret = kefu.DigestSecret(rotated.Secret) })
	want(t, stable(t, h, false), wechat.InvalidAppSecret)
	want(t, fetchToken(t, h), wechat.InvalidAppSecret)
	shows(t, h, before, wechat.OK)
	after := tokenIn(t, stable(t, &rotated, false)).AccessToken
	if after == before {
		t.Error("got the token of the secret before")
	}
	shows(t, h, before, wechat.OK) // it has its overlap
	h.Advance(t, kefu.TokenOverlap)
	shows(t, h, before, wechat.InvalidCredential)
	if again := tokenIn(t, stable(t, &rotated, false)).AccessToken; again != after {
		t.Error("got a third token, want the second again")
	}
}

// Tokens outlive the process.
func TestTokensSurviveARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := start(t, kefutest.WithData(folder))
	old, current := plain(t, first), plain(t, first)
	kept := tokenIn(t, stable(t, first, false)).AccessToken
	cut := tokenIn(t, stable(t, first, true)).AccessToken
	first.Stop(t)

	second := start(t, kefutest.WithData(folder))
	for _, token := range []string{old, current, cut} {
		shows(t, second, token, wechat.OK)
	}
	shows(t, second, kept, wechat.InvalidCredential)
	if again := tokenIn(t, stable(t, second, false)).AccessToken; again != cut {
		t.Error("got another stable token, want the one before the restart")
	}
}

// However many ask at once for the first stable token, there is one.
func TestConcurrentStableTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	const callers = 64
	answers := make([]*kefutest.Answer, callers)
	var asking sync.WaitGroup
	for i := range callers {
		asking.Go(func() { answers[i] = stable(t, h, false) })
	}
	asking.Wait()
	for _, answer := range answers {
		if token := tokenIn(t, answer); token.AccessToken != tokenIn(t, answers[0]).AccessToken {
			t.Fatal("got two tokens, want the same for all")
		}
	}
	shows(t, h, tokenIn(t, answers[0]).AccessToken, wechat.OK)
}
