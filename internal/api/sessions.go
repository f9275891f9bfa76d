package api

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// maxWaitCases is how many of those who wait are listed, as WeChat does. There
// is no way to ask for the rest.
const maxWaitCases = 100

// sessions are the endpoints of session control (会话控制).
func (a *API) sessions() []endpoint {
	return []endpoint{
		takesJSON(wechat.PathSessionCreate, wechat.ParseSessionRequest, forAgents(a.createSession)),
		takesJSON(wechat.PathSessionClose, wechat.ParseSessionRequest, forAgents(a.closeSession)),
		takesQuery(wechat.PathSession, "openid", forAgents(a.session)),
		takesQuery(wechat.PathSessionList, "kf_account", forAgents(a.listSessions)),
		takesQuery(wechat.PathWaitList, "", forAgents(a.listWaiting)),
	}
}

// takesQuery is an endpoint that is read with GET and one parameter of the
// query.
func takesQuery(path, parameter string, serve func(context.Context, *call, string) (any, error)) endpoint {
	return endpoint{path: path, serve: func(ctx context.Context, c *call) (any, error) {
		return serve(ctx, c, c.query().Get(parameter))
	}}
}

func (a *API) createSession(ctx context.Context, c *call, r wechat.SessionRequest) (any, error) {
	return done(a.Desk.CreateSession(ctx, c.owner.AppID, kefu.KFAccount(r.KFAccount), kefu.OpenID(r.OpenID)))
}

func (a *API) closeSession(ctx context.Context, c *call, r wechat.SessionRequest) (any, error) {
	return done(a.Desk.CloseSession(ctx, c.owner.AppID, kefu.KFAccount(r.KFAccount), kefu.OpenID(r.OpenID)))
}

func (a *API) session(ctx context.Context, c *call, openid string) (any, error) {
	s, served, err := a.Desk.Session(ctx, c.owner.AppID, kefu.OpenID(openid))
	switch {
	case err != nil:
		return nil, err
	case !served:
		return translate.Session(nil), nil
	}
	return translate.Session(&s), nil
}

func (a *API) listSessions(ctx context.Context, c *call, account string) (any, error) {
	sessions, err := a.Desk.SessionsOf(ctx, c.owner.AppID, kefu.KFAccount(account))
	if err != nil {
		return nil, err
	}
	return translate.SessionList(sessions), nil
}

func (a *API) listWaiting(ctx context.Context, c *call, _ string) (any, error) {
	first, total, err := a.Desk.Queue(ctx, c.owner.AppID, maxWaitCases)
	if err != nil {
		return nil, err
	}
	return translate.WaitList(first, total), nil
}
