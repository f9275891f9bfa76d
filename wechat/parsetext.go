package wechat

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// string reads from the opening to the closing quote and decodes.
func (p *parser) string() (string, error) {
	p.pos++ // the quote
	start := p.pos
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			text := p.text[start:p.pos]
			p.pos++
			return text, nil
		case c == '\\':
			return p.escaped(start)
		default:
			if err := p.character(); err != nil {
				return "", err
			}
		}
	}
	return "", p.unexpected()
}

// character steps over one character that stands for itself.
func (p *parser) character() error {
	c := p.text[p.pos]
	if c < 0x20 {
		return p.errorf("a control character within a string must be escaped")
	}
	if c < utf8.RuneSelf {
		p.pos++
		return nil
	}
	r, size := utf8.DecodeRuneInString(p.text[p.pos:])
	if r == utf8.RuneError && size == 1 {
		return p.errorf("the text is not UTF-8")
	}
	p.pos += size
	return nil
}

// escaped goes on with a string that began at start, from its first escape.
func (p *parser) escaped(start int) (string, error) {
	text := append([]byte(nil), p.text[start:p.pos]...)
	for p.pos < len(p.text) {
		from := p.pos
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return string(text), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			text = utf8.AppendRune(text, r)
		default:
			if err := p.character(); err != nil {
				return "", err
			}
			text = append(text, p.text[from:p.pos]...)
		}
	}
	return "", p.unexpected()
}

// escape reads a backslash and what it stands for.
func (p *parser) escape() (rune, error) {
	p.pos++ // the backslash
	if p.pos >= len(p.text) {
		return 0, p.unexpected()
	}
	c := p.text[p.pos]
	p.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
	default:
		p.pos--
		return 0, p.errorf("there is no such escape")
	}
	r, err := p.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	// Characters above U+FFFF are escaped as two halves.
	if strings.HasPrefix(p.text[p.pos:], `\u`) {
		p.pos += 2
		low, err := p.hex4()
		if err != nil {
			return 0, err
		}
		if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
			return whole, nil
		}
	}
	return 0, p.errorf("half a character is escaped without its other half")
}

func (p *parser) hex4() (rune, error) {
	var r rune
	for range 4 {
		if p.pos >= len(p.text) {
			return 0, p.unexpected()
		}
		c := p.text[p.pos]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, p.errorf(`\u must be followed by four hexadecimal digits`)
		}
		r = r<<4 | rune(c)
		p.pos++
	}
	return r, nil
}
