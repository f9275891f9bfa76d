package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// Push says what the developer's server is told: a message of a customer under
// the number that it came with, or under ours, or an event, which has none. It
// says the same for every attempt.
func Push(o *kefu.OfficialAccount, p *kefu.Push) wechat.Push {
	said := wechat.Push{
		ToUserName:   string(o.OriginalID),
		FromUserName: string(p.Customer),
		CreateTime:   p.At.Unix(),
	}
	switch {
	case p.Message != nil:
		said.MsgID = int64(p.Message.ID)
		if p.Message.OwnID != 0 {
			said.MsgID = p.Message.OwnID
		}
		sayContent(&said, &p.Message.Content)
	case p.Event != nil:
		said.MsgType = wechat.MsgTypeEvent
		sayEvent(&said, p.Event)
	}
	return said
}

// sayContent keeps to the fields that belong to the type: what else a content
// may hold is no element of its push.
func sayContent(said *wechat.Push, c *kefu.Content) {
	said.MsgType = string(c.Type)
	said.MsgDataID, said.Idx = c.ArticleData, c.ArticleIndex
	switch c.Type {
	case kefu.MsgText:
		said.Content, said.BizMsgMenuID = c.Text, c.MenuID
	case kefu.MsgImage:
		said.PicURL, said.MediaID = c.PicURL, string(c.MediaID)
	case kefu.MsgVoice:
		said.MediaID, said.MediaID16K = string(c.MediaID), string(c.MediaID16K)
		said.Format, said.Recognition = c.Format, c.Recognition
	case kefu.MsgVideo, kefu.MsgShortVideo:
		said.MediaID, said.ThumbMediaID = string(c.MediaID), string(c.ThumbMediaID)
	case kefu.MsgLocation:
		said.LocationX, said.LocationY = c.Latitude, c.Longitude
		said.Scale, said.Label = c.Scale, c.Label
	case kefu.MsgLink:
		said.Title, said.Description, said.URL = c.Title, c.Description, c.URL
	case kefu.MsgMiniProgramPage:
		said.Title, said.AppID, said.PagePath = c.Title, c.AppID, c.PagePath
		said.ThumbURL, said.ThumbMediaID = c.PicURL, string(c.ThumbMediaID)
	}
}

func sayEvent(said *wechat.Push, e *kefu.Event) {
	said.Event = string(e.Type)
	said.EventKey, said.Ticket, said.MenuID = e.Key, e.Ticket, e.MenuID
	said.ScanType, said.ScanResult = e.ScanType, e.ScanResult
	said.Latitude, said.Longitude, said.Precision = e.Latitude, e.Longitude, e.Precision
	said.SessionFrom = e.SessionFrom
	// Only a session that goes from one agent to another names them both, and
	// under other names.
	if e.Type == kefu.EventSwitchSession {
		said.FromKFAccount, said.ToKFAccount = string(e.Account), string(e.To)
	} else {
		said.KFAccount = string(e.Account)
	}
}
