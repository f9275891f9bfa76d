package msgcrypt

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// ErrSealed is a text that this key does not open for this appid: it is not
// base64, it is cut off, it was sealed with another key or for another appid, or
// it was changed on the way. Which of them is not said: whoever can ask again
// and again could read messages from the answers.
var ErrSealed = errors.New("msgcrypt: the sealed message does not open with this key and appid")

// Open decrypts what [Key.Seal] made for the same appid. Verify the signature
// over the text first. Every text that is not right, also one that is longer
// than Seal makes, is [ErrSealed]; the zero Key refuses with [ErrKey]. The
// caller owns the message.
func (k Key) Open(appID, sealed string) ([]byte, error) {
	if k.block == nil {
		return nil, ErrKey
	}
	if len(sealed) > base64.StdEncoding.EncodedLen(maxSealed) {
		return nil, ErrSealed
	}
	text, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(text) == 0 || len(text)%padBlock != 0 {
		return nil, ErrSealed
	}
	k.decrypt(text)
	size, ok := unpad(text)
	if !ok || size < PrefixSize+lengthSize {
		return nil, ErrSealed
	}
	rest := text[PrefixSize+lengthSize : size]
	// Compared as 64 bits: a length of four billion must not become negative
	// where int has 32.
	length := uint64(binary.BigEndian.Uint32(text[PrefixSize:]))
	if length > MaxMessage || length > uint64(len(rest)) {
		return nil, ErrSealed
	}
	message, tail := rest[:length:length], rest[length:]
	if subtle.ConstantTimeCompare(tail, []byte(appID)) != 1 {
		return nil, ErrSealed
	}
	return message, nil
}

// unpad returns the size of a text without its padding: 1 to 32 bytes, each of
// which says how many there are. It looks at the whole last block whatever it
// finds there, so that its time tells nothing.
func unpad(text []byte) (size int, ok bool) {
	last := text[len(text)-padBlock:]
	pad := int(last[padBlock-1])
	good := subtle.ConstantTimeLessOrEq(1, pad) & subtle.ConstantTimeLessOrEq(pad, padBlock)
	for i, c := range last {
		padding := subtle.ConstantTimeLessOrEq(padBlock-i, pad)
		good &= subtle.ConstantTimeSelect(padding, subtle.ConstantTimeByteEq(c, byte(pad)), 1)
	}
	return len(text) - pad, good == 1
}
