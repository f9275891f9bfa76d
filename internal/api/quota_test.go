package api_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// noonInBeijing sets the clock to a noon in the middle of a month, so that
// neither a midnight nor the first of a month falls into a test.
func noonInBeijing(t *testing.T, h *kefutest.House) {
	t.Helper()
	h.SetClock(t, time.Date(2027, 3, 15, 12, 0, 0, 0, kefu.Beijing))
}

func limited(path string, calls int64) kefutest.Option {
	return kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.Limits.DailyCalls = map[string]int64{path: calls} })
}

// used is what quota/get says of a path, which must add up.
func used(t *testing.T, h *kefutest.House, token, path string) wechat.Quota {
	t.Helper()
	answer := h.Call(t, http.MethodPost, withToken(wechat.PathQuotaGet, token), mustJSON(t, wechat.QuotaRequest{CGIPath: path}))
	want(t, answer, wechat.OK)
	var quota wechat.QuotaResponse
	if err := json.Unmarshal(answer.Body, &quota); err != nil {
		t.Fatal(err)
	}
	if q := quota.Quota; q.Remain != max(q.DailyLimit-q.Used, 0) {
		t.Errorf("%s: got %+v, which does not add up", path, q)
	}
	return quota.Quota
}

func TestDailyQuota(t *testing.T) {
	t.Parallel()
	h := start(t, limited(wechat.PathAgentList, 3))
	noonInBeijing(t, h)
	token := h.Token(t)
	ask := func(path string) *kefutest.Answer { return h.Call(t, http.MethodGet, withToken(path, token), "") }
	for range 3 {
		want(t, ask(wechat.PathAgentList), wechat.OK)
	}
	for range 2 {
		want(t, ask(wechat.PathAgentList), wechat.DailyQuotaReached)
	}
	want(t, ask(wechat.PathOnlineAgentList), wechat.OK)
	if got, want := used(t, h, token, wechat.PathAgentList), (wechat.Quota{DailyLimit: 3, Used: 3}); got != want {
		t.Errorf("got %+v, want %+v: what was refused does not count", got, want)
	}
	// A call that the checks before refuse does not count either.
	want(t, h.Call(t, http.MethodDelete, withToken(wechat.PathOnlineAgentList, token), ""), wechat.RequireGET)
	if got, want := used(t, h, token, wechat.PathOnlineAgentList), (wechat.Quota{DailyLimit: 500_000, Used: 1, Remain: 499_999}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}

	// The day ends at midnight in Beijing.
	h.SetClock(t, time.Date(2027, 3, 15, 23, 58, 0, 0, kefu.Beijing))
	token = h.Token(t)
	want(t, ask(wechat.PathAgentList), wechat.DailyQuotaReached)
	h.Advance(t, 3*time.Minute)
	want(t, ask(wechat.PathAgentList), wechat.OK)
	if got, want := used(t, h, token, wechat.PathAgentList), (wechat.Quota{DailyLimit: 3, Used: 1, Remain: 2}); got != want {
		t.Errorf("next day: got %+v, want %+v", got, want)
	}
	other := h.AddAccount(t, nil)
	if got := used(t, other, other.Token(t), wechat.PathAgentList).Used; got != 0 {
		t.Errorf("another account: got %d used, want 0", got)
	}
}

// A limit that is set while the house runs holds from the next call on.
func TestQuotaLimitChanges(t *testing.T) {
	t.Parallel()
	h := start(t)
	noonInBeijing(t, h)
	token := h.Token(t)
	want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), ""), wechat.OK)
	h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Limits.DailyCalls = map[string]int64{wechat.PathAgentList: 1} })
	want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), ""), wechat.DailyQuotaReached)
	h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Limits.DailyCalls = nil })
	want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), ""), wechat.OK)
}

func TestQuotaPaths(t *testing.T) {
	t.Parallel()
	h := start(t)
	for path, code := range map[string]wechat.Errcode{
		wechat.PathToken:                 wechat.OK,
		wechat.PathAgentList:             wechat.OK,
		"":                               wechat.CGIPathNotFound,
		"/cgi-bin/nothing":               wechat.CGIPathNotFound,
		"cgi-bin/token":                  wechat.CGIPathNotFound,
		"https://api.weixin.qq.com/x":    wechat.CGIPathNotFound,
		"/cgi-bin/token\x00":             wechat.CGIPathNotFound,
		"forced refresh":                 wechat.CGIPathNotFound,
		"/sns/oauth2/access_token":       wechat.CGIPathForbidden,
		"/cgi-bin/../sns/x":              wechat.CGIPathNotFound,
		wechat.PathToken + "?grant_type": wechat.CGIPathNotFound,
	} {
		for _, tool := range []string{wechat.PathQuotaGet, wechat.PathQuotaClear} {
			want(t, call(t, h, tool, mustJSON(t, wechat.QuotaRequest{CGIPath: path})), code)
		}
	}
}

// Ten times a month all counts can be set to zero, with the token or with the
// secret, which can be in the body or in the query.
func TestClearQuota(t *testing.T) {
	t.Parallel()
	h := start(t, limited(wechat.PathAgentList, 1))
	noonInBeijing(t, h)
	byToken := func() *kefutest.Answer {
		return call(t, h, wechat.PathClearQuota, mustJSON(t, wechat.ClearQuotaRequest{AppID: h.AppID}))
	}
	inBody := func() *kefutest.Answer {
		return h.Call(t, http.MethodPost, wechat.PathClearQuotaV2, mustJSON(t, wechat.ClearQuotaV2Request{AppID: h.AppID, AppSecret: h.Secret}))
	}
	inQuery := func() *kefutest.Answer {
		return h.Call(t, http.MethodPost, wechat.PathClearQuotaV2+"?appid="+h.AppID+"&appsecret="+h.Secret, "")
	}
	for i, clear := range []func() *kefutest.Answer{byToken, inBody, inQuery, byToken, inBody, inQuery, byToken, inBody, inQuery, byToken} {
		want(t, call(t, h, wechat.PathAgentList, ""), wechat.OK)
		want(t, call(t, h, wechat.PathAgentList, ""), wechat.DailyQuotaReached)
		if want(t, clear(), wechat.OK); t.Failed() {
			t.Fatalf("clearing %d failed", i+1)
		}
	}
	want(t, call(t, h, wechat.PathAgentList, ""), wechat.OK)
	for _, clear := range []func() *kefutest.Answer{byToken, inBody, inQuery} {
		want(t, clear(), wechat.ClearQuotaLimitReached)
	}
	want(t, call(t, h, wechat.PathAgentList, ""), wechat.DailyQuotaReached)

	h.SetClock(t, time.Date(2027, 4, 1, 0, 0, 1, 0, kefu.Beijing))
	want(t, byToken(), wechat.OK)

	for body, code := range map[string]wechat.Errcode{
		`{"appid":"wx0000000000000000"}`: wechat.InvalidAppID,
		`{"appid":"wx_nope"}`:            wechat.InvalidAppID,
		`{}`:                             wechat.InvalidAppID,
		`{"appid":5}`:                    wechat.DataFormatError,
	} {
		want(t, call(t, h, wechat.PathClearQuota, body), code)
	}
	other := h.AddAccount(t, nil)
	want(t, call(t, h, wechat.PathClearQuota, mustJSON(t, wechat.ClearQuotaRequest{AppID: other.AppID})), wechat.InvalidAppID)
}

// With v2 even an account whose tokens are used up gets out again.
func TestClearQuotaWithoutAToken(t *testing.T) {
	t.Parallel()
	h := start(t, limited(wechat.PathToken, 1))
	noonInBeijing(t, h)
	want(t, fetchToken(t, h), wechat.OK)
	want(t, fetchToken(t, h), wechat.DailyQuotaReached)
	for _, tt := range []struct {
		name, target, body string
		want               wechat.Errcode
	}{
		{"nothing", "", "", wechat.EmptyPostData},
		{"only white space", "", " \n", wechat.EmptyPostData},
		{"no appid", "", `{"appsecret":"x"}`, wechat.AppIDMissing},
		{"no secret in the query", "?appid=" + h.AppID, "", wechat.AppSecretMissing},
		{"no appid in the query", "?appsecret=" + h.Secret, "", wechat.AppIDMissing},
		{"wrong secret in the query", "?appsecret=x&appid=" + h.AppID, "", wechat.InvalidAppSecret},
		{"a body goes before the query", "?appid=" + h.AppID + "&appsecret=" + h.Secret, `{"appid":"` + h.AppID + `","appsecret":"x"}`, wechat.InvalidAppSecret},
		{"a body that is no JSON", "?appid=" + h.AppID + "&appsecret=" + h.Secret, "appid=1", wechat.DataFormatError},
		{"all right", "", `{"appid":"` + h.AppID + `","appsecret":"` + h.Secret + `"}`, wechat.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want(t, h.Call(t, http.MethodPost, wechat.PathClearQuotaV2+tt.target, tt.body), tt.want)
		})
	}
	want(t, fetchToken(t, h), wechat.OK)
}

// Fifty times a month the count of one path can be set to zero.
func TestClearPathQuota(t *testing.T) {
	t.Parallel()
	h := start(t)
	noonInBeijing(t, h)
	token := h.Token(t)
	for range 2 {
		want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), ""), wechat.OK)
		want(t, h.Call(t, http.MethodGet, withToken(wechat.PathOnlineAgentList, token), ""), wechat.OK)
	}
	clear := func() *kefutest.Answer {
		return h.Call(t, http.MethodPost, withToken(wechat.PathQuotaClear, token), mustJSON(t, wechat.QuotaRequest{CGIPath: wechat.PathAgentList}))
	}
	for range kefu.PathClearsPerMonth {
		want(t, clear(), wechat.OK)
	}
	if got := used(t, h, token, wechat.PathAgentList).Used; got != 0 {
		t.Errorf("the path: got %d used, want 0", got)
	}
	if got := used(t, h, token, wechat.PathOnlineAgentList).Used; got != 2 {
		t.Errorf("another path: got %d used, want 2", got)
	}
	want(t, clear(), wechat.ClearQuotaLimitReached)
	want(t, call(t, h, wechat.PathClearQuota, mustJSON(t, wechat.ClearQuotaRequest{AppID: h.AppID})), wechat.OK)
}

// Counts are carried to the ledger, at the latest when the house stops.
func TestCountsSurviveARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	opts := []kefutest.Option{kefutest.WithData(folder), limited(wechat.PathAgentList, 3)}
	first := start(t, opts...)
	noonInBeijing(t, first)
	for range 2 {
		want(t, call(t, first, wechat.PathAgentList, ""), wechat.OK)
	}
	first.Stop(t)
	second := start(t, opts...)
	if got := used(t, second, second.Token(t), wechat.PathAgentList).Used; got != 2 {
		t.Errorf("got %d used, want 2", got)
	}
	want(t, call(t, second, wechat.PathAgentList, ""), wechat.OK)
	want(t, call(t, second, wechat.PathAgentList, ""), wechat.DailyQuotaReached)
}

// However many call at once, no more than the quota get through.
func TestQuotaUnderConcurrency(t *testing.T) {
	t.Parallel()
	const quota, callers = 20, 64
	h := start(t, limited(wechat.PathAgentList, quota))
	noonInBeijing(t, h)
	token := h.Token(t)
	codes := make([]wechat.Errcode, callers)
	var asking sync.WaitGroup
	for i := range callers {
		asking.Go(func() { codes[i] = h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), "").Errcode() })
	}
	asking.Wait()
	served := 0
	for _, code := range codes {
		switch code {
		case wechat.OK:
			served++
		case wechat.DailyQuotaReached:
		default:
			t.Errorf("got %d, want 0 or %d", code, wechat.DailyQuotaReached)
		}
	}
	if served != quota {
		t.Errorf("got %d served, want %d", served, quota)
	}
}

// WeChat's own example asks about a path that need not be served here.
func TestQuotaOfWeChatsPaths(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	if got, want := used(t, h, token, "/cgi-bin/message/custom/send"), (wechat.Quota{DailyLimit: 500_000, Remain: 500_000}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// clear_quota/v2 takes each of its two members from where it is.
func TestClearQuotaV2FromBothPlaces(t *testing.T) {
	t.Parallel()
	h := start(t)
	for target, body := range map[string]string{
		"?appid=" + h.AppID + "&appsecret=" + h.Secret: "{}",
		"?appid=" + h.AppID:                            `{"appsecret":"` + h.Secret + `"}`,
		"?appsecret=" + h.Secret:                       `{"appid":"` + h.AppID + `"}`,
		"?appid=wx0000000000000000":                    `{"appid":"` + h.AppID + `","appsecret":"` + h.Secret + `"}`,
	} {
		want(t, h.Call(t, http.MethodPost, wechat.PathClearQuotaV2+target, body), wechat.OK)
	}
}
