package wechat

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What a body can be refused for. Errors of this package wrap one of them; the
// text around it tells the reader what and where.
var (
	// ErrEmpty is a body without content, [EmptyPostData] on the wire.
	ErrEmpty = errors.New("the body is empty")
	// ErrFormat is a body that does not parse or has a member of the wrong type,
	// [DataFormatError] on the wire.
	ErrFormat = errors.New("the body is malformed")
)

// Object is a JSON object of a request. Its getters return the zero value for a
// member that is absent or null, and also for one of the wrong type; the first
// wrong type is kept and returned by [Object.Err], so that a request is read in
// a straight line and checked once:
//
//	o, err := wechat.ParseObject(body)
//	if err != nil {
//		return err
//	}
//	account, nickname := o.String("kf_account"), o.String("nickname")
//	return o.Err()
//
// Names match exactly, unlike with encoding/json, which would also take
// "KF_Account". Members that nobody asks for are ignored. Objects within share
// the Err of the outermost. An Object may not be used by two goroutines at once.
type Object struct {
	members []member
	// index finds members by name once there are more than scanMembers of them.
	index map[string]int
	// path leads here from the outermost object, as in "news.articles[2]."
	path string
	// fault is the first wrong type, shared with all objects of the body.
	fault *error
}

type member struct {
	name  string
	value value
}

// value is one JSON value. text is the decoded text of a string and the literal
// of a number.
type value struct {
	kind    kind
	text    string
	object  *Object
	members []value
}

type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// scanMembers is how many members are looked through one by one. Requests have
// two to ten; a map costs more than it saves below this.
const scanMembers = 16

// find returns nil when there is no such member.
func (o *Object) find(name string) *value {
	if o.index != nil {
		i, ok := o.index[name]
		if !ok {
			return nil
		}
		return &o.members[i].value
	}
	for i := range o.members {
		if o.members[i].name == name {
			return &o.members[i].value
		}
	}
	return nil
}

// present is find without null.
func (o *Object) present(name string) *value {
	if v := o.find(name); v != nil && v.kind != kindNull {
		return v
	}
	return nil
}

// typed returns the member if it is present and of the kind, and remembers the
// fault if it is present and of another.
func (o *Object) typed(name string, want kind) *value {
	v := o.present(name)
	if v == nil {
		return nil
	}
	if v.kind != want {
		o.fail("%s%s must be %s, got %s", o.path, name, want, v.kind)
		return nil
	}
	return v
}

func (o *Object) fail(format string, args ...any) {
	if *o.fault == nil {
		*o.fault = fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
	}
}

// Err is the first wrong type that a getter met, here or in any object of the
// same body; nil when all was well. It wraps [ErrFormat] and names the member.
func (o *Object) Err() error { return *o.fault }

// Has tells whether a member is present and not null, whatever its type.
func (o *Object) Has(name string) bool { return o.present(name) != nil }

// String is the text of a member that is a string. It may contain any
// character, U+0000 included; it is valid UTF-8.
func (o *Object) String(name string) string {
	v := o.typed(name, kindString)
	if v == nil {
		return ""
	}
	return own(v.text)
}

// own copies a piece of the body, so that a name that is kept for long does not
// keep a megabyte of request with it.
func own(text string) string { return strings.Clone(text) }

// Int is a whole number. It may also be written as a string of digits, which is
// what clients in languages without 64-bit integers do. Fractions, exponents
// and what does not fit into 64 bits are wrong types.
func (o *Object) Int(name string) int64 {
	v := o.present(name)
	if v == nil {
		return 0
	}
	if v.kind != kindNumber && v.kind != kindString {
		o.fail("%s%s must be a whole number, got %s", o.path, name, v.kind)
		return 0
	}
	n, err := parseInteger(v.text)
	if err != nil {
		o.fail("%s%s must be a whole number: %v", o.path, name, err)
		return 0
	}
	return n
}

// parseInteger reads digits with an optional minus. strconv alone would take a
// plus as well.
func parseInteger(text string) (int64, error) {
	if strings.HasPrefix(text, "+") {
		return 0, errors.New("a leading + is not allowed")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, errors.New("it does not fit into 64 bits")
	case err != nil:
		// The cause would quote the text, and a body may hold a secret anywhere.
		return 0, errors.New("it has other characters than digits")
	}
	return n, nil
}

// Bool is true or false; neither 1 nor "true" will do.
func (o *Object) Bool(name string) bool {
	v := o.typed(name, kindBool)
	return v != nil && v.text == "true"
}

// Object is a member that is an object. It is never nil: an absent one has no
// members, and [Object.Has] tells the difference.
func (o *Object) Object(name string) *Object {
	v := o.typed(name, kindObject)
	if v == nil {
		return &Object{path: o.path + name + ".", fault: o.fault}
	}
	v.object.path = o.path + own(name) + "."
	return v.object
}

// Strings is a member that is an array of strings; nil when it is absent.
func (o *Object) Strings(name string) []string {
	v := o.typed(name, kindArray)
	if v == nil {
		return nil
	}
	texts := make([]string, len(v.members))
	for i := range v.members {
		if v.members[i].kind != kindString {
			o.fail("%s%s[%d] must be a string, got %s", o.path, name, i, v.members[i].kind)
			return nil
		}
		texts[i] = own(v.members[i].text)
	}
	return texts
}

// Objects is a member that is an array of objects; nil when it is absent.
func (o *Object) Objects(name string) []*Object {
	v := o.typed(name, kindArray)
	if v == nil {
		return nil
	}
	objects := make([]*Object, len(v.members))
	for i := range v.members {
		if v.members[i].kind != kindObject {
			o.fail("%s%s[%d] must be an object, got %s", o.path, name, i, v.members[i].kind)
			return nil
		}
		objects[i] = v.members[i].object
		objects[i].path = fmt.Sprintf("%s%s[%d].", o.path, name, i)
	}
	return objects
}
