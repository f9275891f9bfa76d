package phone

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

const (
	// pageSize and maxPage bound a page of a conversation.
	pageSize, maxPage = 50, 100
	// maxID is above every id there is.
	maxID = 1 << 53
)

// Who a message comes from, as the phone tells them apart.
const (
	fromMe     = "me"
	fromThem   = "them"
	fromSystem = "system"
)

// message is one message on a phone. What it says stands beside the rest, in the form
// in which messages are sent.
type message struct {
	ID       kefu.MsgID    `json:"id"`
	From     string        `json:"from"`
	Name     string        `json:"name,omitempty"`
	Avatar   string        `json:"avatar,omitempty"`
	At       int64         `json:"at"`
	ClientID kefu.ClientID `json:"client_id,omitempty"`
	wechat.CustomMessage
}

// shown is a message as the phone shows it.
func shown(m *kefu.Message, of *desk.PhoneAnswer) message {
	line := message{ID: m.ID, From: fromThem, At: m.At.UnixMilli(), CustomMessage: translate.CustomMessage(&m.Content)}
	switch m.From {
	case kefu.FromCustomer:
		line.From, line.ClientID = fromMe, m.ClientID
	case kefu.FromSystem:
		line.From = fromSystem
	case kefu.FromAccount, kefu.FromHouse:
		line.Name = nameOf(of.Account)
	case kefu.FromAgent:
		if a, there := of.Agents[m.Account]; there {
			line.Name, line.Avatar = a.Nickname, avatarOf(&a)
		}
	}
	return line
}

type messagePage struct {
	Messages []message `json:"messages"`
	More     bool      `json:"more"`
}

// messages shows a page of the conversation.
func (d *Door) messages(ctx context.Context, x *call) (any, error) {
	customer, err := d.customer(ctx, x, &asking)
	if err != nil {
		return nil, err
	}
	before, err1 := x.Number("before", 0, maxID)
	after, err2 := x.Number("after", 0, maxID)
	limit, err3 := x.Number("limit", pageSize, maxPage)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	if before > 0 && after > 0 {
		return nil, exchange.BadRequest(`give either "before" or "after"`)
	}
	state, said, more, err := d.Desk.PhoneTalk(ctx, x.app, customer, kefu.MsgID(before), kefu.MsgID(after), max(int(limit), 1))
	if err != nil {
		return nil, err
	}
	page := messagePage{Messages: make([]message, len(said)), More: more}
	for i := range said {
		page.Messages[i] = shown(&said[i], &state)
	}
	return page, nil
}

// say takes what the customer writes. With the same client_id it is taken once.
func (d *Door) say(ctx context.Context, x *call) (any, error) {
	customer, err := d.customer(ctx, x, &saying)
	if err != nil {
		return nil, err
	}
	body, err := x.Body()
	if err != nil {
		return nil, err
	}
	in, err := inbound(body)
	if err != nil {
		return nil, err
	}
	got, err := d.Desk.Receive(ctx, x.app, customer, in)
	if err != nil {
		return nil, err
	}
	state, err := d.Desk.Phones(ctx, x.app, desk.PhoneQuestion{Messages: []kefu.MsgID{got.Message}})
	if err != nil {
		return nil, err
	}
	m, there := state.Messages[got.Message]
	if !there {
		return nil, fmt.Errorf("message %d of %s was taken and is not there", got.Message, x.app)
	}
	return map[string]message{"message": shown(&m, &state)}, nil
}

// inbound reads what a customer writes. What its side of WeChat would add, such as
// where a picture can be seen, is not taken from the page: an agent's screen shows it.
func inbound(body []byte) (kefu.Inbound, error) {
	var named struct {
		ClientID kefu.ClientID `json:"client_id"`
	}
	if err := exchange.Decode(body, &named); err != nil {
		return kefu.Inbound{}, err
	}
	if !named.ClientID.Valid() {
		return kefu.Inbound{}, exchange.BadRequest(`"client_id" must name the message: 1 to 64 visible characters of ASCII`)
	}
	o, err := wechat.ParseObject(body)
	if err != nil {
		return kefu.Inbound{}, unfit(err)
	}
	said, err := wechat.ParseContentObject(o)
	if err != nil {
		return kefu.Inbound{}, unfit(err)
	}
	c := translate.Content(&said)
	c.PicURL, c.Format, c.Recognition, c.MediaID16K, c.AI = "", "", "", "", false
	switch c.Type {
	case kefu.MsgText, kefu.MsgImage, kefu.MsgVoice, kefu.MsgVideo, kefu.MsgShortVideo, kefu.MsgLocation:
	case kefu.MsgLink:
		// A link that somebody is to tap leads to a page and does nothing else.
		if u, err := url.Parse(c.URL); c.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return kefu.Inbound{}, exchange.BadRequest(`the url of a link must begin with http:// or https://`)
		}
	default:
		return kefu.Inbound{}, kefu.MessageTypeUnknown
	}
	if c.Type != kefu.MsgText {
		c.MenuID = ""
	}
	return kefu.Inbound{Content: &c, ClientID: named.ClientID}, nil
}

// unfit says in this door's manner what package wechat has against a body.
func unfit(err error) error {
	if errors.Is(err, wechat.ErrFormat) || errors.Is(err, wechat.ErrEmpty) {
		return exchange.BadRequest(strings.TrimPrefix(err.Error(), wechat.ErrFormat.Error()+": "))
	}
	return err
}
