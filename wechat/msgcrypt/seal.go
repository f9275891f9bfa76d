package msgcrypt

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

const (
	// PrefixSize is how many random bytes stand in front of a message.
	PrefixSize = 16
	// MaxMessage is the longest message in bytes that is sealed or opened: four
	// times what a developer's server may answer, and far above any push.
	MaxMessage = 256 << 10
	// MaxAppID is the longest appid in bytes. WeChat's have 18.
	MaxAppID = 64

	// padBlock is what messages are padded to. It is twice the block of AES.
	padBlock = 32
	// lengthSize is the room for the message's length, big-endian.
	lengthSize = 4
	// maxSealed is the longest message with everything around it.
	maxSealed = PrefixSize + lengthSize + MaxMessage + MaxAppID + padBlock
)

// ErrTooLong is a message above [MaxMessage] or an appid above [MaxAppID].
var ErrTooLong = errors.New("msgcrypt: the message is longer than 256 KiB, or the appid than 64 bytes")

// NewPrefix makes the random start of a message: letters, digits, "+" and "/",
// since some receivers print it. It makes equal messages look different.
func NewPrefix() (prefix [PrefixSize]byte) {
	// Twelve bytes are sixteen characters. crypto/rand never fails; it ends the
	// program when the system has no random numbers.
	var random [PrefixSize * 6 / 8]byte
	rand.Read(random[:])
	base64.StdEncoding.Encode(prefix[:], random[:])
	return prefix
}

// Seal encrypts a message for the official account with an appid, and returns
// it as base64. The prefix comes from [NewPrefix] and is used once; only tests
// that compare bytes choose their own. It refuses with [ErrTooLong], and with
// [ErrKey] when k is the zero Key.
func (k Key) Seal(prefix [PrefixSize]byte, appID string, message []byte) (string, error) {
	if k.block == nil {
		return "", ErrKey
	}
	if len(message) > MaxMessage || len(appID) > MaxAppID {
		return "", ErrTooLong
	}
	size := PrefixSize + lengthSize + len(message) + len(appID)
	// A message that fills its last block gets a whole block of padding, so that
	// there is always a last byte that says how much of it there is.
	pad := padBlock - size%padBlock
	sealed := make([]byte, 0, size+pad)
	sealed = append(sealed, prefix[:]...)
	sealed = binary.BigEndian.AppendUint32(sealed, uint32(len(message)))
	sealed = append(sealed, message...)
	sealed = append(sealed, appID...)
	for range pad {
		sealed = append(sealed, byte(pad))
	}
	k.encrypt(sealed)
	return base64.StdEncoding.EncodeToString(sealed), nil
}
