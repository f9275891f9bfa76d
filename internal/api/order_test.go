package api_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// attempt is a request that is all right until a breach changes it.
type attempt struct {
	method  string
	plain   bool // over plain HTTP
	query   url.Values
	members map[string]string // JSON texts by member name
	body    string            // instead of the members, when hasBody
	hasBody bool
	from    string
}

// breach breaks one rule. Two breaches with a place in common cannot be in one
// request.
type breach struct {
	code    wechat.Errcode
	place   string
	request func(*attempt)
	account func(*kefu.OfficialAccount)
}

// clash tells whether two breaches need the same place of the request.
func (b breach) clash(other breach) bool {
	for _, place := range strings.Fields(b.place) {
		if strings.Contains(" "+other.place+" ", " "+place+" ") {
			return true
		}
	}
	return false
}

func (a *attempt) send(t *testing.T, h *kefutest.House, path string) *kefutest.Answer {
	t.Helper()
	body := a.body
	if !a.hasBody && a.members != nil && a.method == http.MethodPost {
		var members []string
		for name, value := range a.members {
			members = append(members, `"`+name+`":`+value)
		}
		body = "{" + strings.Join(members, ",") + "}"
	}
	request, err := http.NewRequest(a.method, h.URL+path+"?"+a.query.Encode(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if !a.plain {
		request.Header.Set("X-Forwarded-Proto", "https")
	}
	if a.from != "" {
		request.Header.Set("X-Forwarded-For", a.from)
	}
	return h.Do(t, request)
}

// pairs sends every breach alone, and every two together that can be: then the
// earlier one is the answer. fresh makes a request that would succeed.
func pairs(t *testing.T, h *kefutest.House, path string, breaches []breach, fresh func() attempt) {
	try := func(name string, applied ...breach) {
		t.Run(name, func(t *testing.T) {
			a := fresh()
			h.ChangeAccount(t, func(o *kefu.OfficialAccount) {
				o.Standing, o.Limits, o.AllowedAddresses = kefu.GoodStanding(), kefu.DefaultLimits(), nil
				for _, b := range applied {
					if b.account != nil {
						b.account(o)
					}
				}
			})
			for _, b := range applied {
				if b.request != nil {
					b.request(&a)
				}
			}
			want(t, a.send(t, h, path), applied[0].code)
		})
	}
	for i, first := range breaches {
		try(first.code.Error(), first)
		for _, second := range breaches[i+1:] {
			if !first.clash(second) {
				try(first.code.Error()+" before "+second.code.Error(), first, second)
			}
		}
	}
}

func query(name, value string) func(*attempt) {
	return func(a *attempt) { a.query.Set(name, value) }
}

func without(name string) func(*attempt) {
	return func(a *attempt) { a.query.Del(name); delete(a.members, name) }
}

func member(name, value string) func(*attempt) {
	return func(a *attempt) { a.members[name] = value }
}

func bodyOf(text string) func(*attempt) {
	return func(a *attempt) { a.body, a.hasBody = text, true }
}

// secureHouse demands HTTPS and believes a proxy on this machine.
func secureHouse(t *testing.T) (h *kefutest.House, token func(t *testing.T) string) {
	t.Helper()
	h = start(t, kefutest.WithRequiredHTTPS(), kefutest.WithTrustedProxies(netip.MustParsePrefix("127.0.0.1/32")))
	return h, func(t *testing.T) string {
		t.Helper()
		a := attempt{method: http.MethodPost, members: map[string]string{
			"grant_type": `"client_credential"`, "appid": `"` + h.AppID + `"`, "secret": `"` + h.Secret + `"`,
		}}
		return tokenIn(t, a.send(t, h, wechat.PathStableToken)).AccessToken
	}
}

// The checks that every call with a token goes through come in one order.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	h, token := secureHouse(t)
	expired := token(t)
	h.Advance(t, kefu.TokenLife)
	working := token(t)
	withWorking := func(method string, members map[string]string) func() attempt {
		return func() attempt {
			a := attempt{method: method, query: url.Values{"access_token": {working}}, members: map[string]string{}}
			for name, value := range members {
				a.members[name] = value
			}
			return a
		}
	}
	alice := withWorking(http.MethodPost, map[string]string{"kf_account": `"alice@demo_shop"`, "nickname": `"Alice"`})()
	want(t, alice.send(t, h, wechat.PathAgentAdd), wechat.OK)

	admission := []breach{
		{code: wechat.RequireHTTPS, request: func(a *attempt) { a.plain = true }},
		{code: wechat.AccessTokenMissing, place: "token", request: without("access_token")},
		{code: wechat.InvalidAccessToken, place: "token", request: query("access_token", "not/a token")},
		{code: wechat.InvalidCredential, place: "token", request: query("access_token", "nonsense")},
		{code: wechat.AccessTokenExpired, place: "token", request: query("access_token", expired)},
		{code: wechat.UserLimited, account: func(o *kefu.OfficialAccount) { o.Standing.Frozen = true }},
	}
	unverified := breach{code: wechat.APIUnauthorized, account: func(o *kefu.OfficialAccount) { o.Standing.Verified = false }}
	disabled := breach{code: wechat.AgentFeatureOff, account: func(o *kefu.OfficialAccount) { o.Standing.ServiceEnabled = false }}
	usedUp := func(path string) breach {
		return breach{code: wechat.DailyQuotaReached, account: func(o *kefu.OfficialAccount) { o.Limits.DailyCalls = map[string]int64{path: 0} }}
	}

	t.Run("add", func(t *testing.T) {
		pairs(t, h, wechat.PathAgentAdd, append(admission[:len(admission):len(admission)],
			breach{code: wechat.RequirePOST, request: func(a *attempt) { a.method = http.MethodPut }},
			unverified,
			usedUp(wechat.PathAgentAdd),
			breach{code: wechat.EmptyPostData, place: "account nickname", request: bodyOf("\n")},
			breach{code: wechat.DataFormatError, place: "nickname", request: member("nickname", "5")},
			disabled,
			breach{code: wechat.IllegalAgent, place: "account", request: member("kf_account", `"alice"`)},
			breach{code: wechat.IllegalNickname, place: "nickname", request: member("nickname", `""`)},
			breach{code: wechat.AgentExists, place: "account", request: member("kf_account", `"alice@demo_shop"`)},
			breach{code: wechat.AgentLimitReached, account: func(o *kefu.OfficialAccount) { o.Limits.Agents = 1 }},
		), withWorking(http.MethodPost, map[string]string{"kf_account": `"dora@demo_shop"`, "nickname": `"Dora"`}))
	})
	t.Run("getkflist", func(t *testing.T) {
		pairs(t, h, wechat.PathAgentList, append(admission[:len(admission):len(admission)],
			breach{code: wechat.RequireGET, request: func(a *attempt) { a.method = http.MethodDelete }},
			unverified,
			usedUp(wechat.PathAgentList),
			disabled,
		), withWorking(http.MethodGet, nil))
	})
	t.Run("uploadheadimg", func(t *testing.T) {
		// The header is missing, so the first line of the body is the boundary.
		picture := "--x\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.gif\"\r\n\r\nGIF89a\r\n--x--\r\n"
		pairs(t, h, wechat.PathAgentAvatar, append(admission[:len(admission):len(admission)],
			breach{code: wechat.RequirePOST, request: func(a *attempt) { a.method = http.MethodGet }},
			unverified,
			usedUp(wechat.PathAgentAvatar),
			breach{code: wechat.EmptyPostData, place: "body", request: bodyOf("\n")},
			breach{code: wechat.MediaDataMissing, place: "body", request: bodyOf("GIF89a")},
			disabled,
			breach{code: wechat.InvalidAgent, request: query("kf_account", "nobody@demo_shop")},
			breach{code: wechat.InvalidFileType, place: "body", request: bodyOf(picture)},
		), func() attempt {
			a := withWorking(http.MethodPost, nil)()
			a.query.Set("kf_account", "alice@demo_shop")
			bodyOf(strings.Replace(picture, "GIF89a", string(pictureFile(t, "png", 8, 8)), 1))(&a)
			return a
		})
	})
	t.Run("inviteworker", func(t *testing.T) {
		pairs(t, h, wechat.PathAgentInvite, []breach{
			usedUp(wechat.PathAgentInvite),
			{code: wechat.DataFormatError, place: "person", request: member("invite_wx", "[]")},
			disabled,
			{code: wechat.IllegalAgent, place: "account", request: member("kf_account", `"nobody"`)},
			{code: wechat.InvalidAgent, place: "account", request: member("kf_account", `"nobody@demo_shop"`)},
			{code: wechat.InvalidWorker, place: "person", request: member("invite_wx", `"x"`)},
		}, withWorking(http.MethodPost, map[string]string{"kf_account": `"alice@demo_shop"`, "invite_wx": `"alice_wx"`}))
	})
}

// The calls that show a secret instead of a token have an order of their own.
func TestOrderOfCredentialChecks(t *testing.T) {
	t.Parallel()
	h, _ := secureHouse(t)
	shared := []breach{
		{code: wechat.AppIDMissing, place: "appid", request: without("appid")},
		{code: wechat.InvalidAppID, place: "appid", request: func(a *attempt) {
			if a.members == nil {
				a.query.Set("appid", "wx_nope")
			} else {
				a.members["appid"] = `"wx0000000000000000"`
			}
		}},
		{code: wechat.InvalidGrantType, request: without("grant_type")},
		{code: wechat.AppSecretMissing, place: "secret", request: without("secret")},
		{code: wechat.InvalidAppSecret, place: "secret", request: func(a *attempt) {
			if a.members == nil {
				a.query.Set("secret", "wrong")
			} else {
				a.members["secret"] = `"wrong"`
			}
		}},
		{code: wechat.AppSecretFrozen, account: func(o *kefu.OfficialAccount) { o.Standing.SecretFrozen = true }},
		{code: wechat.AccountFrozen, account: func(o *kefu.OfficialAccount) { o.Standing.Frozen = true }},
		{code: wechat.AddressNotAllowed, request: func(a *attempt) { a.from = "203.0.113.9" }, account: func(o *kefu.OfficialAccount) {
			o.AllowedAddresses = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}},
	}
	insecure := breach{code: wechat.RequireHTTPS, request: func(a *attempt) { a.plain = true }}

	t.Run("token", func(t *testing.T) {
		breaches := append([]breach{insecure, {code: wechat.RequireGET, request: func(a *attempt) { a.method = http.MethodPut }}}, shared...)
		breaches = append(breaches, breach{code: wechat.DailyQuotaReached, account: func(o *kefu.OfficialAccount) {
			o.Limits.DailyCalls = map[string]int64{wechat.PathToken: 0}
		}})
		pairs(t, h, wechat.PathToken, breaches, func() attempt {
			return attempt{method: http.MethodGet, query: url.Values{
				"grant_type": {"client_credential"}, "appid": {h.AppID}, "secret": {h.Secret},
			}}
		})
	})
	t.Run("stable_token", func(t *testing.T) {
		breaches := append([]breach{
			insecure,
			{code: wechat.RequirePOST, request: func(a *attempt) { a.method = http.MethodGet }},
			{code: wechat.DataFormatError, request: member("force_refresh", `"true"`)},
		}, shared...)
		breaches = append(breaches, breach{code: wechat.DailyQuotaReached, account: func(o *kefu.OfficialAccount) {
			o.Limits.DailyCalls = map[string]int64{wechat.PathStableToken: 0}
		}})
		pairs(t, h, wechat.PathStableToken, breaches, func() attempt {
			return attempt{method: http.MethodPost, members: map[string]string{
				"grant_type": `"client_credential"`, "appid": `"` + h.AppID + `"`, "secret": `"` + h.Secret + `"`,
			}}
		})
	})
	t.Run("clear_quota/v2", func(t *testing.T) {
		pairs(t, h, wechat.PathClearQuotaV2, []breach{
			insecure,
			{code: wechat.RequirePOST, request: func(a *attempt) { a.method = http.MethodGet }},
			{code: wechat.DataFormatError, place: "appid secret", request: bodyOf("{")},
			{code: wechat.AppIDMissing, place: "appid", request: without("appid")},
			{code: wechat.InvalidAppID, place: "appid", request: member("appid", `"wx0000000000000000"`)},
			{code: wechat.AppSecretMissing, place: "secret", request: without("appsecret")},
			{code: wechat.InvalidAppSecret, place: "secret", request: member("appsecret", `"wrong"`)},
			{code: wechat.AccountFrozen, account: func(o *kefu.OfficialAccount) { o.Standing.Frozen = true }},
		}, func() attempt {
			return attempt{method: http.MethodPost, members: map[string]string{
				"appid": `"` + h.AppID + `"`, "appsecret": `"` + h.Secret + `"`,
			}}
		})
	})
}

// What a tool of the API itself needs is no verified account.
func TestToolsNeedNoVerification(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.Standing = kefu.Standing{} }))
	for path, body := range map[string]string{
		wechat.PathCallbackIP:  "",
		wechat.PathAPIDomainIP: "",
		wechat.PathQuotaGet:    `{"cgi_path":"/cgi-bin/token"}`,
		wechat.PathQuotaClear:  `{"cgi_path":"/cgi-bin/token"}`,
		wechat.PathClearQuota:  `{"appid":"` + h.AppID + `"}`,
	} {
		want(t, call(t, h, path, body), wechat.OK)
	}
	want(t, call(t, h, wechat.PathCallbackCheck, `{"action":"all","check_operator":"CAP"}`), wechat.InvalidCheckURL)
	for path := range map[string]bool{wechat.PathAgentList: true, wechat.PathOnlineAgentList: true, wechat.PathAgentListAlias: true} {
		want(t, call(t, h, path, ""), wechat.APIUnauthorized)
	}
}
