package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

const (
	// maxJSON is the largest JSON body; no call needs a hundredth of it.
	maxJSON = 1 << 20
	// maxDrain is how much of a refused body is read before the answer is
	// written. Many clients write all of a request before they read, and would
	// see a broken connection instead of the reason.
	maxDrain = 32 << 20
	// A sender is waited for as long as every drainStep bytes come within drainWithin;
	// who stops, perhaps on purpose, hears the reason then.
	drainStep   = 64 << 10
	drainWithin = 10 * time.Second

	// smallBody is how much every call may send without a question whether there is
	// room: more than any ordinary one.
	smallBody = 16 << 10
	// parsedWeight is how much more memory a long JSON body takes than it has
	// bytes, while it is parsed.
	parsedWeight = 8
)

// drain reads what is left of a body that somebody cut short.
func (c *call) drain(w http.ResponseWriter) {
	body := c.request.Body
	if c.whole || body == nil || body == http.NoBody {
		return
	}
	// A writer without a connection, as tests have it, needs no deadline.
	connection := http.NewResponseController(w)
	for drained := 0; drained < maxDrain; drained += drainStep {
		_ = connection.SetReadDeadline(time.Now().Add(drainWithin))
		if _, err := io.CopyN(io.Discard, body, drainStep); err != nil {
			break // mostly the end
		}
	}
	_ = connection.SetReadDeadline(time.Time{})
}

// readBody reads at most limit bytes of the body into c.body. One that is longer
// than usual waits for room.
func (c *call) readBody(ctx context.Context, limit int64) error {
	if c.request.Body == nil {
		return nil
	}
	return c.outside(func() error {
		from := io.LimitReader(&sent{c.request.Body, c.request.ContentLength}, limit+1)
		body, err := io.ReadAll(io.LimitReader(from, smallBody))
		if err == nil && len(body) == smallBody {
			body, err = c.readOn(ctx, body, from, limit)
		}
		if err != nil {
			return err
		}
		if int64(len(body)) > limit {
			c.body = body[:limit]
			return fmt.Errorf("%w: the body is longer than %d bytes", wechat.ErrFormat, limit)
		}
		c.body, c.whole = body, true
		return nil
	})
}

// readOn reads the rest of a body that is longer than usual.
func (c *call) readOn(ctx context.Context, body []byte, from io.Reader, limit int64) ([]byte, error) {
	expected := limit
	if n := c.request.ContentLength; n > 0 {
		expected = min(n, limit)
	}
	if err := c.reserve(ctx, expected*parsedWeight); err != nil {
		return nil, err
	}
	whole := bytes.NewBuffer(make([]byte, 0, expected+bytes.MinRead))
	whole.Write(body)
	if _, err := whole.ReadFrom(from); err != nil {
		return nil, err
	}
	return whole.Bytes(), nil
}

// readUpload reads the file of a form. A large one waits for room.
func (c *call) readUpload(ctx context.Context, most int64) (upload wechat.Upload, err error) {
	err = c.outside(func() error {
		expected := most
		if n := c.request.ContentLength; n >= 0 {
			expected = min(n, most)
		}
		if expected > smallBody {
			if err := c.reserve(ctx, expected); err != nil {
				return err
			}
		}
		upload, err = wechat.ReadUpload(c.request.Header.Get("Content-Type"), &sent{c.request.Body, c.request.ContentLength}, most)
		return err
	})
	return upload, err
}

// sent is a body on its way in, of which left bytes are announced. That it broke
// off is the sender's doing, so it is said as a body that does not parse and not
// as a failure of ours.
type sent struct {
	body io.Reader
	left int64
}

func (s *sent) Read(p []byte) (int, error) {
	n, err := s.body.Read(p)
	s.left -= int64(n)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: the body broke off: %w", wechat.ErrFormat, err)
	}
	return n, err
}

// Len is how much is announced to come; 0 when nobody has said.
func (s *sent) Len() int { return int(max(s.left, 0)) }

// takesJSON is an endpoint that is read with POST and a JSON body. Its request
// is parsed before the feature is checked, as WeChat does.
func takesJSON[Request any](path string, parse func([]byte) (Request, error), serve func(context.Context, *call, Request) (any, error)) endpoint {
	return endpoint{path: path, post: true, serve: func(ctx context.Context, c *call) (any, error) {
		if err := c.readBody(ctx, maxJSON); err != nil {
			return nil, err
		}
		request, err := parse(c.body)
		if err != nil {
			return nil, err
		}
		return serve(ctx, c, request)
	}}
}

// forAgents adds the check of the customer service feature.
func forAgents[Request any](serve func(context.Context, *call, Request) (any, error)) func(context.Context, *call, Request) (any, error) {
	return func(ctx context.Context, c *call, request Request) (any, error) {
		if !c.owner.Standing.ServiceEnabled {
			return nil, kefu.ServiceDisabled
		}
		return serve(ctx, c, request)
	}
}

// done answers a call that returns nothing but success.
func done(err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return okStatus, nil
}

func stack() string { return string(debug.Stack()) }
