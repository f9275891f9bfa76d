package wechat

import (
	"bytes"
	"mime"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxBoundary is the longest boundary. The standard allows 70 bytes.
	maxBoundary = 200
	// maxBoundaryLine is how far into a body the first boundary is looked for:
	// the longest one with its dashes, line ends, and blank lines before it.
	maxBoundaryLine = 256
	// maxFileName is how much of a file name is kept: what file systems allow.
	maxFileName = 255
)

// headerBoundary is the boundary that the Content-Type names, empty when it
// names none or cannot be parsed; multi tells whether it claims to be multipart.
func headerBoundary(contentType string) (boundary string, multi bool) {
	multi = strings.HasPrefix(strings.ToLower(strings.TrimSpace(contentType)), "multipart/")
	if _, params, err := mime.ParseMediaType(contentType); err == nil && multi {
		boundary = params["boundary"]
	}
	return boundary, multi
}

// firstLineBoundary is the boundary that a form begins with; empty when its
// first line is not one.
func firstLineBoundary(head []byte) string {
	head = bytes.TrimLeft(head, "\r\n")
	line, _, ended := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimRight(line, " \t\r")
	boundary, dashed := bytes.CutPrefix(line, []byte("--"))
	if !ended || !dashed {
		return ""
	}
	return string(boundary)
}

// disposition is what a part's Content-Disposition says.
type disposition struct {
	field string
	file  string
	// isFile tells that a file name was given, perhaps an empty one.
	isFile bool
}

// fileRank orders the parts that can be the file.
type fileRank int

const (
	notAFile fileRank = iota
	bareMedia
	namedFile
	namedMediaFile
)

func (d disposition) rank() fileRank {
	switch {
	case d.isFile && d.field == FieldMedia:
		return namedMediaFile
	case d.isFile:
		return namedFile
	case d.field == FieldMedia:
		return bareMedia
	}
	return notAFile
}

// readDisposition is more tolerant than mime.ParseMediaType, which refuses
// unquoted names that are not ASCII and parameters given twice.
func readDisposition(header string) disposition {
	var d disposition
	extended := false
	_, rest, _ := strings.Cut(header, ";")
	for rest != "" {
		var key, text string
		key, text, rest = nextParam(rest)
		switch strings.ToLower(key) {
		case "name":
			d.field = text
		case "filename":
			if !extended {
				d.file = displayName(text)
			}
			d.isFile = true
		case "filename*":
			// charset'language'percent-encoded; it says more than the plain one.
			if charset, after, ok := strings.Cut(text, "'"); ok && strings.EqualFold(charset, "utf-8") {
				if _, encoded, ok := strings.Cut(after, "'"); ok {
					if name, err := url.PathUnescape(encoded); err == nil {
						d.file, extended = displayName(name), true
					}
				}
			}
			d.isFile = true
		}
	}
	return d
}

// nextParam takes "key=text;" or `key="text";` off the front. Within quotes,
// only \" and \\" at the end of a name are escapes: old browsers send Windows
// paths with single backslashes.
func nextParam(s string) (key, text, rest string) {
	end := strings.IndexAny(s, "=;")
	if end < 0 {
		return strings.TrimSpace(s), "", ""
	}
	key = strings.TrimSpace(s[:end])
	if s[end] == ';' {
		return key, "", s[end+1:]
	}
	s = strings.TrimLeft(s[end+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		text, rest, _ = strings.Cut(s, ";")
		return key, strings.TrimSpace(text), rest
	}
	var b strings.Builder
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] == '"' && strings.Contains(s[i+2:], `"`) {
			i++
		}
		b.WriteByte(s[i])
	}
	_, rest, _ = strings.Cut(s[min(i+1, len(s)):], ";")
	return key, b.String(), rest
}

// displayName keeps the last element of what may be a path of any system,
// without characters that upset a terminal or a page.
func displayName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "\ufffd"))
	for len(name) > maxFileName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}
