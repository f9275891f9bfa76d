package api

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// messages are the endpoints of messages to customers (客服消息). They are there
// without the customer service feature too. The two business paths are the same
// under a quota of their own.
func (a *API) messages() []endpoint {
	return []endpoint{
		takesJSON(wechat.PathCustomSend, wechat.ParseCustomMessage, a.sendMessage),
		takesJSON(wechat.PathBusinessSend, wechat.ParseCustomMessage, a.sendMessage),
		takesJSON(wechat.PathCustomTyping, wechat.ParseTypingRequest, a.showTyping),
		takesJSON(wechat.PathBusinessTyping, wechat.ParseTypingRequest, a.showTyping),
	}
}

func (a *API) sendMessage(ctx context.Context, c *call, m wechat.CustomMessage) (any, error) {
	var as kefu.KFAccount
	if m.CustomService != nil {
		as = kefu.KFAccount(m.CustomService.KFAccount)
	}
	_, err := a.Desk.Send(ctx, c.owner.AppID, kefu.OpenID(m.ToUser), translate.Content(&m), as)
	return done(err)
}

func (a *API) showTyping(ctx context.Context, c *call, r wechat.TypingRequest) (any, error) {
	switch r.Command {
	case wechat.CommandTyping:
		return done(a.Desk.Type(ctx, c.owner.AppID, kefu.OpenID(r.ToUser)))
	case wechat.CommandCancelTyping:
		return done(a.Desk.StopTyping(ctx, c.owner.AppID, kefu.OpenID(r.ToUser)))
	}
	return nil, kefu.TypingCommandIllegal
}
