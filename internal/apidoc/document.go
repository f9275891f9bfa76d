package apidoc

import (
	"encoding/json"
	"fmt"
	"strings"
)

// document is what this package reads of an OpenAPI document. Members that only
// other tools use are not listed.
type document struct {
	Info struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Version     string `json:"version"`
	} `json:"info"`
	Tags       []tag                  `json:"tags"`
	Paths      ordered[ordered[call]] `json:"paths"`
	Components struct {
		Schemas         ordered[*schema]        `json:"schemas"`
		Parameters      ordered[parameter]      `json:"parameters"`
		Responses       ordered[response]       `json:"responses"`
		SecuritySchemes ordered[securityScheme] `json:"securitySchemes"`
	} `json:"components"`
	Errcodes []Errcode `json:"x-errcodes"`
}

type tag struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// call is an Operation Object.
type call struct {
	ID          string              `json:"operationId"`
	Tags        []string            `json:"tags"`
	Summary     string              `json:"summary"`
	Description string              `json:"description"`
	Security    []ordered[[]string] `json:"security"`
	Parameters  []parameter         `json:"parameters"`
	RequestBody *body               `json:"requestBody"`
	Responses   ordered[response]   `json:"responses"`
	Errcodes    []Errcode           `json:"x-errcodes"`
}

type parameter struct {
	Ref         string          `json:"$ref"`
	Name        string          `json:"name"`
	In          string          `json:"in"`
	Required    bool            `json:"required"`
	Description string          `json:"description"`
	Schema      *schema         `json:"schema"`
	Example     json.RawMessage `json:"example"`
}

type securityScheme struct {
	Type        string `json:"type"`
	In          string `json:"in"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type body struct {
	Required bool               `json:"required"`
	Content  ordered[mediaType] `json:"content"`
}

type response struct {
	Ref         string             `json:"$ref"`
	Description string             `json:"description"`
	Content     ordered[mediaType] `json:"content"`
}

type mediaType struct {
	Schema   *schema          `json:"schema"`
	Examples ordered[example] `json:"examples"`
}

type example struct {
	Summary string          `json:"summary"`
	Value   json.RawMessage `json:"value"`
}

// component finds what a local reference such as "#/components/schemas/Agent"
// names.
func component[T any](in ordered[T], kind, ref string) (name string, found T, err error) {
	name, isLocal := strings.CutPrefix(ref, "#/components/"+kind+"/")
	if isLocal {
		if value := in.find(name); value != nil {
			return name, *value, nil
		}
	}
	return "", found, fmt.Errorf("%q names nothing in components/%s", ref, kind)
}

// operations flattens the document: one entry for each method of each path,
// with every reference resolved.
func (d *document) operations() ([]Operation, error) {
	var operations []Operation
	for _, t := range d.Tags {
		for _, path := range d.Paths {
			for _, method := range path.value {
				if len(method.value.Tags) == 1 && method.value.Tags[0] == t.Name {
					o, err := d.operation(strings.ToUpper(method.name), path.name, &method.value)
					if err != nil {
						return nil, fmt.Errorf("%s %s: %w", method.name, path.name, err)
					}
					operations = append(operations, o)
				}
			}
		}
	}
	markCommon(operations)
	return operations, nil
}

func (d *document) operation(method, path string, c *call) (Operation, error) {
	o := Operation{
		Method:      method,
		Path:        path,
		Tag:         c.Tags[0],
		ID:          c.ID,
		Summary:     c.Summary,
		Description: withoutErrcodeTable(c.Description),
		Errcodes:    c.Errcodes,
	}
	for _, requirement := range c.Security {
		for _, use := range requirement {
			scheme := d.Components.SecuritySchemes.find(use.name)
			if scheme == nil {
				return o, fmt.Errorf("the security scheme %s does not exist", use.name)
			}
			o.Parameters = append(o.Parameters, Parameter{
				Name: scheme.Name, In: scheme.In, Type: "string", Required: true, Description: scheme.Description,
			})
			o.TokenParameter = scheme.Name
		}
	}
	for _, p := range c.Parameters {
		if p.Ref != "" {
			var err error
			if _, p, err = component(d.Components.Parameters, "parameters", p.Ref); err != nil {
				return o, err
			}
		}
		field, err := d.describe(p.Schema)
		if err != nil {
			return o, fmt.Errorf("parameter %s: %w", p.Name, err)
		}
		o.Parameters = append(o.Parameters, Parameter{
			Name: p.Name, In: p.In, Type: field.typ, Required: p.Required,
			Description: p.Description, Constraints: field.constraints, Example: scalarText(p.Example),
		})
	}
	if c.RequestBody != nil {
		content, err := d.contents(c.RequestBody.Content)
		if err != nil {
			return o, fmt.Errorf("request: %w", err)
		}
		o.Request, o.RequestRequired = content, c.RequestBody.Required
	}
	for _, r := range c.Responses {
		answer := r.value
		if answer.Ref != "" {
			var err error
			if _, answer, err = component(d.Components.Responses, "responses", answer.Ref); err != nil {
				return o, err
			}
		}
		content, err := d.contents(answer.Content)
		if err != nil {
			return o, fmt.Errorf("answer %s: %w", r.name, err)
		}
		o.Answers = append(o.Answers, Answer{Status: r.name, Description: answer.Description, Content: content})
	}
	return o, nil
}

func (d *document) contents(in ordered[mediaType]) ([]Content, error) {
	contents := make([]Content, 0, len(in))
	for _, m := range in {
		content := Content{Type: m.name}
		if m.value.Schema != nil {
			shapes, err := d.shapes(m.value.Schema)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.name, err)
			}
			content.Shapes = shapes
		}
		for _, e := range m.value.Examples {
			content.Examples = append(content.Examples, Example{Name: e.name, Summary: e.value.Summary, Value: e.value.Value})
		}
		contents = append(contents, content)
	}
	return contents, nil
}
