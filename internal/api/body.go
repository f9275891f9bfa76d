package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"

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
)

// drain reads what is left of a body that somebody cut short.
func drain(r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
	}
}

// readBody reads at most limit bytes of the body into c.body.
func (c *call) readBody(limit int64) error {
	if c.request.Body == nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(sent{c.request.Body}, limit+1))
	if err != nil {
		return err
	}
	if int64(len(body)) > limit {
		c.body = body[:limit]
		return fmt.Errorf("%w: the body is longer than %d bytes", wechat.ErrFormat, limit)
	}
	c.body = body
	return nil
}

// sent is a body on its way in. That it broke off is the sender's doing, so it
// is said as a body that does not parse and not as a failure of ours.
type sent struct{ body io.Reader }

func (s sent) Read(p []byte) (int, error) {
	n, err := s.body.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: the body broke off: %w", wechat.ErrFormat, err)
	}
	return n, err
}

// takesJSON is an endpoint that is read with POST and a JSON body. Its request
// is parsed before the feature is checked, as WeChat does.
func takesJSON[Request any](path string, parse func([]byte) (Request, error), serve func(context.Context, *call, Request) (any, error)) endpoint {
	return endpoint{path: path, post: true, serve: func(ctx context.Context, c *call) (any, error) {
		if err := c.readBody(maxJSON); err != nil {
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
