package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// Content is what a message on the wire says. A type that is unknown keeps its
// name, and one without its member has nothing but its name: whether it can be
// sent is for [kefu.Content.Validate] to say.
func Content(m *wechat.CustomMessage) kefu.Content {
	c := kefu.Content{Type: kefu.MsgType(m.MsgType), MenuID: m.BizMsgMenuID, AI: m.AIMsgContext != nil && m.AIMsgContext.IsAIMsg != 0}
	switch {
	case m.Text != nil:
		c.Text = m.Text.Content
	case m.Notice != nil:
		c.Text = m.Notice.Content
	case m.Image != nil:
		c.MediaID, c.PicURL = kefu.MediaID(m.Image.MediaID), m.Image.PicURL
	case m.Voice != nil:
		v := m.Voice
		c.MediaID, c.MediaID16K, c.Format, c.Recognition = kefu.MediaID(v.MediaID), kefu.MediaID(v.MediaID16K), v.Format, v.Recognition
	case m.Video != nil:
		video(&c, m.Video)
	case m.ShortVideo != nil:
		video(&c, m.ShortVideo)
	case m.Music != nil:
		c.Title, c.Description, c.MusicURL, c.HQMusicURL = m.Music.Title, m.Music.Description, m.Music.MusicURL, m.Music.HQMusicURL
		c.ThumbMediaID = kefu.MediaID(m.Music.ThumbMediaID)
	case m.News != nil:
		for _, a := range m.News.Articles {
			c.Articles = append(c.Articles, articleOf(a))
		}
	case m.MPNews != nil:
		c.MediaID = kefu.MediaID(m.MPNews.MediaID)
	case m.MPNewsArticle != nil:
		c.ArticleID = m.MPNewsArticle.ArticleID
	case m.MsgMenu != nil:
		c.Head, c.Tail = m.MsgMenu.HeadContent, m.MsgMenu.TailContent
		for _, item := range m.MsgMenu.List {
			c.Menu = append(c.Menu, kefu.MenuItem{ID: item.ID, Content: item.Content})
		}
	case m.WXCard != nil:
		c.CardID = m.WXCard.CardID
	case m.MiniProgramPage != nil:
		p := m.MiniProgramPage
		c.Title, c.AppID, c.PagePath, c.PicURL, c.ThumbMediaID = p.Title, p.AppID, p.PagePath, p.ThumbURL, kefu.MediaID(p.ThumbMediaID)
	case m.Link != nil:
		c.Title, c.Description, c.URL, c.PicURL = m.Link.Title, m.Link.Description, m.Link.URL, m.Link.ThumbURL
	case m.Location != nil:
		l := m.Location
		c.Latitude, c.Longitude, c.Scale, c.Label = string(l.Latitude), string(l.Longitude), string(l.Scale), l.Label
	}
	return c
}

func articleOf(a wechat.CustomArticle) kefu.Article {
	return kefu.Article{Title: a.Title, Description: a.Description, URL: a.URL, PicURL: a.PicURL}
}

func video(c *kefu.Content, v *wechat.CustomVideo) {
	c.MediaID, c.ThumbMediaID, c.Title, c.Description = kefu.MediaID(v.MediaID), kefu.MediaID(v.ThumbMediaID), v.Title, v.Description
}

// CustomMessage says a content in the form in which messages are sent, for all
// types that a conversation can hold. Who says it to whom is left out.
func CustomMessage(c *kefu.Content) wechat.CustomMessage {
	m := wechat.CustomMessage{MsgType: string(c.Type), BizMsgMenuID: c.MenuID}
	if c.AI {
		m.AIMsgContext = &wechat.AIMsgContext{IsAIMsg: 1}
	}
	switch c.Type {
	case kefu.MsgText:
		m.Text = &wechat.CustomText{Content: c.Text}
	case kefu.MsgNotice:
		m.Notice = &wechat.CustomText{Content: c.Text}
	case kefu.MsgImage:
		m.Image = &wechat.CustomImage{MediaID: string(c.MediaID), PicURL: c.PicURL}
	case kefu.MsgVoice:
		m.Voice = &wechat.CustomVoice{
			MediaID: string(c.MediaID), MediaID16K: string(c.MediaID16K), Format: c.Format, Recognition: c.Recognition,
		}
	case kefu.MsgVideo:
		m.Video = customVideo(c)
	case kefu.MsgShortVideo:
		m.ShortVideo = customVideo(c)
	case kefu.MsgMusic:
		m.Music = &wechat.CustomMusic{
			Title: c.Title, Description: c.Description, MusicURL: c.MusicURL, HQMusicURL: c.HQMusicURL, ThumbMediaID: string(c.ThumbMediaID),
		}
	case kefu.MsgNews:
		m.News = &wechat.CustomNews{}
		for _, a := range c.Articles {
			m.News.Articles = append(m.News.Articles, wechat.CustomArticle{Title: a.Title, Description: a.Description, URL: a.URL, PicURL: a.PicURL})
		}
	case kefu.MsgMPNews:
		m.MPNews = &wechat.CustomMedia{MediaID: string(c.MediaID)}
	case kefu.MsgMPNewsArticle:
		m.MPNewsArticle = &wechat.CustomMPNewsArticle{ArticleID: c.ArticleID}
	case kefu.MsgMenu:
		m.MsgMenu = &wechat.CustomMenu{HeadContent: c.Head, TailContent: c.Tail}
		for _, item := range c.Menu {
			m.MsgMenu.List = append(m.MsgMenu.List, wechat.CustomMenuItem{ID: item.ID, Content: item.Content})
		}
	case kefu.MsgCard:
		m.WXCard = &wechat.CustomCard{CardID: c.CardID}
	case kefu.MsgMiniProgramPage:
		m.MiniProgramPage = &wechat.CustomMiniProgramPage{
			Title: c.Title, AppID: c.AppID, PagePath: c.PagePath, ThumbMediaID: string(c.ThumbMediaID), ThumbURL: c.PicURL,
		}
	case kefu.MsgLink:
		m.Link = &wechat.CustomLink{Title: c.Title, Description: c.Description, URL: c.URL, ThumbURL: c.PicURL}
	case kefu.MsgLocation:
		m.Location = &wechat.CustomLocation{
			Latitude: wechat.Decimal(c.Latitude), Longitude: wechat.Decimal(c.Longitude), Scale: wechat.Decimal(c.Scale), Label: c.Label,
		}
	}
	return m
}

func customVideo(c *kefu.Content) *wechat.CustomVideo {
	return &wechat.CustomVideo{MediaID: string(c.MediaID), ThumbMediaID: string(c.ThumbMediaID), Title: c.Title, Description: c.Description}
}
