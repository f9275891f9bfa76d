package wechat

import "unicode/utf8"

// member begins a member of the innermost object.
func (w *elementWriter) member(name string) {
	if w.out[len(w.out)-1] != '{' {
		w.out = append(w.out, ',')
	}
	w.out = append(appendJSONString(w.out, name), ':')
}

// appendJSONString writes a text as WeChat does, like [Marshal]: raw UTF-8 and
// "<", ">", "&" as themselves. Bytes that are not UTF-8 become U+FFFD.
func appendJSONString(out []byte, text string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	if plain(text) {
		return append(append(out, text...), '"')
	}
	from := 0
	for i, c := range text {
		var instead string
		switch {
		case c == '"':
			instead = `\"`
		case c == '\\':
			instead = `\\`
		case c == '\n':
			instead = `\n`
		case c == '\r':
			instead = `\r`
		case c == '\t':
			instead = `\t`
		case c < ' ':
			out = append(append(out, text[from:i]...), `\u00`...)
			out = append(out, hex[c>>4], hex[c&0xf])
			from = i + 1
			continue
		case c == utf8.RuneError && !isReplacement(text[i:]):
			instead = replacement
		default:
			continue
		}
		out = append(append(out, text[from:i]...), instead...)
		from = i + 1
	}
	return append(append(out, text[from:]...), '"')
}

// plain tells whether a text stands for itself between quotes, as nearly all do.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(text)
}

// isReplacement tells a U+FFFD that was written from a byte that is not UTF-8.
func isReplacement(text string) bool {
	_, size := utf8.DecodeRuneInString(text)
	return size > 1
}
