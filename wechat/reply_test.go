package wechat

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

func TestReplyVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			Name, XML string
			Body      *string
		}
	}
	readJSON(t, "08_passive_replies_xml.json", &doc)
	if len(doc.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			if c.Body != nil {
				a, err := ParseAnswer(FormatXML, []byte(*c.Body))
				if err != nil || !a.Acknowledged() {
					t.Errorf("got %+v, %v, want an acknowledgement", a, err)
				}
				return
			}
			r, err := ParseReply(FormatXML, []byte(c.XML))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(r.Append(nil, FormatXML)); got != c.XML {
				t.Errorf("written again:\n got %s\nwant %s", got, c.XML)
			}
			a, err := ParseAnswer(FormatXML, []byte(c.XML))
			if err != nil || a.Envelope != nil || a.Acknowledged() {
				t.Fatalf("answer: got %+v, %v, want a reply", a, err)
			}
			if diff := cmp.Diff(r, *a.Reply); diff != "" {
				t.Errorf("answer (-reply +answer):\n%s", diff)
			}
			again, err := ParseReply(FormatJSON, r.Append(nil, FormatJSON))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r, again); diff != "" {
				t.Errorf("from JSON (-XML +JSON):\n%s", diff)
			}
		})
	}
}

func TestSealedReplyVectors(t *testing.T) {
	var doc struct {
		World struct {
			AppID, Token   string
			EncodingAESKey string `json:"encoding_aes_key"`
		}
		Cases []struct {
			Name, Plaintext, Expect string
			Body                    string `json:"http_body"`
		}
	}
	readJSON(t, "04_encrypted_replies.json", &doc)
	if len(doc.Cases) == 0 {
		t.Fatal("no cases")
	}
	key, err := msgcrypt.ParseKey(doc.World.EncodingAESKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			format := FormatXML
			if c.Name == "json" {
				format = FormatJSON
			}
			a, err := ParseAnswer(format, []byte(c.Body))
			switch {
			case strings.HasPrefix(c.Expect, "invalid"):
				if !errors.Is(err, ErrFormat) {
					t.Errorf("got %+v, %v, want %v", a, err, ErrFormat)
				}
				return
			case strings.HasPrefix(c.Expect, "accepted"):
				if err != nil || !a.Acknowledged() {
					t.Errorf("got %+v, %v, want an acknowledgement", a, err)
				}
				return
			case err != nil || a.Envelope == nil:
				t.Fatalf("got %+v, %v, want an envelope", a, err)
			}
			e := *a.Envelope
			if !msgcrypt.Verify(e.MsgSignature, doc.World.Token, e.TimeStamp, e.Nonce, e.Encrypt) {
				t.Error("the signature does not verify")
			}
			message, err := key.Open(doc.World.AppID, e.Encrypt)
			if err != nil || string(message) != c.Plaintext {
				t.Fatalf("got %q, %v, want %q", message, err, c.Plaintext)
			}
			if got := string(e.Append(nil, format)); got != c.Body {
				t.Errorf("written again:\n got %s\nwant %s", got, c.Body)
			}
			within, err := ParseAnswer(format, message)
			if err != nil || within.Reply == nil {
				t.Fatalf("within: got %+v, %v, want a reply", within, err)
			}
			if got := string(within.Reply.Append(nil, format)); got != c.Plaintext {
				t.Errorf("reply written again:\n got %s\nwant %s", got, c.Plaintext)
			}
		})
	}
}
