package wechat

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// How the flat reader treats a byte of text.
const (
	plainByte   = iota // stands for itself
	hanByte            // begins a character of three bytes, most of which are legal
	wideByte           // begins another character beyond ASCII, or none at all
	lineByte           // a carriage return, which is read as a line feed
	entityByte         // begins an entity, outside CDATA
	angleByte          // begins markup, outside CDATA
	bracketByte        // may begin "]]>"
	illegalByte        // has no place in XML 1.0
)

// textBytes gives each byte its treatment.
var textBytes = func() (kinds [256]uint8) {
	for c := range kinds {
		switch {
		case 0xe1 <= c && c <= 0xef && c != 0xed:
			// U+1000 to U+CFFF and U+E000 to U+FFFF: no second form that is too
			// long and no surrogates; Chinese and its punctuation are among them.
			kinds[c] = hanByte
		case c >= utf8.RuneSelf:
			kinds[c] = wideByte
		case c < ' ' && c != '\t' && c != '\n':
			kinds[c] = illegalByte
		}
	}
	kinds['\r'] = lineByte
	kinds['&'] = entityByte
	kinds['<'] = angleByte
	kinds[']'] = bracketByte
	return kinds
}()

// characters reads text and stops in front of its end: "]]>" in CDATA, else "<".
func (r *xmlReader) characters(cdata bool) (string, error) {
	start := r.pos
	for r.pos < len(r.text) {
		r.plain()
		if r.pos == len(r.text) {
			break
		}
		switch textBytes[r.text[r.pos]] {
		case bracketByte:
			if r.next("]]>") {
				if cdata {
					return r.text[start:r.pos], nil
				}
				return "", r.errorf(`"]]>" stands outside CDATA`)
			}
			r.pos++
		case angleByte:
			if !cdata {
				return r.text[start:r.pos], nil
			}
			r.pos++
		case entityByte:
			if !cdata {
				return r.rewritten(start, cdata)
			}
			r.pos++
		case lineByte:
			return r.rewritten(start, cdata)
		case illegalByte:
			return "", r.illegal()
		default:
			if err := r.wide(); err != nil {
				return "", err
			}
		}
	}
	return "", r.short()
}

// plain steps over what most text is made of: characters of one byte that stand
// for themselves, and Chinese.
func (r *xmlReader) plain() {
	text, i := r.text, r.pos
	for i < len(text) {
		switch textBytes[text[i]] {
		case plainByte:
			i++
			continue
		case hanByte:
			// In UTF-8 the second and third byte have the form 10xxxxxx. EF BF is
			// left to wide: the noncharacters begin so.
			if i+2 < len(text) && text[i+1]&0xc0 == 0x80 && text[i+2]&0xc0 == 0x80 && (text[i] != 0xef || text[i+1] != 0xbf) {
				i += 3
				continue
			}
		}
		break
	}
	r.pos = i
}

// rewritten goes on with text that began at start, from the first character
// that does not stand for itself.
func (r *xmlReader) rewritten(start int, cdata bool) (string, error) {
	text := append([]byte(nil), r.text[start:r.pos]...)
	for r.pos < len(r.text) {
		from := r.pos
		switch textBytes[r.text[r.pos]] {
		case lineByte:
			// XML 1.0, 2.11: CR LF and CR alone are read as LF.
			if !r.take("\r\n") {
				r.pos++
			}
			text = append(text, '\n')
			continue
		case entityByte:
			if !cdata {
				c, err := r.entity()
				if err != nil {
					return "", err
				}
				text = utf8.AppendRune(text, c)
				continue
			}
			r.pos++
		case angleByte:
			if !cdata {
				return string(text), nil
			}
			r.pos++
		case bracketByte:
			if r.next("]]>") {
				if cdata {
					return string(text), nil
				}
				return "", r.errorf(`"]]>" stands outside CDATA`)
			}
			r.pos++
		case illegalByte:
			return "", r.illegal()
		case plainByte:
			r.plain()
		default:
			if err := r.wide(); err != nil {
				return "", err
			}
		}
		text = append(text, r.text[from:r.pos]...)
	}
	return "", r.short()
}

// wide steps over a character beyond ASCII.
func (r *xmlReader) wide() error {
	c, size := utf8.DecodeRuneInString(r.text[r.pos:])
	if c == utf8.RuneError && size == 1 || !xmlCharacter(c) {
		return r.illegal()
	}
	r.pos += size
	return nil
}

func (r *xmlReader) illegal() error {
	return r.errorf("a character is not allowed in XML, or not UTF-8")
}

// maxEntity is the longest entity that is looked for, "&#x0010ffff;" and then
// some: leading zeros are legal.
const maxEntity = 32

// entity reads one of the five predefined entities, or a character's number.
func (r *xmlReader) entity() (rune, error) {
	rest := r.text[r.pos:min(r.pos+maxEntity, len(r.text))]
	length := strings.IndexByte(rest, ';')
	if length < 0 {
		return 0, r.errorf("an & begins no entity; a lone one is written &amp;")
	}
	name := rest[1:length]
	c, known := predefined(name)
	if !known && strings.HasPrefix(name, "#") {
		digits, base := name[1:], 10
		if strings.HasPrefix(digits, "x") {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		c, known = rune(n), err == nil && n <= utf8.MaxRune && xmlCharacter(rune(n))
	}
	if !known {
		return 0, r.errorf("an entity is none of XML's own")
	}
	r.pos += length + 1
	return c, nil
}

// predefined is the character of an entity that needs no declaration.
func predefined(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	return 0, false
}

// xmlCharacter tells whether XML 1.0 (2.2) allows a character.
func xmlCharacter(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' ||
		' ' <= c && c <= '\ud7ff' || '\ue000' <= c && c <= '\ufffd' || 0x10000 <= c && c <= utf8.MaxRune
}

// validText tells whether a text is UTF-8 of characters that XML allows, and
// where the first is that is not.
func validText(text string) (at int, ok bool) {
	for i, c := range text {
		if !xmlCharacter(c) || c == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") {
			return i, false
		}
	}
	return len(text), true
}
