package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat/msgcrypt"
)

const (
	benchToken = "KfSpecToken2024"
	benchKey   = "kfDeskSpecVector0123456789ABCDEFGHIJKLMNOPQ"
	benchAppID = "wx5d3c0ffee1234567"
	benchTime  = "1710277281"
	benchNonce = "918273645"
	// benchBatch is how many times each side runs before it is the other's turn:
	// long against reading the clock, short against what else the machine does.
	benchBatch = 100
)

// benchPush is a text of a customer, 512 bytes as XML.
func benchPush(b *testing.B) []byte {
	b.Helper()
	p := Push{ToUserName: "gh_a1b2c3d4e5f6", FromUserName: "oDemoKfCustomer_0000000000A1", CreateTime: 1710277281, MsgType: MsgTypeText, MsgID: 24500000000000101}
	size := len(p.Append(nil, FormatXML))
	p.Content = strings.Repeat("我的订单在哪里？", (512-size)/24) + strings.Repeat("x", (512-size)%24)
	body := p.Append(nil, FormatXML)
	if len(body) != 512 {
		b.Fatalf("got %d bytes, want 512", len(body))
	}
	return body
}

// inTurn runs two functions in turn and reports the time of each, and how many
// times as long as the second the first takes.
func inTurn(b *testing.B, one, other func(), otherName, ratio string) {
	b.Helper()
	b.ReportAllocs()
	var took, otherTook time.Duration
	runs := 0
	for b.Loop() {
		start := time.Now()
		for range benchBatch {
			one()
		}
		middle := time.Now()
		for range benchBatch {
			other()
		}
		took += middle.Sub(start)
		otherTook += time.Since(middle)
		runs += benchBatch
	}
	b.ReportMetric(float64(took)/float64(runs), "ns/push")
	b.ReportMetric(float64(otherTook)/float64(runs), "ns/"+otherName)
	b.ReportMetric(float64(took)/float64(otherTook), ratio)
}

// BenchmarkReceivePush verifies, opens and reads a push, in turn with the floor:
// one SHA-1 over the bytes that are signed, and AES over those that are sealed.
func BenchmarkReceivePush(b *testing.B) {
	key, err := msgcrypt.ParseKey(benchKey)
	if err != nil {
		b.Fatal(err)
	}
	sealed, err := key.Seal(msgcrypt.NewPrefix(), benchAppID, benchPush(b))
	if err != nil {
		b.Fatal(err)
	}
	signature := msgcrypt.Signature(benchToken, benchTime, benchNonce, sealed)
	receive := func() {
		if !msgcrypt.Verify(signature, benchToken, benchTime, benchNonce, sealed) {
			b.Fatal("the signature does not verify")
		}
		message, err := key.Open(benchAppID, sealed)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ParsePush(FormatXML, message); err != nil {
			b.Fatal(err)
		}
	}
	secret, err := base64.RawStdEncoding.DecodeString(benchKey)
	if err != nil {
		b.Fatal(err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		b.Fatal(err)
	}
	signed := []byte(benchTime + benchNonce + benchToken + sealed)
	text, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		b.Fatal(err)
	}
	opened := make([]byte, len(text))
	var sum [sha1.Size]byte
	inTurn(b, receive, func() {
		sum = sha1.Sum(signed)
		cipher.NewCBCDecrypter(block, secret[:aes.BlockSize]).CryptBlocks(opened, text)
	}, "floor", "x-floor")
	if sum == [sha1.Size]byte{} {
		b.Fatal("the floor did nothing")
	}
}

// BenchmarkParsePush reads a push, in turn with encoding/xml; the ratio says how
// many times as long that takes.
func BenchmarkParsePush(b *testing.B) {
	body := benchPush(b)
	inTurn(b, func() {
		// The same fields, as a library that uses encoding/xml has them.
		var p struct {
			Push
			Number int64 `xml:"MsgId"`
		}
		if err := xml.Unmarshal(body, &p); err != nil {
			b.Fatal(err)
		}
	}, func() {
		if _, err := ParsePush(FormatXML, body); err != nil {
			b.Fatal(err)
		}
	}, "ours", "x-slower")
}

func BenchmarkParsePushAlone(b *testing.B) {
	body := benchPush(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParsePush(FormatXML, body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendPush(b *testing.B) {
	p, err := ParsePush(FormatXML, benchPush(b))
	if err != nil {
		b.Fatal(err)
	}
	out := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		out = p.Append(out[:0], FormatXML)
	}
	if len(out) != 512 {
		b.Fatalf("got %d bytes, want 512", len(out))
	}
}
