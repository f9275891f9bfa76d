package msgcrypt_test

import (
	"strings"
	"testing"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

// sealedPush is a push of 512 bytes as it arrives, with its signature.
func sealedPush(b *testing.B) (key msgcrypt.Key, sealed, signature string) {
	b.Helper()
	key = parseKey(b, encodedKey)
	sealed, err := key.Seal(prefix(b, "0123456789abcdef"), appID, []byte(strings.Repeat("m", 512)))
	if err != nil {
		b.Fatal(err)
	}
	return key, sealed, msgcrypt.Signature(token, "1710277281", "918273645", sealed)
}

func BenchmarkVerify(b *testing.B) {
	_, sealed, signature := sealedPush(b)
	b.ReportAllocs()
	for b.Loop() {
		if !msgcrypt.Verify(signature, token, "1710277281", "918273645", sealed) {
			b.Fatal("the signature does not verify")
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	key, sealed, _ := sealedPush(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Open(appID, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	key := parseKey(b, encodedKey)
	message := []byte(strings.Repeat("m", 512))
	p := prefix(b, "0123456789abcdef")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Seal(p, appID, message); err != nil {
			b.Fatal(err)
		}
	}
}
