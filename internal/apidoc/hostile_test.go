package apidoc

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hostile ends whatever text could be in: an attribute in either quotes, a tag,
// a comment, a block of code.
const hostile = `"'-->]]></code></p><script src='//x'>&lt;%s`

// fill puts a hostile text that names its own place into every string below v,
// two elements into every slice, and the flag into every bool, but leaves fields
// with the name empty alone. It notes the texts by their place.
func fill(t *testing.T, v reflect.Value, place string, flag bool, empty string, texts map[string]string) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		texts[place] = place + hostile
		v.SetString(texts[place])
	case reflect.Bool:
		v.SetBool(flag)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), place, flag, empty, texts)
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != empty {
				fill(t, v.Field(i), place+"."+name, flag, empty, texts)
			}
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			texts[place] = place + hostile // no JSON, so that it is shown as it is
			v.SetBytes([]byte(texts[place]))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), fmt.Sprintf("%s.%d", place, i), flag, empty, texts)
		}
	default:
		t.Fatalf("%s: the test cannot fill a %s", place, v.Type())
	}
}

// unshown are the fields that the page does not show: they decide about other
// things, or are shown sorted into Own and General.
var unshown = regexp.MustCompile(`\.(Tag|TokenParameter)$|\.Operation\.Errcodes\.`)

// elements are all that the page is made of.
var elements = strings.Fields(`html head meta title link body a header img p span nav ul li main section
	h1 h2 h3 h4 pre code div table thead tbody tr th td article details summary strong`)

// The document is ours, and still no text of it may become markup, wherever on
// the page it goes.
func TestHostileTextStaysText(t *testing.T) {
	shown := make(map[string]bool)
	all := make(map[string]string)
	for _, row := range []struct {
		name  string
		flags bool   // the value of every bool: forms of answers are common, what can be required is
		empty string // the name of fields that are left empty
	}{
		{name: "tables"},
		{name: "links to common answers", flags: true},
		{name: "names instead of summaries", empty: "Summary"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := new(page)
			fill(t, reflect.ValueOf(p).Elem(), "page", row.flags, row.empty, all)
			seen := readStrictly(t, string(p.render()))
			for place, text := range all {
				if strings.Contains(seen, text) {
					shown[place] = true
				}
			}
		})
	}
	for _, place := range slices.Sorted(maps.Keys(all)) {
		if !shown[place] && !unshown.MatchString(place) {
			t.Errorf("%s is nowhere on the page as it is in the document", place)
		}
	}
}

// readStrictly reads the page as XML and returns all its text and the values of
// its attributes. It fails when the page has an element that it is not made of,
// or an address that is not written in this package.
func readStrictly(t *testing.T, page string) string {
	t.Helper()
	var seen strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return seen.String()
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch token := token.(type) {
		case xml.Comment, xml.ProcInst:
			t.Errorf("got %T on the page, want none", token)
		case xml.CharData:
			seen.Write(token)
		case xml.StartElement:
			if !slices.Contains(elements, token.Name.Local) {
				t.Errorf("got the element %s, which is none of the page's", token.Name.Local)
			}
			for _, a := range token.Attr {
				seen.WriteString("\n" + a.Value + "\n")
				address := a.Name.Local == "href" || a.Name.Local == "src"
				own := []string{"icon.svg", "style.css", "/openapi.json"}
				if address && !strings.HasPrefix(a.Value, "#") && !slices.Contains(own, a.Value) {
					t.Errorf("got the address %q, want a place on the page or one of %v", a.Value, own)
				}
			}
		}
	}
}
