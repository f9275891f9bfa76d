package callback

import (
	"context"
	"crypto/tls"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// Try is [Handshake] step by step, for somebody who sets a callback up: what was sent,
// what came back, how long it took, and what there is to repair. dial takes the place
// of TCP in tests, and the policy is then not asked; nil for TCP.
func Try(ctx context.Context, policy Policy, dial Dial, c kefu.Callback) kefu.Handshake {
	if dial == nil {
		dial = policy.dial()
	}
	if c.URL == "" {
		return kefu.Handshake{Failed: kefu.HandshakeConnect, Fault: kefu.HandshakeNoURL, Story: "there is no callback URL"}
	}
	s := newStamp(time.Now())
	tried := kefu.Handshake{Echo: strconv.FormatInt(1e18+rand.Int64N(8e18), 10)}
	q := query{}
	q.add("signature", msgcrypt.Signature(c.Token, s.timestamp, s.nonce))
	q.add("timestamp", s.timestamp)
	q.add("nonce", s.nonce)
	q.add("echostr", tried.Echo)
	r, err := http.NewRequest(http.MethodGet, q.on(c.URL), nil)
	if err != nil {
		tried.Failed, tried.Fault, tried.Story = kefu.HandshakeConnect, kefu.HandshakeURL, unusable(err).Error()
		return tried
	}
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", "*/*")
	tried.Host, tried.Query = withPort(r), "?"+r.URL.RawQuery

	var seen passage
	through := newTransport(dial, 1)
	defer through.CloseIdleConnections()
	h := exchange(httptrace.WithClientTrace(ctx, seen.trace()), through, r)
	started := time.Now().Add(-h.took)
	seen.mu.Lock()
	defer seen.mu.Unlock()
	tried.Took, tried.Connecting, tried.TLS = h.took, h.took, seen.tls
	if !seen.connected.IsZero() {
		tried.Connecting = max(seen.connected.Sub(started), 0)
		tried.Answering = h.took - tried.Connecting
	}
	tried.Status, tried.ContentType, tried.Body = h.status, shorten(h.contentType), beginning(h.body)
	tried.Failed, tried.Fault = verdict(&h, !seen.connected.IsZero(), !seen.sent.IsZero(), tried.Echo)
	tried.Story = h.failure
	return tried
}

// passage is how far a request came. The transport tells it from goroutines of its own.
type passage struct {
	mu              sync.Mutex
	connected, sent time.Time
	tls             string
}

func (p *passage) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.connected = time.Now()
		},
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if err != nil {
				return
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			p.tls = tls.VersionName(state.Version)
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err != nil {
				return
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			p.sent = time.Now()
		},
	}
}

// withPort is the server that a request goes to, with its port.
func withPort(r *http.Request) string {
	port := r.URL.Port()
	switch {
	case port != "":
	case r.URL.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(r.URL.Hostname(), port)
}

// beginning is the beginning of an answer as text, whatever bytes it has.
func beginning(body []byte) string {
	cut := ""
	if len(body) > maxQuote {
		body, cut = body[:maxQuote], "…"
	}
	return strings.ToValidUTF8(string(body), "\uFFFD") + cut
}

// verdict is the step that failed, and why; both are empty when the echostr came back.
func verdict(h *heard, connected, sent bool, echo string) (kefu.HandshakeStep, kefu.HandshakeFault) {
	switch {
	case h.failure == "" && string(h.body) == echo:
		return "", ""
	case h.status == 0 && !connected:
		return kefu.HandshakeConnect, whyNoConnection(h)
	case h.status == 0 && !sent:
		return kefu.HandshakeAsk, kefu.HandshakeClosed
	case h.status == 0 && h.late:
		return kefu.HandshakeAnswer, kefu.HandshakeSlow
	case h.status == 0:
		return kefu.HandshakeAnswer, kefu.HandshakeClosed
	case h.status >= 300 && h.status < 400:
		return kefu.HandshakeAnswer, kefu.HandshakeRedirect
	case h.status != http.StatusOK:
		return kefu.HandshakeAnswer, kefu.HandshakeStatus
	case len(h.body) == maxAnswer:
		return kefu.HandshakeEcho, kefu.HandshakeLong
	case h.failure != "" && h.late:
		return kefu.HandshakeAnswer, kefu.HandshakeSlow
	case h.failure != "":
		return kefu.HandshakeAnswer, kefu.HandshakeClosed
	}
	return kefu.HandshakeEcho, whyOther(string(h.body), echo)
}

// whyNoConnection sorts the failures before a connection stood.
func whyNoConnection(h *heard) kefu.HandshakeFault {
	for begin, fault := range map[string]kefu.HandshakeFault{
		"the address ":                    kefu.HandshakeForbidden,
		"the host ":                       kefu.HandshakeHost,
		"connection refused by ":          kefu.HandshakeRefused,
		"the certificate is not accepted": kefu.HandshakeCertificate,
		"the URL is https":                kefu.HandshakeNotTLS,
	} {
		if strings.HasPrefix(h.failure, begin) {
			return fault
		}
	}
	if h.late {
		return kefu.HandshakeSlow
	}
	return kefu.HandshakeUnreached
}

// whyOther tells how an answer differs from the echostr.
func whyOther(body, echo string) kefu.HandshakeFault {
	trimmed := strings.TrimSpace(body)
	switch {
	case trimmed == "":
		return kefu.HandshakeEmpty
	case trimmed == echo:
		return kefu.HandshakeSpace
	case strings.Trim(trimmed, `"'`) == echo:
		return kefu.HandshakeQuoted
	case strings.TrimPrefix(trimmed, "\uFEFF") == echo:
		return kefu.HandshakeMark
	case strings.HasPrefix(trimmed, "<"):
		return kefu.HandshakePage
	}
	return kefu.HandshakeDiffers
}
