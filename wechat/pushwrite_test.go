package wechat

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"testing"
)

// The types of push.md that no vector has.
func TestPushOfOtherTypes(t *testing.T) {
	head := Push{ToUserName: "gh_a1b2c3d4e5f6", FromUserName: "oA", CreateTime: 1710277281, MsgType: MsgTypeEvent}
	xmlHead := "<xml><ToUserName><![CDATA[gh_a1b2c3d4e5f6]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName><CreateTime>1710277281</CreateTime><MsgType><![CDATA[event]]></MsgType>"
	jsonHead := `{"ToUserName":"gh_a1b2c3d4e5f6","FromUserName":"oA","CreateTime":1710277281,"MsgType":"event",`
	for _, tt := range []struct {
		name, xml, json string
		set             func(*Push)
	}{
		{"scancode_push",
			"<Event><![CDATA[scancode_push]]></Event><EventKey><![CDATA[K]]></EventKey><ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[1]]></ScanResult></ScanCodeInfo></xml>",
			`"Event":"scancode_push","EventKey":"K","ScanCodeInfo":{"ScanType":"qrcode","ScanResult":"1"}}`,
			func(p *Push) { p.Event, p.EventKey, p.ScanType, p.ScanResult = EventScanCodePush, "K", "qrcode", "1" }},
		{"scancode_waitmsg without a result",
			"<Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[]]></EventKey><ScanCodeInfo><ScanType><![CDATA[]]></ScanType><ScanResult><![CDATA[]]></ScanResult></ScanCodeInfo></xml>",
			`"Event":"scancode_waitmsg","EventKey":"","ScanCodeInfo":{"ScanType":"","ScanResult":""}}`,
			func(p *Push) { p.Event = EventScanCodeWait }},
		{"view_miniprogram",
			"<Event><![CDATA[view_miniprogram]]></Event><EventKey><![CDATA[pages/a]]></EventKey><MenuId>42</MenuId></xml>",
			`"Event":"view_miniprogram","EventKey":"pages/a","MenuId":"42"}`,
			func(p *Push) { p.Event, p.EventKey, p.MenuID = EventViewMiniProgram, "pages/a", "42" }},
		{"unknown event",
			"<Event><![CDATA[something_new]]></Event><KfAccount><![CDATA[a@b]]></KfAccount></xml>",
			`"Event":"something_new","KfAccount":"a@b"}`,
			func(p *Push) { p.Event, p.KFAccount = "something_new", "a@b" }},
		{"number that is none",
			"<Event><![CDATA[LOCATION]]></Event><Latitude><![CDATA[<x>]]></Latitude><Longitude>-0.5</Longitude><Precision><![CDATA[]]></Precision></xml>",
			`"Event":"LOCATION","Latitude":"<x>","Longitude":"-0.5","Precision":""}`,
			func(p *Push) { p.Event, p.Latitude, p.Longitude = EventLocation, "<x>", "-0.5" }},
		{"merchant and article",
			"<Event><![CDATA[]]></Event><MsgDataId><![CDATA[7]]></MsgDataId><Idx>2</Idx><BusinessId>9</BusinessId></xml>",
			`"Event":"","MsgDataId":"7","Idx":"2","BusinessId":"9"}`,
			func(p *Push) { p.MsgDataID, p.Idx, p.BusinessID = "7", 2, 9 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := head
			tt.set(&p)
			for format, want := range map[Format]string{FormatXML: xmlHead + tt.xml, FormatJSON: jsonHead + tt.json} {
				got := p.Append(nil, format)
				if string(got) != want {
					t.Errorf("%v:\n got %s\nwant %s", format, got, want)
				}
				if again, err := ParsePush(format, got); err != nil || again != p {
					t.Errorf("%v, read again: got %+v, %v, want %+v", format, again, err, p)
				}
			}
		})
	}
}

func TestPushText(t *testing.T) {
	for _, tt := range []struct{ name, text, wantXML, wantJSON string }{
		{"markup", `<a href="x">&amp;</a>`, `<a href="x">&amp;</a>`, `<a href="x">&amp;</a>`},
		{"end of CDATA", "a]]>b]]>]]", "a]]>b]]>]]", "a]]>b]]>]]"},
		{"brackets at the end", "]]", "]]", "]]"},
		{"line ends", "a\r\nb\rc\nd\n\r", "a\nb\nc\nd\n\n", "a\r\nb\rc\nd\n\r"},
		{"white space around", " \t a ", " \t a ", " \t a "},
		{"NUL and other control characters", "\x00a\x1f\x7f", "\ufffda\ufffd\x7f", "\x00a\x1f\x7f"},
		{"not UTF-8", "\xc4\xe3好", "\ufffd\ufffd好", "\ufffd\ufffd好"},
		{"half a character", "\xed\xa0\xbd", "\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd"},
		{"noncharacter", "\uffff", "\ufffd", "\uffff"},
		{"replacement character itself", "\ufffd", "\ufffd", "\ufffd"},
		{"quotes and backslashes", `"\\u2028"`, `"\\u2028"`, `"\\u2028"`},
		{"line separators", "\u2028\u2029", "\u2028\u2029", "\u2028\u2029"},
		{"emoji", "😀👨‍👩‍👧", "😀👨‍👩‍👧", "😀👨‍👩‍👧"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Push{MsgType: MsgTypeText, Content: tt.text}
			for format, want := range map[Format]string{FormatXML: tt.wantXML, FormatJSON: tt.wantJSON} {
				got, err := ParsePush(format, p.Append(nil, format))
				if err != nil || got.Content != want {
					t.Errorf("%v: got %q, %v, want %q", format, got.Content, err, want)
				}
			}
			var standard struct{ Content string }
			if err := xml.Unmarshal(p.Append(nil, FormatXML), &standard); err != nil || standard.Content != tt.wantXML {
				t.Errorf("encoding/xml: got %q, %v, want %q", standard.Content, err, tt.wantXML)
			}
			if err := json.Unmarshal(p.Append(nil, FormatJSON), &standard); err != nil || standard.Content != tt.wantJSON {
				t.Errorf("encoding/json: got %q, %v, want %q", standard.Content, err, tt.wantJSON)
			}
		})
	}
}

func TestAppendKeepsWhatIsThere(t *testing.T) {
	p, e := Push{MsgType: MsgTypeText}, PushEnvelope{Encrypt: "x"}
	r, s := Reply{MsgType: MsgTypeNews, Articles: make([]Article, 2)}, ReplyEnvelope{}
	for name, appendTo := range map[string]func([]byte, Format) []byte{"push": p.Append, "push envelope": e.Append, "reply": r.Append, "reply envelope": s.Append} {
		for _, format := range []Format{FormatXML, FormatJSON} {
			alone := appendTo(nil, format)
			if got := string(appendTo([]byte("before,"), format)); got != "before,"+string(alone) {
				t.Errorf("%s as %v: got %s, want before, and %s", name, format, got, alone)
			}
		}
	}
}

func TestFormat(t *testing.T) {
	if got := fmt.Sprint([]Format{FormatXML, FormatJSON}); got != "[XML JSON]" {
		t.Errorf("got %s, want [XML JSON]", got)
	}
}
