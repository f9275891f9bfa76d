package sandbox

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/openkefu/kefu"
)

// inboundRequest is what a customer does, in the shapes that the API has for
// messages: "msgtype" and the object of that name. An event has its fields beside
// "msgtype" and "event".
type inboundRequest struct {
	MsgType kefu.MsgType `json:"msgtype"`
	// MsgID is the MsgId that the message is to have; with one it is taken once.
	MsgID ownID `json:"msgid"`

	Text            *inText        `json:"text"`
	BizMsgMenuID    menuID         `json:"bizmsgmenuid"`
	MsgDataID       string         `json:"msg_data_id"`
	Idx             int64          `json:"idx"`
	Image           *inImage       `json:"image"`
	Voice           *inVoice       `json:"voice"`
	Video           *inVideo       `json:"video"`
	ShortVideo      *inVideo       `json:"shortvideo"`
	Location        *inLocation    `json:"location"`
	Link            *inLink        `json:"link"`
	MiniProgramPage *inMiniProgram `json:"miniprogrampage"`

	inEvent
}

type inText struct {
	Content string `json:"content"`
}

type inImage struct {
	MediaID kefu.MediaID `json:"media_id"`
	PicURL  string       `json:"picurl"`
}

type inVoice struct {
	MediaID     kefu.MediaID `json:"media_id"`
	Format      string       `json:"format"`
	MediaID16K  kefu.MediaID `json:"media_id_16k"`
	Recognition string       `json:"recognition"`
}

type inVideo struct {
	MediaID      kefu.MediaID `json:"media_id"`
	ThumbMediaID kefu.MediaID `json:"thumb_media_id"`
}

type inLocation struct {
	Latitude  decimal `json:"latitude"`
	Longitude decimal `json:"longitude"`
	Scale     decimal `json:"scale"`
	Label     string  `json:"label"`
}

type inLink struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
}

type inMiniProgram struct {
	Title        string       `json:"title"`
	AppID        string       `json:"appid"`
	PagePath     string       `json:"pagepath"`
	ThumbMediaID kefu.MediaID `json:"thumb_media_id"`
	ThumbURL     string       `json:"thumb_url"`
}

// ownID is a MsgId, as a number or, for languages whose numbers have 53 bits, as
// digits in a string.
type ownID int64

func (id *ownID) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if text == "null" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return badRequest(`"msgid" must be a whole number from 1 to 2^63-1, as a number or as a string of digits`)
	}
	*id = ownID(n)
	return nil
}

// menuID is the id of a menu item, as the text that it is, or as a number.
type menuID string

var menuIDForm = regexp.MustCompile(`^(-?[0-9]+|"[^"\\]{0,128}")$`)

func (id *menuID) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if !menuIDForm.Match(data) {
		return badRequest(`"bizmsgmenuid" must be the id of a menu item: a text of at most 128 characters, or a number`)
	}
	*id = menuID(strings.Trim(string(data), `"`))
	return nil
}

// decimal is a decimal number as it was written, or a string with one in it.
type decimal string

var decimalForm = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,12})?$`)

func (d *decimal) UnmarshalJSON(data []byte) error {
	text := string(data)
	if text == "null" {
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	if text != "" && !decimalForm.MatchString(text) {
		return badRequest("degrees, metres and zoom are decimals such as 23.134521, got " + strconv.Quote(text))
	}
	*d = decimal(text)
	return nil
}

// inbound is what the request says, or what is wrong with it. Whether the
// content is complete is for the rules of the house to decide.
func (q *inboundRequest) inbound() (kefu.Inbound, error) {
	if q.MsgType == "" {
		return kefu.Inbound{}, badRequest(`"msgtype" is missing: text, image, voice, video, shortvideo, location, link, miniprogrampage or event`)
	}
	if q.MsgType == msgTypeEvent {
		return q.event()
	}
	if name := q.inEvent.first(); name != "" {
		return kefu.Inbound{}, badRequest(fmt.Sprintf(`%q belongs to "msgtype":"event", not to %q`, name, q.MsgType))
	}
	content, err := q.content()
	if err != nil {
		return kefu.Inbound{}, err
	}
	return kefu.Inbound{Content: &content, OwnID: int64(q.MsgID)}, nil
}

// objects are the objects of the request by the type that each belongs to; those
// that are there make a content.
func (q *inboundRequest) objects() []inObject {
	return []inObject{
		{kefu.MsgText, q.Text != nil, func() kefu.Content { return kefu.Content{Text: q.Text.Content, MenuID: string(q.BizMsgMenuID)} }},
		{kefu.MsgImage, q.Image != nil, func() kefu.Content { return kefu.Content{MediaID: q.Image.MediaID, PicURL: q.Image.PicURL} }},
		{kefu.MsgVoice, q.Voice != nil, func() kefu.Content {
			return kefu.Content{MediaID: q.Voice.MediaID, Format: q.Voice.Format, MediaID16K: q.Voice.MediaID16K, Recognition: q.Voice.Recognition}
		}},
		{kefu.MsgVideo, q.Video != nil, func() kefu.Content {
			return kefu.Content{MediaID: q.Video.MediaID, ThumbMediaID: q.Video.ThumbMediaID}
		}},
		{kefu.MsgShortVideo, q.ShortVideo != nil, func() kefu.Content {
			return kefu.Content{MediaID: q.ShortVideo.MediaID, ThumbMediaID: q.ShortVideo.ThumbMediaID}
		}},
		{kefu.MsgLocation, q.Location != nil, func() kefu.Content {
			l := q.Location
			return kefu.Content{Latitude: string(l.Latitude), Longitude: string(l.Longitude), Scale: string(l.Scale), Label: l.Label}
		}},
		{kefu.MsgLink, q.Link != nil, func() kefu.Content {
			return kefu.Content{Title: q.Link.Title, Description: q.Link.Description, URL: q.Link.URL}
		}},
		{kefu.MsgMiniProgramPage, q.MiniProgramPage != nil, func() kefu.Content {
			p := q.MiniProgramPage
			return kefu.Content{Title: p.Title, AppID: p.AppID, PagePath: p.PagePath, ThumbMediaID: p.ThumbMediaID, PicURL: p.ThumbURL}
		}},
	}
}

type inObject struct {
	of      kefu.MsgType
	there   bool
	content func() kefu.Content
}

func (q *inboundRequest) content() (content kefu.Content, err error) {
	known := false
	for _, object := range q.objects() {
		switch mine := object.of == q.MsgType; {
		case mine && !object.there:
			return content, badRequest(fmt.Sprintf(`a message of type %q needs the object %q`, q.MsgType, q.MsgType))
		case mine:
			known, content = true, object.content()
		case object.there:
			return content, badRequest(fmt.Sprintf(`"msgtype" is %q, but there is an object %q`, q.MsgType, object.of))
		}
	}
	if !known {
		return content, badRequest(fmt.Sprintf("a customer cannot send a message of type %q", q.MsgType))
	}
	if q.BizMsgMenuID != "" && q.MsgType != kefu.MsgText {
		return content, badRequest(`"bizmsgmenuid" goes with the text that a tap on a menu item sends`)
	}
	if q.Idx < 0 {
		return content, badRequest(`"idx" counts articles from 1`)
	}
	content.Type = q.MsgType
	content.ArticleData, content.ArticleIndex = q.MsgDataID, q.Idx
	return content, nil
}
