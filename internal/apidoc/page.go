package apidoc

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
)

//go:embed page.html.tmpl
var pageSource string

// page is what the template sees.
type page struct {
	Title, Summary, Version, Description string
	// General are the errcodes that many operations share.
	General []Errcode
	// Common are the forms of answers that many operations share.
	Common   []Shape
	Sections []section
}

// section is a tag with its operations.
type section struct {
	Name, Anchor, Description string
	Sandbox                   bool
	Operations                []entry
}

// entry is an operation on the page.
type entry struct {
	*Operation
	// Own are the errcodes that are not general, or mean something special here.
	Own []Errcode
	// General are the codes of the rest.
	General []int
}

func parsePage() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"markdown":    markdown,
		"inline":      inline,
		"json":        pretty,
		"constraint":  joinConstraints,
		"indent":      func(depth int) string { return "d" + strconv.Itoa(depth) },
		"lower":       strings.ToLower,
		"shapeAnchor": func(name string) string { return "answer-" + name },
	}).Parse(pageSource)
}

// renderPage makes the page once; it is the same for every reader.
func renderPage(tmpl *template.Template, doc *document, operations []Operation) ([]byte, error) {
	p := page{
		Title: doc.Info.Title, Summary: doc.Info.Summary, Version: doc.Info.Version,
		Description: doc.Info.Description, General: doc.Errcodes,
	}
	p.Common = commonShapes(operations)
	for _, t := range doc.Tags {
		s := section{Name: t.Name, Anchor: tagAnchor(t.Name), Description: t.Description, Sandbox: t.Name == sandboxTag}
		for i := range operations {
			if operations[i].Tag == t.Name {
				s.Operations = append(s.Operations, newEntry(&operations[i], doc.Errcodes))
			}
		}
		p.Sections = append(p.Sections, s)
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func newEntry(o *Operation, general []Errcode) entry {
	e := entry{Operation: o}
	for _, code := range o.Errcodes {
		if slices.Contains(general, code) {
			e.General = append(e.General, code.Code)
		} else {
			e.Own = append(e.Own, code)
		}
	}
	return e
}

// commonShapes lists each common form of answers once, in the order in which
// they first occur.
func commonShapes(operations []Operation) []Shape {
	var all []Shape
	for i := range operations {
		for shape := range operations[i].shapes() {
			if shape.Common && !slices.ContainsFunc(all, func(s Shape) bool { return s.Name == shape.Name }) {
				all = append(all, *shape)
			}
		}
	}
	return all
}

// tagAnchor is where the section of a tag begins.
func tagAnchor(name string) string {
	return "tag-" + strings.ReplaceAll(strings.ToLower(name), " ", "-")
}

func joinConstraints(constraints []string) template.HTML {
	return inline(strings.Join(constraints, "; "))
}

// pretty lays an example out for reading. The document in the program is valid
// JSON, so neither of these can fail on it; if one did, the text as it is would
// still be the best to show.
func pretty(value json.RawMessage) string {
	var out bytes.Buffer
	if err := json.Indent(&out, compact(value), "", "  "); err != nil {
		return string(value)
	}
	return out.String()
}

func compact(value json.RawMessage) []byte {
	var out bytes.Buffer
	if err := json.Compact(&out, value); err != nil {
		return value
	}
	return out.Bytes()
}

// StatusText names an answer for its heading.
func (a Answer) StatusText() string {
	if a.Status == "default" {
		return "Any other status"
	}
	return fmt.Sprintf("HTTP %s", a.Status)
}
