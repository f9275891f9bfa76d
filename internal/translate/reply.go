package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// Reply says what a passive reply to a push wants done. Of the articles of news
// it keeps the first when a message is answered, and as many as WeChat shows,
// [wechat.MaxArticles], when an event is. The reply must be of a type that can be
// sent, as [wechat.ParseReply] makes sure.
func Reply(r *wechat.Reply, p *kefu.Push) *kefu.Reply {
	if r.MsgType == wechat.MsgTypeTransfer {
		return &kefu.Reply{Transfer: true, To: kefu.KFAccount(r.KFAccount)}
	}
	c := &kefu.Content{Type: kefu.MsgType(r.MsgType)}
	switch c.Type {
	case kefu.MsgText:
		c.Text = r.Content
	case kefu.MsgImage, kefu.MsgVoice:
		c.MediaID = kefu.MediaID(r.MediaID)
	case kefu.MsgVideo:
		c.MediaID, c.Title, c.Description = kefu.MediaID(r.MediaID), r.Title, r.Description
	case kefu.MsgMusic:
		c.Title, c.Description = r.Title, r.Description
		c.MusicURL, c.HQMusicURL = r.MusicURL, r.HQMusicURL
		c.ThumbMediaID = kefu.MediaID(r.ThumbMediaID)
	case kefu.MsgNews:
		shown := wechat.MaxArticles
		if p.Message != nil {
			shown = 1
		}
		for _, a := range r.Articles[:min(len(r.Articles), shown)] {
			c.Articles = append(c.Articles, kefu.Article{Title: a.Title, Description: a.Description, URL: a.URL, PicURL: a.PicURL})
		}
	}
	return &kefu.Reply{Content: c}
}
