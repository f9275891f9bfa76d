package callback

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxIdle bounds the connections that wait for another push, over all
	// developers' servers.
	maxIdle = 256
	// idleTime is how long one waits. Many servers close a silent connection
	// after five seconds; a push that is sent at that very moment would be lost
	// with it and count as a failed attempt.
	idleTime = 3 * time.Second
	// maxHeaders bounds the headers of an answer, of which none is looked at.
	maxHeaders = 32 << 10
)

// Dial opens a connection to a host and port, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// dial is the Dial of a policy. The policy is asked for each address that the
// host's name stands for, when the connection is about to be opened.
func (p Policy) dial() Dial {
	dialer := &net.Dialer{
		Timeout: kefu.PushPatience,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			if !p.Allows(to.Addr()) {
				return forbidden{to.Addr().Unmap()}
			}
			return nil
		},
	}
	return dialer.DialContext
}

// forbidden is an address that the policy does not allow.
type forbidden struct{ addr netip.Addr }

func (f forbidden) Error() string {
	kind := "is not on the public Internet"
	switch {
	case f.addr.IsLoopback():
		kind = "is this machine itself"
	case f.addr.IsPrivate():
		kind = "is private"
	case f.addr.IsLinkLocalUnicast():
		kind = "is link-local"
	}
	return "the address " + f.addr.String() + " " + kind + ": the callback may not point there"
}

// newTransport speaks HTTP/1.1 over the connections of dial, of which so many may
// be idle: directly, since a proxy would reach what the policy forbids, and without
// unpacking, since an answer is short and what unpacks to gigabytes is not.
func newTransport(dial Dial, idle int) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		DisableCompression:     true,
		MaxIdleConns:           idle,
		MaxIdleConnsPerHost:    maxRunning,
		IdleConnTimeout:        idleTime,
		TLSHandshakeTimeout:    kefu.PushPatience,
		MaxResponseHeaderBytes: maxHeaders,
	}
}

// resolving tells whether an error is about finding the host, in words.
func resolving(err error) (story string, ok bool) {
	var lookup *net.DNSError
	switch {
	case !errors.As(err, &lookup):
		return "", false
	case lookup.IsNotFound:
		return "the host " + lookup.Name + " is not known", true
	case lookup.IsTimeout:
		return "the host " + lookup.Name + " was not looked up in time", true
	}
	return "the host " + lookup.Name + " could not be looked up: " + lookup.Err, true
}
