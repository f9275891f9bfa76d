package wechat

import "strconv"

// Values of [Push.MsgType] and, for some, of [Reply.MsgType].
const (
	MsgTypeText            = "text"
	MsgTypeImage           = "image"
	MsgTypeVoice           = "voice"
	MsgTypeVideo           = "video"
	MsgTypeShortVideo      = "shortvideo"
	MsgTypeLocation        = "location"
	MsgTypeLink            = "link"
	MsgTypeMiniProgramPage = "miniprogrampage"
	MsgTypeEvent           = "event"
)

// Push is what WeChat sends to the developer's server: a message of a customer,
// or an event. Which of the fields are there depends on MsgType and Event; the
// others are empty, and empty fields are not written, except those that their
// type always has. Fields of a type that this package does not know are lost
// when it is read and written again; pass the body on where that matters.
type Push struct {
	// ToUserName is the official account's original id, as in "gh_a1b2c3d4e5f6".
	ToUserName string
	// FromUserName is the customer's openid.
	FromUserName string
	// CreateTime is in Unix seconds.
	CreateTime int64
	// MsgType is one of the MsgType constants.
	MsgType string
	// MsgID is above zero for a message and 0 for an event. It is the same when
	// a push is delivered again. It exceeds what a JavaScript number can hold.
	MsgID int64

	// Content is the text of a text message.
	Content string
	// BizMsgMenuID is the id of the menu item whose tap wrote the text.
	BizMsgMenuID string

	// MediaID fetches the picture, recording or film.
	MediaID string
	// ThumbMediaID fetches the still of a film or the cover of a page.
	ThumbMediaID string
	// PicURL shows a picture without a token.
	PicURL string
	// Format of a recording: "amr" or "speex".
	Format string
	// MediaID16K fetches the recording at 16 kHz.
	MediaID16K string
	// Recognition is what was said, when recognition is on for the account.
	Recognition string

	// LocationX is the latitude and LocationY the longitude of a place, in
	// degrees; decimals as they were written.
	LocationX, LocationY string
	// Scale is the zoom of the map, a number.
	Scale string
	// Label is the address in words.
	Label string

	// Title of a link or page, Description and URL of a link.
	Title, Description, URL string
	// AppID and PagePath lead to the page of a mini program; ThumbURL is its cover.
	AppID, PagePath, ThumbURL string

	// Event is one of the Event constants, for MsgTypeEvent. Compare it without
	// regard to case.
	Event string
	// EventKey is the menu item's key or address, or the value of a code that
	// was scanned.
	EventKey string
	// Ticket is that of the code.
	Ticket string
	// MenuID is the number of a menu with rules of its own.
	MenuID string
	// ScanType and ScanResult are what a menu item scanned, as in "qrcode".
	ScanType, ScanResult string
	// Latitude, Longitude and Precision report where the customer is: degrees,
	// and metres, as decimals.
	Latitude, Longitude, Precision string
	// KFAccount is the agent of a session that begins or ends.
	KFAccount string
	// FromKFAccount hands a customer to ToKFAccount.
	FromKFAccount, ToKFAccount string
	// SessionFrom is what the button to customer service in a mini program was
	// given.
	SessionFrom string

	// MsgDataID and Idx, from 1, name the article that a message was written at.
	MsgDataID string
	Idx       int64
	// BusinessID is the number of the merchant within the account that a message
	// is for.
	BusinessID int64
}

// DedupKey is the same for two deliveries of one push and differs between
// pushes: a message's number, or for an event its customer and time. WeChat
// promises no more for events, so two that happen to one customer in the same
// second are one to whoever goes by it.
func (p *Push) DedupKey() string {
	if p.MsgID != 0 {
		return strconv.FormatInt(p.MsgID, 10)
	}
	return p.FromUserName + strconv.FormatInt(p.CreateTime, 10)
}
