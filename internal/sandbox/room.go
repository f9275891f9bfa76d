package sandbox

import (
	"context"
	"net/http"

	"github.com/openkefu/kefu"
)

// roomAccount is an official account as the control room shows it, with what a
// developer puts into the settings of a program.
type roomAccount struct {
	AppID      kefu.AppID      `json:"appid"`
	Name       string          `json:"name"`
	WeChatID   kefu.WeChatID   `json:"wechat_id"`
	OriginalID kefu.OriginalID `json:"original_id"`
	// Secret is that of the demo account. Of others, and after a rotation, the house
	// has only a digest.
	Secret   string       `json:"secret,omitempty"`
	Callback roomCallback `json:"callback"`
}

type roomCallback struct {
	URL   string            `json:"url"`
	Token string            `json:"token"`
	Key   string            `json:"encoding_aes_key"`
	Mode  kefu.CallbackMode `json:"mode"`
}

type roomAnswer struct {
	Accounts []roomAccount `json:"accounts"`
	// Now is the time of the sandbox and Ahead how far it is from the machine's, both
	// in milliseconds.
	Now   int64 `json:"now"`
	Ahead int64 `json:"ahead"`
}

// room is what the control room shows beside what happens.
func (s *Sandbox) room(ctx context.Context, _ *http.Request) (any, error) {
	all, err := s.Desk.OfficialAccounts(ctx)
	if err != nil {
		return nil, err
	}
	answer := roomAnswer{Accounts: make([]roomAccount, len(all)), Now: s.Clock.Now().UnixMilli(), Ahead: s.Clock.Ahead().Milliseconds()}
	for i, o := range all {
		answer.Accounts[i] = roomAccount{
			AppID: o.AppID, Name: o.Name, WeChatID: o.WeChatID, OriginalID: o.OriginalID,
			Callback: roomCallback{o.Callback.URL, o.Callback.Token, o.Callback.EncodingAESKey, o.Callback.Mode},
		}
		if s.Demo.Secret != "" && kefu.DigestSecret(s.Demo.Secret) == o.Secret {
			answer.Accounts[i].Secret = s.Demo.Secret
		}
	}
	return answer, nil
}
