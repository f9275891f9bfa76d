package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// Session says who serves a customer; nil when nobody does.
func Session(s *kefu.Session) wechat.Session {
	if s == nil {
		return wechat.Session{}
	}
	return wechat.Session{CreateTime: s.OpenedAt.Unix(), KFAccount: string(s.Account)}
}

// SessionList says whom an agent serves.
func SessionList(sessions []kefu.Session) wechat.SessionList {
	list := make(wechat.List[wechat.CustomerInSession], len(sessions))
	for i := range sessions {
		list[i] = wechat.CustomerInSession{CreateTime: sessions[i].OpenedAt.Unix(), OpenID: string(sessions[i].Customer)}
	}
	return wechat.SessionList{SessionList: list}
}

// WaitList says who waits: the first of them, and how many they are in all.
func WaitList(first []kefu.Waiting, total int) wechat.WaitList {
	list := make(wechat.List[wechat.WaitCase], len(first))
	for i := range first {
		list[i] = wechat.WaitCase{LatestTime: first[i].LatestAt.Unix(), OpenID: string(first[i].Customer)}
	}
	return wechat.WaitList{Count: int64(total), WaitCaseList: list}
}
