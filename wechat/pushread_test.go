package wechat

import (
	"errors"
	"strings"
	"testing"
)

func TestParsePushTolerates(t *testing.T) {
	want := Push{ToUserName: "gh_1", FromUserName: "oA", CreateTime: 1710277281, MsgType: MsgTypeText, MsgID: 1<<63 - 1, Content: " hi "}
	for _, tt := range []struct {
		name   string
		format Format
		body   string
	}{
		{"another order, indented, words in CDATA on lines of their own", FormatXML, `<?xml version="1.0"?>
<xml>
  <MsgId> 9223372036854775807 </MsgId>
  <Content><![CDATA[ hi ]]></Content>
  <MsgType>
    <![CDATA[text]]>
  </MsgType>
  <CreateTime><![CDATA[1710277281]]></CreateTime>
  <FromUserName>oA</FromUserName><ToUserName>gh_1</ToUserName>
  <Unknown><MsgType>image</MsgType></Unknown><Unknown/>
</xml>`},
		{"attributes", FormatXML, `<xml a="b"><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1710277281</CreateTime><MsgType>text</MsgType><Content> hi </Content><MsgId>9223372036854775807</MsgId></xml>`},
		{"numbers as strings, unknown members, null", FormatJSON, `{"MsgType":"text","ToUserName":"gh_1","FromUserName":"oA","CreateTime":"1710277281","MsgId":"9223372036854775807","Content":" hi ","Scale":null,"Unknown":{"MsgType":"image"},"List":[[1],{"a":true}]}` + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePush(tt.format, []byte(tt.body))
			if err != nil || got != want {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestParsePushRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		format Format
		body   string
		says   string
	}{
		{"no type", FormatXML, "<xml><ToUserName>a</ToUserName></xml>", "MsgType is missing"},
		{"sealed", FormatXML, "<xml><ToUserName>a</ToUserName><Encrypt>b</Encrypt></xml>", "MsgType is missing"},
		{"empty object", FormatJSON, "{}", "MsgType is missing"},
		{"number with a fraction", FormatXML, "<xml><MsgType>text</MsgType><MsgId>1.5</MsgId></xml>", "MsgId must be a whole number"},
		{"number of 65 bits", FormatXML, "<xml><MsgType>text</MsgType><MsgId>18446744073709551616</MsgId></xml>", "MsgId must be a whole number"},
		{"number as in floating point", FormatJSON, `{"MsgType":"text","MsgId":2.45e16}`, "MsgId must be a whole number"},
		{"elements where text belongs", FormatXML, "<xml><MsgType>text</MsgType><Content><b>x</b></Content></xml>", "Content must hold text"},
		{"object where text belongs", FormatJSON, `{"MsgType":"text","Content":{}}`, "Content must hold text"},
		{"list where text belongs", FormatJSON, `{"MsgType":["text"]}`, "MsgType must hold text"},
		{"two types", FormatXML, "<xml><MsgType>text</MsgType><Content/><MsgType>event</MsgType></xml>", "MsgType is there twice"},
		{"two types, one empty", FormatXML, "<xml><MsgType>text</MsgType><MsgType/></xml>", "MsgType is there twice"},
		{"two members of a name", FormatJSON, `{"MsgType":"text","MsgType":"event"}`, "same name"},
		{"two scans", FormatXML, "<xml><MsgType>event</MsgType><ScanCodeInfo/><ScanCodeInfo/></xml>", "ScanCodeInfo is there twice"},
		{"XML for JSON", FormatJSON, "<xml/>", "JSON object"},
		{"JSON for XML", FormatXML, "{}", "XML element"},
		{"JSON of 1,025 values", FormatJSON, `{"MsgType":"text","a":[` + strings.Repeat("1,", 1023) + `1]}`, "more than 1024"},
		{"10 MiB", FormatXML, strings.Repeat(" ", 10<<20), "longer than"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePush(tt.format, []byte(tt.body))
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.says) || got != (Push{}) {
				t.Errorf("got %+v, %v, want %v that says %q", got, err, ErrFormat, tt.says)
			}
		})
	}
	for _, format := range []Format{FormatXML, FormatJSON} {
		if _, err := ParsePush(format, nil); !errors.Is(err, ErrEmpty) {
			t.Errorf("%v of nothing: got %v, want %v", format, err, ErrEmpty)
		}
	}
}
