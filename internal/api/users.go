package api

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

const (
	// usersPerPage is how many openids user/get and user/tag/get answer at once.
	usersPerPage = 10_000
	// blockedPerPage is how many getblacklist does.
	blockedPerPage = 1_000
)

// users are the endpoints of followers (用户管理).
func (a *API) users() []endpoint {
	return []endpoint{
		{path: wechat.PathUserInfo, serve: a.userInfo},
		takesJSON(wechat.PathUserInfoBatch, wechat.ParseUserInfoBatch, a.userInfoBatch),
		takesJSON(wechat.PathUserRemark, wechat.ParseUpdateRemark, a.updateRemark),
		{path: wechat.PathUserList, serve: a.listUsers},
		takesJSON(wechat.PathBlacklist, wechat.ParseBlacklistQuery, a.listBlocked),
		takesJSON(wechat.PathBlacklisting, wechat.ParseOpenIDList, a.block),
		takesJSON(wechat.PathUnblacklisting, wechat.ParseOpenIDList, a.unblock),
	}
}

func (a *API) userInfo(ctx context.Context, c *call) (any, error) {
	id := kefu.OpenID(c.query().Get("openid"))
	profiles, err := a.Desk.CustomersByID(ctx, c.owner.AppID, []kefu.OpenID{id})
	if err != nil {
		return nil, err
	}
	return translate.UserInfo(&profiles[0].Customer, profiles[0].Tags, c.query().Get("lang")), nil
}

func (a *API) userInfoBatch(ctx context.Context, c *call, r wechat.UserInfoBatch) (any, error) {
	ids := make([]kefu.OpenID, len(r.UserList))
	for i, user := range r.UserList {
		ids[i] = kefu.OpenID(user.OpenID)
	}
	profiles, err := a.Desk.CustomersByID(ctx, c.owner.AppID, ids)
	if err != nil {
		return nil, err
	}
	list := make(wechat.List[wechat.UserInfo], len(profiles))
	for i := range profiles {
		list[i] = translate.UserInfo(&profiles[i].Customer, profiles[i].Tags, r.UserList[i].Lang)
	}
	return wechat.UserInfoList{UserInfoList: list}, nil
}

func (a *API) updateRemark(ctx context.Context, c *call, r wechat.UpdateRemark) (any, error) {
	if r.Remark == nil {
		// An empty remark takes the note away; a missing one shall not.
		return nil, kefu.ArgumentIllegal
	}
	return done(a.Desk.SetRemark(ctx, c.owner.AppID, kefu.OpenID(r.OpenID), *r.Remark))
}

func (a *API) listUsers(ctx context.Context, c *call) (any, error) {
	after := kefu.OpenID(c.query().Get("next_openid"))
	return page(a.Desk.Customers(ctx, c.owner.AppID, desk.CustomerFilter{}, after, usersPerPage))
}

func (a *API) listBlocked(ctx context.Context, c *call, r wechat.BlacklistQuery) (any, error) {
	after := kefu.OpenID(r.BeginOpenID)
	return page(a.Desk.Customers(ctx, c.owner.AppID, desk.CustomerFilter{Blocked: true}, after, blockedPerPage))
}

// page answers with a page of openids out of a total.
func page(ids []kefu.OpenID, total int, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return translate.UserListOf(ids, total), nil
}

func (a *API) block(ctx context.Context, c *call, r wechat.OpenIDList) (any, error) {
	return done(a.Desk.Block(ctx, c.owner.AppID, translate.OpenIDs(r.OpenIDList)))
}

func (a *API) unblock(ctx context.Context, c *call, r wechat.OpenIDList) (any, error) {
	return done(a.Desk.Unblock(ctx, c.owner.AppID, translate.OpenIDs(r.OpenIDList)))
}
