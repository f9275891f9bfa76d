package callback

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// readAnswer reads what a developer's server answered to a push with status 200:
// nil for an acknowledgement, or what it wants done. Whether the answer must be
// sealed, may be or must not be depends on the callback's mode; an
// acknowledgement never must. The error is for the developer and quotes nothing
// of the answer.
func readAnswer(o *kefu.OfficialAccount, p *kefu.Push, body []byte) (*kefu.Reply, error) {
	c := &o.Callback
	a, err := parseAnswer(c, body)
	if err != nil {
		return nil, err
	}
	switch {
	case a.Envelope != nil:
		if a, err = openAnswer(o, a.Envelope); err != nil {
			return nil, err
		}
	case a.Reply != nil && c.Mode == kefu.CallbackSafe:
		return nil, errors.New("the answer is not encrypted, but the callback is in safe mode")
	}
	if a.Acknowledged() {
		return nil, nil
	}
	if a.Reply.ToUserName != string(p.Customer) {
		return nil, errors.New("ToUserName of the reply is not the openid of the customer")
	}
	return translate.Reply(a.Reply, p), nil
}

// openAnswer verifies and opens a sealed answer. What is in it may again be
// nothing.
func openAnswer(o *kefu.OfficialAccount, e *wechat.ReplyEnvelope) (a wechat.Answer, err error) {
	c := &o.Callback
	if c.Mode != kefu.CallbackCompatible && c.Mode != kefu.CallbackSafe {
		return a, errors.New("the answer is encrypted, but the callback is in plain mode")
	}
	if !msgcrypt.Verify(e.MsgSignature, c.Token, e.TimeStamp, e.Nonce, e.Encrypt) {
		return a, errors.New("the signature of the answer is wrong: MsgSignature does not match the token and its TimeStamp, Nonce and Encrypt")
	}
	key, err := msgcrypt.ParseKey(c.EncodingAESKey)
	if err != nil {
		return a, errors.New("the callback has no EncodingAESKey to open the answer with")
	}
	inside, err := key.Open(string(o.AppID), e.Encrypt)
	if err != nil {
		return a, errors.New("the answer does not open: Encrypt was not made with the EncodingAESKey and appid of the account")
	}
	if a, err = parseAnswer(c, inside); err != nil {
		return wechat.Answer{}, fmt.Errorf("what was encrypted: %w", err)
	}
	if a.Envelope != nil {
		return wechat.Answer{}, errors.New("the answer is encrypted twice")
	}
	return a, nil
}

func parseAnswer(c *kefu.Callback, body []byte) (wechat.Answer, error) {
	format := formatOf(c)
	a, err := wechat.ParseAnswer(format, body)
	if err == nil {
		return a, nil
	}
	if errors.Is(err, wechat.ErrFormat) {
		switch start := bytes.TrimLeft(body, " \t\r\n"); {
		case format == wechat.FormatXML && len(start) > 0 && (start[0] == '{' || start[0] == '['):
			return a, errors.New("the answer is JSON, but the callback is set to XML")
		case format == wechat.FormatJSON && len(start) > 0 && start[0] == '<':
			return a, errors.New("the answer is XML, but the callback is set to JSON")
		}
		return a, fmt.Errorf("the answer is neither empty, nor success, nor a reply in %s: %w", format, err)
	}
	return a, err
}
