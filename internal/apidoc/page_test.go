package apidoc_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// reading is what a machine finds on the page.
type reading struct {
	ids, links, files []string
	levels            []int // of headings, in order
	landmarks         map[string]int
	attributes        map[string]bool
	elements          map[string]int
	text              strings.Builder
}

// read goes through the page as XML, which is stricter than HTML: what it
// accepts is nested and quoted properly.
func read(t *testing.T, page string) *reading {
	t.Helper()
	r := &reading{landmarks: make(map[string]int), attributes: make(map[string]bool), elements: make(map[string]int)}
	decoder := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return r
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch token := token.(type) {
		case xml.CharData:
			r.text.Write(token)
		case xml.StartElement:
			name := token.Name.Local
			r.elements[name]++
			if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
				r.levels = append(r.levels, int(name[1]-'0'))
			}
			if slices.Contains([]string{"header", "nav", "main"}, name) {
				r.landmarks[name]++
			}
			for _, a := range token.Attr {
				r.attributes[a.Name.Local] = true
				switch {
				case a.Name.Local == "id":
					r.ids = append(r.ids, a.Value)
				case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"), a.Name.Local == "aria-labelledby":
					r.links = append(r.links, strings.TrimPrefix(a.Value, "#"))
				case a.Name.Local == "href" || a.Name.Local == "src":
					r.files = append(r.files, a.Value)
				}
			}
		}
	}
}

func TestPage(t *testing.T) {
	for name, options := range scopes {
		t.Run(name, func(t *testing.T) {
			d, _ := describe(t, options)
			page := get(serve(t, options), "GET", "/docs/api/", nil).Body.String()
			r := read(t, page)

			for _, o := range d.Operations() {
				if !slices.Contains(r.ids, o.ID) {
					t.Errorf("%s %s has no place on the page", o.Method, o.Path)
				}
				for _, text := range []string{o.Path, o.Curl()} {
					if !strings.Contains(r.text.String(), text) {
						t.Errorf("%s %s: the page lacks %q", o.Method, o.Path, text)
					}
				}
			}
			for _, leftover := range []string{"$ref", "#/components", "%!", "**", "| errcode"} {
				if strings.Contains(page, leftover) {
					t.Errorf("the page has %q in it, which is no language for a reader", leftover)
				}
			}
			slices.Sort(r.ids)
			if compacted := slices.Compact(slices.Clone(r.ids)); len(compacted) != len(r.ids) {
				t.Errorf("got %d ids of which %d are distinct, want all", len(r.ids), len(compacted))
			}
			for _, link := range r.links {
				if !slices.Contains(r.ids, link) {
					t.Errorf("a link points to #%s, which is nowhere", link)
				}
			}
			for _, file := range r.files {
				if !slices.Contains([]string{"icon.svg", "style.css", "/openapi.json"}, file) {
					t.Errorf("the page refers to %s, which it must not need", file)
				}
			}
		})
	}
}

// What somebody who does not see the page finds their way by.
func TestPageAccess(t *testing.T) {
	page := get(serve(t, scopes["sandbox"]), "GET", "/docs/api/", nil).Body.String()
	r := read(t, page)
	if r.levels[0] != 1 || slices.Contains(r.levels[1:], 1) {
		t.Errorf("got headings %v, want one h1, the first", r.levels)
	}
	for i := range r.levels[1:] {
		if r.levels[i+1] > r.levels[i]+1 {
			t.Errorf("heading %d is an h%d behind an h%d", i+1, r.levels[i+1], r.levels[i])
		}
	}
	for landmark, want := range map[string]int{"header": 1, "nav": 2, "main": 1} {
		if got := r.landmarks[landmark]; got != want {
			t.Errorf("got %d %s, want %d", got, landmark, want)
		}
	}
	for _, forbidden := range []string{"script", "style", "form", "iframe"} {
		if r.elements[forbidden] > 0 {
			t.Errorf("the page has a %s element, which its policy forbids", forbidden)
		}
	}
	for _, forbidden := range []string{"style", "onclick", "onload"} {
		if r.attributes[forbidden] {
			t.Errorf("the page has a %s attribute, which its policy forbids", forbidden)
		}
	}
	for _, want := range []string{`<html lang="en">`, `name="viewport"`, "Skip to content", "only in kefu dev", `alt=""`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
