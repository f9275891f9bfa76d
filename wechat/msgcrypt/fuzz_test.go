package msgcrypt_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

func FuzzOpen(f *testing.F) {
	key := parseKey(f, encodedKey)
	for _, message := range []string{"", "success", "<xml>aaaaaaaaaaaaaaa</xml>", strings.Repeat("长", 100)} {
		sealed, err := key.Seal(prefix(f, "0123456789abcdef"), appID, []byte(message))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(appID, sealed)
		f.Add("", sealed[:len(sealed)/2])
	}
	f.Add(appID, "!!!not base64!!!")
	f.Add("", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	f.Fuzz(func(t *testing.T, appID, sealed string) {
		message, err := key.Open(appID, sealed)
		if err != nil {
			if err != msgcrypt.ErrSealed {
				t.Fatalf("got %v, want %v", err, msgcrypt.ErrSealed)
			}
			return
		}
		again, err := key.Seal(msgcrypt.NewPrefix(), appID, message)
		if err != nil {
			// Open compares appids of any length, Seal makes only sane ones.
			if len(appID) > msgcrypt.MaxAppID && err == msgcrypt.ErrTooLong {
				return
			}
			t.Fatal(err)
		}
		if got, err := key.Open(appID, again); err != nil || !bytes.Equal(got, message) {
			t.Errorf("opened again: got %q, %v, want %q", got, err, message)
		}
	})
}

func FuzzSealOpen(f *testing.F) {
	f.Add(encodedKey, appID, []byte("<xml>你好</xml>"))
	f.Add(strings.Repeat("A", 43), "", []byte{})
	f.Add(strings.Repeat("9", 43), strings.Repeat("x", 64), []byte("\x00\x20"))
	f.Fuzz(func(t *testing.T, encoded, appID string, message []byte) {
		key, err := msgcrypt.ParseKey(encoded)
		if err != nil {
			return
		}
		sealed, err := key.Seal(msgcrypt.NewPrefix(), appID, message)
		if err != nil {
			if err != msgcrypt.ErrTooLong {
				t.Fatal(err)
			}
			return
		}
		got, err := key.Open(appID, sealed)
		if err != nil || !bytes.Equal(got, message) {
			t.Fatalf("got %q, %v, want %q", got, err, message)
		}
		if _, err := key.Open(appID+"x", sealed); err != msgcrypt.ErrSealed {
			t.Errorf("another appid: got %v, want %v", err, msgcrypt.ErrSealed)
		}
	})
}
