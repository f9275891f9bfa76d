package wechat

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// parseUnfamiliarXML reads with encoding/xml what the flat reader does not
// know: attributes and processing instructions, which mean nothing here, names
// beyond ASCII, prefixes. The bounds and the refusal of document types are the
// same.
func parseUnfamiliarXML(into *elements, text string) error {
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := dec.RawToken()
		if err == io.EOF {
			break
		}
		refusal := ""
		if err != nil {
			refusal = syntaxText(err)
		} else {
			refusal = into.token(token)
		}
		if refusal != "" {
			return fmt.Errorf("%w: %s (byte %d)", ErrFormat, refusal, dec.InputOffset())
		}
	}
	if into.deep > 0 || into.count == 0 {
		return fmt.Errorf("%w: it ends too early (byte %d)", ErrFormat, len(text))
	}
	return nil
}

// syntaxText says what encoding/xml found wrong. Its own words may quote the
// body, which may hold what must not be in a log.
func syntaxText(err error) string {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return "this is not XML"
	}
	return "it must be XML 1.0 in UTF-8"
}

// token takes one token, or says in words why it refuses.
func (s *elements) token(token xml.Token) (refusal string) {
	switch t := token.(type) {
	case xml.StartElement:
		name := rawName(t.Name)
		switch {
		case s.deep > 0:
		case s.count > 0:
			return "something follows the root element"
		case name != rootName:
			return "the root element must be <" + rootName + ">"
		}
		return s.begin(name)
	case xml.EndElement:
		if s.deep == 0 || s.innermost() != rawName(t.Name) {
			return "an element ends that is not the innermost"
		}
		s.end()
	case xml.CharData:
		if s.deep > 0 {
			s.piece(string(t))
		} else if trim(string(t)) != "" {
			return "text stands outside the root element"
		}
	case xml.Directive:
		return "declarations such as <!DOCTYPE> are not allowed"
	}
	// Comments and processing instructions say nothing to us.
	return ""
}

// rawName is a name as it is written, so that <x:MsgType> is not <MsgType>.
func rawName(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}
