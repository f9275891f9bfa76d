package api_test

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func fetchToken(t *testing.T, h *kefutest.House, headers ...string) *kefutest.Answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, h.URL+wechat.PathToken+"?grant_type=client_credential&appid="+h.AppID+"&secret="+h.Secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return h.Do(t, request)
}

var onlyProxy = kefutest.WithTrustedProxies(netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"))

// The scheme is what the proxy says, if the proxy is one that is trusted.
func TestRequiredHTTPS(t *testing.T) {
	t.Parallel()
	trusting := start(t, kefutest.WithRequiredHTTPS(), onlyProxy)
	want(t, fetchToken(t, trusting), wechat.RequireHTTPS)
	want(t, fetchToken(t, trusting, "X-Forwarded-Proto", "http"), wechat.RequireHTTPS)
	want(t, fetchToken(t, trusting, "X-Forwarded-Proto", "https"), wechat.OK)
	want(t, fetchToken(t, trusting, "X-Forwarded-Proto", "HTTPS"), wechat.OK)

	alone := start(t, kefutest.WithRequiredHTTPS())
	want(t, fetchToken(t, alone, "X-Forwarded-Proto", "https"), wechat.RequireHTTPS)
	elsewhere := start(t, kefutest.WithRequiredHTTPS(), kefutest.WithTrustedProxies(netip.MustParsePrefix("10.0.0.0/8")))
	want(t, fetchToken(t, elsewhere, "X-Forwarded-Proto", "https"), wechat.RequireHTTPS)

	lax := start(t)
	want(t, fetchToken(t, lax), wechat.OK)
}

// The caller is whom the nearest proxy that is trusted saw, and nobody whom the
// caller claims to be.
func TestAddressList(t *testing.T) {
	t.Parallel()
	const office, stranger = "198.51.100.7", "203.0.113.9"
	listed := kefutest.WithAccount(func(o *kefu.OfficialAccount) {
		o.AllowedAddresses = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/28"), netip.MustParsePrefix("2001:db8::/32")}
	})
	trusting := start(t, listed, onlyProxy)
	for _, tt := range []struct {
		name      string
		forwarded []string
		refused   string // the address in the errmsg; empty when it is allowed
	}{
		{"allowed", []string{office}, ""},
		{"allowed, IPv6", []string{"2001:db8::7"}, ""},
		{"allowed, IPv4 written as IPv6", []string{"::ffff:" + office}, ""},
		{"stranger", []string{stranger}, stranger + " ipv6 ::ffff:" + stranger},
		{"stranger, IPv6", []string{"2001:db9::1"}, "2001:db9::1 ipv6 2001:db9::1"},
		{"stranger claims to forward for the office", []string{office + ", " + stranger}, stranger + " ipv6 ::ffff:" + stranger},
		{"in two headers", []string{office, stranger}, stranger + " ipv6 ::ffff:" + stranger},
		{"office behind two proxies", []string{stranger + ", " + office + ", 10.1.2.3"}, ""},
		{"nobody", nil, "127.0.0.1 ipv6 ::ffff:127.0.0.1"},
		{"only proxies", []string{"10.1.2.3"}, "10.1.2.3 ipv6 ::ffff:10.1.2.3"},
		{"no address", []string{office + ", unknown"}, "0.0.0.0 ipv6 ::ffff:0.0.0.0"},
		{"nothing after a comma", []string{office + ","}, "0.0.0.0 ipv6 ::ffff:0.0.0.0"},
		{"an address with a port", []string{office + ":443"}, ""},
		{"an IPv6 address with a port", []string{"[2001:db8::7]:443"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var headers []string
			for _, value := range tt.forwarded {
				headers = append(headers, "X-Forwarded-For", value)
			}
			answer := fetchToken(t, trusting, headers...)
			if tt.refused == "" {
				want(t, answer, wechat.OK)
				return
			}
			want(t, answer, wechat.AddressNotAllowed)
			if got, want := base(answer), "invalid ip "+tt.refused+", not in whitelist"; got != want {
				t.Errorf("got errmsg %q, want %q", got, want)
			}
		})
	}
	t.Run("untrusted proxy", func(t *testing.T) {
		alone := start(t, listed)
		answer := fetchToken(t, alone, "X-Forwarded-For", office)
		want(t, answer, wechat.AddressNotAllowed)
		if got, want := base(answer), "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist"; got != want {
			t.Errorf("got errmsg %q, want %q", got, want)
		}
	})
	t.Run("only the issue of tokens is checked", func(t *testing.T) {
		h := start(t, onlyProxy)
		token := h.Token(t)
		h.ChangeAccount(t, func(o *kefu.OfficialAccount) {
			o.AllowedAddresses = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/28")}
		})
		want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAgentList, token), ""), wechat.OK)
		want(t, fetchToken(t, h), wechat.AddressNotAllowed)
	})
}

// base is the text of an answer's errmsg without the rid.
func base(answer *kefutest.Answer) string {
	text, _ := answer.Errmsg()
	return text
}

// What a client writes into its request line says nothing about the connection.
func TestAbsoluteFormIsNotHTTPS(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithRequiredHTTPS())
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET https://kefu.example/cgi-bin/token HTTP/1.1\r\nHost: kefu.example\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), `"errcode":43003`) {
		t.Errorf("got %s, %v, want errcode 43003", answer, err)
	}
}

// An SDK whose base URL ends in a slash sends two.
func TestTwoSlashes(t *testing.T) {
	t.Parallel()
	h := kefutest.Start(t) // the description has one
	token := h.Token(t)
	for _, path := range []string{"/" + wechat.PathAgentList, "//" + wechat.PathAgentList} {
		want(t, h.Call(t, http.MethodGet, withToken(path, token), ""), wechat.OK)
	}
}

// The former way to delete has everything in the query, and some clients send no
// length with an empty body.
func TestDeleteWithoutALength(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithDemoAgents())
	request, err := http.NewRequest(http.MethodPost, h.URL+withToken(wechat.PathAgentDelete, h.Token(t))+"&kf_account="+h.KFAccount("alice"), struct{ io.Reader }{strings.NewReader("")})
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = -1
	want(t, h.Do(t, request), wechat.OK)
}
