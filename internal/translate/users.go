package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// UserInfo says who a customer is. lang is what was asked for: nothing, one of
// the platform's languages, or anything else, which is answered as the default.
func UserInfo(c *kefu.Customer, tags []kefu.TagID, lang string) wechat.UserInfo {
	if !c.Subscribed {
		return wechat.UserInfo{OpenID: string(c.OpenID)}
	}
	switch lang {
	case "", wechat.LangTraditional, wechat.LangEnglish:
	default:
		lang = wechat.LangSimplified
	}
	return wechat.UserInfo{
		Language:       lang,
		OpenID:         string(c.OpenID),
		QRScene:        c.QRScene,
		QRSceneStr:     c.QRSceneStr,
		Remark:         c.Remark,
		Subscribe:      1,
		SubscribeScene: string(c.Scene),
		SubscribeTime:  c.SubscribedAt.Unix(),
		TagIDList:      tagIDs(tags),
	}
}

// UserList says a page of openids.
func UserList(ids []kefu.OpenID) wechat.UserList {
	list := wechat.UserList{Count: len(ids)}
	if len(ids) == 0 {
		return list
	}
	openIDs := make(wechat.List[string], len(ids))
	for i, id := range ids {
		openIDs[i] = string(id)
	}
	list.Data = &wechat.OpenIDs{OpenID: openIDs}
	list.NextOpenID = openIDs[len(openIDs)-1]
	return list
}

// UserListOf says a page of openids out of a total.
func UserListOf(ids []kefu.OpenID, total int) wechat.UserList {
	list := UserList(ids)
	list.Total = &total
	return list
}

// OpenIDs reads what a call names.
func OpenIDs(names []string) []kefu.OpenID {
	ids := make([]kefu.OpenID, len(names))
	for i, name := range names {
		ids[i] = kefu.OpenID(name)
	}
	return ids
}

// TagList says the tags of an account.
func TagList(tags []kefu.Tag) wechat.TagList {
	list := make(wechat.List[wechat.CountedTag], len(tags))
	for i, t := range tags {
		list[i] = wechat.CountedTag{ID: int64(t.ID), Name: t.Name, Count: t.Count}
	}
	return wechat.TagList{Tags: list}
}

// TagIDList says the tags of a customer.
func TagIDList(tags []kefu.TagID) wechat.TagIDList {
	return wechat.TagIDList{TagIDList: tagIDs(tags)}
}

func tagIDs(tags []kefu.TagID) wechat.List[int64] {
	ids := make(wechat.List[int64], len(tags))
	for i, id := range tags {
		ids[i] = int64(id)
	}
	return ids
}
