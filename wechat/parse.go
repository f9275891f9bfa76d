package wechat

import (
	"fmt"
	"strings"
)

// Bounds on a request's JSON. The length of the body is bounded by whoever
// reads it from the network.
const (
	// maxDepth is how deep arrays and objects may nest, the outermost object
	// included. The deepest request of the API nests 5 deep; the parser calls
	// itself once per level.
	maxDepth = 32
	// maxValues is how many values a body may hold. The longest lists of the API
	// have 10,000 entries; without a bound, a megabyte of "[[],[],…" would
	// become fifty megabytes of values.
	maxValues = 1 << 16
)

// ParseObject reads a body that is one JSON object, with white space around it
// if need be. It is stricter than encoding/json: it refuses two members of the
// same name anywhere, because two programs that look at the same request must
// not see different values; text that is not UTF-8, escaped half characters
// (a lone surrogate) included; and more depth or values than any real request
// has. It also refuses a byte order mark, as WeChat does. What it accepts,
// encoding/json accepts, with the same values.
//
// Errors wrap [ErrEmpty], for a body of white space or nothing, or [ErrFormat],
// and never quote the body. The body may be used again afterwards.
func ParseObject(body []byte) (*Object, error) {
	p := parser{text: string(body), fault: new(error)}
	p.space()
	if p.pos == len(p.text) {
		return nil, ErrEmpty
	}
	if strings.HasPrefix(p.text, "\ufeff") {
		return nil, p.errorf("a byte order mark is not allowed")
	}
	if p.text[p.pos] != '{' {
		return nil, p.errorf("it must be a JSON object")
	}
	v, err := p.value(1)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.pos != len(p.text) {
		return nil, p.errorf("something follows the JSON object")
	}
	return v.object, nil
}

// parser walks over the text once. Strings without escapes are pieces of it.
type parser struct {
	text   string
	pos    int
	values int
	fault  *error
}

func (p *parser) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: %s (byte %d)", ErrFormat, fmt.Sprintf(format, args...), p.pos)
}

func (p *parser) unexpected() error {
	if p.pos >= len(p.text) {
		return p.errorf("it ends too early")
	}
	return p.errorf("this is not JSON")
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// take steps over one byte if it is the next.
func (p *parser) take(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// value reads the value at pos; depth is how deep it would be as an array or
// object.
func (p *parser) value(depth int) (value, error) {
	if p.values++; p.values > maxValues {
		return value{}, p.errorf("it holds more than %d values", maxValues)
	}
	if p.pos >= len(p.text) {
		return value{}, p.unexpected()
	}
	switch c := p.text[p.pos]; {
	case c == '"':
		text, err := p.string()
		return value{kind: kindString, text: text}, err
	case c == '{' || c == '[':
		if depth > maxDepth {
			return value{}, p.errorf("it nests deeper than %d", maxDepth)
		}
		if c == '{' {
			o, err := p.object(depth)
			return value{kind: kindObject, object: o}, err
		}
		list, err := p.array(depth)
		return value{kind: kindArray, members: list}, err
	case c == '-' || '0' <= c && c <= '9':
		text, err := p.number()
		return value{kind: kindNumber, text: text}, err
	}
	for _, word := range [...]struct {
		text string
		kind kind
	}{{"true", kindBool}, {"false", kindBool}, {"null", kindNull}} {
		if strings.HasPrefix(p.text[p.pos:], word.text) {
			p.pos += len(word.text)
			return value{kind: word.kind, text: word.text}, nil
		}
	}
	return value{}, p.unexpected()
}

func (p *parser) object(depth int) (*Object, error) {
	p.pos++ // the brace
	o := &Object{fault: p.fault}
	if p.space(); p.take('}') {
		return o, nil
	}
	for {
		if p.space(); p.pos >= len(p.text) || p.text[p.pos] != '"' {
			return nil, p.unexpected()
		}
		name, err := p.string()
		if err != nil {
			return nil, err
		}
		if o.find(name) != nil {
			return nil, p.errorf("two members have the same name")
		}
		if p.space(); !p.take(':') {
			return nil, p.unexpected()
		}
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.add(name, v)
		if p.space(); p.take('}') {
			return o, nil
		}
		if !p.take(',') {
			return nil, p.unexpected()
		}
	}
}

func (o *Object) add(name string, v value) {
	o.members = append(o.members, member{name, v})
	switch {
	case o.index != nil:
		o.index[name] = len(o.members) - 1
	case len(o.members) > scanMembers:
		o.index = make(map[string]int, 2*len(o.members))
		for i := range o.members {
			o.index[o.members[i].name] = i
		}
	}
}

func (p *parser) array(depth int) ([]value, error) {
	p.pos++ // the bracket
	var list []value
	if p.space(); p.take(']') {
		return list, nil
	}
	for {
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.space(); p.take(']') {
			return list, nil
		}
		if !p.take(',') {
			return nil, p.unexpected()
		}
	}
}

// number reads an optional minus, digits without leading zeros, an optional
// fraction and an optional exponent.
func (p *parser) number() (string, error) {
	start := p.pos
	p.take('-')
	if !p.take('0') && !p.digits() {
		return "", p.unexpected()
	}
	if p.take('.') && !p.digits() {
		return "", p.unexpected()
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if !p.digits() {
			return "", p.unexpected()
		}
	}
	return p.text[start:p.pos], nil
}

func (p *parser) digits() bool {
	start := p.pos
	for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > start
}
