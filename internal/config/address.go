package config

import (
	"net"
	"net/netip"
	"slices"
)

// LocalURL is how this machine itself reaches a server that listens on an
// address. One that listens on all addresses is reached over loopback.
func LocalURL(listening net.Addr) string {
	at, ok := addrPort(listening)
	if !ok {
		return "http://" + listening.String()
	}
	if at.Addr().IsUnspecified() {
		loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
		at = netip.AddrPortFrom(loopback, at.Port())
	}
	return "http://" + at.String()
}

// OnlyLocal tells whether a server that listens on an address can be reached
// from this machine only.
func OnlyLocal(listening net.Addr) bool {
	at, ok := addrPort(listening)
	return ok && at.Addr().IsLoopback()
}

// ServerURL is how others reach the server: the public URL that was chosen, or
// else what [LocalURL] says.
func (s *Settings) ServerURL(listening net.Addr) string {
	if s.PublicURL != "" {
		return s.PublicURL
	}
	return LocalURL(listening)
}

// OwnAddresses are the addresses that a server on this host is known by when
// nobody said otherwise: the one it listens on, or, when it listens on all of
// them, those of the host's interfaces that others can reach. A host without
// any is known by loopback.
func OwnAddresses(listening net.Addr, interfaces []net.Addr) []string {
	const loopback = "127.0.0.1"
	if at, ok := addrPort(listening); ok && !at.Addr().IsUnspecified() {
		if at.Addr().IsLoopback() {
			return []string{loopback}
		}
		return []string{at.Addr().String()}
	}
	var own []string
	for _, i := range interfaces {
		network, ok := i.(*net.IPNet)
		if !ok {
			continue
		}
		ip, ok := netip.AddrFromSlice(network.IP)
		if !ok || !ip.IsGlobalUnicast() {
			continue
		}
		own = append(own, ip.Unmap().String())
	}
	if len(own) == 0 {
		return []string{loopback}
	}
	// Interfaces may share an address; in an answer it stands once.
	slices.Sort(own)
	return slices.Compact(own)
}

func addrPort(a net.Addr) (netip.AddrPort, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}, false
	}
	at := tcp.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port()), true
}
