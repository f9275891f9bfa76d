package msgcrypt_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

func TestVerifyRefuses(t *testing.T) {
	good := msgcrypt.Signature(token, "1710277281", "918273645", "sealed")
	for _, tt := range []struct {
		name      string
		signature string
		parts     [4]string
		want      bool
	}{
		{"the same", good, [4]string{token, "1710277281", "918273645", "sealed"}, true},
		{"capital digits", strings.ToUpper(good), [4]string{token, "1710277281", "918273645", "sealed"}, false},
		{"empty", "", [4]string{token, "1710277281", "918273645", "sealed"}, false},
		{"one digit short", good[:39], [4]string{token, "1710277281", "918273645", "sealed"}, false},
		{"one digit long", good + "0", [4]string{token, "1710277281", "918273645", "sealed"}, false},
		{"another token", good, [4]string{token + "x", "1710277281", "918273645", "sealed"}, false},
		{"another time", good, [4]string{token, "1710277282", "918273645", "sealed"}, false},
		{"another nonce", good, [4]string{token, "1710277281", "918273646", "sealed"}, false},
		{"another message", good, [4]string{token, "1710277281", "918273645", "sealeD"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := msgcrypt.Verify(tt.signature, tt.parts[0], tt.parts[1], tt.parts[2], tt.parts[3]); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The parts are sorted whatever their number, and those that do not fit on the
// stack count as well.
func TestSignatureOfManyAndLongParts(t *testing.T) {
	long := strings.Repeat("z", 5000)
	a := msgcrypt.Signature("t", "1", "n", "c", "b", "a", long)
	b := msgcrypt.Signature(long, "a", "b", "c", "n", "1", "t")
	if a != b {
		t.Errorf("got %s and %s, want the same for any order", a, b)
	}
	if c := msgcrypt.Signature("t", "1", "n", "c", "b", "a", long+"z"); c == a {
		t.Error("got the same signature for another part")
	}
}

func TestParseKeyRefuses(t *testing.T) {
	for _, tt := range []struct{ name, encoded string }{
		{"empty", ""},
		{"42 characters", encodedKey[:42]},
		{"44 characters", encodedKey + "A"},
		{"with its last =", encodedKey + "="},
		{"plus sign", "+" + encodedKey[1:]},
		{"slash", "/" + encodedKey[1:]},
		{"line feed, which base64 would skip", "\n" + encodedKey[1:]},
		{"Chinese", "密" + encodedKey[3:]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := msgcrypt.ParseKey(tt.encoded)
			if !errors.Is(err, msgcrypt.ErrKey) {
				t.Errorf("got %v, want %v", err, msgcrypt.ErrKey)
			}
		})
	}
}

func TestZeroKey(t *testing.T) {
	var key msgcrypt.Key
	if _, err := key.Seal(msgcrypt.NewPrefix(), appID, nil); !errors.Is(err, msgcrypt.ErrKey) {
		t.Errorf("seal: got %v, want %v", err, msgcrypt.ErrKey)
	}
	if _, err := key.Open(appID, "AAAA"); !errors.Is(err, msgcrypt.ErrKey) {
		t.Errorf("open: got %v, want %v", err, msgcrypt.ErrKey)
	}
}

func TestKeyShowsNothing(t *testing.T) {
	key := parseKey(t, encodedKey)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("settings", "key", key)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "key", &key)
	shown := log.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		shown += fmt.Sprintf(verb+verb+verb, key, &key, struct{ K msgcrypt.Key }{key})
	}
	secret, err := base64.RawStdEncoding.DecodeString(encodedKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range []string{encodedKey, string(secret[:4]), fmt.Sprintf("%x", secret[:4]), fmt.Sprint(secret[:4])[1:14], fmt.Sprintf("%#v", secret[:3])[7:]} {
		if strings.Contains(shown, leak) {
			t.Errorf("got %q in %s", leak, shown)
		}
	}
	if !strings.Contains(shown, "secret") {
		t.Errorf("got %s, want a word in place of the key", shown)
	}
}
