package apidoc

import (
	"bytes"
	"fmt"
	"html"
)

// markup is HTML that goes onto the page as it is. Literals of this package are
// markup; a string from the document is not, and becomes it only by way of
// [format], markdown or inline, which escape it. The compiler keeps the two
// apart, because a string variable does not turn into markup by itself.
type markup string

// format fills values into markup, one for each %s; a percent sign is written
// %%. Markup is filled in as it is, everything else is escaped, so that it is
// safe between tags and within double quotes. Of an address only the part behind
// # may be filled in: escaping does not make a whole one safe.
func format(form markup, values ...any) markup {
	for i, value := range values {
		values[i] = filling(value)
	}
	return markup(fmt.Sprintf(string(form), values...))
}

func filling(value any) string {
	if safe, ok := value.(markup); ok {
		return string(safe)
	}
	return html.EscapeString(fmt.Sprint(value))
}

// when is the markup if the condition holds, and nothing otherwise.
func when(condition bool, then markup) markup {
	if condition {
		return then
	}
	return ""
}

// writer puts the page together. Its methods are the parts of the page, each in
// the file of its subject.
type writer struct{ out bytes.Buffer }

// line writes markup that is filled in like that of [format], and ends the line.
func (w *writer) line(form markup, values ...any) {
	w.out.WriteString(string(format(form, values...)))
	w.out.WriteByte('\n')
}

// prose writes Markdown, and an empty line behind it. Headings in it are of the
// given level.
func (w *writer) prose(text string, headingLevel int) {
	w.line("%s", markdown(text, headingLevel))
}
