package workbench

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

// FuzzSaid: whatever a page sends is refused or is a message that can be written
// back, under a name that it may have.
func FuzzSaid(f *testing.F) {
	for _, body := range []string{
		`{"client_id":"c","msgtype":"text","text":{"content":"hi"}}`,
		`{"client_id":"c","msgtype":"image","image":{"media_id":"m"}}`,
		`{"client_id":"c","msgtype":"msgmenu","msgmenu":{"head_content":"h","list":[{"id":"1","content":"a"}],"tail_content":"t"}}`,
		`{"client_id":"c","msgtype":"news","news":{"articles":[{"title":"t","url":"u"}]}}`,
		`{"client_id":"c","msgtype":"miniprogrampage","miniprogrampage":{"appid":"wx0","pagepath":"p","thumb_media_id":"m"}}`,
		`{"client_id":1,"msgtype":["text"]}`, `{"msgtype":"text","text":null}`, `[]`, `{}`, "", "{\"client_id\":\"\x00\"}",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		as, content, err := parseSaid(body)
		if err != nil {
			if status, _ := refusal(err); status >= 500 {
				t.Fatalf("%q: got HTTP %d (%v), want it refused as the page's fault", body, status, err)
			}
			return
		}
		if !as.Valid() || content.Type == "" {
			t.Fatalf("%q: got the name %q and the type %q, want both", body, as, content.Type)
		}
		line := lineOfMessage(&kefu.Message{Content: content, ClientID: as}, nil)
		text, err := json.Marshal(line)
		if err != nil || !json.Valid(text) {
			t.Fatalf("%q: got %s (%v), want JSON", body, text, err)
		}
	})
}

// FuzzBody: no body of any other call is taken for something else than it is.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"status":"online","auto_accept":3}`, `{"to":"a@b","note":"x"}`, `{"on":true}`, `{"id":1}`, `{"id":1e300}`, `{"tags":[1,2]}`,
		`{"tags":{"1":2}}`, `{"remark":null}`, `{"text":"\ud800"}`, ` {} `, `{}{}`, `null`, `"x"`, strings.Repeat("[", 5000), "",
	} {
		f.Add("application/json", []byte(body))
	}
	f.Add("text/plain", []byte("{}"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		for _, into := range []any{
			&struct {
				Status     kefu.Status `json:"status"`
				AutoAccept int         `json:"auto_accept"`
			}{},
			&struct {
				Tags []kefu.TagID `json:"tags"`
			}{},
			&struct {
				ID kefu.MsgID `json:"id"`
			}{},
			&replyLine{},
		} {
			r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
			r.Header.Set("Content-Type", contentType)
			var err error
			maker := exchange.Maker{Now: time.Now, Log: slog.New(slog.DiscardHandler), Refusal: refusal, MaxBody: maxBody}
			maker.Raw(func(x *exchange.Exchange) error {
				err = x.Read(into)
				return err
			}).ServeHTTP(httptest.NewRecorder(), r)
			if err == nil {
				if kind := strings.ToLower(strings.TrimSpace(strings.SplitN(contentType, ";", 2)[0])); kind != "application/json" {
					t.Fatalf("%q as %q: got it read, want only application/json", body, contentType)
				}
				continue
			}
			if status, _ := refusal(err); status != 400 {
				t.Fatalf("%q: got HTTP %d (%v), want 400", body, status, err)
			}
		}
	})
}
