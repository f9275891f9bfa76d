package callback

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/openkefu/kefu"
)

const (
	// maxAnswer is the longest answer in bytes: the longest reply has a tenth.
	maxAnswer = 64 << 10
	// maxStory bounds what is told of an error of the network, in bytes.
	maxStory = 300
)

// heard is what came back from a developer's server.
type heard struct {
	// status is 0 when nothing came back.
	status int
	body   []byte
	took   time.Duration
	// failure is why it is no answer, for the developer; empty when it is one. It
	// quotes nothing of what was sent or came back.
	failure string
	// contentType is what the answer says it is, and late tells that it was not there
	// within its time.
	contentType string
	late        bool
}

// exchange sends a request and reads the answer to its end, all within
// kefu.PushPatience. Redirects are answers like others: a check of the address
// that was set must not be one of an address that it leads to.
func exchange(ctx context.Context, through *http.Transport, r *http.Request) (h heard) {
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, kefu.PushPatience)
	defer cancel()
	defer func() { h.took = time.Since(started) }()

	var connected atomic.Bool
	r = r.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	// Not through a http.Client: it would follow redirects and put the address,
	// with its signature, into its errors.
	answer, err := through.RoundTrip(r)
	if err != nil {
		h.failure, h.late = whyNoAnswer(ctx, err, r, connected.Load()), overdue(ctx, err)
		return h
	}
	defer answer.Body.Close()
	h.status, h.contentType = answer.StatusCode, answer.Header.Get("Content-Type")
	// After 101 the body is the bare connection, which does not end with ctx.
	if h.status != http.StatusSwitchingProtocols {
		h.body, err = io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	}
	tooLong := len(h.body) > maxAnswer
	if tooLong {
		h.body = h.body[:maxAnswer]
	}
	switch {
	case h.status >= 300 && h.status < 400:
		h.failure = fmt.Sprintf("status %d: redirects are not followed", h.status)
	case h.status != http.StatusOK:
		h.failure = strings.TrimSpace(fmt.Sprintf("status %d %s", h.status, http.StatusText(h.status)))
	case tooLong:
		h.failure = fmt.Sprintf("the answer is longer than %d bytes", maxAnswer)
	case err != nil && overdue(ctx, err):
		h.late = true
		h.failure = fmt.Sprintf("the answer did not end within %.0f s", kefu.PushPatience.Seconds())
	case err != nil:
		h.failure = "the connection was closed in the middle of the answer"
	}
	return h
}

func overdue(ctx context.Context, err error) bool {
	var timeout net.Error
	return ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout()
}

// whyNoAnswer tells a developer why nothing came back.
func whyNoAnswer(ctx context.Context, err error, r *http.Request, connected bool) string {
	var (
		refused     forbidden
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		notTLS      tls.RecordHeaderError
	)
	if story, ok := resolving(err); ok {
		return story
	}
	switch {
	case errors.As(err, &refused):
		return refused.Error()
	case overdue(ctx, err) && connected:
		return fmt.Sprintf("no answer within %.0f s", kefu.PushPatience.Seconds())
	case overdue(ctx, err):
		return fmt.Sprintf("no connection to %s within %.0f s", r.URL.Host, kefu.PushPatience.Seconds())
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused by " + r.URL.Host
	case errors.As(err, &certificate):
		return "the certificate is not accepted: " + shorten(certificate.Err.Error())
	case errors.As(err, &authority):
		return "the certificate is not accepted: " + shorten(authority.Error())
	case errors.As(err, &notTLS):
		return "the URL is https, but the server does not speak TLS"
	case !connected:
		return shorten(fmt.Sprintf("no connection to %s: %v", r.URL.Host, err))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was closed without an answer"
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return fmt.Sprintf("the headers of the answer are longer than %d bytes", maxHeaders)
	}
	// Errors of the parser quote what they could not read.
	return "the answer is not HTTP"
}

func shorten(story string) string {
	if len(story) > maxStory {
		story = story[:maxStory] + "…"
	}
	return strings.ToValidUTF8(story, "\uFFFD")
}
