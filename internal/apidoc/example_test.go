package apidoc_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// fits holds a value against a schema by the rules of JSON Schema 2020-12.
func fits(ref *openapi3.SchemaRef, value any) error {
	return ref.Value.VisitJSON(value, openapi3.EnableJSONSchema2020())
}

// plain turns whatever holds a JSON value into what encoding/json makes of it.
func plain(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every example in the document is a valid one.
func TestExamplesFit(t *testing.T) {
	_, doc := describe(t, scopes["sandbox"])
	checked := 0
	check := func(where string, schema *openapi3.SchemaRef, value any) {
		checked++
		if err := fits(schema, plain(t, value)); err != nil {
			t.Errorf("%s does not fit its schema: %v", where, err)
		}
	}
	contents := func(where string, content openapi3.Content) {
		for mediaType, media := range content {
			for name, example := range media.Examples {
				check(where+" "+mediaType+" example "+name, media.Schema, example.Value.Value)
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			where := method + " " + path
			for _, p := range o.Parameters {
				if p.Value.Example != nil {
					check(where+" parameter "+p.Value.Name, p.Value.Schema, p.Value.Example)
				}
			}
			if o.RequestBody != nil {
				contents(where+" request", o.RequestBody.Value.Content)
			}
			for status, response := range o.Responses.Map() {
				contents(where+" answer "+status, response.Value.Content)
			}
		}
	}
	for name, schema := range doc.Components.Schemas {
		for i, example := range schema.Value.Examples {
			check(fmt.Sprintf("schema %s example %d", name, i), schema, example)
		}
		for property, p := range schema.Value.Properties {
			for i, example := range p.Value.Examples {
				check(fmt.Sprintf("schema %s.%s example %d", name, property, i), p, example)
			}
		}
	}
	if checked < 100 {
		t.Errorf("got %d examples, want at least 100: they are not found where they are looked for", checked)
	}
}
