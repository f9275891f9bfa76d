package phone

import (
	"errors"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

// FuzzInbound: whatever a page sends is a message of a kind that customers write, or
// refused in words; what only the house may say of it is never taken from the page.
func FuzzInbound(f *testing.F) {
	for _, seed := range []string{
		`{"client_id":"c","msgtype":"text","text":{"content":"你好"},"bizmsgmenuid":1}`,
		`{"client_id":"c","msgtype":"image","image":{"media_id":"x","picurl":"https://evil.example"}}`,
		`{"client_id":"c","msgtype":"voice","voice":{"media_id":"x","format":"amr","recognition":"x","media_id_16k":"y"}}`,
		`{"client_id":"c","msgtype":"link","link":{"title":"t","url":"javascript:alert(1)","thumb_url":"x"}}`,
		`{"client_id":"c","msgtype":"location","location":{"latitude":1e3,"longitude":"x"}}`,
		`{"client_id":"c","msgtype":"notice","notice":{"content":"x"}}`, `{"client_id":"\u0000"}`, `{"client_id":1}`, `[]`, `{`, ``, "{\"client_id\":\"c\",\"msgtype\":\"text\",\"text\":{\"content\":\"\xff\"}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) == 0 {
			return // the door makes an object of it
		}
		in, err := inbound(body)
		if err != nil {
			var bad exchange.BadRequest
			var reason kefu.Reason
			if !errors.As(err, &bad) && !errors.As(err, &reason) {
				t.Errorf("got %v, want a refusal in words", err)
			}
			return
		}
		c := in.Content
		if !in.ClientID.Valid() || c.PicURL != "" || c.Format != "" || c.Recognition != "" || c.MediaID16K != "" || c.AI {
			t.Errorf("got %+v", in)
		}
		if url := strings.ToLower(c.URL); c.Type == kefu.MsgLink && url != "" && !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
			t.Errorf("got a link to %q", c.URL)
		}
	})
}

// FuzzCookie: no cookie but the one that was signed names anybody.
func FuzzCookie(f *testing.F) {
	key := []byte("a key")
	const app kefu.AppID = "wx5d3c0ffee1234567"
	good := sign(key, app, "oCustomer")
	for _, seed := range []string{good, "", ".", "oCustomer", "oCustomer.", good + "=", strings.Replace(good, "C", "D", 1), sign([]byte("another"), app, "oCustomer")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		customer, ok := unsign(key, app, text)
		if ok && (text != sign(key, app, customer) || !customer.Valid()) {
			t.Errorf("%q: got %q", text, customer)
		}
		if other, ok := unsign(key, "wx0000000000000000", text); ok && text == good {
			t.Errorf("at another account: got %q", other)
		}
	})
}
