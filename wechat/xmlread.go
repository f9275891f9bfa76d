package wechat

import (
	"errors"
	"fmt"
	"strings"
)

// rootName is the root of every XML body.
const rootName = "xml"

// parseXML reads an XML body. The flat reader of this file knows what WeChat
// and its libraries write: plain names, text, CDATA, the predefined and numeric
// entities, comments, and the usual declaration. Where it meets something else
// that may be XML it leaves the body to encoding/xml, which takes more
// than ten times as long. What either accepts, encoding/xml reads in the same way.
//
// Declarations of a document type are refused whatever is in them. They are
// where entities are defined, and entities in entities are how a few lines of
// XML become gigabytes of text.
func parseXML(into *elements, body []byte) error {
	r := xmlReader{text: string(body)}
	err := r.document(into)
	if err == errUnfamiliar {
		*into = elements{}
		return parseUnfamiliarXML(into, r.text)
	}
	return err
}

// errUnfamiliar is never seen outside: the flat reader gives up.
var errUnfamiliar = errors.New("wechat: XML beyond the flat reader")

// xmlReader walks over the text once. Text without entities or carriage returns
// is a piece of it.
type xmlReader struct {
	text string
	pos  int
}

func (r *xmlReader) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: %s (byte %d)", ErrFormat, fmt.Sprintf(format, args...), r.pos)
}

func (r *xmlReader) short() error { return r.errorf("it ends too early") }

// next tells whether a mark stands at the position.
func (r *xmlReader) next(mark string) bool { return strings.HasPrefix(r.text[r.pos:], mark) }

// take steps over a mark if it stands at the position.
func (r *xmlReader) take(mark string) bool {
	if !r.next(mark) {
		return false
	}
	r.pos += len(mark)
	return true
}

func (r *xmlReader) space() {
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case ' ', '\t', '\r', '\n':
			r.pos++
		default:
			return
		}
	}
}

// declarations are the beginnings that libraries write. Others, and those in
// other places, are read by encoding/xml.
var declarations = [...]string{
	`<?xml version="1.0" encoding="UTF-8"?>`,
	`<?xml version="1.0" encoding="utf-8"?>`,
	`<?xml version="1.0"?>`,
}

// document reads the whole body: white space and comments around one root.
func (r *xmlReader) document(into *elements) error {
	if r.space(); r.pos == len(r.text) {
		return ErrEmpty
	}
	if r.next("\ufeff") {
		return r.errorf("a byte order mark is not allowed")
	}
	for _, declaration := range declarations {
		if r.take(declaration) {
			break
		}
	}
	for {
		if r.space(); r.pos == len(r.text) {
			if into.count == 0 {
				return r.short()
			}
			return nil
		}
		if r.text[r.pos] != '<' {
			return r.errorf("it must be an XML element")
		}
		if r.next("<!--") {
			if err := r.comment(); err != nil {
				return err
			}
			continue
		}
		if r.next("<!") {
			return r.declared()
		}
		if into.count > 0 && !r.next("<?") {
			return r.errorf("something follows the root element")
		}
		if err := r.element(into); err != nil {
			return err
		}
		if !(into.count > 0 && into.at(0).name == rootName) {
			return r.errorf("the root element must be <%s>", rootName)
		}
		for into.deep > 0 {
			if err := r.content(into); err != nil {
				return err
			}
		}
	}
}

// content reads the next thing within an element.
func (r *xmlReader) content(into *elements) error {
	if r.pos >= len(r.text) {
		return r.short()
	}
	if r.text[r.pos] != '<' {
		text, err := r.characters(false)
		if err != nil {
			return err
		}
		into.piece(text)
		return nil
	}
	if r.pos+1 == len(r.text) {
		return r.short()
	}
	switch r.text[r.pos+1] {
	case '/':
		return r.endTag(into)
	case '!':
		switch {
		case r.take("<![CDATA["):
			text, err := r.characters(true)
			if err != nil {
				return err
			}
			r.pos += len("]]>")
			into.piece(text)
			return nil
		case r.next("<!--"):
			return r.comment()
		}
		return r.declared()
	}
	return r.element(into)
}

// declared is the refusal of what begins with "<!" and is no comment and no
// CDATA in its place.
func (r *xmlReader) declared() error {
	return r.errorf("declarations such as <!DOCTYPE> are not allowed")
}

// element reads the beginning of an element, or all of an empty one.
func (r *xmlReader) element(into *elements) error {
	text, start := r.text, r.pos+1
	end := start
	for end < len(text) && nameBytes[text[end]] {
		end++
	}
	if end == len(text) {
		return r.short()
	}
	if end == start || text[start] <= '9' || text[end] != '>' && text[end] != '/' {
		// Attributes, prefixes, names beyond ASCII, processing instructions; or
		// no XML at all, such as a name that begins with a digit.
		return errUnfamiliar
	}
	if refusal := into.begin(text[start:end]); refusal != "" {
		return r.errorf("%s", refusal)
	}
	r.pos = end
	if r.take("/>") {
		into.end()
		return nil
	}
	if !r.take(">") {
		return r.errorf("this is not XML")
	}
	return nil
}

// nameBytes are what names consist of as the flat reader knows them. A name does
// not begin with the ones up to '9', which are the digits, "-" and ".".
var nameBytes = func() (in [256]bool) {
	for c := range in {
		in[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.'
	}
	return in
}()

func (r *xmlReader) endTag(into *elements) error {
	r.pos += len("</")
	if !r.take(into.innermost()) {
		return r.errorf("an element ends that is not the innermost")
	}
	r.space()
	if r.pos == len(r.text) {
		return r.short()
	}
	if !r.take(">") {
		return r.errorf("an element ends that is not the innermost")
	}
	into.end()
	return nil
}

// comment steps over a comment. Two hyphens within are an error in XML.
func (r *xmlReader) comment() error {
	r.pos += len("<!--")
	length := strings.Index(r.text[r.pos:], "--")
	if length < 0 {
		return r.short()
	}
	if at, ok := validText(r.text[r.pos : r.pos+length]); !ok {
		r.pos += at
		return r.illegal()
	}
	r.pos += length
	if !r.take("-->") {
		return r.errorf(`a comment holds "--"`)
	}
	return nil
}
