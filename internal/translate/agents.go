package translate

import (
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/wechat"
)

// avatarSize is the size that kf_headimgurl names; the others are at the same
// URL with another number.
const avatarSize = 300

// AvatarPath is where a page of the house finds an agent's picture; empty when it
// has none.
func AvatarPath(a kefu.Avatar) string { return picture.URL("", a, avatarSize) }

// AgentList says who the agents of an account are. pictures is the base of the
// URLs under which avatars are served.
func AgentList(o *kefu.OfficialAccount, agents []kefu.Agent, pictures string, now time.Time) wechat.AgentList {
	list := make(wechat.List[wechat.Agent], 0, len(agents))
	for i := range agents {
		a := &agents[i]
		entry := wechat.Agent{
			KFAccount:    string(a.Account),
			KFHeadImgURL: picture.URL(pictures, a.Avatar, avatarSize),
			KFID:         kfID(o, a.ID),
			KFNick:       a.Nickname,
			KFWX:         string(a.Worker),
		}
		if a.Invitation != nil {
			entry.InviteWX = string(a.Invitation.Worker)
			entry.InviteExpireTime = a.Invitation.ExpiresAt.Unix()
			entry.InviteStatus = string(a.Invitation.Status(now))
		}
		list = append(list, entry)
	}
	return wechat.AgentList{KFList: list}
}

// Lasts is the span of time around now in which [AgentList] says the same: no
// invitation expires in it. A zero end is open.
func Lasts(agents []kefu.Agent, now time.Time) (from, until time.Time) {
	for i := range agents {
		invitation := agents[i].Invitation
		if invitation == nil || invitation.Rejected {
			continue
		}
		at := invitation.ExpiresAt
		if now.Before(at) {
			if until.IsZero() || at.Before(until) {
				until = at
			}
		} else if at.After(from) {
			from = at
		}
	}
	return from, until
}

// OnlineAgentList says which agents are online, and how many customers each is
// serving.
func OnlineAgentList(o *kefu.OfficialAccount, agents []kefu.Agent) wechat.OnlineAgentList {
	list := wechat.List[wechat.OnlineAgent]{}
	for i := range agents {
		a := &agents[i]
		if !a.Presence.Online {
			continue
		}
		list = append(list, wechat.OnlineAgent{
			AcceptedCase: int64(a.Serving),
			KFAccount:    string(a.Account),
			KFID:         kfID(o, a.ID),
			Status:       wechat.OnlineStatusWeb,
		})
	}
	return wechat.OnlineAgentList{KFOnlineList: list}
}

func kfID(o *kefu.OfficialAccount, id kefu.KFID) wechat.KFID {
	return wechat.KFID{Number: int64(id), AsNumber: o.KFIDForm == kefu.KFIDNumber}
}
