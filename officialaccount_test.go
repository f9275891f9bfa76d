package kefu_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
)

func TestOfficialAccountValidate(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*kefu.OfficialAccount)
		want   string // part of the refusal; empty when it is fine
	}{
		{"as documented", func(*kefu.OfficialAccount) {}, ""},
		{"appid too short", func(o *kefu.OfficialAccount) { o.AppID = "wx123" }, "appid"},
		{"appid without wx", func(o *kefu.OfficialAccount) { o.AppID = "xx5d3c0ffee1234567" }, "appid"},
		{"no WeChat id", func(o *kefu.OfficialAccount) { o.WeChatID = "" }, "WeChat id"},
		{"WeChat id of 31", func(o *kefu.OfficialAccount) { o.WeChatID = kefu.WeChatID(strings.Repeat("x", 31)) }, "WeChat id"},
		{"original id", func(o *kefu.OfficialAccount) { o.OriginalID = "gh_1" }, "original id"},
		{"no secret", func(o *kefu.OfficialAccount) { o.Secret = kefu.SecretDigest{} }, "secret"},
		{"kf_id form", func(o *kefu.OfficialAccount) { o.KFIDForm = "int" }, "kf_id"},
		{"no agents", func(o *kefu.OfficialAccount) { o.Limits.Agents = 0 }, "agents"},
		{"no life", func(o *kefu.OfficialAccount) { o.Limits.InvitationLife = 0 }, "invitation"},
		{"callback in plain mode", func(o *kefu.OfficialAccount) {
			o.Callback = kefu.Callback{URL: "http://127.0.0.1:9000/wx?a=b", Token: "KfSpecToken2024"}
		}, ""},
		{"callback without token", func(o *kefu.OfficialAccount) { o.Callback.URL = "http://127.0.0.1/" }, "callback token"},
		{"callback by ftp", func(o *kefu.OfficialAccount) {
			o.Callback = kefu.Callback{URL: "ftp://127.0.0.1/", Token: "abc"}
		}, "callback URL"},
		{"callback with a password", func(o *kefu.OfficialAccount) {
			o.Callback = kefu.Callback{URL: "http://u:p@127.0.0.1/", Token: "abc"}
		}, "callback URL"},
		{"safe mode without a key", func(o *kefu.OfficialAccount) {
			o.Callback = kefu.Callback{URL: "http://127.0.0.1/", Token: "abc", Mode: kefu.CallbackSafe}
		}, "EncodingAESKey"},
		{"key too short", func(o *kefu.OfficialAccount) { o.Callback.EncodingAESKey = "abc" }, "EncodingAESKey"},
		{"unknown mode", func(o *kefu.OfficialAccount) { o.Callback.Mode = "secret" }, "callback mode"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := shop()
			tt.change(o)
			err := o.Validate()
			if tt.want == "" {
				if err != nil {
					t.Errorf("got %v, want no refusal", err)
				}
				return
			}
			if !errors.Is(err, kefu.OfficialAccountIllegal) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want a refusal that names the %s", err, tt.want)
			}
			if strings.Contains(err.Error(), "u:p@") {
				t.Errorf("the refusal shows a password: %v", err)
			}
		})
	}
}

func TestMayFetchTokens(t *testing.T) {
	o := shop()
	stranger := netip.MustParseAddr("203.0.113.9")
	if !o.MayFetchTokens(stranger) {
		t.Error("an empty list keeps nobody out")
	}
	o.AllowedAddresses = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	if o.MayFetchTokens(stranger) {
		t.Error("an address that is not on the list got in")
	}
	if !o.MayFetchTokens(netip.MustParseAddr("::ffff:198.51.100.7")) {
		t.Error("an address on the list was kept out in its IPv6 form")
	}
}

func TestSecretDigest(t *testing.T) {
	o := shop()
	if !o.Secret.Is(secret) {
		t.Error("the secret is not recognised")
	}
	for _, wrong := range []string{"", secret[:31], secret + "0", strings.ToUpper(secret)} {
		if o.Secret.Is(wrong) {
			t.Errorf("%q passes for the secret", wrong)
		}
	}
}

func TestReasonsAreNamed(t *testing.T) {
	seen := make(map[string]kefu.Reason)
	for _, r := range kefu.Reasons() {
		text := r.Error()
		if text == "" || strings.Contains(text, "unnamed") {
			t.Errorf("reason %d has no text", r)
		}
		if other, twice := seen[text]; twice {
			t.Errorf("reasons %d and %d say the same: %s", r, other, text)
		}
		seen[text] = r
	}
	if len(seen) < 40 {
		t.Errorf("got %d reasons, want all of them", len(seen))
	}
}
