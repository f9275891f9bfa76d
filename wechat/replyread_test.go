package wechat

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What developers' servers have been seen to answer.
func TestParseReplyTolerates(t *testing.T) {
	for _, tt := range []struct {
		name   string
		format Format
		body   string
		want   Reply
	}{
		{"no CDATA, milliseconds", FormatXML, "<xml><ToUserName>oA</ToUserName><FromUserName>gh_1</FromUserName><CreateTime>1710277282123</CreateTime><MsgType>text</MsgType><Content>a &lt; b</Content></xml>",
			Reply{ToUserName: "oA", FromUserName: "gh_1", CreateTime: 1710277282, MsgType: MsgTypeText, Content: "a < b"}},
		{"CreateTime in CDATA", FormatXML, "<xml><CreateTime><![CDATA[1710277282]]></CreateTime><MsgType>text</MsgType><Content>a</Content></xml>",
			Reply{CreateTime: 1710277282, MsgType: MsgTypeText, Content: "a"}},
		{"indented", FormatXML, "\n<xml>\n  <MsgType><![CDATA[transfer_customer_service]]></MsgType>\n  <TransInfo>\n    <KfAccount>\n      <![CDATA[alice@demo_shop]]>\n    </KfAccount>\n  </TransInfo>\n</xml>\n",
			Reply{MsgType: MsgTypeTransfer, KFAccount: "alice@demo_shop"}},
		{"KfAccount empty", FormatXML, "<xml><MsgType>transfer_customer_service</MsgType><TransInfo><KfAccount></KfAccount></TransInfo></xml>",
			Reply{MsgType: MsgTypeTransfer}},
		{"TransInfo empty", FormatXML, "<xml><MsgType>transfer_customer_service</MsgType><TransInfo/></xml>",
			Reply{MsgType: MsgTypeTransfer}},
		{"sections of other types", FormatXML, "<xml><Video><MediaId>V</MediaId><Title>t</Title></Video><Image><MediaId>I</MediaId><Title>t</Title></Image><Content>c</Content><MsgType>image</MsgType></xml>",
			Reply{MsgType: MsgTypeImage, MediaID: "I"}},
		{"transfer with a text", FormatXML, "<xml><MsgType>transfer_customer_service</MsgType><Content>wait</Content></xml>",
			Reply{MsgType: MsgTypeTransfer}},
		{"music without what is optional", FormatXML, "<xml><MsgType>music</MsgType><Music><ThumbMediaId>T</ThumbMediaId></Music></xml>",
			Reply{MsgType: MsgTypeMusic, ThumbMediaID: "T"}},
		{"ArticleCount that is wrong", FormatXML, "<xml><MsgType>news</MsgType><ArticleCount>x</ArticleCount><Articles><item><Title>a</Title></item>\n<other/><item/></Articles></xml>",
			Reply{MsgType: MsgTypeNews, Articles: []Article{{Title: "a"}, {}}}},
		{"nine articles", FormatXML, "<xml><MsgType>news</MsgType><Articles>" + strings.Repeat("<item><Url>u</Url></item>", 9) + "</Articles></xml>",
			Reply{MsgType: MsgTypeNews, Articles: []Article{{URL: "u"}, {URL: "u"}, {URL: "u"}, {URL: "u"}, {URL: "u"}, {URL: "u"}, {URL: "u"}, {URL: "u"}}}},
		{"JSON list", FormatJSON, `{"MsgType":"news","ArticleCount":2,"Articles":[{"Title":"a"},{"Title":"b","PicUrl":"p"}]}`,
			Reply{MsgType: MsgTypeNews, Articles: []Article{{Title: "a"}, {Title: "b", PicURL: "p"}}}},
		{"JSON list as items", FormatJSON, `{"MsgType":"news","Articles":{"item":[{"Title":"a"},{"Title":"b"}]}}`,
			Reply{MsgType: MsgTypeNews, Articles: []Article{{Title: "a"}, {Title: "b"}}}},
		{"JSON list of one item", FormatJSON, `{"MsgType":"news","Articles":{"item":{"Title":"a"}}}`,
			Reply{MsgType: MsgTypeNews, Articles: []Article{{Title: "a"}}}},
		{"JSON with a time as text and null", FormatJSON, `{"CreateTime":"1710277282","MsgType":"transfer_customer_service","TransInfo":null,"Extra":[]}`,
			Reply{CreateTime: 1710277282, MsgType: MsgTypeTransfer}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseReply(tt.format, []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseReplyRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		kind       error
		says       string
	}{
		{"no type", "<xml><Content>a</Content></xml>", ErrFormat, "MsgType is missing"},
		{"empty root", "<xml/>", ErrFormat, "MsgType is missing"},
		{"type that cannot be sent", "<xml><MsgType>location</MsgType></xml>", ErrReplyType, ""},
		{"type in capitals", "<xml><MsgType>TEXT</MsgType><Content>a</Content></xml>", ErrReplyType, ""},
		{"text without content", "<xml><MsgType>text</MsgType></xml>", ErrReplyIncomplete, "Content"},
		{"text with empty content", "<xml><MsgType>text</MsgType><Content><![CDATA[]]></Content></xml>", ErrReplyIncomplete, "Content"},
		{"image without its section", "<xml><MsgType>image</MsgType><MediaId>m</MediaId></xml>", ErrReplyIncomplete, "Image/MediaId"},
		{"voice in the section of another", "<xml><MsgType>voice</MsgType><Image><MediaId>m</MediaId></Image></xml>", ErrReplyIncomplete, "Voice/MediaId"},
		{"video without film", "<xml><MsgType>video</MsgType><Video><Title>t</Title></Video></xml>", ErrReplyIncomplete, "Video/MediaId"},
		{"music without cover", "<xml><MsgType>music</MsgType><Music><MusicUrl>u</MusicUrl><MediaId>m</MediaId></Music></xml>", ErrReplyIncomplete, "Music/ThumbMediaId"},
		{"news without articles", "<xml><MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles></Articles></xml>", ErrReplyIncomplete, "Articles/item"},
		{"time that is no number", "<xml><CreateTime>now</CreateTime><MsgType>text</MsgType><Content>a</Content></xml>", ErrFormat, "CreateTime"},
		{"two texts", "<xml><MsgType>text</MsgType><Content>a</Content><Content>b</Content></xml>", ErrFormat, "Content is there twice"},
		{"two sections", "<xml><MsgType>image</MsgType><Image><MediaId>a</MediaId></Image><Image><MediaId>b</MediaId></Image></xml>", ErrFormat, "Image is there twice"},
		{"two lists", "<xml><MsgType>news</MsgType><Articles/><Articles/></xml>", ErrFormat, "Articles is there twice"},
		{"two agents", "<xml><MsgType>transfer_customer_service</MsgType><TransInfo><KfAccount>a</KfAccount><KfAccount>b</KfAccount></TransInfo></xml>", ErrFormat, "KfAccount is there twice"},
		{"error page", "<html><head></head></html>", ErrFormat, "<xml>"},
		{"error as JSON", `{"code":0}`, ErrFormat, "XML element"},
		{"words", "SUCCESS", ErrFormat, "XML element"},
		{"10 MiB", "<xml>" + strings.Repeat("a", 10<<20) + "</xml>", ErrFormat, "longer than"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, parse := range map[string]func() error{
				"reply":  func() error { _, err := ParseReply(FormatXML, []byte(tt.body)); return err },
				"answer": func() error { _, err := ParseAnswer(FormatXML, []byte(tt.body)); return err },
			} {
				if err := parse(); !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("%s: got %v, want %v that says %q", name, err, tt.kind, tt.says)
				}
			}
		})
	}
	if _, err := ParseReply(FormatXML, nil); !errors.Is(err, ErrEmpty) {
		t.Errorf("nothing: got %v, want %v", err, ErrEmpty)
	}
}
