package wechat

import "slices"

// sendable are the types that [PathCustomSend] takes, shown those that a
// conversation has besides.
var (
	sendable = []string{
		MsgTypeText, MsgTypeImage, MsgTypeVoice, MsgTypeVideo, MsgTypeMusic, MsgTypeNews, MsgTypeMPNews, MsgTypeMPNewsArticle,
		MsgTypeMenu, MsgTypeCard, MsgTypeMiniProgramPage, MsgTypeLink,
	}
	shown = []string{MsgTypeShortVideo, MsgTypeLocation}
)

// ParseCustomMessage reads the body of [PathCustomSend] and [PathBusinessSend].
// Members of other types than the named one are ignored, and so is the
// businessid. A msgtype that cannot be sent is returned as it is, with nothing
// of it read; a type whose member is absent has a nil pointer.
func ParseCustomMessage(body []byte) (CustomMessage, error) {
	o, err := ParseObject(body)
	if err != nil {
		return CustomMessage{}, err
	}
	m := CustomMessage{ToUser: o.String("touser"), MsgType: o.String("msgtype")}
	if slices.Contains(sendable, m.MsgType) {
		m.readSection(o)
	}
	if o.Has("customservice") {
		m.CustomService = &CustomService{KFAccount: o.Object("customservice").String("kf_account")}
	}
	if o.Has("aimsgcontext") {
		m.AIMsgContext = &AIMsgContext{IsAIMsg: o.Object("aimsgcontext").Int("is_ai_msg")}
	}
	return m, o.Err()
}

// ParseContentObject reads msgtype and the member of that name, of all types
// that a message of a conversation can have but a notice, and bizmsgmenuid, from
// an object that has a form of its own otherwise. It returns o.Err().
func ParseContentObject(o *Object) (CustomMessage, error) {
	m := CustomMessage{MsgType: o.String("msgtype"), BizMsgMenuID: o.scalar("bizmsgmenuid")}
	if slices.Contains(sendable, m.MsgType) || slices.Contains(shown, m.MsgType) {
		m.readSection(o)
	}
	return m, o.Err()
}

// readSection reads the member that the type names.
func (m *CustomMessage) readSection(o *Object) {
	if !o.Has(m.MsgType) {
		return
	}
	s := o.Object(m.MsgType)
	switch m.MsgType {
	case MsgTypeText:
		m.Text = &CustomText{Content: s.String("content")}
	case MsgTypeImage:
		m.Image = &CustomImage{MediaID: s.String("media_id"), PicURL: s.String("picurl")}
	case MsgTypeVoice:
		m.Voice = &CustomVoice{
			Format: s.String("format"), MediaID: s.String("media_id"), MediaID16K: s.String("media_id_16k"), Recognition: s.String("recognition"),
		}
	case MsgTypeVideo:
		m.Video = readVideo(s)
	case MsgTypeShortVideo:
		m.ShortVideo = readVideo(s)
	case MsgTypeMusic:
		m.Music = &CustomMusic{
			Description: s.String("description"), HQMusicURL: s.String("hqmusicurl"), MusicURL: s.String("musicurl"),
			ThumbMediaID: s.String("thumb_media_id"), Title: s.String("title"),
		}
	case MsgTypeNews:
		m.News = &CustomNews{}
		for _, a := range s.Objects("articles") {
			m.News.Articles = append(m.News.Articles, CustomArticle{
				Description: a.String("description"), PicURL: a.String("picurl"), Title: a.String("title"), URL: a.String("url"),
			})
		}
	case MsgTypeMPNews:
		m.MPNews = &CustomMedia{MediaID: s.String("media_id")}
	case MsgTypeMPNewsArticle:
		m.MPNewsArticle = &CustomMPNewsArticle{ArticleID: s.String("article_id")}
	case MsgTypeMenu:
		m.MsgMenu = &CustomMenu{HeadContent: s.String("head_content"), TailContent: s.String("tail_content")}
		for _, item := range s.Objects("list") {
			m.MsgMenu.List = append(m.MsgMenu.List, CustomMenuItem{Content: item.String("content"), ID: item.scalar("id")})
		}
	case MsgTypeCard:
		m.WXCard = &CustomCard{CardID: s.String("card_id")}
	case MsgTypeMiniProgramPage:
		m.MiniProgramPage = &CustomMiniProgramPage{
			AppID: s.String("appid"), PagePath: s.String("pagepath"), ThumbMediaID: s.String("thumb_media_id"),
			ThumbURL: s.String("thumb_url"), Title: s.String("title"),
		}
	case MsgTypeLink:
		m.Link = &CustomLink{
			Description: s.String("description"), ThumbURL: s.String("thumb_url"), Title: s.String("title"), URL: s.String("url"),
		}
	case MsgTypeLocation:
		m.Location = &CustomLocation{
			Label: s.String("label"), Latitude: Decimal(s.scalar("latitude")), Longitude: Decimal(s.scalar("longitude")), Scale: Decimal(s.scalar("scale")),
		}
	}
}

func readVideo(s *Object) *CustomVideo {
	return &CustomVideo{
		Description: s.String("description"), MediaID: s.String("media_id"), ThumbMediaID: s.String("thumb_media_id"), Title: s.String("title"),
	}
}

// scalar is the text of a member that is a string, or the digits of one that is
// a number: ids and coordinates are written either way.
func (o *Object) scalar(name string) string {
	v := o.present(name)
	switch {
	case v == nil:
		return ""
	case v.kind == kindString || v.kind == kindNumber:
		return own(v.text)
	}
	o.fail("%s%s must be a string or a number, got %s", o.path, name, v.kind)
	return ""
}
