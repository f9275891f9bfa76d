package interop

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/message/callback/request"
	"github.com/chanxuehong/wechat/mp/message/callback/response"
)

// What customers say to have the server behave in one way or another; it repeats
// anything else.
const (
	saysNothing     = "nothing"
	saysSealed      = "sealed nothing"
	saysPlain       = "plain"
	saysJSON        = "JSON"
	saysNews        = "news"
	saysTransfer    = "transfer"
	saysTransferBob = "transfer to Bob"
	saysFail        = "fail twice"
	saysPanic       = "panic twice"
	saysSlow        = "take your time"
)

// newsReply is two articles.
func newsReply(ctx *core.Context) *response.News {
	m := ctx.MixedMsg
	return response.NewNews(m.FromUserName, m.ToUserName, time.Now().Unix(), []response.Article{
		{Title: "Hours & days", Description: "9 to 5", PicURL: "https://shop.example/h.png", URL: "https://shop.example/h"},
		{Title: "Prices", Description: "low", PicURL: "https://shop.example/p.png", URL: "https://shop.example/p"},
	})
}

// shownNews is so many articles of newsReply as a phone shows them.
func shownNews(articles int) row {
	all := []any{
		row{"title": "Hours & days", "description": "9 to 5", "picurl": "https://shop.example/h.png", "url": "https://shop.example/h"},
		row{"title": "Prices", "description": "low", "picurl": "https://shop.example/p.png", "url": "https://shop.example/p"},
	}
	return row{"from": "account", "msgtype": "news", "news": row{"articles": all[:articles]}}
}

// say answers words of a customer.
func (d *developer) say(ctx *core.Context) {
	m := request.GetText(ctx.MixedMsg)
	now := time.Now().Unix()
	switch m.Content {
	case saysNothing:
		_ = ctx.NoneResponse()
	case saysSealed:
		d.reply(ctx, emptyReply{})
	case saysPlain:
		_ = ctx.RawResponse(textReply(ctx, "in plain words"))
	case saysJSON:
		_, _ = io.WriteString(ctx.ResponseWriter, `{"MsgType":"text","Content":"no"}`)
	case saysNews:
		d.reply(ctx, newsReply(ctx))
	case saysTransfer:
		d.reply(ctx, response.NewTransferToCustomerService(m.FromUserName, m.ToUserName, now, ""))
	case saysTransferBob:
		d.reply(ctx, response.NewTransferToCustomerService(m.FromUserName, m.ToUserName, now, bob))
	case saysFail, saysPanic, saysSlow:
		d.fail(ctx, m.Content)
	default:
		content := "You said: " + m.Content
		if m.BizMsgMenuId != 0 {
			content = fmt.Sprintf("You chose %d: %s", m.BizMsgMenuId, m.Content)
		}
		d.replyText(ctx, content)
	}
}

// fail is a server that has trouble with the first attempts.
func (d *developer) fail(ctx *core.Context, how string) {
	attempt := d.attempt(ctx.MixedMsg)
	switch {
	case how == saysFail && attempt <= 2:
		ctx.ResponseWriter.WriteHeader(http.StatusInternalServerError)
	case how == saysPanic && attempt <= 2:
		panic("the server's own trouble")
	case how == saysSlow && attempt == 1:
		began := time.Now()
		<-ctx.Request.Context().Done() // nobody waits any more
		d.cut <- time.Since(began)
	default:
		d.replyText(ctx, fmt.Sprintf("attempt %d", attempt))
	}
}

// emptyReply is a reply that says nothing, in no element at all.
type emptyReply struct{}

func (emptyReply) MarshalXML(*xml.Encoder, xml.StartElement) error { return nil }
