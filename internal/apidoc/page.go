package apidoc

import (
	"slices"
	"strings"
)

// The page is written by hand, line by line, and not with html/template: that
// package calls methods by names it learns at run time, so that a program with
// it in must keep every exported method of every type it can reach. Kefu is five
// megabytes smaller without.

// page is what the page shows.
type page struct {
	Title, Version, Description string
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

func newPage(doc *document, operations []Operation) *page {
	p := &page{
		Title: doc.Info.Title, Version: doc.Info.Version, Description: doc.Info.Description,
		General: doc.Errcodes, Common: commonShapes(operations),
	}
	for _, t := range doc.Tags {
		s := section{Name: t.Name, Anchor: tagAnchor(t.Name), Description: t.Description, Sandbox: t.Name == sandboxTag}
		for i := range operations {
			if operations[i].Tag == t.Name {
				s.Operations = append(s.Operations, newEntry(&operations[i], doc.Errcodes))
			}
		}
		p.Sections = append(p.Sections, s)
	}
	return p
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

// shapeAnchor is where a common form of answers is described.
func shapeAnchor(name string) string { return "answer-" + name }

// render writes the page. It is the same for every reader, so that once is enough.
func (p *page) render() []byte {
	var w writer
	w.head(p)
	w.rail(p.Sections)
	w.tags(p.Sections)
	w.line(`<main id="content" tabindex="-1">`)
	w.intro(p)
	for i := range p.Sections {
		w.section(&p.Sections[i])
	}
	w.line("</main>\n</body>\n</html>")
	return w.out.Bytes()
}
