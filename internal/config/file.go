package config

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxFile bounds the settings file, in bytes: all settings with long values
// fit many times, and a file given by mistake is not read into memory.
const maxFile = 64 << 10

// line is a setting as the file gives it.
type line struct {
	value  string
	origin Origin
}

// parseFile reads lines of the form
//
//	# a comment
//	name = value
//
// White space around name and value does not count; the value is all the rest
// of the line, without quotes and escapes, so that a "#" may be part of a
// password. The file may be shared by all commands: a name is refused when no
// command knows it, or when it stands there twice.
func parseFile(path string, text []byte) (map[string]line, error) {
	known := make(map[string]bool)
	for _, s := range table() {
		known[s.Name] = true
	}
	lines := make(map[string]line)
	scanner := bufio.NewScanner(bytes.NewReader(text))
	// A line is never longer than the file, so the scanner cannot stop early.
	scanner.Buffer(nil, maxFile+1)
	for n := 1; scanner.Scan(); n++ {
		origin := Origin{kind: fromFile, place: path, line: n}
		refuse := func(problem string) error { return &Error{Origin: origin, Problem: problem} }
		l := strings.TrimSpace(scanner.Text())
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if !utf8.ValidString(l) || strings.ContainsRune(l, 0) {
			return nil, refuse("the line is not UTF-8 text")
		}
		name, value, isSetting := strings.Cut(l, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !isSetting:
			// The line is not repeated: it may be half a secret.
			return nil, refuse("the line must have the form name = value, or begin with # to be a comment")
		case name == FileSetting:
			return nil, refuse("a settings file cannot name another one")
		case !known[name]:
			return nil, refuse("unknown setting " + strconv.Quote(name) + "; the names are those of the flags, without the dashes in front: see kefu help settings")
		case lines[name].origin.Given():
			return nil, refuse("setting " + name + " stands in line " + strconv.Itoa(lines[name].origin.line) + " already")
		case quoted(value):
			return nil, refuse("setting " + name + ": write the value without quotes")
		}
		lines[name] = line{value: value, origin: origin}
	}
	if err := scanner.Err(); err != nil {
		return nil, &Error{Origin: Origin{kind: fromFile, place: path}, Problem: err.Error()}
	}
	return lines, nil
}

// quoted tells whether the value was written as other formats want it. No
// setting has a value that begins and ends with a quote.
func quoted(v string) bool {
	return len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0]
}
