package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// phoneAnswer is what a customer's phone shows.
type phoneAnswer struct {
	Messages []phoneMessage `json:"messages"`
	Typing   bool           `json:"typing"`
}

// phoneMessage is one message on a phone. Its content stands under the name of
// its type, in the shape that the API has for it.
type phoneMessage struct {
	id       kefu.MsgID
	from     kefu.Sender
	account  kefu.KFAccount
	nickname string
	content  kefu.Content
	time     int64
}

// MarshalJSON writes the content under a name that depends on it.
func (m phoneMessage) MarshalJSON() ([]byte, error) {
	line := map[string]any{"id": m.id, "from": m.from, "msgtype": m.content.Type, "time": m.time}
	if m.account != "" {
		line["kf_account"] = m.account
	}
	if m.nickname != "" {
		line["nickname"] = m.nickname
	}
	if m.content.AI {
		line["ai"] = true
	}
	if m.content.MenuID != "" {
		line["bizmsgmenuid"] = m.content.MenuID
	}
	object, err := objectOf(&m.content)
	if err != nil {
		return nil, err
	}
	line[string(m.content.Type)] = object
	return wechat.Marshal(line)
}

// objectOf is a content as the object that message/custom/send has for its type.
func objectOf(c *kefu.Content) (json.RawMessage, error) {
	message := translate.CustomMessage(c)
	text, err := wechat.Marshal(message)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	object := members[string(c.Type)]
	if object == nil {
		return nil, fmt.Errorf("a message of type %q has no object of that name", c.Type)
	}
	return object, nil
}

// phone shows what a customer's phone shows.
func (s *Sandbox) phone(ctx context.Context, r *http.Request) (any, error) {
	openid, err := pathOpenID(r)
	if err != nil {
		return nil, err
	}
	app, after, limit, err := s.page(ctx, r)
	if err != nil {
		return nil, err
	}
	state, err := s.Desk.CustomerState(ctx, app, openid)
	if err != nil {
		return nil, err
	}
	messages, err := s.Desk.Conversation(ctx, app, openid, after, limit)
	if err != nil {
		return nil, err
	}
	nicknames, err := s.nicknames(ctx, app, messages)
	if err != nil {
		return nil, err
	}
	answer := phoneAnswer{
		Messages: make([]phoneMessage, len(messages)),
		Typing:   state.Customer.Typing(s.Clock.Now()),
	}
	for i := range messages {
		m := &messages[i]
		answer.Messages[i] = phoneMessage{
			id: m.ID, from: m.From, account: m.Account, nickname: nicknames[m.Agent],
			content: m.Content, time: m.At.Unix(),
		}
	}
	return answer, nil
}

// nicknames are those of the agents who said something. Who was removed has none.
func (s *Sandbox) nicknames(ctx context.Context, app kefu.AppID, messages []kefu.Message) (map[kefu.KFID]string, error) {
	if !slices.ContainsFunc(messages, func(m kefu.Message) bool { return m.Agent != 0 }) {
		return nil, nil
	}
	dir, err := s.Desk.Directory(ctx, app)
	if err != nil {
		return nil, err
	}
	names := make(map[kefu.KFID]string, len(dir.Agents))
	for i := range dir.Agents {
		names[dir.Agents[i].ID] = dir.Agents[i].Nickname
	}
	return names, nil
}
