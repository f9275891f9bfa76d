package client

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// renewBefore is how long before its end a token is replaced. stable_token
// issues a new one in the last five minutes, and both work then; a minute less
// leaves room for clocks that differ.
const renewBefore = 4 * time.Minute

// Token is the access token that calls are made with now, fetched if need be.
func (c *Client) Token(ctx context.Context) (string, error) {
	if c.fault != nil {
		return "", c.fault
	}
	return c.tokens.token(ctx)
}

// fetchStable asks for the token that all programs of the account share.
func (c *Client) fetchStable(ctx context.Context) (wechat.Token, error) {
	body, err := wechat.Marshal(wechat.StableTokenRequest{
		AppID:     c.appID,
		GrantType: wechat.GrantTypeClientCredential,
		Secret:    c.secret,
	})
	if err != nil {
		return wechat.Token{}, err
	}
	return c.fetch(ctx, call{method: http.MethodPost, path: wechat.PathStableToken, body: body, contentType: jsonType})
}

// fetchPlain asks for a token that ends the one before.
func (c *Client) fetchPlain(ctx context.Context) (wechat.Token, error) {
	query := param("grant_type", wechat.GrantTypeClientCredential) + "&" + param("appid", c.appID) + "&" + param("secret", c.secret)
	return c.fetch(ctx, call{method: http.MethodGet, path: wechat.PathToken, query: query})
}

func (c *Client) fetch(ctx context.Context, k call) (wechat.Token, error) {
	var t wechat.Token
	k.into = &t
	k.complete = func() string {
		if t.AccessToken == "" || t.ExpiresIn <= 0 {
			return "access_token or expires_in is missing"
		}
		return ""
	}
	err := c.exchange(ctx, k, "")
	return t, err
}

// tokenSource keeps the token and lets one caller at a time fetch another.
type tokenSource struct {
	fetch func(context.Context) (wechat.Token, error)
	// turn is held by the caller that fetches. It is a channel and not a mutex so
	// that waiting for it ends with the context.
	turn chan struct{}

	mu      sync.Mutex
	current string
	renewAt time.Time
	// fetches counts finished fetches, and err is how the last one ended. Those
	// who waited for it take its failure for theirs: were each to try again, a
	// server that is down would be asked once per waiting goroutine.
	fetches uint64
	err     error
}

func newTokenSource(fetch func(context.Context) (wechat.Token, error)) *tokenSource {
	return &tokenSource{fetch: fetch, turn: make(chan struct{}, 1)}
}

func (s *tokenSource) token(ctx context.Context) (string, error) {
	s.mu.Lock()
	current, seen, fresh := s.current, s.fetches, s.fresh()
	s.mu.Unlock()
	if fresh {
		return current, nil
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-s.turn }()

	s.mu.Lock()
	current, fresh = s.current, s.fresh()
	failed, err := s.fetches != seen, s.err
	s.mu.Unlock()
	if fresh {
		return current, nil
	}
	if failed && err != nil {
		return "", err
	}
	return s.renew(ctx)
}

// fresh is called with mu held.
func (s *tokenSource) fresh() bool { return s.current != "" && time.Now().Before(s.renewAt) }

// renew is called by the caller whose turn it is.
func (s *tokenSource) renew(ctx context.Context) (string, error) {
	// The life is counted from before the request: an answer that was long on
	// the way must not make the token look younger than it is.
	asked := time.Now()
	t, err := s.fetch(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		// A caller that gave up says nothing about the server; the next one tries.
		if ctx.Err() == nil {
			s.fetches++
			s.err = err
		}
		return "", err
	}
	life := time.Duration(min(t.ExpiresIn, int64(maxTokenLife/time.Second))) * time.Second
	s.fetches++
	s.err = nil
	s.current = t.AccessToken
	// A token with a short rest, as stable_token gives, is used for half of it.
	s.renewAt = asked.Add(life - min(renewBefore, life/2))
	return t.AccessToken, nil
}

// maxTokenLife is more than any server grants; it keeps nonsense from
// overflowing a time.
const maxTokenLife = 24 * time.Hour

// refused drops a token that the server no longer takes, unless it has been
// replaced already.
func (s *tokenSource) refused(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == token {
		s.current = ""
	}
}
