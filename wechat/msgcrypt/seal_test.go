package msgcrypt_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

func TestPrefixIsFreshAndPrintable(t *testing.T) {
	first, second := msgcrypt.NewPrefix(), msgcrypt.NewPrefix()
	if first == second {
		t.Errorf("got %q twice", first)
	}
	for _, c := range first {
		if c <= ' ' || c > '~' {
			t.Errorf("got %q, want printable ASCII", first)
		}
	}
}

func TestBounds(t *testing.T) {
	key := parseKey(t, encodedKey)
	for _, tt := range []struct {
		name    string
		appID   string
		message int
		want    error
	}{
		{"empty message", appID, 0, nil},
		{"no appid", "", 5, nil},
		{"longest", strings.Repeat("a", msgcrypt.MaxAppID), msgcrypt.MaxMessage, nil},
		{"message too long", appID, msgcrypt.MaxMessage + 1, msgcrypt.ErrTooLong},
		{"appid too long", strings.Repeat("a", msgcrypt.MaxAppID+1), 5, msgcrypt.ErrTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := bytes.Repeat([]byte("m"), tt.message)
			sealed, err := key.Seal(msgcrypt.NewPrefix(), tt.appID, want)
			if !errors.Is(err, tt.want) {
				t.Fatalf("seal: got %v, want %v", err, tt.want)
			}
			if tt.want != nil {
				return
			}
			got, err := key.Open(tt.appID, sealed)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("open: got %d bytes, %v, want %d", len(got), err, len(want))
			}
		})
	}
	if _, err := key.Open(appID, strings.Repeat("A", 1<<20)); !errors.Is(err, msgcrypt.ErrSealed) {
		t.Errorf("a megabyte: got %v, want %v", err, msgcrypt.ErrSealed)
	}
}

// encrypt makes the sealed form of any bytes, as a broken or hostile sender
// that knows the key could.
func encrypt(t *testing.T, text []byte) string {
	t.Helper()
	secret, err := base64.RawStdEncoding.DecodeString(encodedKey)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	sealed := make([]byte, len(text))
	cipher.NewCBCEncrypter(block, secret[:16]).CryptBlocks(sealed, text)
	return base64.StdEncoding.EncodeToString(sealed)
}

func TestOpenRefuses(t *testing.T) {
	// body lays out a message as Seal does, with a length of its own and any
	// padding.
	body := func(length uint32, message, appID string, padding ...byte) []byte {
		text := append([]byte("0123456789abcdef"), binary.BigEndian.AppendUint32(nil, length)...)
		text = append(text, message...)
		text = append(text, appID...)
		return append(text, padding...)
	}
	pad := func(n int) []byte { return bytes.Repeat([]byte{byte(n)}, n) }
	uneven := pad(21)
	uneven[0] = 20
	good := encrypt(t, body(5, "hello", appID, pad(21)...))
	for _, tt := range []struct {
		name, sealed string
		want         error
	}{
		{"right", good, nil},
		{"right, in lines", good[:40] + "\r\n" + good[40:], nil},
		{"empty", "", msgcrypt.ErrSealed},
		{"not base64", "!", msgcrypt.ErrSealed},
		{"base64 without its padding", strings.TrimRight(good, "="), msgcrypt.ErrSealed},
		{"for URLs", strings.NewReplacer("+", "-", "/", "_").Replace(strings.Repeat("+/", 43)), msgcrypt.ErrSealed},
		{"one block cut off", good[:len(good)/2/4*4], msgcrypt.ErrSealed},
		{"one AES block too many", encrypt(t, body(5, "hello", appID, pad(5)...)), msgcrypt.ErrSealed},
		{"padding uneven", encrypt(t, body(5, "hello", appID, uneven...)), msgcrypt.ErrSealed},
		{"padding of 255", encrypt(t, bytes.Repeat([]byte{255}, 64)), msgcrypt.ErrSealed},
		{"only padding", encrypt(t, pad(32)), msgcrypt.ErrSealed},
		{"padding into the length", encrypt(t, append([]byte("0123456789abcdef000"), pad(13)...)), msgcrypt.ErrSealed},
		{"no room for an appid", encrypt(t, body(0, "", "", pad(12)...)), msgcrypt.ErrSealed},
		{"length one too long", encrypt(t, body(6, "hello", appID, pad(21)...)), msgcrypt.ErrSealed},
		{"length one too short", encrypt(t, body(4, "hello", appID, pad(21)...)), msgcrypt.ErrSealed},
		{"length of four billion", encrypt(t, body(1<<32-1, "hello", appID, pad(21)...)), msgcrypt.ErrSealed},
		{"length that is negative in 32 bits", encrypt(t, body(1<<31, "hello", appID, pad(21)...)), msgcrypt.ErrSealed},
		{"appid in another case", encrypt(t, body(5, "hello", strings.ToUpper(appID), pad(21)...)), msgcrypt.ErrSealed},
		{"appid longer", encrypt(t, body(5, "hello", appID+"x", pad(20)...)), msgcrypt.ErrSealed},
		{"appid missing", encrypt(t, body(5, "hello", "", pad(7)...)), msgcrypt.ErrSealed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseKey(t, encodedKey).Open(appID, tt.sealed)
			if !errors.Is(err, tt.want) || (err == nil) != (string(got) == "hello") {
				t.Errorf("got %q, %v, want %v", got, err, tt.want)
			}
			if err != nil && err != tt.want {
				t.Errorf("got %v, want no detail beyond %v", err, tt.want)
			}
		})
	}
}
