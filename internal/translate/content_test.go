package translate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// contents has one of each type, with everything that it can have.
var contents = []kefu.Content{
	{Type: kefu.MsgText, Text: "hello"},
	{Type: kefu.MsgText, Text: "generated", AI: true},
	{Type: kefu.MsgText, Text: "Yes", MenuID: "101"},
	{Type: kefu.MsgImage, MediaID: "M", PicURL: "https://example.com/p.jpg"},
	{Type: kefu.MsgVoice, MediaID: "M", MediaID16K: "N", Format: "amr", Recognition: "hello"},
	{Type: kefu.MsgVideo, MediaID: "M", ThumbMediaID: "T", Title: "t", Description: "d"},
	{Type: kefu.MsgShortVideo, MediaID: "M", ThumbMediaID: "T"},
	{Type: kefu.MsgLocation, Latitude: "23.134521", Longitude: "113.358803", Scale: "20", Label: "海珠区"},
	{Type: kefu.MsgLink, Title: "t", Description: "d", URL: "https://example.com/", PicURL: "https://example.com/t.jpg"},
	{Type: kefu.MsgMiniProgramPage, Title: "t", AppID: "wx00000000000000aa", PagePath: "pages/a", ThumbMediaID: "T", PicURL: "https://example.com/t.jpg"},
	{Type: kefu.MsgMusic, Title: "t", Description: "d", MusicURL: "https://example.com/m.mp3", HQMusicURL: "https://example.com/hq.mp3", ThumbMediaID: "T"},
	{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: "t", Description: "d", URL: "https://example.com/", PicURL: "https://example.com/p.jpg"}, {Title: "u"}}},
	{Type: kefu.MsgMPNews, MediaID: "M"},
	{Type: kefu.MsgMPNewsArticle, ArticleID: "A"},
	{Type: kefu.MsgMenu, Head: "h", Tail: "t", Menu: []kefu.MenuItem{{ID: "101", Content: "Yes"}, {ID: "102", Content: "No"}}},
	{Type: kefu.MsgCard, CardID: "C"},
	{Type: kefu.MsgNotice, Text: "The account cannot answer at the moment."},
}

// Nothing of a content is lost on the way to the wire's form and back, whether
// the form is kept or written and read.
func TestContentThereAndBack(t *testing.T) {
	for _, want := range contents {
		t.Run(string(want.Type), func(t *testing.T) {
			m := translate.CustomMessage(&want)
			if diff := cmp.Diff(want, translate.Content(&m)); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			text, err := wechat.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			var read wechat.CustomMessage
			if err := json.Unmarshal(text, &read); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, translate.Content(&read)); diff != "" {
				t.Errorf("written as %s (-want +got):\n%s", text, diff)
			}
			if want.Type == kefu.MsgNotice {
				return // nobody sends one
			}
			o, err := wechat.ParseObject(text)
			if err != nil {
				t.Fatal(err)
			}
			if m, err = wechat.ParseContentObject(o); err != nil {
				t.Fatal(err)
			}
			want.AI = false // which only a sender says
			if diff := cmp.Diff(want, translate.Content(&m)); diff != "" {
				t.Errorf("read from %s (-want +got):\n%s", text, diff)
			}
		})
	}
}

// The examples of messages that are sent come back as they were, and are valid.
func TestMessageVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "wechat", "testdata", "vectors", "14_custom_messages.json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Cases []struct {
			Name    string
			Request struct {
				Path string
				JSON json.RawMessage
			}
			Response struct{ Errcode wechat.Errcode }
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, c := range doc.Cases {
		if c.Request.Path != wechat.PathCustomSend {
			continue
		}
		tried++
		t.Run(c.Name, func(t *testing.T) {
			m, err := wechat.ParseCustomMessage(c.Request.JSON)
			if err != nil {
				t.Fatal(err)
			}
			content := translate.Content(&m)
			code := wechat.OK
			if err := content.Validate(); err != nil {
				code, _ = translate.Errcode(err)
			}
			if code != c.Response.Errcode {
				t.Errorf("got %d, want %d", int(code), int(c.Response.Errcode))
			}
			if code != wechat.OK {
				return
			}
			again := translate.CustomMessage(&content)
			again.ToUser, again.CustomService = m.ToUser, m.CustomService
			if diff := cmp.Diff(m, again); diff != "" {
				t.Errorf("(-read +said):\n%s", diff)
			}
		})
	}
	if tried < 18 {
		t.Errorf("got %d messages, want at least 18", tried)
	}
}

// What a body leaves out becomes a content that the rules refuse by the right
// name.
func TestIncompleteMessages(t *testing.T) {
	for body, want := range map[string]wechat.Errcode{
		`{"msgtype":"text"}`:                        wechat.EmptyContent,
		`{"msgtype":"text","text":{}}`:              wechat.EmptyContent,
		`{"msgtype":"news"}`:                        wechat.EmptyNewsData,
		`{"msgtype":"news","news":{"articles":[]}}`: wechat.EmptyNewsData,
		`{"msgtype":"image"}`:                       wechat.InvalidArgsSize,
		`{"msgtype":"msgmenu"}`:                     wechat.InvalidArgsSize,
		`{"msgtype":"wxcard","wxcard":{}}`:          wechat.InvalidArgsSize,
		`{"msgtype":"sticker"}`:                     wechat.InvalidMessageType,
		`{}`:                                        wechat.InvalidMessageType,
	} {
		m, err := wechat.ParseCustomMessage([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		content := translate.Content(&m)
		if got, _ := translate.Errcode(content.Validate()); got != want {
			t.Errorf("%s: got %d, want %d", body, int(got), int(want))
		}
	}
}
