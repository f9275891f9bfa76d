package translate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

type pushVector struct {
	Name string          `json:"name"`
	XML  string          `json:"xml"`
	JSON json.RawMessage `json:"json"`
}

func readPushVectors(t *testing.T, file string) map[string]pushVector {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "wechat", "testdata", "vectors", file))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Cases []pushVector `json:"cases"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]pushVector)
	for _, v := range doc.Cases {
		byName[v.Name] = v
	}
	return byName
}

var shop = &kefu.OfficialAccount{OriginalID: "gh_a1b2c3d4e5f6", WeChatID: "demo_shop"}

// stuffed is a content that has something in every field, whatever its type, so
// that a field that strays into a push is noticed.
func stuffed(c kefu.Content) kefu.Content {
	for _, field := range []*string{&c.Text, &c.MenuID, &c.PicURL, &c.Format, &c.Recognition, &c.Title, &c.Description, &c.URL,
		&c.MusicURL, &c.HQMusicURL, &c.Latitude, &c.Longitude, &c.Scale, &c.Label, &c.AppID, &c.PagePath, &c.ArticleID, &c.CardID, &c.Head, &c.Tail} {
		if *field == "" {
			*field = "STRAY"
		}
	}
	for _, id := range []*kefu.MediaID{&c.MediaID, &c.ThumbMediaID, &c.MediaID16K} {
		if *id == "" {
			*id = "STRAY"
		}
	}
	return c
}

// Every message of the vectors is written to the letter.
func TestPushOfMessages(t *testing.T) {
	vectors := readPushVectors(t, "05_inbound_messages_xml.json")
	for _, tt := range []struct {
		name    string
		id      kefu.MsgID
		content kefu.Content
	}{
		{"text", 101, kefu.Content{Type: kefu.MsgText, Text: "Where is my order?"}},
		{"text-with-markup-characters", 102, kefu.Content{Type: kefu.MsgText, Text: `a < b & c > d "q"`}},
		{"text-menu-answer", 103, kefu.Content{Type: kefu.MsgText, Text: "Satisfied", MenuID: "101"}},
		{"text-from-article", 104, kefu.Content{Type: kefu.MsgText, Text: "hi", ArticleData: "2247483650", ArticleIndex: 1}},
		{"image", 105, kefu.Content{Type: kefu.MsgImage, PicURL: "http://mmbiz.example/pic/abc/0", MediaID: "MEDIA_img_1"}},
		{"voice", 106, kefu.Content{Type: kefu.MsgVoice, MediaID: "MEDIA_voice_1", Format: "amr", MediaID16K: "MEDIA_voice_1_16k"}},
		{"voice-with-recognition", 107, kefu.Content{Type: kefu.MsgVoice, MediaID: "MEDIA_voice_2", Format: "amr", Recognition: "我要退款。"}},
		{"video", 108, kefu.Content{Type: kefu.MsgVideo, MediaID: "MEDIA_video_1", ThumbMediaID: "MEDIA_thumb_1"}},
		{"shortvideo", 109, kefu.Content{Type: kefu.MsgShortVideo, MediaID: "MEDIA_video_2", ThumbMediaID: "MEDIA_thumb_2"}},
		{"location", 110, kefu.Content{Type: kefu.MsgLocation, Latitude: "31.230416", Longitude: "121.473701", Scale: "16", Label: "上海市黄浦区"}},
		{"link", 111, kefu.Content{Type: kefu.MsgLink, Title: "Title", Description: "Description", URL: "https://example.com/a?b=1&c=2"}},
		{"miniprogrampage", 112, kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "Order 7", AppID: "wx00000000000000aa", PagePath: "pages/order/index?id=7", PicURL: "http://mmbiz.example/t/0", ThumbMediaID: "MEDIA_thumb_3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, ok := vectors[tt.name]
			if !ok {
				t.Fatal("no such vector")
			}
			delete(vectors, tt.name)
			contents := map[string]kefu.Content{"as it is": tt.content}
			// What is optional for these two would be written.
			if tt.content.Type != kefu.MsgText && tt.content.Type != kefu.MsgVoice {
				contents["with all fields"] = stuffed(tt.content)
			}
			for name, content := range contents {
				p := &kefu.Push{
					ID: 7, Customer: "oDemoKfCustomer_0000000000A1", At: noon.Add(999 * time.Millisecond),
					Message: &kefu.Message{ID: 24500000000000000 + tt.id, Content: content},
				}
				said := translate.Push(shop, p)
				if diff := cmp.Diff(v.XML, string(said.Append(nil, wechat.FormatXML))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
	for name := range vectors {
		t.Errorf("%s: got no push for this vector", name)
	}
}

// A message that came with a number of its own keeps it.
func TestPushOfOwnID(t *testing.T) {
	p := &kefu.Push{ID: 7, At: noon, Message: &kefu.Message{ID: 8, OwnID: 24500000000000009, Content: kefu.Content{Type: kefu.MsgText, Text: "hi"}}}
	if got := translate.Push(shop, p).MsgID; got != 24500000000000009 {
		t.Errorf("got MsgId %d, want 24500000000000009", got)
	}
}

// Every event of the vectors is written to the letter.
func TestPushOfEvents(t *testing.T) {
	vectors := readPushVectors(t, "06_inbound_events_xml.json")
	for name, event := range map[string]kefu.Event{
		"subscribe":              {Type: kefu.EventSubscribe},
		"subscribe-by-scene-qr":  {Type: kefu.EventSubscribe, Key: "qrscene_1001", Ticket: "TICKET_A"},
		"unsubscribe":            {Type: kefu.EventUnsubscribe},
		"scan-already-following": {Type: kefu.EventScan, Key: "1001", Ticket: "TICKET_A"},
		"location-report":        {Type: kefu.EventLocation, Latitude: "31.230416", Longitude: "121.473701", Precision: "65.000000"},
		"menu-click":             {Type: kefu.EventClick, Key: "MENU_SUPPORT"},
		"menu-view":              {Type: kefu.EventView, Key: "https://example.com/", MenuID: "420001"},
		"kf-create-session":      {Type: kefu.EventCreateSession, Account: "alice@demo_shop"},
		"kf-close-session":       {Type: kefu.EventCloseSession, Account: "alice@demo_shop"},
		"kf-switch-session":      {Type: kefu.EventSwitchSession, Account: "alice@demo_shop", To: "bob_02@demo_shop"},
		"user-enter-tempsession": {Type: kefu.EventEnterTempSession, SessionFrom: "order-page"},
	} {
		t.Run(name, func(t *testing.T) {
			v, ok := vectors[name]
			if !ok {
				t.Fatal("no such vector")
			}
			delete(vectors, name)
			said := translate.Push(shop, &kefu.Push{ID: 7, Customer: "oDemoKfCustomer_0000000000A1", At: noon, Event: &event})
			if diff := cmp.Diff(v.XML, string(said.Append(nil, wechat.FormatXML))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if said.MsgID != 0 {
				t.Errorf("got MsgId %d, want none", said.MsgID)
			}
		})
	}
	for name := range vectors {
		t.Errorf("%s: got no push for this vector", name)
	}
	// The vectors have no menu item that scans.
	said := translate.Push(shop, &kefu.Push{Customer: "oA", At: noon, Event: &kefu.Event{Type: kefu.EventScanCodeWait, Key: "k", ScanType: "qrcode", ScanResult: "1"}})
	want := `<xml><ToUserName><![CDATA[gh_a1b2c3d4e5f6]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName><CreateTime>1710277281</CreateTime>` +
		`<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[k]]></EventKey>` +
		`<ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[1]]></ScanResult></ScanCodeInfo></xml>`
	if diff := cmp.Diff(want, string(said.Append(nil, wechat.FormatXML))); diff != "" {
		t.Errorf("scan (-want +got):\n%s", diff)
	}
}

// In JSON a push says the same.
func TestPushInJSON(t *testing.T) {
	vectors := readPushVectors(t, "07_inbound_json.json")
	message := func(id kefu.MsgID, c kefu.Content) kefu.Push {
		return kefu.Push{Message: &kefu.Message{ID: 24500000000000200 + id, Content: c}}
	}
	for name, p := range map[string]kefu.Push{
		"text":                   message(1, kefu.Content{Type: kefu.MsgText, Text: "hello"}),
		"image":                  message(2, kefu.Content{Type: kefu.MsgImage, PicURL: "http://mmbiz.example/pic/x/0", MediaID: "MEDIA_img_9"}),
		"miniprogrampage":        message(3, kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "Order 7", AppID: "wx00000000000000aa", PagePath: "pages/order/index?id=7", PicURL: "http://mmbiz.example/t/0", ThumbMediaID: "MEDIA_thumb_9"}),
		"user_enter_tempsession": {Event: &kefu.Event{Type: kefu.EventEnterTempSession, SessionFrom: "order-page"}},
	} {
		v, ok := vectors[name]
		if !ok {
			t.Fatalf("%s: no such vector", name)
		}
		var got, want map[string]any
		if err := json.Unmarshal(v.JSON, &want); err != nil {
			t.Fatal(err)
		}
		p.Customer, p.At = "oDemoKfCustomer_0000000000B2", time.Unix(int64(want["CreateTime"].(float64)), 0)
		said := translate.Push(shop, &p)
		if err := json.Unmarshal(said.Append(nil, wechat.FormatJSON), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
