package callback

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// maxQuote is how much of a wrong answer an operator is shown, in bytes.
const maxQuote = 120

// Handshake checks that the server at a callback URL is the developer's, as
// WeChat does when the URL is set: it must know the token's signature and answer
// a GET with status 200 and exactly the text it was sent, within five seconds and
// without a redirect. The GET is never encrypted.
//
// The error wraps [kefu.CallbackRefused] in what was sent and what came back.
// Without a URL it is [kefu.CallbackMissing].
func Handshake(ctx context.Context, policy Policy, c kefu.Callback) error {
	return handshake(ctx, policy.dial(), c)
}

func handshake(ctx context.Context, dial Dial, c kefu.Callback) error {
	if c.URL == "" {
		return kefu.CallbackMissing
	}
	s, echo := newStamp(time.Now()), strconv.FormatInt(1e18+rand.Int64N(8e18), 10)
	q := query{}
	q.add("signature", msgcrypt.Signature(c.Token, s.timestamp, s.nonce))
	q.add("timestamp", s.timestamp)
	q.add("nonce", s.nonce)
	q.add("echostr", echo)
	r, err := http.NewRequest(http.MethodGet, q.on(c.URL), nil)
	if err != nil {
		return fmt.Errorf("%w: %w", kefu.CallbackRefused, unusable(err))
	}
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", "*/*")

	through := newTransport(dial, 1)
	defer through.CloseIdleConnections()
	h := exchange(ctx, through, r)
	asked := fmt.Sprintf("GET %s://%s%s with signature, timestamp, nonce and echostr=%s", r.URL.Scheme, r.URL.Host, r.URL.EscapedPath(), echo)
	switch {
	case h.failure == "" && string(h.body) == echo:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", asked, context.Cause(ctx))
	case h.status == 0:
		return fmt.Errorf("%w: %s: %s", kefu.CallbackRefused, asked, h.failure)
	}
	want := "the body must be the echostr and nothing else"
	if h.failure != "" {
		want = h.failure
	} else if strings.TrimSpace(string(h.body)) == echo {
		want = "there is white space around the echostr"
	}
	return fmt.Errorf("%w: %s was answered in %.1f s with status %d and %s: %s",
		kefu.CallbackRefused, asked, h.took.Seconds(), h.status, quote(h.body), want)
}

// quote shows the beginning of an answer as one line, whatever bytes it has.
func quote(body []byte) string {
	if len(body) == 0 {
		return "an empty body"
	}
	cut := ""
	if len(body) > maxQuote {
		body, cut = body[:maxQuote], "…"
	}
	return strconv.Quote(strings.ToValidUTF8(string(body), "\uFFFD")) + cut
}
