package api_test

import (
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// laid is the world that a case needs: what happens before its request.
type laid struct {
	options []kefutest.Option
	// before happens in the house and may return another target than the case's.
	before func(t *testing.T, h *kefutest.House) (target string)
	// say replaces in the expected answer what only the running house can know.
	say func(t *testing.T, got, want map[string]any)
	// also is the request of a case that has none, or none that can be made.
	also func(t *testing.T, h *kefutest.House) *kefutest.Answer
}

var clockOfVectors = time.Unix(1710277281, 0)

// people begins with alice (bound), bob_02 and carol (unbound).
func people(t *testing.T, h *kefutest.House) {
	t.Helper()
	for _, a := range []struct{ prefix, nickname string }{{"alice", "Alice"}, {"bob_02", "Bob"}, {"carol", "Carol"}} {
		want(t, add(t, h, a.prefix, a.nickname), wechat.OK)
	}
	bind(t, h, "alice", "alice_wx")
}

func withPeople(more func(t *testing.T, h *kefutest.House)) func(t *testing.T, h *kefutest.House) string {
	return func(t *testing.T, h *kefutest.House) string {
		people(t, h)
		if more != nil {
			more(t, h)
		}
		return ""
	}
}

// sameToken expects any token that is long enough for a client's column.
func sameToken(t *testing.T, got, want map[string]any) {
	token, _ := got["access_token"].(string)
	if !strings.HasPrefix(token, "85_") || len(token) <= 100 {
		t.Errorf("got token %q, want 85_ and more than 100 characters", token)
	}
	want["access_token"] = got["access_token"]
}

// worlds are those of the cases that need more than an official account.
var worlds = map[string]laid{
	"token-ok":     {say: sameToken},
	"stable-force": {say: sameToken},
	"stable-ok": {
		before: func(t *testing.T, h *kefutest.House) string {
			h.Token(t)
			h.Advance(t, 357*time.Second)
			return ""
		},
		say: func(t *testing.T, got, want map[string]any) {
			sameToken(t, got, want)
			if left, _ := got["expires_in"].(float64); left > 6843 || left < 6800 {
				t.Errorf("got expires_in %v, want 6843 or a few seconds less", left)
			}
			want["expires_in"] = got["expires_in"]
		},
	},
	"token-ip-not-allowed": {options: []kefutest.Option{
		kefutest.WithTrustedProxies(netip.MustParsePrefix("127.0.0.1/32")),
		kefutest.WithAccount(func(o *kefu.OfficialAccount) {
			o.AllowedAddresses = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
		}),
	}},
	"api-expired-token": {also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
		token := h.Token(t)
		h.Advance(t, kefu.TokenLife)
		return h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), "")
	}},
	"callback-check": {
		options: []kefutest.Option{kefutest.WithAccount(func(o *kefu.OfficialAccount) {
			o.Callback = kefu.Callback{URL: "http://127.0.0.1:1/", Token: "KfSpecToken2024"}
		})},
		say: func(t *testing.T, got, want map[string]any) {
			// The address, the operator and whether somebody answers depend on the
			// world; the shape does not.
			for _, name := range []string{"dns", "ping"} {
				rows, _ := got[name].([]any)
				if len(rows) != 1 {
					t.Fatalf("got %v, want one address in %s", got, name)
				}
				sample := want[name].([]any)[0].(map[string]any)
				for key := range sample {
					sample[key] = rows[0].(map[string]any)[key]
				}
			}
		},
	},
	"quota-get": {
		// The sample asks about sending. A path with the same quota that this test
		// can call twelve times shows the same.
		also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			h.SetClock(t, clockOfVectors)
			for range 12 {
				h.Token(t)
			}
			token := h.Token(t)
			return h.Call(t, http.MethodPost, withToken(wechat.PathQuotaGet, token), `{"cgi_path":"`+wechat.PathStableToken+`"}`)
		},
		say: func(t *testing.T, got, want map[string]any) {
			quota := want["quota"].(map[string]any)
			quota["used"], quota["remain"] = 13.0, 499987.0
			want["rate_limit"].(map[string]any)["call_count"] = 10000.0
		},
	},
	"rid-get": {
		also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
			h.SetClock(t, clockOfVectors)
			_, rid := add(t, h, "no-name", "").Errmsg()
			return call(t, h, wechat.PathRIDGet, `{"rid":"`+rid+`"}`)
		},
		say: func(t *testing.T, got, want map[string]any) {
			request, ok := got["request"].(map[string]any)
			if !ok {
				t.Fatalf("got %v, want a request in it", got)
			}
			sample := want["request"].(map[string]any)
			for name, value := range sample {
				if reflect.TypeOf(value) != reflect.TypeOf(request[name]) {
					t.Errorf("%s: got %#v, want something like %#v", name, request[name], value)
				}
				sample[name] = request[name]
			}
			if at, _ := request["invoke_time"].(float64); at < 1710277281 || at > 1710277281+30 {
				t.Errorf("got invoke_time %v, want 1710277281 or a few seconds more", request["invoke_time"])
			}
		},
	},
	"getkflist-bound-unbound-invited": {
		before: withPeople(func(t *testing.T, h *kefutest.House) {
			want(t, upload(t, h, "alice", pictureFile(t, "png", 8, 8)), wechat.OK)
			h.SetClock(t, clockOfVectors)
			want(t, invite(t, h, "carol", "carol_wx"), wechat.OK)
		}),
		say: func(t *testing.T, got, want map[string]any) {
			rows, _ := got["kf_list"].([]any)
			samples := want["kf_list"].([]any)
			if len(rows) != 3 {
				t.Fatalf("got %v, want three agents", got)
			}
			alice, sample := rows[0].(map[string]any), samples[0].(map[string]any)
			if u, _ := alice["kf_headimgurl"].(string); !strings.Contains(u, "/mmbiz_png/") || !strings.HasSuffix(u, "/300?wx_fmt=png") {
				t.Errorf("got kf_headimgurl %q, want one like %q", u, sample["kf_headimgurl"])
			}
			sample["kf_headimgurl"] = alice["kf_headimgurl"]
			carol, sample := rows[2].(map[string]any), samples[2].(map[string]any)
			// The clock goes on ticking from where it was set.
			if late := carol["invite_expire_time"].(float64) - sample["invite_expire_time"].(float64); late < 0 || late > 30 {
				t.Errorf("got invite_expire_time %v, want %v or a few seconds more", carol["invite_expire_time"], sample["invite_expire_time"])
			}
			sample["invite_expire_time"] = carol["invite_expire_time"]
		},
	},
	"getonlinekflist": {before: withPeople(func(t *testing.T, h *kefutest.House) {
		h.Online(t, h.KFAccount("alice"), 5)
		h.OpenSession(t, h.KFAccount("alice"), "oDemoKfCustomer_0000000000A1")
		h.OpenSession(t, h.KFAccount("alice"), "oDemoKfCustomer_0000000000B2")
	})},
	"getonlinekflist-empty": {also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
		people(t, h)
		return call(t, h, wechat.PathOnlineAgentList, "")
	}},
	"add-duplicate": {before: withPeople(nil)},
	"add-101st": {also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
		h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Limits.Agents = 1 })
		want(t, add(t, h, "alice", "Alice"), wechat.OK)
		return add(t, h, "bob_02", "Bob")
	}},
	"invite": {before: withPeople(nil)},
	"invite-while-waiting": {before: withPeople(func(t *testing.T, h *kefutest.House) {
		want(t, invite(t, h, "carol", "carol_wx"), wechat.OK)
	})},
	"invite-already-bound-account": {before: withPeople(nil)},
	"invite-unknown-wechat-id":     {before: withPeople(nil)},
	"update":                       {before: withPeople(nil)},
	"update-unknown":               {before: withPeople(nil)},
	"uploadheadimg":                {before: withPeople(nil)},
	"uploadheadimg-not-an-image": {also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
		people(t, h)
		return upload(t, h, "alice", []byte("GIF89a, and no more of it"))
	}},
	"del-post": {before: withPeople(nil)},
	"del-get-legacy": {before: func(t *testing.T, h *kefutest.House) string {
		people(t, h)
		return wechat.PathAgentDelete + "?access_token=" + h.Token(t) + "&kf_account=bob_02@demo_shop"
	}},
	"not-enabled": {also: func(t *testing.T, h *kefutest.House) *kefutest.Answer {
		h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Standing.ServiceEnabled = false })
		return call(t, h, wechat.PathAgentList, "")
	}},
}
