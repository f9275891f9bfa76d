package callback_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/internal/callback"
)

// Without leave, only addresses of the public Internet are spoken to.
func TestPolicy(t *testing.T) {
	closed, sandbox, open := callback.Policy{}, callback.Policy{AllowLoopback: true}, callback.Policy{AllowPrivate: true}
	for _, tt := range []struct {
		addr                  string
		closed, sandbox, open bool
	}{
		{"93.184.216.34", true, true, true},
		{"::ffff:93.184.216.34", true, true, true},
		{"2606:2800:220:1::1", true, true, true},
		{"127.0.0.1", false, true, true},
		{"127.255.0.9", false, true, true},
		{"::1", false, true, true},
		{"::ffff:127.0.0.1", false, true, true},
		{"10.1.2.3", false, false, true},
		{"172.16.0.1", false, false, true},
		{"172.32.0.1", true, true, true},
		{"192.168.1.1", false, false, true},
		{"::ffff:192.168.1.1", false, false, true},
		{"fd00::1", false, false, true},
		{"169.254.169.254", false, false, false},
		{"::ffff:169.254.169.254", false, false, false},
		{"fe80::1", false, false, false},
		{"fe80::1%eth0", false, false, false},
		{"2606:2800:220:1::1%eth0", false, false, false},
		{"0.0.0.0", false, false, false},
		{"0.1.2.3", false, false, false},
		{"::", false, false, false},
		{"100.64.0.1", false, false, false},
		{"192.0.2.1", false, false, false},
		{"198.18.0.1", false, false, false},
		{"198.51.100.7", false, false, false},
		{"203.0.113.9", false, false, false},
		{"224.0.0.1", false, false, false},
		{"240.0.0.1", false, false, false},
		{"255.255.255.255", false, false, false},
		{"ff02::1", false, false, false},
		{"64:ff9b::7f00:1", false, false, false},
		{"2001:db8::1", false, false, false},
		{"2001::1", false, false, false},
		{"2002:7f00:1::", false, false, false},
		{"fec0::1", false, false, false},
	} {
		addr := netip.MustParseAddr(tt.addr)
		for name, row := range map[string]struct {
			policy callback.Policy
			want   bool
		}{"closed": {closed, tt.closed}, "sandbox": {sandbox, tt.sandbox}, "open": {open, tt.open}} {
			if got := row.policy.Allows(addr); got != row.want {
				t.Errorf("%s, %s: got allowed %t, want %t", tt.addr, name, got, row.want)
			}
		}
	}
	if closed.Allows(netip.Addr{}) || open.Allows(netip.Addr{}) {
		t.Error("got no address allowed")
	}
}

func TestResolve(t *testing.T) {
	p := callback.NewProber(callback.Policy{})
	for url, want := range map[string]string{
		"http://203.0.113.9/x":           "203.0.113.9",
		"https://203.0.113.9:8443/":      "203.0.113.9",
		"http://[2001:db8::1]:80/":       "2001:db8::1",
		"http://[::ffff:203.0.113.9]:1/": "203.0.113.9",
	} {
		got, err := p.Resolve(t.Context(), url)
		if err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("%s: got %v, %v, want %s", url, got, err, want)
		}
	}
	if got, err := p.Resolve(t.Context(), "http://localhost:1/"); err != nil || len(got) == 0 || !got[0].IsLoopback() {
		t.Errorf("localhost: got %v, %v, want this machine", got, err)
	}
	for _, url := range []string{"http://does-not-exist.invalid/", "http://a b/", ":"} {
		if got, err := p.Resolve(t.Context(), url); err == nil {
			t.Errorf("%s: got %v, want an error", url, got)
		}
	}
}

// The policy is asked for the very address that is spoken to.
func TestPing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	local := netip.MustParseAddr("127.0.0.1")
	url := "http://" + listener.Addr().String() + "/wechat"
	port := url[strings.LastIndex(url[:len(url)-len("/wechat")], ":")+1 : len(url)-len("/wechat")]

	allowed := callback.NewProber(callback.Policy{AllowLoopback: true})
	if took, ok := allowed.Ping(t.Context(), url, local); !ok || took <= 0 || took > 5*time.Second {
		t.Errorf("got %s, %t, want it reached", took, ok)
	}
	// The name in the URL does not matter, its port does.
	if _, ok := allowed.Ping(t.Context(), "https://shop.example:"+port+"/", local); !ok {
		t.Error("got not reached by another name")
	}
	if _, ok := callback.NewProber(callback.Policy{}).Ping(t.Context(), url, local); ok {
		t.Error("got an address reached that the policy forbids")
	}
	for name, url := range map[string]string{"nobody listens": "http://x:1/", "no URL": ":", "no such port": "http://x:99999/"} {
		if _, ok := allowed.Ping(t.Context(), url, local); ok {
			t.Errorf("%s: got reached", name)
		}
	}
}
