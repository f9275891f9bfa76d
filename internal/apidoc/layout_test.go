package apidoc

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the layout and the tables of errcodes of openapi.json anew")

// layoutWidth is how long a line of openapi.json may be for an object or a list
// to stay on it. Longer ones have a line for each member, however long that is.
const layoutWidth = 110

// openapi.json is written by hand. This test keeps its layout the same whoever
// writes, so that a difference between two versions is a difference in meaning,
// and derives the table of errcodes in each description from x-errcodes.
func TestLayoutAndErrcodeTables(t *testing.T) {
	var doc ordered[json.RawMessage]
	if err := json.Unmarshal(source, &doc); err != nil {
		t.Fatal(err)
	}
	if err := rewrite(doc, "paths", writeErrcodeTables); err != nil {
		t.Fatal(err)
	}
	text, err := encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	want, err := layOut(text, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	want += "\n"
	if want == string(source) {
		return
	}
	if *update {
		if err := os.WriteFile("openapi.json", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Log("openapi.json is written anew")
		return
	}
	got, wanted := strings.Split(string(source), "\n"), strings.Split(want, "\n")
	for i := range min(len(got), len(wanted)) {
		if got[i] != wanted[i] {
			t.Fatalf("openapi.json:%d: got\n%s\nwant\n%s\nrun this test with -update", i+1, got[i], wanted[i])
		}
	}
	t.Fatalf("openapi.json: got %d lines, want %d; run this test with -update", len(got), len(wanted))
}

func writeErrcodeTables(paths *ordered[ordered[ordered[json.RawMessage]]]) error {
	for _, path := range *paths {
		for _, method := range path.value {
			codes := method.value.find("x-errcodes")
			if codes == nil {
				continue
			}
			if err := rewrite(method.value, "description", func(description *string) error {
				var errcodes []Errcode
				if err := json.Unmarshal(*codes, &errcodes); err != nil {
					return err
				}
				*description = withoutErrcodeTable(*description) + "\n\n" + errcodeTable(errcodes)
				return nil
			}); err != nil {
				return fmt.Errorf("%s %s: %w", method.name, path.name, err)
			}
		}
	}
	return nil
}

func errcodeTable(errcodes []Errcode) string {
	lines := make([]string, len(errcodes))
	for i, e := range errcodes {
		lines[i] = fmt.Sprintf("| %d | `%s` | %s |", e.Code, e.Text, e.When)
	}
	return errcodeTableHead + strings.Join(lines, "\n")
}

// layOut writes a compact JSON value that begins in a column of an indented line.
func layOut(text json.RawMessage, indent, column int) (string, error) {
	line, err := oneLine(text)
	if err != nil {
		return "", err
	}
	if indent+column+utf8.RuneCountInString(line) <= layoutWidth || (text[0] != '{' && text[0] != '[') {
		return line, nil
	}
	var members []string
	pad := strings.Repeat(" ", indent+2)
	if text[0] == '{' {
		var object ordered[json.RawMessage]
		if err := json.Unmarshal(text, &object); err != nil {
			return "", err
		}
		for _, m := range object {
			name, err := encode(m.name)
			if err != nil {
				return "", err
			}
			value, err := layOut(m.value, indent+2, utf8.RuneCount(name)+3)
			if err != nil {
				return "", err
			}
			members = append(members, pad+string(name)+": "+value)
		}
		return "{\n" + strings.Join(members, ",\n") + "\n" + pad[2:] + "}", nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return "", err
	}
	for _, item := range list {
		value, err := layOut(item, indent+2, 0)
		if err != nil {
			return "", err
		}
		members = append(members, pad+value)
	}
	return "[\n" + strings.Join(members, ",\n") + "\n" + pad[2:] + "]", nil
}

// oneLine writes a value on a line, with room inside of braces.
func oneLine(text json.RawMessage) (string, error) {
	switch {
	case bytes.Equal(text, []byte("{}")) || bytes.Equal(text, []byte("[]")):
		return string(text), nil
	case text[0] == '{':
		var object ordered[json.RawMessage]
		if err := json.Unmarshal(text, &object); err != nil {
			return "", err
		}
		members := make([]string, len(object))
		for i, m := range object {
			name, err := encode(m.name)
			if err != nil {
				return "", err
			}
			value, err := oneLine(m.value)
			if err != nil {
				return "", err
			}
			members[i] = string(name) + ": " + value
		}
		return "{ " + strings.Join(members, ", ") + " }", nil
	case text[0] == '[':
		var list []json.RawMessage
		if err := json.Unmarshal(text, &list); err != nil {
			return "", err
		}
		items := make([]string, len(list))
		for i, item := range list {
			value, err := oneLine(item)
			if err != nil {
				return "", err
			}
			items[i] = value
		}
		return "[" + strings.Join(items, ", ") + "]", nil
	}
	return string(text), nil
}

func TestErrcodesAreInOrder(t *testing.T) {
	d := New(Options{Sandbox: true})
	for _, o := range d.Operations() {
		ordered := slices.IsSortedFunc(o.Errcodes, func(a, b Errcode) int { return a.Code - b.Code })
		distinct := len(slices.CompactFunc(slices.Clone(o.Errcodes), func(a, b Errcode) bool { return a.Code == b.Code })) == len(o.Errcodes)
		if !ordered || !distinct {
			t.Errorf("%s %s: got errcodes %v, want each once, ascending", o.Method, o.Path, o.Errcodes)
		}
	}
}
