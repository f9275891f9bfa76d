package wechat

import (
	"encoding/json"
	"fmt"
)

// MsgType of messages to a customer; others are those of [Push] and [Reply].
const (
	MsgTypeMPNews        = "mpnews"
	MsgTypeMPNewsArticle = "mpnewsarticle"
	MsgTypeMenu          = "msgmenu"
	MsgTypeCard          = "wxcard"
	// MsgTypeNotice is a line that the system itself shows in a conversation. It
	// is no type of WeChat's and cannot be sent.
	MsgTypeNotice = "notice"
)

// CustomMessage is a message of a conversation (客服消息): the body of
// [PathCustomSend] and [PathBusinessSend]. MsgType tells which of the pointers is
// there; it is the member of the same name. Of the types, location, shortvideo
// and notice cannot be sent: they are in the same form where a conversation is
// shown.
type CustomMessage struct {
	AIMsgContext    *AIMsgContext          `json:"aimsgcontext,omitempty"`
	BizMsgMenuID    string                 `json:"bizmsgmenuid,omitempty"` // the menu item whose tap wrote the text of a customer
	CustomService   *CustomService         `json:"customservice,omitempty"`
	Image           *CustomImage           `json:"image,omitempty"`
	Link            *CustomLink            `json:"link,omitempty"`
	Location        *CustomLocation        `json:"location,omitempty"`
	MiniProgramPage *CustomMiniProgramPage `json:"miniprogrampage,omitempty"`
	MPNews          *CustomMedia           `json:"mpnews,omitempty"`
	MPNewsArticle   *CustomMPNewsArticle   `json:"mpnewsarticle,omitempty"`
	MsgMenu         *CustomMenu            `json:"msgmenu,omitempty"`
	MsgType         string                 `json:"msgtype"`
	Music           *CustomMusic           `json:"music,omitempty"`
	News            *CustomNews            `json:"news,omitempty"`
	Notice          *CustomText            `json:"notice,omitempty"`
	ShortVideo      *CustomVideo           `json:"shortvideo,omitempty"`
	Text            *CustomText            `json:"text,omitempty"`
	ToUser          string                 `json:"touser,omitempty"`
	Video           *CustomVideo           `json:"video,omitempty"`
	Voice           *CustomVoice           `json:"voice,omitempty"`
	WXCard          *CustomCard            `json:"wxcard,omitempty"`
}

// AIMsgContext marks a message that a machine wrote.
type AIMsgContext struct {
	// IsAIMsg is 1 for such a message and 0 for any other.
	IsAIMsg int64 `json:"is_ai_msg"`
}

// CustomService is who a message is shown to come from.
type CustomService struct {
	KFAccount string `json:"kf_account"`
}

// CustomText is words.
type CustomText struct {
	Content string `json:"content"`
}

// CustomMedia is media by its id.
type CustomMedia struct {
	MediaID string `json:"media_id"`
}

// CustomImage is a picture. A customer's has its address, too.
type CustomImage struct {
	MediaID string `json:"media_id"`
	PicURL  string `json:"picurl,omitempty"`
}

// CustomVoice is a voice. A customer's tells its format, as in "amr", and what
// was said, when speech recognition is on.
type CustomVoice struct {
	Format      string `json:"format,omitempty"`
	MediaID     string `json:"media_id"`
	MediaID16K  string `json:"media_id_16k,omitempty"`
	Recognition string `json:"recognition,omitempty"`
}

// CustomVideo is a video.
type CustomVideo struct {
	Description  string `json:"description,omitempty"`
	MediaID      string `json:"media_id"`
	ThumbMediaID string `json:"thumb_media_id,omitempty"`
	Title        string `json:"title,omitempty"`
}

// CustomMusic is music.
type CustomMusic struct {
	Description  string `json:"description,omitempty"`
	HQMusicURL   string `json:"hqmusicurl,omitempty"`
	MusicURL     string `json:"musicurl"`
	ThumbMediaID string `json:"thumb_media_id"`
	Title        string `json:"title,omitempty"`
}

// CustomNews is articles; one, since 2018.
type CustomNews struct {
	Articles List[CustomArticle] `json:"articles"`
}

// CustomArticle is a card that leads to a page.
type CustomArticle struct {
	Description string `json:"description"`
	PicURL      string `json:"picurl"`
	Title       string `json:"title"`
	URL         string `json:"url"`
}

// CustomMPNewsArticle is a published article.
type CustomMPNewsArticle struct {
	ArticleID string `json:"article_id"`
}

// CustomMenu is lines to tap, with words before and after them.
type CustomMenu struct {
	HeadContent string               `json:"head_content,omitempty"`
	List        List[CustomMenuItem] `json:"list"`
	TailContent string               `json:"tail_content,omitempty"`
}

// CustomMenuItem is a line to tap.
type CustomMenuItem struct {
	Content string `json:"content"`
	// ID comes back with the tap. Some SDKs read it as a number.
	ID string `json:"id"`
}

// CustomCard is a coupon.
type CustomCard struct {
	CardID string `json:"card_id"`
}

// CustomMiniProgramPage is a page of a mini program. A customer's has the
// address of its cover, too.
type CustomMiniProgramPage struct {
	AppID        string `json:"appid"`
	PagePath     string `json:"pagepath"`
	ThumbMediaID string `json:"thumb_media_id"`
	ThumbURL     string `json:"thumb_url,omitempty"`
	Title        string `json:"title"`
}

// CustomLink is a link with a picture.
type CustomLink struct {
	Description string `json:"description"`
	ThumbURL    string `json:"thumb_url"`
	Title       string `json:"title"`
	URL         string `json:"url"`
}

// CustomLocation is a place.
type CustomLocation struct {
	Label string `json:"label"`
	// Latitude and Longitude are in degrees; Scale is the zoom of the map.
	Latitude  Decimal `json:"latitude"`
	Longitude Decimal `json:"longitude"`
	Scale     Decimal `json:"scale,omitempty"`
}

// Decimal is a number as it was written, so that a coordinate keeps its digits.
type Decimal string

// MarshalJSON writes the number; as a string, if it is none.
func (d Decimal) MarshalJSON() ([]byte, error) {
	p := parser{text: string(d)}
	if text, err := p.number(); err == nil && text == string(d) {
		return []byte(d), nil
	}
	return appendJSONString(nil, string(d)), nil
}

// UnmarshalJSON reads 23.13 and "23.13". As usual in Go, null changes nothing.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
		return nil
	case len(data) > 0 && data[0] == '"':
		return json.Unmarshal(data, (*string)(d))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return fmt.Errorf("a decimal must be a number: %w", err)
	}
	*d = Decimal(n)
	return nil
}
