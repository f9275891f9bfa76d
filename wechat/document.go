package wechat

import (
	"fmt"
	"iter"
	"strings"
)

// document is a body as elements. Its getters keep the first fault and return
// the zero value then.
type document struct {
	elements
	fault error
}

// parse reads a body. Errors wrap [ErrEmpty] or [ErrFormat] and never quote the
// body.
func (d *document) parse(format Format, body []byte) error {
	if len(body) > maxBody {
		return fmt.Errorf("%w: it is longer than %d bytes", ErrFormat, maxBody)
	}
	if format == FormatJSON {
		return flattenJSON(&d.elements, body)
	}
	return parseXML(&d.elements, body)
}

// children are the indexes of the elements directly within another.
func (d *document) children(parent int) iter.Seq[int] {
	depth := d.at(parent).depth + 1
	return func(yield func(int) bool) {
		for i := parent + 1; i < d.count && d.at(i).depth >= depth; i++ {
			if d.at(i).depth == depth && !yield(i) {
				return
			}
		}
	}
}

// child is the first element of a name directly within another, or -1.
func (d *document) child(parent int, name string) int {
	for i := range d.children(parent) {
		if d.at(i).name == name {
			return i
		}
	}
	return -1
}

// text is what stands in an element that holds text, white space included.
func (d *document) text(i int) string {
	e := d.at(i)
	if e.branch {
		d.fail("%s must hold text", e.name)
		return ""
	}
	d.once(i)
	return e.text
}

// word is text without white space around it: a name, a number, an address.
// Programs that indent put CDATA on a line of its own.
func (d *document) word(i int) string { return trim(d.text(i)) }

// integer is a whole number; 0 for an element that is empty.
func (d *document) integer(i int) int64 {
	word := d.word(i)
	if word == "" {
		return 0
	}
	n, err := parseInteger(word)
	if err != nil {
		d.fail("%s must be a whole number: %v", d.at(i).name, err)
	}
	return n
}

// once refuses an element that has an elder sibling of the same name, because
// two programs that look at the same body must not see different values. It is
// asked about elements that are read; unknown ones may well come in numbers.
func (d *document) once(i int) {
	e := d.at(i)
	for j := i - 1; j >= 0 && d.at(j).depth >= e.depth; j-- {
		if other := d.at(j); other.depth == e.depth && other.name == e.name {
			d.fail("%s is there twice", e.name)
			return
		}
	}
}

func (d *document) fail(format string, args ...any) {
	if d.fault == nil {
		d.fault = fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
	}
}

// whiteSpace is XML's, which is also JSON's.
const whiteSpace = " \t\r\n"

func trim(text string) string {
	if text == "" || text[0] > ' ' && text[len(text)-1] > ' ' {
		return text
	}
	return strings.Trim(text, whiteSpace)
}
