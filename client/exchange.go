package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/openkefu/kefu/wechat"
)

const (
	// maxAnswer bounds an answer in memory. The longest one, a list of 10,000
	// agents, has 2 MB.
	maxAnswer = 8 << 20
	// attempts is how often a call is made: again once with another token.
	attempts = 2

	jsonType  = "application/json"
	userAgent = "kefu-client"
)

// call is one call of the API, ready to be made again.
type call struct {
	method, path string
	query        string // without the token
	body         []byte
	contentType  string
	// into receives the answer; nil when the status is all there is.
	into any
	// complete says what the decoded answer lacks; nil when nothing can lack.
	complete func() string
}

// do makes a call with the access token, and again with another one if the
// server refuses the first.
func (c *Client) do(ctx context.Context, k call) error {
	if c.fault != nil {
		return c.fault
	}
	query := k.query
	for attempt := 1; ; attempt++ {
		token, err := c.tokens.token(ctx)
		if err != nil {
			return fmt.Errorf("fetching an access token: %w", err)
		}
		k.query = param("access_token", token)
		if query != "" {
			k.query += "&" + query
		}
		err = c.exchange(ctx, k, token)
		var refusal *Error
		if !errors.As(err, &refusal) || !refusal.Errcode.TokenRefused() {
			return err
		}
		c.tokens.refused(token)
		if attempt == attempts {
			return err
		}
	}
}

// post makes a call with a JSON body.
func (c *Client) post(ctx context.Context, path string, request any, k call) error {
	body, err := wechat.Marshal(request)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	k.method, k.path, k.body, k.contentType = http.MethodPost, path, body, jsonType
	return c.do(ctx, k)
}

// exchange sends the request once and reads the answer. token is in the query
// if there is one, and kept out of errors.
func (c *Client) exchange(ctx context.Context, k call, token string) error {
	if c.fault != nil {
		return c.fault
	}
	// Not http.NewRequest with the URL as text: its errors would quote it.
	r := (&http.Request{
		Method: k.method,
		URL:    c.at(k.path, k.query),
		Header: http.Header{"User-Agent": {userAgent}},
	}).WithContext(ctx)
	if k.body != nil {
		r.Header.Set("Content-Type", k.contentType)
		r.ContentLength = int64(len(k.body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(k.body)), nil }
		r.Body = io.NopCloser(bytes.NewReader(k.body))
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return c.unanswered(k.path, err, token)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return c.unanswered(k.path, fmt.Errorf("reading the answer: %w", err), token)
	}
	return c.decode(k, resp, text, token)
}

// unanswered says why no answer came. The error of net/http quotes the URL, in
// which the token stands, so only its cause is kept.
func (c *Client) unanswered(path string, err error, token string) error {
	if in := (*url.Error)(nil); errors.As(err, &in) {
		err = in.Err
	}
	text := scrub(err.Error(), token, url.QueryEscape(token), c.secret, url.QueryEscape(c.secret))
	if text == err.Error() {
		return fmt.Errorf("%s: %w", path, err)
	}
	// A transport wrote the URL once more. Its error cannot be wrapped, or it
	// could be printed by whoever unwraps; what callers ask for is kept.
	for _, kind := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return fmt.Errorf("%s: %w", path, kind)
		}
	}
	return fmt.Errorf("%s: %s", path, text)
}

// decode reads an answer: a status that refuses, or what was asked for. Neither
// the HTTP status nor the Content-Type decides, because WeChat's own are not to
// be relied on; but an answer other than 200 is accepted only as a refusal.
func (c *Client) decode(k call, resp *http.Response, text []byte, token string) error {
	unusable := func(problem string) error {
		return &AnswerError{Path: k.path, HTTPStatus: resp.StatusCode, Problem: problem}
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return unusable("redirects are not followed, because they would carry the access token elsewhere; check the base URL")
	}
	if len(text) > maxAnswer {
		return unusable(fmt.Sprintf("more than %d bytes", maxAnswer))
	}
	// The text itself stays out of the error: it may hold a token.
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return unusable("not a JSON object")
	}
	var status wechat.Status
	if err := json.Unmarshal(text, &status); err != nil {
		return unusable("JSON that is truncated or of another kind")
	}
	status.Errmsg = scrub(status.Errmsg, token, c.secret)
	var refusal *wechat.APIError
	if errors.As(status.Err(), &refusal) {
		return &Error{APIError: *refusal, Path: k.path}
	}
	if resp.StatusCode != http.StatusOK {
		return unusable("an error of the server or of a proxy before it")
	}
	if k.into == nil {
		return nil
	}
	if err := json.Unmarshal(text, k.into); err != nil {
		return unusable("a member has another JSON type than the API gives it")
	}
	if k.complete != nil {
		if lacking := k.complete(); lacking != "" {
			return unusable(lacking)
		}
	}
	return nil
}
