package wechat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

type pushVector struct {
	Name     string          `json:"name"`
	XML      string          `json:"xml"`
	Expect   json.RawMessage `json:"expect"`
	DedupKey string          `json:"dedup_key"`
}

func readPushVectors(t *testing.T, file string) []pushVector {
	t.Helper()
	var doc struct {
		Cases []pushVector `json:"cases"`
	}
	readJSON(t, file, &doc)
	if len(doc.Cases) == 0 {
		t.Fatalf("%s has no cases", file)
	}
	return doc.Cases
}

// members are the members of a JSON object as text. A number keeps all its
// digits: as floating point, a MsgId would lose some.
func members(t *testing.T, object []byte) map[string]string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.UseNumber()
	var all map[string]any
	if err := dec.Decode(&all); err != nil {
		t.Fatalf("%v in %s", err, object)
	}
	texts := make(map[string]string, len(all))
	for name, v := range all {
		texts[name] = fmt.Sprint(v)
	}
	return texts
}

// byStandard reads a body as a developer's server might that uses no package
// of ours.
func byStandard(t *testing.T, body []byte) map[string]string {
	t.Helper()
	list, err := readByStandard(body)
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	texts := make(map[string]string)
	for _, e := range list {
		if !e.branch {
			texts[e.name] = e.text
		}
	}
	return texts
}

func TestPushVectors(t *testing.T) {
	for _, file := range []string{"05_inbound_messages_xml.json", "06_inbound_events_xml.json"} {
		for _, v := range readPushVectors(t, file) {
			t.Run(v.Name, func(t *testing.T) {
				p, err := ParsePush(FormatXML, []byte(v.XML))
				if err != nil {
					t.Fatal(err)
				}
				if got := string(p.Append(nil, FormatXML)); got != v.XML {
					t.Errorf("written again:\n got %s\nwant %s", got, v.XML)
				}
				if got, want := byStandard(t, []byte(v.XML)), members(t, v.Expect); !maps.Equal(got, want) {
					t.Errorf("read by encoding/xml: got %v, want %v", got, want)
				}
				if v.DedupKey != "" && p.DedupKey() != v.DedupKey {
					t.Errorf("key: got %s, want %s", p.DedupKey(), v.DedupKey)
				}
				body := p.Append(nil, FormatJSON)
				if got, want := members(t, body), members(t, v.Expect); !maps.Equal(got, want) {
					t.Errorf("JSON: got %v, want %v", got, want)
				}
				again, err := ParsePush(FormatJSON, body)
				if err != nil || again != p {
					t.Errorf("read from JSON: got %+v, %v, want %+v", again, err, p)
				}
			})
		}
	}
}

func TestPushJSONVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			Name string
			JSON json.RawMessage
		}
	}
	readJSON(t, "07_inbound_json.json", &doc)
	if len(doc.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			p, err := ParsePush(FormatJSON, c.JSON)
			if err != nil {
				t.Fatal(err)
			}
			got := p.Append(nil, FormatJSON)
			// Once for the kinds of the values, once for all digits of the numbers.
			if diff := cmp.Diff(values(t, c.JSON), values(t, got)); diff != "" {
				t.Errorf("written again (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(members(t, c.JSON), members(t, got)); diff != "" {
				t.Errorf("written again (-want +got):\n%s", diff)
			}
			again, err := ParsePush(FormatXML, p.Append(nil, FormatXML))
			if err != nil || again != p {
				t.Errorf("read from XML: got %+v, %v, want %+v", again, err, p)
			}
		})
	}
}

// TestPushModes reads pushes as a developer's server does, in each mode, and
// writes them as the platform does.
func TestPushModes(t *testing.T) {
	var doc struct {
		World struct {
			AppID, Token   string
			EncodingAESKey string `json:"encoding_aes_key"`
		}
		Cases []struct {
			Name, Body, Decrypted string
			ContentType           string `json:"content_type"`
			Query                 struct {
				Timestamp, Nonce string
				EncryptType      string `json:"encrypt_type"`
				MsgSignature     string `json:"msg_signature"`
			}
		}
	}
	readJSON(t, "03_push_modes.json", &doc)
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
			if c.ContentType == FormatJSON.ContentType() {
				format = FormatJSON
			}
			if format.ContentType() != c.ContentType {
				t.Errorf("got %s, want %s", format.ContentType(), c.ContentType)
			}
			body := []byte(c.Body)
			plain, plainErr := ParsePush(format, body)
			if c.Query.EncryptType == "" {
				if plainErr != nil {
					t.Fatal(plainErr)
				}
				if _, err := ParsePushEnvelope(format, body); !errors.Is(err, ErrFormat) {
					t.Errorf("envelope: got %v, want %v", err, ErrFormat)
				}
				return
			}
			e, err := ParsePushEnvelope(format, body)
			if err != nil {
				t.Fatal(err)
			}
			verified := msgcrypt.Verify(c.Query.MsgSignature, doc.World.Token, c.Query.Timestamp, c.Query.Nonce, e.Encrypt)
			if want := !strings.Contains(c.Name, "tampered"); verified != want {
				t.Fatalf("verified: got %v, want %v", verified, want)
			}
			message, err := key.Open(doc.World.AppID, e.Encrypt)
			if err != nil {
				t.Fatal(err)
			}
			p, err := ParsePush(format, message)
			if err != nil || p.ToUserName != e.ToUserName || p.Content == "" {
				t.Errorf("got %+v, %v, want a text to %s", p, err, e.ToUserName)
			}
			if strings.HasPrefix(c.Name, "compatible") {
				if plainErr != nil || plain != p {
					t.Errorf("plain part: got %+v, %v, want %+v", plain, plainErr, p)
				}
				again := p.AppendCompatible(nil, format, e.Encrypt)
				if got, want := byStandard(t, again), byStandard(t, body); !maps.Equal(got, want) {
					t.Errorf("written again: got %v, want %v", got, want)
				}
				return
			}
			again := e.Append(nil, format)
			if format == FormatJSON && !bytes.Equal(again, body) {
				t.Errorf("written again: got %s, want %s", again, body)
			}
			if format == FormatXML && !maps.Equal(byStandard(t, again), byStandard(t, body)) {
				t.Errorf("written again: got %s, want %s", again, body)
			}
		})
	}
}
