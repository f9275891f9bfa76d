package client

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Timeout is how long a call may take when its context says nothing shorter and
// no other HTTP client was given. Pictures of 5 MB go up over slow lines.
const Timeout = 30 * time.Second

// Client calls the API for one official account. It may be used from any
// goroutine; make one and keep it, because it holds the access token.
type Client struct {
	base   *url.URL
	fault  error // why base cannot be used; returned by every call
	appID  string
	secret string
	http   *http.Client
	tokens *tokenSource
}

// Option changes how a Client works.
type Option func(*options)

type options struct {
	http  *http.Client
	plain bool
}

// WithHTTPClient makes calls with the transport, cookies and timeout of another
// HTTP client than one with [Timeout]. Redirects are not followed, whatever it
// says, because they would carry the token elsewhere.
func WithHTTPClient(h *http.Client) Option { return func(o *options) { o.http = h } }

// WithPlainToken fetches tokens from /cgi-bin/token instead of
// /cgi-bin/stable_token. Every fetch there ends the token before, also one
// that another program uses, so prefer the stable one.
func WithPlainToken() Option { return func(o *options) { o.plain = true } }

// New makes a client that calls the API at a base URL, such as
// "https://api.weixin.qq.com" or "http://127.0.0.1:8080", for an official
// account. It calls nobody yet; a base URL that is of no use is reported by the
// first call.
func New(baseURL, appID, secret string, opts ...Option) *Client {
	o := options{http: &http.Client{Timeout: Timeout}}
	for _, opt := range opts {
		opt(&o)
	}
	c := &Client{appID: appID, secret: secret}
	c.base, c.fault = parseBase(baseURL)
	h := *o.http
	h.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &h
	fetch := c.fetchStable
	if o.plain {
		fetch = c.fetchPlain
	}
	c.tokens = newTokenSource(fetch)
	return c
}

// parseBase does not quote the URL in its errors: it may hold a password.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return nil, errors.New("client: the base URL must look like https://api.weixin.qq.com")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("client: the base URL must have no query and no fragment")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

// at is the URL of an API path.
func (c *Client) at(path, query string) *url.URL {
	u := *c.base
	u.Path += path
	u.RawQuery = query
	return &u
}

// param writes one query parameter. "@" stays as it is: kf accounts contain one,
// and servers have been known to refuse it percent-encoded.
func param(name, value string) string {
	return name + "=" + strings.ReplaceAll(url.QueryEscape(value), "%40", "@")
}

// String names the account and the API, and not the secret.
func (c *Client) String() string {
	if c.fault != nil {
		return "client of " + c.appID
	}
	return "client of " + c.appID + " at " + c.base.Redacted()
}

// GoString is String, so that %#v does not show the secret either.
func (c *Client) GoString() string { return c.String() }
