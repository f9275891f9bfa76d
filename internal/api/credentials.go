package api

import (
	"context"

	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/wechat"
)

// credentials are the endpoints that issue access tokens.
func (a *API) credentials() []endpoint {
	stable := takesJSON(wechat.PathStableToken, wechat.ParseStableTokenRequest, a.stableToken)
	stable.open = true
	return []endpoint{
		{path: wechat.PathToken, open: true, serve: a.token},
		stable,
	}
}

func (a *API) token(ctx context.Context, c *call) (any, error) {
	return a.granted(c)(a.Gate.IssueToken(ctx, auth.TokenRequest{
		GrantType: c.query().Get("grant_type"),
		AppID:     c.query().Get("appid"),
		Secret:    c.query().Get("secret"),
		From:      c.from,
		Path:      c.path,
	}))
}

func (a *API) stableToken(ctx context.Context, c *call, r wechat.StableTokenRequest) (any, error) {
	return a.granted(c)(a.Gate.IssueStableToken(ctx, auth.TokenRequest{
		GrantType: r.GrantType,
		AppID:     r.AppID,
		Secret:    r.Secret,
		From:      c.from,
		Path:      c.path,
	}, r.ForceRefresh))
}

// granted notes whose call it is and says the token.
func (a *API) granted(c *call) func(auth.Grant, error) (any, error) {
	return func(grant auth.Grant, err error) (any, error) {
		c.owner, c.proven = grant.Owner, err == nil
		if err != nil {
			return nil, err
		}
		return wechat.Token{AccessToken: grant.Text, ExpiresIn: int64(grant.ExpiresIn.Seconds())}, nil
	}
}
