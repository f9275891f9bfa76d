package wechat

import (
	"encoding/json"
	"testing"
)

// Whatever a push holds, it is well-formed on the wire, and read again it is
// what it was, as far as the format can say it.
func FuzzPushRoundTrip(f *testing.F) {
	f.Add(MsgTypeText, "", "hello", "x", int64(1))
	f.Add(MsgTypeLocation, "", "]]>]]>", "31.2", int64(-1))
	f.Add(MsgTypeEvent, EventScanCodePush, "\x00\r\n\xff", "1e9", int64(0))
	f.Add("new", "new", "<a>&b;</a>", "<a>", int64(1<<62))
	f.Fuzz(func(t *testing.T, msgType, event, text, number string, n int64) {
		for _, format := range []Format{FormatXML, FormatJSON} {
			in := func(s string) string {
				p := Push{MsgType: MsgTypeText, Content: s}
				p, err := ParsePush(format, p.Append(nil, format))
				if err != nil {
					t.Fatal(err)
				}
				return p.Content
			}
			word := func(s string) string { return trim(in(s)) }
			if len(text)+len(number)+len(event)+len(msgType) > 4096 || word(msgType) == "" {
				return
			}
			p := Push{MsgType: msgType, Event: event, Content: text, EventKey: text, ScanResult: text, MediaID: number, Scale: number,
				Latitude: number, MenuID: number, MsgID: n, CreateTime: n, Idx: max(n, 0), KFAccount: text}
			want := Push{MsgType: word(msgType), Event: word(event), Content: in(text), EventKey: in(text), ScanResult: in(text), MediaID: word(number), Scale: word(number),
				Latitude: word(number), MenuID: word(number), MsgID: n, CreateTime: n, Idx: max(n, 0), KFAccount: word(text)}
			body := p.Append(nil, format)
			got, err := ParsePush(format, body)
			if err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if got != want {
				t.Errorf("%v: got %+v, want %+v", format, got, want)
			}
			if format == FormatJSON && !json.Valid(body) {
				t.Errorf("got %s, want JSON", body)
			}
			if format == FormatXML {
				if _, err := readByStandard(body); err != nil {
					t.Errorf("%v in %s", err, body)
				}
			}
			if sealed := p.AppendCompatible(nil, format, "AAAA"); mustEnvelope(t, format, sealed) != "AAAA" {
				t.Errorf("got %s, want it to hold AAAA", sealed)
			}
		}
	})
}

func mustEnvelope(t *testing.T, format Format, body []byte) string {
	t.Helper()
	e, err := ParsePushEnvelope(format, body)
	if err != nil {
		t.Fatal(err)
	}
	return e.Encrypt
}
