package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// contents are the bodies that a request or an answer may have.
func (w *writer) contents(all []Content) {
	for _, content := range all {
		w.line(`<p class="media"><code>%s</code></p>`, content.Type)
		for i := range content.Shapes {
			w.shape(&content.Shapes[i])
		}
		for i, example := range content.Examples {
			w.example(&example, i == 0)
		}
	}
}

// shape is one form of a body, or the way to where it is described.
func (w *writer) shape(s *Shape) {
	if s.Common {
		w.line(`<p class="shape"><a href="#%s">%s</a> %s</p>`, shapeAnchor(s.Name), s.Name, inline(s.Description))
		return
	}
	if s.Name != "" || s.Description != "" {
		w.line(`<p class="shape">%s%s</p>`, when(s.Name != "", format(`<strong>%s</strong>`, s.Name)),
			when(s.Description != "", " "+inline(s.Description)))
	}
	w.fields(s)
}

// fields is the table of a form's members, indented by depth.
func (w *writer) fields(s *Shape) {
	if len(s.Fields) == 0 {
		return
	}
	name := s.Name
	if name == "" {
		name = "the body"
	}
	w.line(`<div class="frame">
<table aria-label="Fields of %s">
<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>`, name)
	for _, f := range s.Fields {
		w.line(`<tr><th scope="row" class="d%s"><code>%s</code>%s</th><td>%s</td><td>%s%s</td></tr>`,
			f.Depth, f.Name, need(f.Required), f.Type, inline(f.Description), rule(f.Constraints))
	}
	w.line(`</tbody>
</table>
</div>`)
}

// example is a sample of a body, unfolded or not.
func (w *writer) example(e *Example, open bool) {
	summary := e.Summary
	if summary == "" {
		summary = e.Name
	}
	w.line(`<details%s>
<summary>%s</summary>
<pre><code>%s</code></pre>
</details>`, when(open, ` open="open"`), summary, pretty(e.Value))
}

// StatusText names an answer for its heading.
func (a Answer) StatusText() string {
	if a.Status == "default" {
		return "Any other status"
	}
	return fmt.Sprintf("HTTP %s", a.Status)
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
