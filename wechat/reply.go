package wechat

import "errors"

// What a reply can be refused for, besides [ErrFormat]. Each of them is an
// answer that WeChat takes for none: the customer is told that the account
// cannot provide its service now.
var (
	// ErrReplyType is a MsgType that a reply cannot have.
	ErrReplyType = errors.New("the reply is of no type that can be sent")
	// ErrReplyIncomplete is a reply without what its type must have.
	ErrReplyIncomplete = errors.New("the reply is incomplete")
)

// MsgType of replies alone; the others are those of [Push].
const (
	MsgTypeMusic = "music"
	MsgTypeNews  = "news"
	// MsgTypeTransfer hands the customer to the agents.
	MsgTypeTransfer = "transfer_customer_service"
)

// MaxArticles is how many articles a news reply can show; more are dropped. To a
// customer's message, unlike to an event, WeChat shows the first one only.
const MaxArticles = 8

// Reply is a passive reply: what the developer's server answers to a push, for
// the customer to see. MsgType says which of the fields belong to it:
//
//	text                       Content
//	image, voice               MediaID
//	video                      MediaID; optional Title, Description
//	music                      ThumbMediaID; optional Title, Description, MusicURL, HQMusicURL
//	news                       Articles
//	transfer_customer_service  optional KFAccount
type Reply struct {
	// ToUserName is the customer's openid.
	ToUserName string
	// FromUserName is the official account's original id.
	FromUserName string
	// CreateTime is in Unix seconds. No rule depends on it.
	CreateTime int64
	MsgType    string

	Content              string
	MediaID              string
	Title, Description   string
	MusicURL, HQMusicURL string
	ThumbMediaID         string
	Articles             []Article
	// KFAccount is the only agent that the customer is offered to; empty for any.
	KFAccount string
}

// Article is a card that leads to a page.
type Article struct {
	Title, Description, PicURL, URL string
}

// section is the element that holds the fields of a type; empty where there is
// none.
func (r *Reply) section() string {
	switch r.MsgType {
	case MsgTypeImage:
		return "Image"
	case MsgTypeVoice:
		return "Voice"
	case MsgTypeVideo:
		return "Video"
	case MsgTypeMusic:
		return "Music"
	case MsgTypeNews:
		return "Articles"
	case MsgTypeTransfer:
		return "TransInfo"
	}
	return ""
}

// missing names what the type must have and is not there; empty when all is. It
// refuses with [ErrReplyType].
func (r *Reply) missing() (string, error) {
	switch r.MsgType {
	case MsgTypeText:
		if r.Content == "" {
			return "Content", nil
		}
	case MsgTypeImage, MsgTypeVoice, MsgTypeVideo:
		if r.MediaID == "" {
			return r.section() + "/MediaId", nil
		}
	case MsgTypeMusic:
		if r.ThumbMediaID == "" {
			return "Music/ThumbMediaId", nil
		}
	case MsgTypeNews:
		if len(r.Articles) == 0 {
			return "Articles/item", nil
		}
	case MsgTypeTransfer:
	default:
		return "", ErrReplyType
	}
	return "", nil
}
