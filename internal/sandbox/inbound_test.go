package sandbox

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
)

func parseInbound(body string) (kefu.Inbound, error) {
	var req inboundRequest
	if err := readJSON(httptest.NewRequest("POST", "/", strings.NewReader(body)), &req); err != nil {
		return kefu.Inbound{}, err
	}
	return req.inbound()
}

// What a customer can do, in every shape, is read whole.
func TestInbound(t *testing.T) {
	content := func(c kefu.Content) kefu.Inbound { return kefu.Inbound{Content: &c} }
	event := func(e kefu.Event) kefu.Inbound { return kefu.Inbound{Event: &e} }
	for _, row := range []struct {
		body string
		want kefu.Inbound
	}{
		{`{"msgtype":"text","text":{"content":"你好"}}`, content(kefu.Content{Type: kefu.MsgText, Text: "你好"})},
		{`{"msgtype":"text","text":{"content":"yes"},"bizmsgmenuid":"1"}`, content(kefu.Content{Type: kefu.MsgText, Text: "yes", MenuID: "1"})},
		{`{"msgtype":"text","text":{"content":"yes"},"bizmsgmenuid":101}`, content(kefu.Content{Type: kefu.MsgText, Text: "yes", MenuID: "101"})},
		{`{"msgtype":"image","image":{"media_id":"M"}}`, content(kefu.Content{Type: kefu.MsgImage, MediaID: "M"})},
		{`{"msgtype":"image","image":{"picurl":"http://example.com/a.png"}}`, content(kefu.Content{Type: kefu.MsgImage, PicURL: "http://example.com/a.png"})},
		{`{"msgtype":"voice","voice":{"media_id":"M","format":"amr","media_id_16k":"N","recognition":"hi"}}`,
			content(kefu.Content{Type: kefu.MsgVoice, MediaID: "M", Format: "amr", MediaID16K: "N", Recognition: "hi"})},
		{`{"msgtype":"video","video":{"media_id":"M","thumb_media_id":"T"}}`, content(kefu.Content{Type: kefu.MsgVideo, MediaID: "M", ThumbMediaID: "T"})},
		{`{"msgtype":"shortvideo","shortvideo":{"media_id":"M","thumb_media_id":"T"}}`, content(kefu.Content{Type: kefu.MsgShortVideo, MediaID: "M", ThumbMediaID: "T"})},
		{`{"msgtype":"location","location":{"latitude":23.134521,"longitude":"113.358803","scale":20,"label":"广州"}}`,
			content(kefu.Content{Type: kefu.MsgLocation, Latitude: "23.134521", Longitude: "113.358803", Scale: "20", Label: "广州"})},
		{`{"msgtype":"link","link":{"title":"t","description":"d","url":"https://example.com/"}}`,
			content(kefu.Content{Type: kefu.MsgLink, Title: "t", Description: "d", URL: "https://example.com/"})},
		{`{"msgtype":"miniprogrampage","miniprogrampage":{"title":"t","appid":"wx0000000000000001","pagepath":"p","thumb_media_id":"T","thumb_url":"http://example.com/t.png"}}`,
			content(kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "t", AppID: "wx0000000000000001", PagePath: "p", ThumbMediaID: "T", PicURL: "http://example.com/t.png"})},
		{`{"msgtype":"text","text":{"content":"x"},"msgid":"9223372036854775807"}`,
			kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "x"}, OwnID: 9223372036854775807}},
		{`{"msgtype":"text","text":{"content":"x"},"msgid":42}`, kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "x"}, OwnID: 42}},
		{`{"msgtype":"event","event":"CLICK","event_key":"V1001"}`, event(kefu.Event{Type: kefu.EventClick, Key: "V1001"})},
		{`{"msgtype":"event","event":"VIEW","event_key":"https://example.com/","menu_id":12}`, event(kefu.Event{Type: kefu.EventView, Key: "https://example.com/", MenuID: "12"})},
		{`{"msgtype":"event","event":"SCAN","event_key":"123","ticket":"T"}`, event(kefu.Event{Type: kefu.EventScan, Key: "123", Ticket: "T"})},
		{`{"msgtype":"event","event":"LOCATION","latitude":23.1,"longitude":113.3,"precision":"119.385040"}`,
			event(kefu.Event{Type: kefu.EventLocation, Latitude: "23.1", Longitude: "113.3", Precision: "119.385040"})},
		{`{"msgtype":"event","event":"scancode_waitmsg","event_key":"k","scan_type":"qrcode","scan_result":"r"}`,
			event(kefu.Event{Type: kefu.EventScanCodeWait, Key: "k", ScanType: "qrcode", ScanResult: "r"})},
		{`{"msgtype":"event","event":"view_miniprogram","event_key":"pages/a","menu_id":"5"}`, event(kefu.Event{Type: kefu.EventViewMiniProgram, Key: "pages/a", MenuID: "5"})},
		{`{"msgtype":"event","event":"user_enter_tempsession","session_from":"button"}`, event(kefu.Event{Type: kefu.EventEnterTempSession, SessionFrom: "button"})},
		{`{"msgtype":"event","event":"subscribe","event_key":"qrscene_123","ticket":"T"}`, event(kefu.Event{Type: kefu.EventSubscribe, Key: "qrscene_123", Ticket: "T"})},
	} {
		got, err := parseInbound(row.body)
		if err != nil {
			t.Errorf("%s: %v", row.body, err)
			continue
		}
		if d := cmp.Diff(row.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.body, d)
		}
	}
}

// What does not fit is refused in words that name it.
func TestInboundRefuses(t *testing.T) {
	for _, row := range []struct{ name, body, says string }{
		{"no type", `{"text":{"content":"x"}}`, `"msgtype" is missing`},
		{"no object", `{"msgtype":"text"}`, `needs the object "text"`},
		{"object of another type", `{"msgtype":"text","image":{"media_id":"M"}}`, `needs the object "text"`},
		{"two objects", `{"msgtype":"text","text":{"content":"x"},"image":{"media_id":"M"}}`, `there is an object "image"`},
		{"a type of the other way", `{"msgtype":"news"}`, `cannot send a message of type "news"`},
		{"misspelt member", `{"msgtype":"text","text":{"contents":"x"}}`, "contents"},
		{"misspelt type", `{"msgtype":"txt","text":{"content":"x"}}`, `there is an object "text"`},
		{"number as text", `{"msgtype":"text","text":{"content":5}}`, `"content" cannot be a number`},
		{"menu id with a picture", `{"msgtype":"image","image":{"media_id":"M"},"bizmsgmenuid":"1"}`, "bizmsgmenuid"},
		{"menu id true", `{"msgtype":"text","text":{"content":"x"},"bizmsgmenuid":true}`, "bizmsgmenuid"},
		{"own id zero", `{"msgtype":"text","text":{"content":"x"},"msgid":0}`, `"msgid" must be`},
		{"own id beyond 64 bits", `{"msgtype":"text","text":{"content":"x"},"msgid":"9223372036854775808"}`, `"msgid" must be`},
		{"latitude in words", `{"msgtype":"location","location":{"latitude":"north","longitude":1}}`, "decimals"},
		{"latitude with an exponent", `{"msgtype":"location","location":{"latitude":1e300,"longitude":1}}`, "decimals"},
		{"event without a name", `{"msgtype":"event"}`, `"event" must be one of`},
		{"event in the wrong case", `{"msgtype":"event","event":"click","event_key":"k"}`, "CLICK"},
		{"event of a session", `{"msgtype":"event","event":"kf_create_session"}`, `"event" must be one of`},
		{"event without its key", `{"msgtype":"event","event":"CLICK"}`, `needs "event_key"`},
		{"event with another's field", `{"msgtype":"event","event":"CLICK","event_key":"k","latitude":1}`, `has no "latitude"`},
		{"event with an object", `{"msgtype":"event","event":"CLICK","event_key":"k","text":{"content":"x"}}`, `no object "text"`},
		{"event with an own id", `{"msgtype":"event","event":"CLICK","event_key":"k","msgid":1}`, `neither "msgid"`},
		{"event with a long key", `{"msgtype":"event","event":"CLICK","event_key":"` + strings.Repeat("k", 1025) + `"}`, "at most 1024 bytes"},
		{"message with an event's field", `{"msgtype":"text","text":{"content":"x"},"event_key":"k"}`, `belongs to "msgtype":"event"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := parseInbound(row.body)
			var bad badRequest
			if !errors.As(err, &bad) || !strings.Contains(bad.Error(), row.says) {
				t.Errorf("got %v, want a bad request that says %s", err, row.says)
			}
		})
	}
}

func FuzzInbound(f *testing.F) {
	f.Add(`{"msgtype":"text","text":{"content":"x"},"bizmsgmenuid":"1","msgid":"5"}`)
	f.Add(`{"msgtype":"location","location":{"latitude":1.5,"longitude":"2","scale":null}}`)
	f.Add(`{"msgtype":"event","event":"LOCATION","latitude":1,"longitude":2,"precision":3}`)
	f.Fuzz(func(t *testing.T, body string) {
		in, err := parseInbound(body)
		if err != nil {
			var bad badRequest
			if !errors.As(err, &bad) || bad == "" {
				t.Errorf("got %v, want a bad request in words", err)
			}
			return
		}
		if (in.Content == nil) == (in.Event == nil) || in.OwnID < 0 {
			t.Errorf("got %+v, want a message or an event", in)
		}
		if !json.Valid([]byte(body)) {
			t.Error("what is no JSON was read")
		}
	})
}

func TestSubscribeByCode(t *testing.T) {
	for _, row := range []struct {
		key  string
		want qrScene
		ok   bool
	}{
		{"", qrScene{}, true},
		{"qrscene_123", qrScene{number: 123}, true},
		{"qrscene_0123", qrScene{text: "0123"}, true},
		{"qrscene_spring", qrScene{text: "spring"}, true},
		{"qrscene_", qrScene{}, false},
		{"spring", qrScene{}, false},
	} {
		got, err := followed("oA1", &kefu.Event{Type: kefu.EventSubscribe, Key: row.key})
		if (err == nil) != row.ok || got.QRScene != row.want {
			t.Errorf("%q: got %+v, %v, want %+v", row.key, got.QRScene, err, row.want)
		}
	}
}
