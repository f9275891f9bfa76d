package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// withoutTag returns an OpenAPI document without the operations of a tag, the
// tag itself, and the components that nothing refers to any longer. Everything
// else keeps its order.
func withoutTag(text []byte, name string) ([]byte, error) {
	var doc ordered[json.RawMessage]
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if err := rewrite(doc, "tags", func(tags *[]json.RawMessage) error {
		var failed error
		*tags = slices.DeleteFunc(*tags, func(raw json.RawMessage) bool {
			var t tag
			if err := json.Unmarshal(raw, &t); err != nil {
				failed = err
			}
			return t.Name == name
		})
		return failed
	}); err != nil {
		return nil, err
	}
	if err := rewrite(doc, "paths", func(paths *ordered[ordered[json.RawMessage]]) error {
		var failed error
		for i := range *paths {
			item := &(*paths)[i].value
			*item = slices.DeleteFunc(*item, func(m member[json.RawMessage]) bool {
				var c call
				if err := json.Unmarshal(m.value, &c); err != nil {
					failed = err
				}
				return slices.Contains(c.Tags, name)
			})
		}
		*paths = slices.DeleteFunc(*paths, func(m member[ordered[json.RawMessage]]) bool { return len(m.value) == 0 })
		return failed
	}); err != nil {
		return nil, err
	}
	paths := *doc.find("paths") // rewrite found it
	if err := rewrite(doc, "components", func(components *ordered[ordered[json.RawMessage]]) error {
		for dropUnused(components, paths) {
			// Each round drops at least one component, so this ends.
		}
		*components = slices.DeleteFunc(*components, func(m member[ordered[json.RawMessage]]) bool { return len(m.value) == 0 })
		return nil
	}); err != nil {
		return nil, err
	}
	return encode(doc)
}

// dropUnused removes the components that neither a path nor another component
// refers to, and tells whether there were any. A component that only one of
// these refers to goes in the next round.
func dropUnused(components *ordered[ordered[json.RawMessage]], paths json.RawMessage) (dropped bool) {
	texts := []json.RawMessage{paths}
	for _, kind := range *components {
		for _, c := range kind.value {
			texts = append(texts, c.value)
		}
	}
	for i := range *components {
		kind := &(*components)[i]
		if kind.name == "securitySchemes" { // named by operations, not by reference
			continue
		}
		kind.value = slices.DeleteFunc(kind.value, func(m member[json.RawMessage]) bool {
			ref := []byte(`"#/components/` + kind.name + `/` + m.name + `"`)
			used := slices.ContainsFunc(texts, func(text json.RawMessage) bool { return bytes.Contains(text, ref) })
			dropped = dropped || !used
			return !used
		})
	}
	return dropped
}

// rewrite decodes one member of the document, lets change work on it, and puts
// it back.
func rewrite[T any](doc ordered[json.RawMessage], name string, change func(*T) error) error {
	raw := doc.find(name)
	if raw == nil {
		return fmt.Errorf("the document has no %s", name)
	}
	var value T
	if err := json.Unmarshal(*raw, &value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := change(&value); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	out, err := encode(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	*raw = out
	return nil
}
