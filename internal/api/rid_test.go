package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func lookUp(t *testing.T, h *kefutest.House, rid string) *kefutest.Answer {
	t.Helper()
	return call(t, h, wechat.PathRIDGet, mustJSON(t, wechat.RIDRequest{RID: rid}))
}

func remembered(t *testing.T, h *kefutest.House, rid string) wechat.Call {
	t.Helper()
	answer := lookUp(t, h, rid)
	want(t, answer, wechat.OK)
	var found wechat.RIDResponse
	if err := json.Unmarshal(answer.Body, &found); err != nil {
		t.Fatal(err)
	}
	return found.Request
}

func TestRIDGet(t *testing.T) {
	t.Parallel()
	h := start(t, onlyProxy)
	h.SetClock(t, clockOfVectors)
	token := h.Token(t)
	body := `{"kf_account":"alice","nickname":"小美 <b>","extra":["é"]}`
	request, err := http.NewRequest(http.MethodPost, h.URL+withToken(wechat.PathAgentAdd, token)+"&business_id=7", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", "203.0.113.9")
	answer := h.Do(t, request)
	rid := want(t, answer, wechat.IllegalAgent)
	if at, ok := kefu.RID(rid).Time(); !ok || at.Before(clockOfVectors) || at.After(clockOfVectors.Add(30*time.Second)) {
		t.Errorf("got rid %q, want one whose first group is the time of the call", rid)
	}
	got := remembered(t, h, rid)
	if late := got.InvokeTime - clockOfVectors.Unix(); late < 0 || late > 30 {
		t.Errorf("got invoke_time %d, want %d or a few seconds more", got.InvokeTime, clockOfVectors.Unix())
	}
	if got.CostInMS < 0 || got.CostInMS > 60_000 {
		t.Errorf("got cost_in_ms %d, want what it took", got.CostInMS)
	}
	got.InvokeTime, got.CostInMS = 0, 0
	expected := wechat.Call{
		ClientIP:     "203.0.113.9",
		RequestBody:  body,
		RequestURL:   "access_token=" + token[:7] + "xxxx&business_id=7",
		ResponseBody: string(answer.Body),
	}
	if got != expected {
		t.Errorf("got  %+v,\nwant %+v", got, expected)
	}
}

func TestRIDsThatAreNotFound(t *testing.T) {
	t.Parallel()
	h := start(t)
	other := h.AddAccount(t, nil)
	foreign := want(t, add(t, other, "alice", ""), wechat.IllegalNickname)
	own := want(t, add(t, h, "alice", ""), wechat.IllegalNickname)
	want(t, lookUp(t, h, own), wechat.OK)
	now := h.Now(t)
	for _, tt := range []struct {
		name, rid string
		want      wechat.Errcode
	}{
		{"foreign", foreign, wechat.RIDForeign},
		{"empty", "", wechat.RIDMalformed},
		{"a word", "nonsense", wechat.RIDMalformed},
		{"upper case", strings.ToUpper(own), wechat.RIDMalformed},
		{"two groups", own[:17], wechat.RIDMalformed},
		{"a NUL at the end", own[:25] + "\x00", wechat.RIDMalformed},
		{"something behind it", own + "0", wechat.RIDMalformed},
		{"never issued", string(kefu.NewRID(now, 1, 2)), wechat.RIDNotFound},
		{"in the future", string(kefu.NewRID(now.Add(time.Hour), 1, 2)), wechat.RIDNotFound},
		{"older than seven days", string(kefu.NewRID(now.Add(-kefu.CallMemory-time.Minute), 1, 2)), wechat.RIDTooOld},
		{"of 1970", "00000000-00000000-00000000", wechat.RIDTooOld},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, lookUp(t, h, tt.rid), tt.want) })
	}
	t.Run("after a restart of the account's day", func(t *testing.T) {
		h.Advance(t, kefu.CallMemory-time.Hour)
		want(t, lookUp(t, h, own), wechat.OK)
		want(t, lookUp(t, other, foreign), wechat.OK)
		h.Advance(t, 2*time.Hour)
		want(t, lookUp(t, h, own), wechat.RIDTooOld)
		want(t, lookUp(t, other, foreign), wechat.RIDTooOld)
	})
}

// Whatever a refused call carried, no secret is remembered of it.
func TestRIDMasksSecrets(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	secret := h.Secret
	for _, tt := range []struct {
		name   string
		method string
		target string
		body   string
		want   wechat.Errcode
		query  string // of the record, to show that masking leaves the rest
	}{
		{name: "secret in the query of token", method: http.MethodGet,
			target: wechat.PathToken + "?grant_type=password&appid=" + h.AppID + "&secret=" + secret,
			want:   wechat.InvalidGrantType, query: "appid=" + h.AppID + "&grant_type=password&secret=xxxx"},
		{name: "secret twice", method: http.MethodGet,
			target: wechat.PathToken + "?appid=" + h.AppID + "&secret=" + secret + "&SECRET=" + secret + "&secret=2" + secret,
			want:   wechat.InvalidGrantType},
		{name: "secret in the body of stable_token", method: http.MethodPost, target: wechat.PathStableToken,
			body: `{"appid":"` + h.AppID + `","grant_type":"x","secret":"` + secret + `"}`, want: wechat.InvalidGrantType},
		{name: "wrong secret", method: http.MethodPost, target: wechat.PathStableToken,
			body: `{"appid":"` + h.AppID + `","grant_type":"client_credential","secret":"` + secret + `0"}`, want: wechat.InvalidAppSecret},
		{name: "secret under another case", method: http.MethodPost, target: wechat.PathStableToken,
			body: `{"appid":"` + h.AppID + `","grant_type":"x","Secret":"` + secret + `"}`, want: wechat.InvalidGrantType},
		{name: "secret within", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"a":{"appsecret":"` + secret + `"},"b":[{"secret":"` + secret + `"},["x",{"password":"` + secret + `"}]]}`, want: wechat.IllegalAgent},
		{name: "secret escaped", method: http.MethodPost, target: wechat.PathStableToken,
			body: `{"appid":"` + h.AppID + `","grant_type":"x","\u0073ecret":"` + secret + `"}`, want: wechat.InvalidGrantType},
		{name: "appsecret in the query", method: http.MethodPost, target: wechat.PathClearQuotaV2 + "?appid=" + h.AppID + "&appsecret=" + secret + "0",
			want: wechat.InvalidAppSecret, query: "appid=" + h.AppID + "&appsecret=xxxx"},
		{name: "appsecret in the body", method: http.MethodPost, target: wechat.PathClearQuotaV2,
			body: `{"appid":"` + h.AppID + `","appsecret":"` + secret + `0"}`, want: wechat.InvalidAppSecret},
		{name: "malformed body with a secret", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"secret":"` + secret + `"`, want: wechat.DataFormatError},
		{name: "form with a secret", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: "appid=x&secret=" + secret, want: wechat.DataFormatError},
		{name: "malformed body with the name escaped", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"\u0073ecret":"` + secret + `"`, want: wechat.DataFormatError},
		{name: "two members of one name", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"secret":"` + secret + `","secret":"x"}`, want: wechat.DataFormatError},
		{name: "the token again in the body", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"kf_account":"` + token + `"}`, want: wechat.IllegalAgent},
		{name: "the token in a malformed body", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"kf_account":"` + token, want: wechat.DataFormatError},
		{name: "a number for a secret", method: http.MethodPost, target: withToken(wechat.PathAgentAdd, token),
			body: `{"secret":["` + secret + `"]}`, want: wechat.IllegalAgent},
		{name: "a short token", method: http.MethodGet, target: withToken(wechat.PathAgentUpdate, token) + "&access_token=short", want: wechat.RequirePOST},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rid := want(t, h.Call(t, tt.method, tt.target, tt.body), tt.want)
			if rid == "" {
				t.Fatal("got no rid to look up")
			}
			answer := lookUp(t, h, rid)
			want(t, answer, wechat.OK)
			for name, text := range map[string]string{"AppSecret": secret, "access token": token} {
				if strings.Contains(string(answer.Body), text) {
					t.Errorf("the %s is in %s", name, answer.Body)
				}
			}
			if got := remembered(t, h, rid).RequestURL; tt.query != "" && got != tt.query {
				t.Errorf("got request_url %q, want %q", got, tt.query)
			}
		})
	}
}

// Records are cut to a bounded length, and one that holds anything but text
// does no harm.
func TestRIDOfOddBodies(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, body := range map[string]string{
		"long":       `{"kf_account":"` + strings.Repeat("长", 20_000) + `"}`,
		"not UTF-8":  "{\"kf_account\":\"\xff\xfe\"}",
		"NUL":        `{"kf_account":"a\u0000b"}`,
		"a raw NUL":  "{\x00",
		"two values": "{} {}",
	} {
		t.Run(name, func(t *testing.T) {
			answer := call(t, h, wechat.PathAgentAdd, body)
			_, rid := answer.Errmsg()
			got := remembered(t, h, rid)
			if len(got.RequestBody) == 0 || len(got.RequestBody) > 2100 {
				t.Errorf("got %d bytes of request_body, want some, and at most about 2048", len(got.RequestBody))
			}
			if got.ResponseBody != string(answer.Body) {
				t.Errorf("got response_body %q, want %q", got.ResponseBody, answer.Body)
			}
		})
	}
}

// A call that succeeded has no rid, and calls outlive the process.
func TestRIDSurvivesARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := start(t, kefutest.WithData(folder))
	rid := want(t, add(t, first, "alice", ""), wechat.IllegalNickname)
	first.Stop(t)
	second := start(t, kefutest.WithData(folder))
	want(t, lookUp(t, second, rid), wechat.OK)
}

// A secret under a wrong name is a secret.
func TestRIDMasksValues(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	target := withToken(wechat.PathAgentAdd, token) + "&token=" + token + "&q=" + h.Secret + "&note=a-" + h.Secret
	rid := want(t, h.Call(t, http.MethodPost, target, `{"kf_account":"`+h.Secret+`","app_secret":"`+h.Secret+`","x":"`+token+`"}`), wechat.IllegalAgent)
	got := remembered(t, h, rid)
	if all := got.RequestURL + got.RequestBody + got.ResponseBody; strings.Contains(all, h.Secret) || strings.Contains(all, token) {
		t.Errorf("got a secret in %+v", got)
	}
	if !strings.Contains(got.RequestBody, `"kf_account":"xxxx"`) || !strings.Contains(got.RequestURL, "note=a-xxxx") {
		t.Errorf("got %+v, want the rest as it was", got)
	}
}

func TestLongPathsAreCut(t *testing.T) {
	t.Parallel()
	h := start(t)
	path := "/cgi-bin/" + strings.Repeat("客", 5000)
	want(t, h.Call(t, http.MethodGet, withToken(path, h.Token(t)), ""), wechat.APIUnauthorized)
}
