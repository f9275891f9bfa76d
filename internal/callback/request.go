package callback

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// userAgent lets a developer find our requests in the server's log.
const userAgent = "Kefu"

// stamp is what makes one request differ from another: when it was signed, and
// a number that is used once.
type stamp struct{ timestamp, nonce string }

// newStamp keeps the time within 31 bits and the nonce to nine digits: that is
// what receivers were built for.
func newStamp(now time.Time) stamp {
	const end = 1<<31 - 1
	return stamp{
		timestamp: strconv.FormatInt(min(max(now.Unix(), 0), end), 10),
		nonce:     strconv.Itoa(100_000_000 + rand.IntN(900_000_000)),
	}
}

// newRequest writes one attempt of a push, signed and sealed as the callback's
// mode asks for.
func newRequest(o *kefu.OfficialAccount, p *kefu.Push, s stamp, prefix [msgcrypt.PrefixSize]byte) (*http.Request, error) {
	c, format := &o.Callback, formatOf(&o.Callback)
	said := translate.Push(o, p)
	body := said.Append(nil, format)
	q := query{}
	q.add("signature", msgcrypt.Signature(c.Token, s.timestamp, s.nonce))
	q.add("timestamp", s.timestamp)
	q.add("nonce", s.nonce)
	q.add("openid", said.FromUserName)
	if c.Mode == kefu.CallbackCompatible || c.Mode == kefu.CallbackSafe {
		key, err := msgcrypt.ParseKey(c.EncodingAESKey)
		if err != nil {
			return nil, err
		}
		sealed, err := key.Seal(prefix, string(o.AppID), body)
		if err != nil {
			return nil, err
		}
		q.add("encrypt_type", "aes")
		q.add("msg_signature", msgcrypt.Signature(c.Token, s.timestamp, s.nonce, sealed))
		if c.Mode == kefu.CallbackSafe {
			envelope := wechat.PushEnvelope{ToUserName: said.ToUserName, Encrypt: sealed}
			body = envelope.Append(nil, format)
		} else {
			body = said.AppendCompatible(nil, format, sealed)
		}
	}
	r, err := http.NewRequest(http.MethodPost, q.on(c.URL), bytes.NewReader(body))
	if err != nil {
		return nil, unusable(err)
	}
	r.Header.Set("Content-Type", format.ContentType())
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", "*/*")
	return r, nil
}

// unusable says what is wrong with a URL without the URL, which is signed.
func unusable(err error) error {
	var quoting *url.Error
	if errors.As(err, &quoting) {
		err = quoting.Err
	}
	return fmt.Errorf("the callback URL cannot be used: %w", err)
}

func formatOf(c *kefu.Callback) wechat.Format {
	if c.Format == kefu.CallbackJSON {
		return wechat.FormatJSON
	}
	return wechat.FormatXML
}

// query is a query in the order in which WeChat writes it.
type query struct{ text strings.Builder }

func (q *query) add(name, value string) {
	if q.text.Len() > 0 {
		q.text.WriteByte('&')
	}
	q.text.WriteString(name + "=" + url.QueryEscape(value))
}

// on is a URL with the query behind what it has of its own.
func (q *query) on(address string) string {
	switch {
	case !strings.Contains(address, "?"):
		return address + "?" + q.text.String()
	case strings.HasSuffix(address, "?") || strings.HasSuffix(address, "&"):
		return address + q.text.String()
	}
	return address + "&" + q.text.String()
}
