package callback

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"
)

// patience is how long one look may take: as long as WeChat waits for an
// answer to a push.
const patience = 5 * time.Second

// Prober looks at callback URLs.
type Prober struct {
	policy Policy
}

// NewProber makes a prober that keeps to a policy.
func NewProber(policy Policy) *Prober { return &Prober{policy: policy} }

// Resolve lists the addresses of the URL's host: itself when it is an address.
func (p *Prober) Resolve(ctx context.Context, callback string) ([]netip.Addr, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return nil, fmt.Errorf("callback URL: %w", err)
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		return []netip.Addr{addr.Unmap()}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil, fmt.Errorf("look up the callback's host: %w", err)
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	return addrs, nil
}

// Ping opens a connection to the URL's port at one of its addresses and tells
// how long that took. It is not ok when nobody answers in time, and when the
// policy forbids the address.
func (p *Prober) Ping(ctx context.Context, callback string, addr netip.Addr) (took time.Duration, ok bool) {
	u, err := url.Parse(callback)
	if err != nil || !p.policy.Allows(addr) {
		return 0, false
	}
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	started := time.Now()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(addr.String(), port))
	if err != nil {
		return 0, false
	}
	took = time.Since(started)
	_ = conn.Close() // nothing was sent that closing could lose
	return took, true
}
