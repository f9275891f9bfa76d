package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

func (t *terminal) send() *cobra.Command {
	var as string
	var ai bool
	kind := wechat.MsgTypeText
	cmd := &cobra.Command{
		Use:   "send OPENID TEXT",
		Short: "Send a message to a customer, over the API",
		Long: `Sends a message to a customer, as any program would with message/custom/send. The
customer must have done something lately that allows it.

TEXT is what --msgtype says: the words of a text; the media id of an image, voice,
video or mpnews; the article id of an mpnewsarticle; the card id of a wxcard. For
all types but text, and for music, news, msgmenu, miniprogrampage and link always,
it can be the JSON object that the API wants.`,
		Example: `  kefu send oDemoKfCustomer_0000000000A1 'Your parcel is on its way.' --as alice@demo_shop
  kefu send oDemoKfCustomer_0000000000A1 --msgtype image MEDIA_ID
  kefu send oDemoKfCustomer_0000000000A1 --msgtype news '{"articles":[{"title":"Sale","url":"https://example.com/"}]}'`,
		Args: need("OPENID", "TEXT"),
	}
	call := t.calling(cmd)
	cmd.Flags().Var(textFlag(&kind, "TYPE"), "msgtype", "type of the message")
	cmd.Flags().Var(textFlag(&as, "KF_ACCOUNT"), "as", "agent that the message is shown to come from")
	cmd.Flags().BoolVar(&ai, "ai", false, "mark the message as written by a machine")
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		message, err := messageOf(kind, args[1])
		if err != nil {
			return "", err
		}
		message.ToUser = args[0]
		if as != "" {
			message.CustomService = &wechat.CustomService{KFAccount: as}
		}
		if ai {
			message.AIMsgContext = &wechat.AIMsgContext{IsAIMsg: 1}
		}
		return "sent to " + args[0], c.Send(ctx, message)
	})
}

// idMembers are the types whose object can be written as one id, with the name
// that the id has in it.
var idMembers = map[string]string{
	wechat.MsgTypeImage:         "media_id",
	wechat.MsgTypeVoice:         "media_id",
	wechat.MsgTypeVideo:         "media_id",
	wechat.MsgTypeMPNews:        "media_id",
	wechat.MsgTypeMPNewsArticle: "article_id",
	wechat.MsgTypeCard:          "card_id",
}

// objectTypes are the types that need an object.
var objectTypes = []string{
	wechat.MsgTypeMusic, wechat.MsgTypeNews, wechat.MsgTypeMenu, wechat.MsgTypeMiniProgramPage, wechat.MsgTypeLink,
}

// messageOf makes a message of a type out of what was typed.
func messageOf(kind, what string) (wechat.CustomMessage, error) {
	if kind == wechat.MsgTypeText {
		return wechat.CustomMessage{MsgType: kind, Text: &wechat.CustomText{Content: what}}, nil
	}
	member, takesID := idMembers[kind]
	var object any
	switch {
	case !takesID && !slices.Contains(objectTypes, kind):
		return wechat.CustomMessage{}, wrongUsage(
			"--msgtype must be text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard, miniprogrampage or link, got %q", kind)
	case strings.HasPrefix(strings.TrimSpace(what), "{") && json.Valid([]byte(what)):
		object = json.RawMessage(what)
	case takesID:
		object = map[string]string{member: what}
	default:
		return wechat.CustomMessage{}, wrongUsage("a message of type %s is written as the JSON object that the API wants, got %q", kind, what)
	}
	body, err := wechat.Marshal(map[string]any{"msgtype": kind, kind: object})
	if err != nil {
		return wechat.CustomMessage{}, err
	}
	message, err := wechat.ParseCustomMessage(body)
	if err != nil {
		return wechat.CustomMessage{}, wrongUsage("the message does not fit its type: %w", err)
	}
	return message, nil
}
