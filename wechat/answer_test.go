package wechat

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAnswerAcknowledged(t *testing.T) {
	for _, body := range []string{"", "success", " \r\n", "success\n", "\tsuccess "} {
		for _, format := range []Format{FormatXML, FormatJSON} {
			if a, err := ParseAnswer(format, []byte(body)); err != nil || !a.Acknowledged() {
				t.Errorf("%v of %q: got %+v, %v, want an acknowledgement", format, body, a, err)
			}
		}
	}
}

func TestReplyEnvelope(t *testing.T) {
	for _, tt := range []struct {
		name   string
		format Format
		body   string
		want   ReplyEnvelope
	}{
		{"milliseconds, a bare nonce, no CDATA, indented", FormatXML, "<xml>\n <Encrypt>\nQUJD\n</Encrypt>\n <MsgSignature>ab</MsgSignature>\n <TimeStamp>1710277282123</TimeStamp>\n <Nonce>200</Nonce>\n</xml>",
			ReplyEnvelope{"QUJD", "ab", "1710277282123", "200"}},
		{"time and nonce as other kinds", FormatJSON, `{"Encrypt":"QUJD","MsgSignature":"ab","TimeStamp":"1710277282","Nonce":200}`,
			ReplyEnvelope{"QUJD", "ab", "1710277282", "200"}},
		{"digits are kept as they are", FormatXML, "<xml><Encrypt>QUJD</Encrypt><TimeStamp>0042</TimeStamp><Nonce>007</Nonce></xml>",
			ReplyEnvelope{"QUJD", "", "0042", "007"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseReplyEnvelope(tt.format, []byte(tt.body))
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			a, err := ParseAnswer(tt.format, []byte(tt.body))
			if err != nil || a.Envelope == nil || *a.Envelope != tt.want {
				t.Errorf("answer: got %+v, %v, want %+v", a.Envelope, err, tt.want)
			}
			for _, format := range []Format{FormatXML, FormatJSON} {
				again, err := ParseReplyEnvelope(format, got.Append(nil, format))
				if err != nil || again != tt.want {
					t.Errorf("written as %v and read again: got %+v, %v, want %+v", format, again, err, tt.want)
				}
			}
		})
	}
	for name, body := range map[string]string{
		"no Encrypt":    "<xml><Nonce>1</Nonce></xml>",
		"empty Encrypt": "<xml><Encrypt/></xml>",
		"two Encrypts":  "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
		"broken":        "<xml><Encrypt>",
	} {
		if _, err := ParseReplyEnvelope(FormatXML, []byte(body)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: got %v, want %v", name, err, ErrFormat)
		}
		if _, err := ParseAnswer(FormatXML, []byte(body)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s as an answer: got %v, want %v", name, err, ErrFormat)
		}
	}
}

// Whatever a developer's server answers, it is an answer or an error of a known
// kind; and a reply that is written again says the same in both formats.
func FuzzParseAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "success", `{"code":0}`, "<xml/>", "<xml><Encrypt>QUJD</Encrypt><TimeStamp>1</TimeStamp></xml>",
		"<xml><MsgType>text</MsgType><Content><![CDATA[a]]]]><![CDATA[>]]></Content></xml>",
		"<xml><MsgType>news</MsgType><Articles><item><Title>a</Title></item><item/></Articles></xml>",
		"<xml><MsgType>music</MsgType><Music><ThumbMediaId>T</ThumbMediaId><Title> a&#13;</Title></Music></xml>",
		`{"MsgType":"news","Articles":{"item":[{"Title":"a"}]}}`,
		`{"MsgType":"transfer_customer_service","TransInfo":{"KfAccount":"a@b"}}`,
		`{"MsgType":"text","Content":"\u0000\r\n","CreateTime":1710277282123}`,
	} {
		f.Add(false, []byte(seed))
		f.Add(true, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, inJSON bool, body []byte) {
		format := FormatXML
		if inJSON {
			format = FormatJSON
		}
		a, err := ParseAnswer(format, body)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrReplyType) && !errors.Is(err, ErrReplyIncomplete) {
				t.Fatalf("got an error of no kind: %v", err)
			}
			if !a.Acknowledged() {
				t.Fatalf("got %+v with %v", a, err)
			}
			return
		}
		if a.Reply == nil {
			return
		}
		// Once through XML, what XML cannot say is gone.
		for _, format := range []Format{FormatXML, FormatJSON} {
			again, err := ParseReply(FormatXML, a.Reply.Append(nil, FormatXML))
			if err != nil {
				t.Fatal(err)
			}
			twice, err := ParseReply(format, again.Append(nil, format))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(again, twice); diff != "" {
				t.Errorf("%v (-once +twice):\n%s", format, diff)
			}
		}
	})
}
