package wechat

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

func TestErrcodes(t *testing.T) {
	codes := Errcodes()
	if !slices.IsSorted(codes) {
		t.Error("got codes out of order, so that Text cannot find them")
	}
	for i, code := range codes {
		if code.Text() == "" {
			t.Errorf("%d: got no text", int(code))
		}
		if i > 0 && codes[i-1] == code {
			t.Errorf("%d: got it twice", int(code))
		}
		if base, hint, rid := SplitErrmsg(NewStatus(code, "65f0c2a1-1a2b3c4d-0badf00d").Errmsg); base != code.Text() || hint != "" || (rid == "") != (code == OK) {
			t.Errorf("%d: got %q, %q, %q", int(code), base, hint, rid)
		}
	}
	for code := Errcode(65400); code <= 65417; code++ {
		if code.Text() == "" {
			t.Errorf("%d: got no text for a code of customer service", int(code))
		}
	}
	if got := Errcode(12345).Text(); got != "" {
		t.Errorf("got %q for an unknown code, want nothing", got)
	}
	if got, want := InvalidMediaSize.Text(), "invalid meida size"; got != want {
		t.Errorf("got %q, want %q as WeChat spells it", got, want)
	}
	if got := InvalidCharset.Text(); got != `invalid charset. please check your request, if include \uxxxx will create fail!` {
		t.Errorf("got %q", got)
	}
}

func TestTokenRefused(t *testing.T) {
	for _, code := range Errcodes() {
		want := code == 40001 || code == 40014 || code == 42001
		if got := code.TokenRefused(); got != want {
			t.Errorf("%d: got %t, want %t", int(code), got, want)
		}
	}
}

func TestStatusErr(t *testing.T) {
	if err := NewStatus(OK, "65f0c2a1-1a2b3c4d-0badf00d").Err(); err != nil {
		t.Errorf("got %v for ok, want nil", err)
	}
	if err := (Status{}).Err(); err != nil {
		t.Errorf("got %v for an absent errcode, want nil", err)
	}
	err := fmt.Errorf("adding: %w", NewStatus(AgentExists, "65f0c2a1-1a2b3c4d-0badf00d").Err())
	if !errors.Is(err, AgentExists) || errors.Is(err, AgentUnbound) {
		t.Errorf("got %v, want it to be AgentExists and nothing else", err)
	}
	var refusal *APIError
	if !errors.As(err, &refusal) || refusal.RID != "65f0c2a1-1a2b3c4d-0badf00d" || refusal.Base != "custom service account exists" {
		t.Errorf("got %+v", refusal)
	}
	if got, want := err.Error(), "adding: errcode 65406: custom service account exists (rid 65f0c2a1-1a2b3c4d-0badf00d)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNewStatusWithoutRID(t *testing.T) {
	if got, want := NewStatus(InvalidOpenID, "").Errmsg, "invalid openid"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAddressNotAllowedText(t *testing.T) {
	for addr, want := range map[string]string{
		"203.0.113.9":        "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist",
		"::ffff:203.0.113.9": "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist",
		"2001:db8::7":        "invalid ip 2001:db8::7 ipv6 2001:db8::7, not in whitelist",
		"fe80::1%eth0":       "invalid ip fe80::1 ipv6 fe80::1, not in whitelist",
	} {
		if got := AddressNotAllowedText(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: got %q, want %q", addr, got, want)
		}
	}
}

func TestMarshal(t *testing.T) {
	for _, c := range []struct {
		name string
		text string
		want string
	}{
		{"html", `<a href="x">&</a>`, `"<a href=\"x\">&</a>"`},
		{"chinese", "客服", `"客服"`},
		{"line separators", "a\u2028b\u2029c", "\"a\u2028b\u2029c\""},
		{"not UTF-8", "a\xffb", "\"a\ufffdb\""},
		{"text that looks like an escape", `\u2028`, `"\\u2028"`},
		{"backslash before a separator", "\\\u2028", "\"\\\\\u2028\""},
		{"control", "\x00\n", `"\u0000\n"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Marshal(c.text)
			if err != nil || string(got) != c.want {
				t.Errorf("got %s, %v, want %s", got, err, c.want)
			}
		})
	}
	if _, err := Marshal(func() {}); err == nil {
		t.Error("got no error for a value that JSON cannot hold")
	}
	if got, err := Marshal(AgentList{KFList: []Agent{{KFHeadImgURL: "http://x/?a=1&b=2"}}}); err != nil || string(got) != `{"kf_list":[{"kf_account":"","kf_headimgurl":"http://x/?a=1&b=2","kf_id":"0","kf_nick":""}]}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestKFID(t *testing.T) {
	for _, c := range []struct {
		text string
		want KFID
		ok   bool
	}{
		{`"1001"`, KFID{Number: 1001}, true},
		{`1001`, KFID{Number: 1001, AsNumber: true}, true},
		{`""`, KFID{}, false},
		{`"+1"`, KFID{}, false},
		{`1.5`, KFID{}, false},
		{`"kf"`, KFID{}, false},
		{`99999999999999999999`, KFID{}, false},
		{`{}`, KFID{}, false},
		{`true`, KFID{}, false},
		{`"null"`, KFID{}, false},
	} {
		t.Run(c.text, func(t *testing.T) {
			var got KFID
			err := json.Unmarshal([]byte(c.text), &got)
			if (err == nil) != c.ok || got != c.want {
				t.Fatalf("got %+v, %v, want %+v, ok %t", got, err, c.want, c.ok)
			}
			if !c.ok {
				return
			}
			if again, err := Marshal(got); err != nil || string(again) != c.text {
				t.Errorf("got %s, %v, want %s", again, err, c.text)
			}
		})
	}
}

func TestKFIDNull(t *testing.T) {
	agent := Agent{KFID: KFID{Number: 7}}
	if err := json.Unmarshal([]byte(`{"kf_id":null}`), &agent); err != nil || agent.KFID.Number != 7 {
		t.Errorf("got %+v, %v, want it unchanged", agent.KFID, err)
	}
}
