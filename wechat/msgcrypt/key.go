package msgcrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// EncodedKeySize is the length of an EncodingAESKey in characters.
const EncodedKeySize = 43

// ErrKey is a text that is no EncodingAESKey, or a [Key] that was never parsed.
var ErrKey = errors.New("msgcrypt: the EncodingAESKey must be exactly 43 letters or digits")

// Key seals and opens messages. It comes from [ParseKey]; the zero Key refuses
// both with [ErrKey]. A Key may be copied and used from any goroutine. Printed
// or logged it shows nothing of the secret.
type Key struct {
	block cipher.Block
	// first takes the place of the block before the first one (the IV). WeChat
	// uses the first half of the key.
	first [aes.BlockSize]byte
}

// ParseKey reads an EncodingAESKey, as it is set in WeChat's console: the
// base64 of 32 bytes without its last "=". The last two bits of the 43rd
// character mean nothing, so some keys that look different are the same.
func ParseKey(encodingAESKey string) (Key, error) {
	if len(encodingAESKey) != EncodedKeySize {
		return Key{}, ErrKey
	}
	for i := range len(encodingAESKey) {
		c := encodingAESKey[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return Key{}, ErrKey
		}
	}
	// The error of the decoder would quote from the key.
	secret, err := base64.RawStdEncoding.DecodeString(encodingAESKey)
	if err != nil {
		return Key{}, ErrKey
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return Key{}, fmt.Errorf("msgcrypt: make the cipher: %w", err)
	}
	k := Key{block: block}
	copy(k.first[:], secret)
	return k, nil
}

// redacted is what is printed in place of a key.
const redacted = "msgcrypt.Key(secret)"

// Format prints a word in place of the key, whatever the verb.
func (Key) Format(f fmt.State, _ rune) {
	// A Formatter has no way to report that its writer failed; whoever prints
	// learns it from the printing function.
	_, _ = io.WriteString(f, redacted)
}

// LogValue logs a word in place of the key.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }
