package config_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu/internal/config"
)

func TestAddresses(t *testing.T) {
	network := func(cidr string) net.Addr {
		ip, n, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		n.IP = ip
		return n
	}
	host := []net.Addr{
		network("127.0.0.1/8"), network("192.0.2.7/24"), network("fe80::1/64"), network("2001:db8::7/64"), network("192.0.2.7/32"),
	}
	for _, row := range []struct {
		name, listening string
		interfaces      []net.Addr
		url             string
		own             []string
	}{
		{"loopback", "127.0.0.1:8080", host, "http://127.0.0.1:8080", []string{"127.0.0.1"}},
		{"loopback of IPv6", "[::1]:8080", host, "http://[::1]:8080", []string{"127.0.0.1"}},
		{"one address", "192.0.2.7:80", host, "http://192.0.2.7:80", []string{"192.0.2.7"}},
		{"all addresses", "0.0.0.0:80", host, "http://127.0.0.1:80", []string{"192.0.2.7", "2001:db8::7"}},
		{"all addresses of IPv6", "[::]:80", host, "http://127.0.0.1:80", []string{"192.0.2.7", "2001:db8::7"}},
		{"all addresses of a host without any", "0.0.0.0:80", nil, "http://127.0.0.1:80", []string{"127.0.0.1"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			listening := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(row.listening))
			if got := config.LocalURL(listening); got != row.url {
				t.Errorf("local URL: got %s, want %s", got, row.url)
			}
			if d := cmp.Diff(row.own, config.OwnAddresses(listening, row.interfaces)); d != "" {
				t.Errorf("own addresses (-want +got):\n%s", d)
			}
			if got, want := config.OnlyLocal(listening), strings.HasPrefix(row.name, "loopback"); got != want {
				t.Errorf("only local: got %v, want %v", got, want)
			}
			s := config.Settings{PublicURL: "https://kefu.example.com"}
			if got := s.ServerURL(listening); got != "https://kefu.example.com" {
				t.Errorf("server URL: got %s, want the public one", got)
			}
		})
	}
}
