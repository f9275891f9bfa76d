package wechat

import (
	"strings"
	"unicode/utf8"
)

const (
	cdataBegin = "<![CDATA["
	cdataEnd   = "]]>"
	// replacement stands where a text has what cannot be written.
	replacement = "\ufffd"
)

// appendCDATA writes a text in CDATA. What comes out is read as the text that
// went in, but for two things that XML has no way to write: line ends are always
// LF, and a character that XML 1.0 does not allow, such as NUL or a lone byte
// that is not UTF-8, becomes U+FFFD, so that a reader sees that something was
// there. A "]]>" in the text is cut in two.
func appendCDATA(out []byte, text string) []byte {
	out = append(out, cdataBegin...)
	from := 0
	for i := 0; i < len(text); {
		size, instead := 1, ""
		switch textBytes[text[i]] {
		case hanByte, wideByte:
			var c rune
			c, size = utf8.DecodeRuneInString(text[i:])
			if !xmlCharacter(c) || c == utf8.RuneError && size == 1 {
				instead = replacement
			}
		case lineByte:
			instead = "\n"
			if strings.HasPrefix(text[i:], "\r\n") {
				size = 2
			}
		case bracketByte:
			if strings.HasPrefix(text[i:], cdataEnd) {
				size, instead = len(cdataEnd), "]]"+cdataEnd+cdataBegin+">"
			}
		case illegalByte:
			instead = replacement
		}
		if instead != "" {
			out = append(append(out, text[from:i]...), instead...)
			from = i + size
		}
		i += size
	}
	return append(append(out, text[from:]...), cdataEnd...)
}
