package api_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func TestCallbackCheck(t *testing.T) {
	t.Parallel()
	// A developer's server, of which only the port is looked at.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	alive := "http://" + listener.Addr().String() + "/wechat?a=b"
	h := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) {
		o.Callback = kefu.Callback{URL: alive, Token: "KfSpecToken2024"}
	}))
	check := func(t *testing.T, action, operator string) (r wechat.CallbackCheckResponse) {
		t.Helper()
		answer := call(t, h, wechat.PathCallbackCheck, mustJSON(t, wechat.CallbackCheckRequest{Action: action, CheckOperator: operator}))
		want(t, answer, wechat.OK)
		if err := json.Unmarshal(answer.Body, &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	for operator, shown := range map[string]string{"DEFAULT": "CAP", "CAP": "CAP", "UNICOM": "UNICOM", "CHINANET": "CHINANET"} {
		r := check(t, "all", operator)
		if len(r.DNS) != 1 || r.DNS[0] != (wechat.DNSCheck{IP: "127.0.0.1", RealOperator: shown}) {
			t.Errorf("%s: got %+v, want 127.0.0.1 by %s", operator, r.DNS, shown)
		}
		if len(r.Ping) != 1 || r.Ping[0].PackageLoss != "0%" || r.Ping[0].FromOperator != shown || !strings.HasSuffix(r.Ping[0].Time, "ms") {
			t.Errorf("%s: got %+v, want 127.0.0.1 reached from %s", operator, r.Ping, shown)
		}
	}
	if r := check(t, "dns", "DEFAULT"); r.Ping != nil || len(r.DNS) != 1 {
		t.Errorf("dns: got %+v, want dns alone", r)
	}
	if r := check(t, "ping", "DEFAULT"); r.DNS != nil || len(r.Ping) != 1 {
		t.Errorf("ping: got %+v, want ping alone", r)
	}

	set := func(url string) {
		h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Callback.URL = url })
	}
	for name, url := range map[string]string{
		"nobody listens":    "http://127.0.0.1:1/",
		"link-local":        "http://169.254.169.254/latest/meta-data/",
		"private":           "http://10.0.0.1/",
		"unspecified":       "http://0.0.0.0:" + strings.Split(listener.Addr().String(), ":")[1] + "/",
		"IPv4 within IPv6":  "http://[64:ff9b::7f00:1]/",
		"mapped private IP": "http://[::ffff:10.0.0.1]/",
	} {
		set(url)
		if r := check(t, "ping", "DEFAULT"); len(r.Ping) != 1 || r.Ping[0].PackageLoss != "100%" {
			t.Errorf("%s: got %+v, want one address that is not reached", name, r.Ping)
		}
	}
	set("http://does-not-exist.invalid/")
	if r := check(t, "all", "DEFAULT"); len(r.DNS) != 0 || r.DNS == nil || len(r.Ping) != 0 || r.Ping == nil {
		t.Errorf("a name that does not resolve: got %+v, want two empty lists", r)
	}

	for body, code := range map[string]wechat.Errcode{
		`{"action":"trace","check_operator":"DEFAULT"}`: wechat.InvalidCheckAction,
		`{"check_operator":"DEFAULT"}`:                  wechat.InvalidCheckAction,
		`{"action":"DNS","check_operator":"DEFAULT"}`:   wechat.InvalidCheckAction,
		`{"action":"dns","check_operator":"default"}`:   wechat.InvalidCheckOperator,
		`{"action":"dns"}`:                              wechat.InvalidCheckOperator,
		`{"action":"dns","check_operator":7}`:           wechat.DataFormatError,
	} {
		want(t, call(t, h, wechat.PathCallbackCheck, body), code)
	}
	set("")
	want(t, call(t, h, wechat.PathCallbackCheck, `{"action":"dns","check_operator":"CAP"}`), wechat.InvalidCheckURL)
}
