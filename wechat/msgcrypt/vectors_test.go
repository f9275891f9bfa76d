package msgcrypt_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

const (
	appID      = "wx5d3c0ffee1234567"
	token      = "KfSpecToken2024"
	encodedKey = "kfDeskSpecVector0123456789ABCDEFGHIJKLMNOPQ"
)

func readVectors(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "vectors", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func parseKey(t testing.TB, encoded string) msgcrypt.Key {
	t.Helper()
	key, err := msgcrypt.ParseKey(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func prefix(t testing.TB, text string) (p [msgcrypt.PrefixSize]byte) {
	t.Helper()
	if copy(p[:], text) != len(p) || len(text) != len(p) {
		t.Fatalf("%q has not %d bytes", text, len(p))
	}
	return p
}

// cut returns what stands between two marks.
func cut(t *testing.T, text, before, after string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, before)
	inside, _, ended := strings.Cut(rest, after)
	if !found || !ended {
		t.Fatalf("nothing between %q and %q in %s", before, after, text)
	}
	return inside
}

func TestURLVerification(t *testing.T) {
	var doc struct {
		Cases []struct {
			Name, Token string
			Query       struct{ Signature, Timestamp, Nonce string }
			Expect      struct {
				HTTPStatus int `json:"http_status"`
			}
		}
	}
	readVectors(t, "01_url_verification.json", &doc)
	if len(doc.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			secret := token
			if c.Token != "" {
				secret = c.Token
			}
			want := c.Expect.HTTPStatus == 200
			if got := msgcrypt.Verify(c.Query.Signature, secret, c.Query.Timestamp, c.Query.Nonce); got != want {
				t.Errorf("verified: got %v, want %v", got, want)
			}
			if got := msgcrypt.Signature(secret, c.Query.Timestamp, c.Query.Nonce) == c.Query.Signature; got != want {
				t.Errorf("same signature: got %v, want %v", got, want)
			}
		})
	}
}

func TestSealAndOpenVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			Name, Token, AppID, Random16, Timestamp, Nonce, Plaintext string
			EncodingAESKey                                            string `json:"encoding_aes_key"`
			Encrypt                                                   string `json:"encrypt_base64"`
			MsgSignature                                              string `json:"msg_signature"`
		}
		KeyTrailingBits struct {
			EquivalentKeys []string `json:"equivalent_keys"`
		} `json:"key_trailing_bits"`
		Negative []struct {
			Name    string
			Encrypt string `json:"encrypt_base64"`
		}
	}
	readVectors(t, "02_aes_encrypt_decrypt.json", &doc)
	if len(doc.Cases) == 0 || len(doc.Negative) == 0 || len(doc.KeyTrailingBits.EquivalentKeys) < 2 {
		t.Fatal("no cases")
	}
	for _, c := range doc.Cases {
		keys := append([]string{c.EncodingAESKey}, doc.KeyTrailingBits.EquivalentKeys...)
		for _, encoded := range keys {
			t.Run(c.Name+"/"+encoded[42:], func(t *testing.T) {
				key := parseKey(t, encoded)
				sealed, err := key.Seal(prefix(t, c.Random16), c.AppID, []byte(c.Plaintext))
				if err != nil || sealed != c.Encrypt {
					t.Errorf("sealed: got %s, %v, want %s", sealed, err, c.Encrypt)
				}
				message, err := key.Open(c.AppID, c.Encrypt)
				if err != nil || string(message) != c.Plaintext {
					t.Errorf("opened: got %q, %v, want %q", message, err, c.Plaintext)
				}
				if got := msgcrypt.Signature(c.Token, c.Timestamp, c.Nonce, c.Encrypt); got != c.MsgSignature {
					t.Errorf("signature: got %s, want %s", got, c.MsgSignature)
				}
				if !msgcrypt.Verify(c.MsgSignature, c.Token, c.Timestamp, c.Nonce, c.Encrypt) {
					t.Error("the signature does not verify")
				}
			})
		}
	}
	for _, c := range doc.Negative {
		t.Run(c.Name, func(t *testing.T) {
			message, err := parseKey(t, encodedKey).Open(appID, c.Encrypt)
			if message != nil || !errors.Is(err, msgcrypt.ErrSealed) {
				t.Errorf("got %q, %v, want %v", message, err, msgcrypt.ErrSealed)
			}
		})
	}
}

func TestPushVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			Name  string
			Query struct {
				Signature, Timestamp, Nonce string
				MsgSignature                string `json:"msg_signature"`
			}
			Body, Decrypted, Expect string
		}
	}
	readVectors(t, "03_push_modes.json", &doc)
	if len(doc.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range doc.Cases {
		t.Run(c.Name, func(t *testing.T) {
			if !msgcrypt.Verify(c.Query.Signature, token, c.Query.Timestamp, c.Query.Nonce) {
				t.Error("the signature does not verify")
			}
			if c.Query.MsgSignature == "" {
				return
			}
			var sealed string
			if strings.HasPrefix(c.Body, "{") {
				sealed = cut(t, c.Body, `"Encrypt":"`, `"`)
			} else {
				sealed = cut(t, c.Body, "<Encrypt><![CDATA[", "]]></Encrypt>")
			}
			want := !strings.HasPrefix(c.Expect, "reject")
			if got := msgcrypt.Verify(c.Query.MsgSignature, token, c.Query.Timestamp, c.Query.Nonce, sealed); got != want {
				t.Errorf("verified: got %v, want %v", got, want)
			}
			message, err := parseKey(t, encodedKey).Open(appID, sealed)
			if err != nil {
				t.Fatal(err)
			}
			if c.Decrypted != "" && string(message) != c.Decrypted {
				t.Errorf("got %q, want %q", message, c.Decrypted)
			}
		})
	}
}

func TestReplyVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			Name, Plaintext, Random16, Timestamp, Nonce string
			Body                                        string `json:"http_body"`
		}
	}
	readVectors(t, "04_encrypted_replies.json", &doc)
	tried := 0
	for _, c := range doc.Cases {
		if c.Plaintext == "" {
			continue
		}
		tried++
		t.Run(c.Name, func(t *testing.T) {
			sealed, err := parseKey(t, encodedKey).Seal(prefix(t, c.Random16), appID, []byte(c.Plaintext))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(c.Body, sealed) {
				t.Errorf("got %s, want what is in %s", sealed, c.Body)
			}
			signature := msgcrypt.Signature(token, c.Timestamp, c.Nonce, sealed)
			if !strings.Contains(c.Body, signature) {
				t.Errorf("got signature %s, want that in %s", signature, c.Body)
			}
		})
	}
	if tried == 0 {
		t.Fatal("no cases")
	}
}
