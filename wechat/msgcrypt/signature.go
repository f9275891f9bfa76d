package msgcrypt

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
)

// SignatureSize is the length of a signature in characters.
const SignatureSize = 2 * sha1.Size

// Signature signs the parts of a request: the SHA-1 of the token, the other
// parts, all sorted by their bytes and joined without separators, in lower-case
// hexadecimal digits.
//
// With token, timestamp and nonce alone it is the "signature" of every request
// and of the URL verification. With the sealed message as the extra part, the
// base64 text exactly as it stands in the body, it is the "msg_signature" of a
// push and the MsgSignature of a sealed reply.
func Signature(token, timestamp, nonce string, extra ...string) string {
	signature := sign(token, timestamp, nonce, extra)
	return string(signature[:])
}

// Verify tells whether a signature is the one of these parts. It takes the same
// time wherever a wrong signature differs. Capital digits do not pass.
func Verify(signature, token, timestamp, nonce string, extra ...string) bool {
	if len(signature) != SignatureSize {
		return false
	}
	var got [SignatureSize]byte
	copy(got[:], signature)
	want := sign(token, timestamp, nonce, extra)
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// Room on the stack for what a push needs: four parts, the last of them the
// sealed form of a message of some 700 bytes. Longer ones go to the heap.
const (
	usualParts = 4
	usualBytes = 1280
)

func sign(token, timestamp, nonce string, extra []string) (signature [SignatureSize]byte) {
	var partsRoom [usualParts]string
	parts := append(partsRoom[:0], token, timestamp, nonce)
	parts = append(parts, extra...)
	// Insertion sort: there are three or four. slices.Sort would move the parts
	// to the heap.
	for i := 1; i < len(parts); i++ {
		for j := i; j > 0 && parts[j] < parts[j-1]; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	var textRoom [usualBytes]byte
	text := textRoom[:0]
	for _, part := range parts {
		text = append(text, part...)
	}
	sum := sha1.Sum(text)
	hex.Encode(signature[:], sum[:])
	return signature
}
