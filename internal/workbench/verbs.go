package workbench

import (
	"context"
	"errors"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

type saidAnswer struct {
	Message   messageLine `json:"message"`
	Allowance allowance   `json:"allowance"`
}

// say sends a message to the customer.
func (d *Door) say(ctx context.Context, x *call, h desk.Hand) (any, error) {
	openid, err := x.openid()
	if err != nil {
		return nil, err
	}
	body, err := x.Body()
	if err != nil {
		return nil, err
	}
	as, content, err := parseSaid(body)
	if err != nil {
		return nil, err
	}
	m, reach, err := d.Desk.Say(ctx, h, openid, content, as)
	if err != nil {
		return nil, err
	}
	names := nicknames{}
	if h.Agent != nil {
		names[h.Agent.Account] = h.Agent.Nickname
	}
	// Whoever was written to follows.
	return saidAnswer{lineOfMessage(&m, names), allowanceFrom(reach, true)}, nil
}

// parseSaid reads what a page sends: its own name for the message, and the content as
// in message/custom/send.
func parseSaid(body []byte) (kefu.ClientID, kefu.Content, error) {
	o, err := wechat.ParseObject(body)
	if err != nil {
		return "", kefu.Content{}, unfit(err)
	}
	as := kefu.ClientID(o.String("client_id"))
	message, err := wechat.ParseContentObject(o)
	switch {
	case err != nil:
		return "", kefu.Content{}, unfit(err)
	case !as.Valid():
		return "", kefu.Content{}, exchange.BadRequest(`"client_id" must have 1 to 64 visible characters of ASCII`)
	case message.MsgType == "":
		return "", kefu.Content{}, exchange.BadRequest(`"msgtype" is missing, such as "text"`)
	}
	return as, translate.Content(&message), nil
}

// unfit says in this door's manner what package wechat has against a body.
func unfit(err error) error {
	if errors.Is(err, wechat.ErrFormat) || errors.Is(err, wechat.ErrEmpty) {
		return exchange.BadRequest("the body does not fit: " + strings.TrimPrefix(err.Error(), wechat.ErrFormat.Error()+": "))
	}
	return err
}

// with does something to the customer that the path names.
func with(x *call, do func(kefu.OpenID) error) (any, error) {
	openid, err := x.openid()
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, do(openid)
}

// asked is a call whose body says nothing that matters, but must be one that only our
// pages can send.
func asked(x *call, do func(kefu.OpenID) error) (any, error) {
	if _, err := x.Body(); err != nil {
		return nil, err
	}
	return with(x, do)
}

func (d *Door) accept(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		Again bool `json:"again"`
	}
	if err := x.ReadOptions(&req); err != nil {
		return nil, err
	}
	return with(x, func(c kefu.OpenID) error { return d.Desk.Accept(ctx, h, c, req.Again) })
}

func (d *Door) close(ctx context.Context, x *call, h desk.Hand) (any, error) {
	return asked(x, func(c kefu.OpenID) error { return d.Desk.Close(ctx, h, c) })
}

func (d *Door) take(ctx context.Context, x *call, h desk.Hand) (any, error) {
	return asked(x, func(c kefu.OpenID) error { return d.Desk.Take(ctx, h, c) })
}

func (d *Door) acceptNext(ctx context.Context, x *call, h desk.Hand) (any, error) {
	if _, err := x.Body(); err != nil {
		return nil, err
	}
	customer, err := d.Desk.AcceptNext(ctx, h)
	if err != nil {
		return nil, err
	}
	return map[string]kefu.OpenID{"openid": customer}, nil
}

func (d *Door) transfer(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		To   kefu.KFAccount `json:"to"`
		Note string         `json:"note"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return with(x, func(c kefu.OpenID) error { return d.Desk.Transfer(ctx, h, c, req.To, req.Note) })
}

func (d *Door) typing(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		On bool `json:"on"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return with(x, func(c kefu.OpenID) error { return d.Desk.AgentTypes(ctx, h, c, req.On) })
}

func (d *Door) read(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		ID kefu.MsgID `json:"id"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return with(x, func(c kefu.OpenID) error { return d.Desk.MarkRead(ctx, h, c, req.ID) })
}
