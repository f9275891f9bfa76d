package wechat

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Every message of the examples is read, written again as it was, and read by
// encoding/json to the same values.
func TestCustomMessageVectors(t *testing.T) {
	types := map[string]bool{}
	for _, v := range readVectors(t, "14_custom_messages.json") {
		if v.Request.Path != PathCustomSend || strings.Contains(string(v.Request.JSON), "sticker") {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			m, err := ParseCustomMessage(append([]byte(v.Request.JSON), '\n'))
			if err != nil {
				t.Fatal(err)
			}
			types[m.MsgType] = true
			same(t, m, v.Request.JSON)
			var again CustomMessage
			if err := json.Unmarshal(v.Request.JSON, &again); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(again, m); diff != "" {
				t.Errorf("(-encoding/json +ParseCustomMessage):\n%s", diff)
			}
		})
	}
	for _, name := range sendable {
		if !types[name] {
			t.Errorf("no example of %s", name)
		}
	}
}

func TestTypingVectors(t *testing.T) {
	tried := 0
	for _, v := range readVectors(t, "14_custom_messages.json") {
		if v.Request.Path != PathCustomTyping {
			continue
		}
		tried++
		request, err := ParseTypingRequest(v.Request.JSON)
		if err != nil {
			t.Fatal(err)
		}
		same(t, request, v.Request.JSON)
	}
	if tried < 2 {
		t.Errorf("got %d cases, want at least 2", tried)
	}
}

func TestParseCustomMessage(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       CustomMessage
	}{
		{"nothing", `{}`, CustomMessage{}},
		{"a type without its section", `{"touser":"o","msgtype":"text"}`, CustomMessage{ToUser: "o", MsgType: "text"}},
		{"a section that is null", `{"msgtype":"text","text":null}`, CustomMessage{MsgType: "text"}},
		{"an empty section", `{"msgtype":"text","text":{}}`, CustomMessage{MsgType: "text", Text: &CustomText{}}},
		{"sections of other types", `{"msgtype":"text","text":{"content":"a"},"image":5,"news":[]}`, CustomMessage{MsgType: "text", Text: &CustomText{Content: "a"}}},
		{"an unknown type", `{"msgtype":"sticker","sticker":5}`, CustomMessage{MsgType: "sticker"}},
		{"a type of customers", `{"msgtype":"location","location":5}`, CustomMessage{MsgType: "location"}},
		{"a type of the system", `{"msgtype":"notice","notice":{"content":"a"}}`, CustomMessage{MsgType: "notice"}},
		{"a type that names another member", `{"msgtype":"touser","touser":"o"}`, CustomMessage{MsgType: "touser", ToUser: "o"}},
		{"ids of a menu as numbers", `{"msgtype":"msgmenu","msgmenu":{"list":[{"id":101,"content":"Yes"},{"id":"102","content":"No"}]}}`,
			CustomMessage{MsgType: "msgmenu", MsgMenu: &CustomMenu{List: []CustomMenuItem{{ID: "101", Content: "Yes"}, {ID: "102", Content: "No"}}}}},
		{"a businessid as a number", `{"msgtype":"text","businessid":1}`, CustomMessage{MsgType: "text"}},
		{"a businessid as a string", `{"msgtype":"text","businessid":"1"}`, CustomMessage{MsgType: "text"}},
		{"not of an AI", `{"msgtype":"text","aimsgcontext":{"is_ai_msg":0}}`, CustomMessage{MsgType: "text", AIMsgContext: &AIMsgContext{}}},
		{"of nobody", `{"msgtype":"text","customservice":{"kf_account":""}}`, CustomMessage{MsgType: "text", CustomService: &CustomService{}}},
		{"customservice null", `{"msgtype":"text","customservice":null}`, CustomMessage{MsgType: "text"}},
		{"a tap is no member of what is sent", `{"msgtype":"text","bizmsgmenuid":"1"}`, CustomMessage{MsgType: "text"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseCustomMessage([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseCustomMessageRefuses(t *testing.T) {
	for _, body := range []string{
		`{"touser":5,"msgtype":"text"}`, `{"msgtype":[]}`, `{"msgtype":"text","text":"a"}`, `{"msgtype":"text","text":{"content":5}}`,
		`{"msgtype":"news","news":{"articles":{}}}`, `{"msgtype":"news","news":{"articles":[5]}}`, `{"msgtype":"news","news":{"articles":[{"title":5}]}}`,
		`{"msgtype":"msgmenu","msgmenu":{"list":[{"id":true}]}}`, `{"msgtype":"text","customservice":"alice@demo_shop"}`,
		`{"msgtype":"text","customservice":{"kf_account":5}}`, `{"msgtype":"text","aimsgcontext":{"is_ai_msg":true}}`, `{"msgtype":"image","image":[]}`,
	} {
		if _, err := ParseCustomMessage([]byte(body)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: got %v, want %v", body, err, ErrFormat)
		}
	}
}

// What a customer sends has more types, and stands in bodies of other shapes.
func TestParseContentObject(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       CustomMessage
	}{
		{"a tap", `{"msgtype":"text","text":{"content":"Yes"},"bizmsgmenuid":"101"}`, CustomMessage{MsgType: "text", Text: &CustomText{Content: "Yes"}, BizMsgMenuID: "101"}},
		{"a tap by number", `{"msgtype":"text","text":{"content":"Yes"},"bizmsgmenuid":101}`, CustomMessage{MsgType: "text", Text: &CustomText{Content: "Yes"}, BizMsgMenuID: "101"}},
		{"location", `{"msgtype":"location","location":{"latitude":23.134521,"longitude":"113.358803","scale":20,"label":"海珠区"}}`,
			CustomMessage{MsgType: "location", Location: &CustomLocation{Latitude: "23.134521", Longitude: "113.358803", Scale: "20", Label: "海珠区"}}},
		{"shortvideo", `{"msgtype":"shortvideo","shortvideo":{"media_id":"M","thumb_media_id":"T"}}`,
			CustomMessage{MsgType: "shortvideo", ShortVideo: &CustomVideo{MediaID: "M", ThumbMediaID: "T"}}},
		{"image by URL", `{"msgtype":"image","image":{"picurl":"https://example.com/p.jpg"}}`,
			CustomMessage{MsgType: "image", Image: &CustomImage{PicURL: "https://example.com/p.jpg"}}},
		{"voice with recognition", `{"msgtype":"voice","voice":{"media_id":"M","format":"amr","recognition":"hello","media_id_16k":"N"}}`,
			CustomMessage{MsgType: "voice", Voice: &CustomVoice{MediaID: "M", MediaID16K: "N", Format: "amr", Recognition: "hello"}}},
		{"others are left to the caller", `{"msgtype":"event","event":"CLICK","wait":true}`, CustomMessage{MsgType: "event"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := ParseObject([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseContentObject(o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	o, err := ParseObject([]byte(`{"msgtype":"location","location":{"latitude":[]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseContentObject(o); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v, want %v", err, ErrFormat)
	}
}

func TestDecimal(t *testing.T) {
	for decimal, want := range map[Decimal]string{
		"23.134521": `23.134521`, "-0": `-0`, "1e5": `1e5`, "": `""`, "north": `"north"`, "1.": `"1."`, "01": `"01"`, "1 ": `"1 "`, "NaN": `"NaN"`,
	} {
		got, err := Marshal(decimal)
		if err != nil || string(got) != want {
			t.Errorf("%q: got %s, %v, want %s", string(decimal), got, err, want)
		}
		var again Decimal
		if err := json.Unmarshal(got, &again); err != nil || again != decimal {
			t.Errorf("%s: got %q, %v, want %q", got, string(again), err, string(decimal))
		}
	}
	for _, wrong := range []string{`true`, `[]`, `{}`} {
		if err := json.Unmarshal([]byte(wrong), new(Decimal)); err == nil {
			t.Errorf("got %s read", wrong)
		}
	}
}

// Whatever is accepted is written in a form that is read as the same again, by
// both readers.
func FuzzConversationBodies(f *testing.F) {
	for _, seed := range []string{
		`{"touser":"o1","msgtype":"text","text":{"content":"<a href=\"x\">a</a>\u0000😀"},"customservice":{"kf_account":"alice@demo_shop"},"aimsgcontext":{"is_ai_msg":"1"}}`,
		`{"msgtype":"news","news":{"articles":[{"title":"t","picurl":null},{}]}}`,
		`{"msgtype":"msgmenu","msgmenu":{"list":[{"id":1e3,"content":"a"}]}}`,
		`{"msgtype":"location","location":{"latitude":-0.10,"longitude":"x"}}`,
		`{"msgtype":"miniprogrampage","miniprogrampage":{"appid":"wx"}}`,
		`{"starttime":"1710277200","endtime":1,"msgid":-5,"number":[],"pagesize":0,"openid":"o"}`,
		`{"kf_account":"a","openid":"o","command":"Typing"}`, ``, `[]`, `{"msgtype":`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, parse := range []func([]byte) (any, error){
			func(b []byte) (any, error) { return ParseSessionRequest(b) },
			func(b []byte) (any, error) { return ParseTypingRequest(b) },
			func(b []byte) (any, error) { return ParseRecordListRequest(b) },
			func(b []byte) (any, error) { return ParseLegacyRecordsRequest(b) },
			func(b []byte) (any, error) { return ParseCustomMessage(b) },
			func(b []byte) (any, error) {
				o, err := ParseObject(b)
				if err != nil {
					return nil, err
				}
				return ParseContentObject(o)
			},
		} {
			request, err := parse(body)
			if err != nil {
				if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrEmpty) {
					t.Fatalf("got an error of no kind: %v", err)
				}
				continue
			}
			written, err := Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			again, err := parse(written)
			if diff := cmp.Diff(request, again); err != nil || diff != "" {
				t.Errorf("%s: %v (-first +again):\n%s", written, err, diff)
			}
			if m, ok := request.(CustomMessage); ok && m.BizMsgMenuID == "" && slices.Contains(sendable, m.MsgType) {
				var other CustomMessage
				if err := json.Unmarshal(written, &other); err != nil || !cmp.Equal(m, other, cmpopts.EquateEmpty()) {
					t.Errorf("%s: %v\n%s", written, err, cmp.Diff(m, other))
				}
			}
		}
	})
}
