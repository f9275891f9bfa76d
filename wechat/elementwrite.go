package wechat

import "strconv"

// elementWriter appends a body in either format, from the same calls.
type elementWriter struct {
	out    []byte
	format Format
}

// open begins an element with elements within: the root when name is empty.
func (w *elementWriter) open(name string) {
	if w.format == FormatJSON {
		if name != "" {
			w.member(name)
		}
		w.out = append(w.out, '{')
		return
	}
	if name == "" {
		name = rootName
	}
	w.tag("<", name)
}

// close ends what open began.
func (w *elementWriter) close(name string) {
	if w.format == FormatJSON {
		w.out = append(w.out, '}')
		return
	}
	if name == "" {
		name = rootName
	}
	w.tag("</", name)
}

// openList begins a list, whose entries are objects; in XML they are items.
func (w *elementWriter) openList(name string) {
	if w.format == FormatJSON {
		w.member(name)
		w.out = append(w.out, '[')
		return
	}
	w.open(name)
}

func (w *elementWriter) closeList(name string) {
	if w.format == FormatJSON {
		w.out = append(w.out, ']')
		return
	}
	w.close(name)
}

// openItem begins an entry of a list.
func (w *elementWriter) openItem() {
	if w.format == FormatXML {
		w.open(itemName)
		return
	}
	if w.out[len(w.out)-1] != '[' {
		w.out = append(w.out, ',')
	}
	w.out = append(w.out, '{')
}

func (w *elementWriter) closeItem() { w.close(itemName) }

// text writes an element that holds text: in CDATA, or as a JSON string. An
// empty text is left out, unless the element is always there.
func (w *elementWriter) text(always bool, name, text string) {
	if text == "" && !always {
		return
	}
	w.begin(name)
	if w.format == FormatJSON {
		w.out = appendJSONString(w.out, text)
	} else {
		w.out = appendCDATA(w.out, text)
	}
	w.end(name)
}

// integer writes a number bare in both formats. 0 is left out, unless the
// element is always there.
func (w *elementWriter) integer(always bool, name string, n int64) {
	if n != 0 || always {
		w.begin(name)
		w.out = strconv.AppendInt(w.out, n, 10)
		w.end(name)
	}
}

// decimal writes a number that is kept as text: bare in XML and a string in
// JSON. A text that is no number is written like any other.
func (w *elementWriter) decimal(always bool, name, text string) {
	if w.format == FormatJSON || !isDecimal(text) {
		w.text(always, name, text)
		return
	}
	w.bare(name, text)
}

// count writes a number above zero: bare in XML and a string in JSON.
func (w *elementWriter) count(name string, n int64) {
	if n != 0 {
		w.decimal(false, name, strconv.FormatInt(n, 10))
	}
}

// digits writes a whole number that is kept as text: bare in both formats. A
// text that is no such number is written like any other.
func (w *elementWriter) digits(name, text string) {
	if !isDigits(text) {
		w.text(true, name, text)
		return
	}
	w.bare(name, text)
}

func (w *elementWriter) bare(name, text string) {
	w.begin(name)
	w.out = append(w.out, text...)
	w.end(name)
}

// begin and end stand around a value.
func (w *elementWriter) begin(name string) {
	if w.format == FormatJSON {
		w.member(name)
		return
	}
	w.tag("<", name)
}

func (w *elementWriter) end(name string) {
	if w.format == FormatXML {
		w.tag("</", name)
	}
}

func (w *elementWriter) tag(before, name string) {
	w.out = append(w.out, before...)
	w.out = append(w.out, name...)
	w.out = append(w.out, '>')
}

// isDecimal tells whether a text is digits with an optional minus and fraction.
func isDecimal(text string) bool {
	if text != "" && text[0] == '-' {
		text = text[1:]
	}
	point := false
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
		case c == '.' && !point && i > 0 && i < len(text)-1:
			point = true
		default:
			return false
		}
	}
	return text != ""
}

// isDigits tells whether a text is a whole number as JSON writes it.
func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text == "0" || text != "" && text[0] != '0'
}
