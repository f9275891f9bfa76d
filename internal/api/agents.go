package api

import (
	"context"
	"net/http"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/wechat"
)

// agents are the endpoints of kf account management (客服账号管理).
func (a *API) agents() []endpoint {
	return []endpoint{
		{path: wechat.PathAgentList, serve: a.listAgents},
		{path: wechat.PathAgentListAlias, serve: a.listAgents},
		{path: wechat.PathOnlineAgentList, serve: a.listOnlineAgents},
		{path: wechat.PathOnlineAgentListAlias, serve: a.listOnlineAgents},
		takesJSON(wechat.PathAgentAdd, wechat.ParseAddAgent, forAgents(a.addAgent)),
		takesJSON(wechat.PathAgentInvite, wechat.ParseInviteWorker, forAgents(a.inviteWorker)),
		takesJSON(wechat.PathAgentUpdate, wechat.ParseUpdateAgent, forAgents(a.updateAgent)),
		{path: wechat.PathAgentAvatar, post: true, serve: a.uploadAvatar},
		a.deleteAgent(),
	}
}

func (a *API) addAgent(ctx context.Context, c *call, r wechat.AddAgent) (any, error) {
	_, err := a.Desk.AddAgent(ctx, c.owner.AppID, kefu.KFAccount(r.KFAccount), r.Nickname, c.act(kefu.ActAgentAdded, r.KFAccount, r.Nickname))
	return done(err)
}

func (a *API) inviteWorker(ctx context.Context, c *call, r wechat.InviteWorker) (any, error) {
	return done(a.Desk.Invite(ctx, c.owner.AppID, kefu.KFAccount(r.KFAccount), kefu.WeChatID(r.InviteWX), c.act(kefu.ActAgentInvited, r.KFAccount, r.InviteWX)))
}

func (a *API) updateAgent(ctx context.Context, c *call, r wechat.UpdateAgent) (any, error) {
	return done(a.Desk.RenameAgent(ctx, c.owner.AppID, kefu.KFAccount(r.KFAccount), r.Nickname, c.act(kefu.ActAgentRenamed, r.KFAccount, "")))
}

// deleteAgent is called with POST and JSON now, and was called with GET and a
// query before; SDKs do both.
func (a *API) deleteAgent() endpoint {
	remove := forAgents(func(ctx context.Context, c *call, r wechat.DeleteAgent) (any, error) {
		return done(a.Desk.RemoveAgent(ctx, c.owner.AppID, kefu.KFAccount(r.KFAccount), c.act(kefu.ActAgentRemoved, r.KFAccount, "")))
	})
	return endpoint{path: wechat.PathAgentDelete, post: true, get: true, serve: func(ctx context.Context, c *call) (any, error) {
		byQuery := wechat.DeleteAgent{KFAccount: c.query().Get("kf_account")}
		if c.request.Method == http.MethodGet {
			return remove(ctx, c, byQuery)
		}
		if err := c.readBody(ctx, maxJSON); err != nil {
			return nil, err
		}
		// A POST that says nothing but in its query is taken at its word too.
		if len(c.body) == 0 && byQuery.KFAccount != "" {
			return remove(ctx, c, byQuery)
		}
		request, err := wechat.ParseDeleteAgent(c.body)
		if err != nil {
			return nil, err
		}
		return remove(ctx, c, request)
	}}
}

// uploadAvatar takes the account from the query and the picture from a
// multipart body.
func (a *API) uploadAvatar(ctx context.Context, c *call) (any, error) {
	upload, err := c.readUpload(ctx, picture.MaxBytes)
	if err != nil {
		return nil, err
	}
	if !c.owner.Standing.ServiceEnabled {
		return nil, kefu.ServiceDisabled
	}
	account := c.query().Get("kf_account")
	return done(a.Desk.SetAvatar(ctx, c.owner.AppID, kefu.KFAccount(account), upload.Bytes, c.act(kefu.ActAgentPictured, account, "")))
}

// act is what the developer's program did to an agent, for the audit.
func (c *call) act(what kefu.ActKind, account, after string) kefu.Act {
	act := kefu.Act{Who: kefu.ByAPI, What: what, Object: account, After: after}
	if c.from.IsValid() {
		act.IP = c.from.String()
	}
	return act
}
