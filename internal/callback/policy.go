package callback

import "net/netip"

// Policy says which addresses the house speaks to on a developer's behalf. A
// callback URL is written by a stranger: without a rule it would be a way to
// reach whatever this machine can reach (SSRF). The zero Policy allows public
// addresses only.
type Policy struct {
	// AllowLoopback lets callbacks point to this machine, as in a sandbox.
	AllowLoopback bool
	// AllowPrivate lets callbacks point into private networks, and to this
	// machine as well.
	AllowPrivate bool
}

// special are ranges that are neither public nor private in the sense of
// netip: shared, reserved, for documentation or for benchmarks; and the IPv6
// ranges that carry an IPv4 address, which could be any.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("5f00::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// Allows tells whether an address may be spoken to.
func (p Policy) Allows(addr netip.Addr) bool {
	addr = addr.Unmap()
	switch {
	case !addr.IsValid() || addr.Zone() != "":
		return false
	case addr.IsLoopback():
		return p.AllowLoopback || p.AllowPrivate
	case addr.IsPrivate():
		return p.AllowPrivate
	case !addr.IsGlobalUnicast():
		// Unspecified, multicast, broadcast and link-local, where clouds keep
		// their metadata.
		return false
	}
	for _, prefix := range special {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}
