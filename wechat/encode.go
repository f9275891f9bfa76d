package wechat

import (
	"bytes"
	"encoding/json"
)

// Marshal encodes v as WeChat writes JSON: exactly one value, no indentation,
// no newline at the end, text as raw UTF-8 and "<", ">", "&" as themselves.
// Some client libraries cannot parse an answer that ends in a newline.
func Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return rawText(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

// rawText turns the three escapes that encoding/json writes although UTF-8
// needs none (the line separators, which trouble old JavaScript, and U+FFFD in
// place of bytes that are not UTF-8) into the characters themselves.
func rawText(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\u202`)) && !bytes.Contains(b, []byte(`\ufffd`)) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		if b[i] != '\\' {
			out = append(out, b[i])
			i++
			continue
		}
		// In well-formed JSON a backslash is followed by its escape, so looking
		// at both together is what keeps "\\u2028" (a backslash and text) as it is.
		switch rest := b[i:]; {
		case bytes.HasPrefix(rest, []byte(`\u2028`)):
			out = append(out, "\u2028"...)
			i += 6
		case bytes.HasPrefix(rest, []byte(`\u2029`)):
			out = append(out, "\u2029"...)
			i += 6
		case bytes.HasPrefix(rest, []byte(`\ufffd`)):
			out = append(out, "\ufffd"...)
			i += 6
		default:
			out = append(out, rest[:2]...)
			i += 2
		}
	}
	return out
}

// List is a JSON array of an answer. It is never null: a nil List is written
// as []. A plain slice can be assigned to it.
type List[T any] []T

// MarshalJSON writes the array.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("[]"), nil
	}
	return Marshal([]T(l))
}
