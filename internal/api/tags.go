package api

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// tags are the endpoints of tags and of who has them (用户标签管理).
func (a *API) tags() []endpoint {
	return []endpoint{
		takesJSON(wechat.PathTagCreate, wechat.ParseTag, a.createTag),
		{path: wechat.PathTagList, serve: a.listTags},
		takesJSON(wechat.PathTagUpdate, wechat.ParseTag, a.updateTag),
		takesJSON(wechat.PathTagDelete, wechat.ParseTag, a.deleteTag),
		takesJSON(wechat.PathTagsOfUser, wechat.ParseTagsOfUser, a.tagsOfUser),
		takesJSON(wechat.PathTagUsers, wechat.ParseTagUsers, a.tagUsers),
		takesJSON(wechat.PathTagging, wechat.ParseTagging, a.tagging),
		takesJSON(wechat.PathUntagging, wechat.ParseTagging, a.untagging),
	}
}

func (a *API) createTag(ctx context.Context, c *call, r wechat.Tag) (any, error) {
	tag, err := a.Desk.AddTag(ctx, c.owner.AppID, r.Name)
	if err != nil {
		return nil, err
	}
	return wechat.TagAnswer{Tag: wechat.Tag{ID: int64(tag.ID), Name: tag.Name}}, nil
}

func (a *API) listTags(ctx context.Context, c *call) (any, error) {
	tags, err := a.Desk.Tags(ctx, c.owner.AppID)
	if err != nil {
		return nil, err
	}
	return translate.TagList(tags), nil
}

func (a *API) updateTag(ctx context.Context, c *call, r wechat.Tag) (any, error) {
	return done(a.Desk.RenameTag(ctx, c.owner.AppID, kefu.TagID(r.ID), r.Name))
}

func (a *API) deleteTag(ctx context.Context, c *call, r wechat.Tag) (any, error) {
	return done(a.Desk.RemoveTag(ctx, c.owner.AppID, kefu.TagID(r.ID)))
}

func (a *API) tagsOfUser(ctx context.Context, c *call, r wechat.TagsOfUser) (any, error) {
	tags, err := a.Desk.TagsOf(ctx, c.owner.AppID, kefu.OpenID(r.OpenID))
	if err != nil {
		return nil, err
	}
	return translate.TagIDList(tags), nil
}

func (a *API) tagUsers(ctx context.Context, c *call, r wechat.TagUsers) (any, error) {
	ids, err := a.Desk.Tagged(ctx, c.owner.AppID, kefu.TagID(r.TagID), kefu.OpenID(r.NextOpenID), usersPerPage)
	if err != nil {
		return nil, err
	}
	return translate.UserList(ids), nil
}

func (a *API) tagging(ctx context.Context, c *call, r wechat.Tagging) (any, error) {
	return done(a.Desk.TagCustomers(ctx, c.owner.AppID, kefu.TagID(r.TagID), translate.OpenIDs(r.OpenIDList)))
}

func (a *API) untagging(ctx context.Context, c *call, r wechat.Tagging) (any, error) {
	return done(a.Desk.UntagCustomers(ctx, c.owner.AppID, kefu.TagID(r.TagID), translate.OpenIDs(r.OpenIDList)))
}
