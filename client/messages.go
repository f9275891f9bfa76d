package client

import (
	"context"

	"github.com/openkefu/kefu/wechat"
)

// Send sends a message to a customer. What can be refused depends on its type;
// for every type there are wechat.InvalidOpenID, wechat.ResponseOutOfTime (the
// customer did nothing lately) and wechat.ResponseCountOutOfLimit (what it did
// allows no more messages).
func (c *Client) Send(ctx context.Context, message wechat.CustomMessage) error {
	return c.post(ctx, wechat.PathCustomSend, message, call{})
}

// SendText is [Client.Send] for a text.
func (c *Client) SendText(ctx context.Context, openid, text string) error {
	return c.Send(ctx, wechat.CustomMessage{ToUser: openid, MsgType: wechat.MsgTypeText, Text: &wechat.CustomText{Content: text}})
}

// Type shows a customer for 15 seconds, or until the next message, that somebody
// is typing. Refusals are wechat.TypingNeedsMessage, when nothing was said in the
// last 30 seconds, and wechat.AlreadyTyping.
func (c *Client) Type(ctx context.Context, openid string) error {
	return c.post(ctx, wechat.PathCustomTyping, wechat.TypingRequest{ToUser: openid, Command: wechat.CommandTyping}, call{})
}

// StopTyping ends what [Client.Type] began.
func (c *Client) StopTyping(ctx context.Context, openid string) error {
	return c.post(ctx, wechat.PathCustomTyping, wechat.TypingRequest{ToUser: openid, Command: wechat.CommandCancelTyping}, call{})
}
