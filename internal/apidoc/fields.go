package apidoc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxSchemaDepth bounds how deep references and nested objects are followed. No
// body of this wire nests deeper than four; more is a reference that comes back
// to itself.
const maxSchemaDepth = 12

// schema is what this package reads of a JSON Schema.
type schema struct {
	Ref              string            `json:"$ref"`
	Type             string            `json:"type"`
	Format           string            `json:"format"`
	Description      string            `json:"description"`
	Required         []string          `json:"required"`
	Properties       ordered[*schema]  `json:"properties"`
	Items            *schema           `json:"items"`
	OneOf            []*schema         `json:"oneOf"`
	Enum             []json.RawMessage `json:"enum"`
	Const            json.RawMessage   `json:"const"`
	Default          json.RawMessage   `json:"default"`
	Pattern          string            `json:"pattern"`
	MinLength        *int              `json:"minLength"`
	MaxLength        *int              `json:"maxLength"`
	Minimum          *json.Number      `json:"minimum"`
	ExclusiveMinimum *json.Number      `json:"exclusiveMinimum"`
	Maximum          *json.Number      `json:"maximum"`
}

// described is a schema in the words of a table.
type described struct {
	name        string // of the component, when it came by a reference
	typ         string
	description string
	constraints []string
	schema      *schema // with the reference resolved
}

// resolve follows references. A description beside a reference, which OpenAPI
// 3.1 allows, takes the place of the component's own.
func (d *document) resolve(s *schema) (name string, resolved *schema, description string, err error) {
	description = s.Description
	for range maxSchemaDepth {
		if s.Ref == "" {
			return name, s, description, nil
		}
		if name, s, err = component(d.Components.Schemas, "schemas", s.Ref); err != nil {
			return "", nil, "", err
		}
		if description == "" {
			description = s.Description
		}
	}
	return "", nil, "", fmt.Errorf("the reference %q does not end", s.Ref)
}

func (d *document) describe(s *schema) (described, error) {
	name, resolved, description, err := d.resolve(s)
	if err != nil {
		return described{}, err
	}
	out := described{name: name, typ: resolved.Type, description: description, schema: resolved}
	switch {
	case len(resolved.OneOf) > 0:
		var types []string
		for _, one := range resolved.OneOf {
			choice, err := d.describe(one)
			if err != nil {
				return described{}, err
			}
			types = append(types, choice.typ)
		}
		out.typ = strings.Join(types, " or ")
	case resolved.Type == "array" && resolved.Items != nil:
		items, err := d.describe(resolved.Items)
		if err != nil {
			return described{}, err
		}
		out.typ = "array of " + plural(items.typ)
	case resolved.Format == "binary":
		out.typ = "file"
	}
	out.constraints = constraints(resolved)
	return out, nil
}

// shapes lists the forms that a body can take: the choices of oneOf, however
// deep, or the body itself.
func (d *document) shapes(s *schema) ([]Shape, error) { return d.shapesWithin(s, 0) }

func (d *document) shapesWithin(s *schema, depth int) ([]Shape, error) {
	if depth > maxSchemaDepth {
		return nil, fmt.Errorf("a choice of schemas nests deeper than %d", maxSchemaDepth)
	}
	body, err := d.describe(s)
	if err != nil {
		return nil, err
	}
	if len(body.schema.OneOf) > 0 {
		var all []Shape
		for _, one := range body.schema.OneOf {
			shapes, err := d.shapesWithin(one, depth+1)
			if err != nil {
				return nil, err
			}
			all = append(all, shapes...)
		}
		return all, nil
	}
	shape := Shape{Name: body.name, Description: body.description}
	if err := d.fields(body.schema, 0, &shape.Fields); err != nil {
		return nil, err
	}
	return []Shape{shape}, nil
}

// fields appends the members of an object, each followed by its own.
func (d *document) fields(s *schema, depth int, to *[]Field) error {
	if depth > maxSchemaDepth {
		return fmt.Errorf("objects nest deeper than %d", maxSchemaDepth)
	}
	for _, property := range s.Properties {
		p, err := d.describe(property.value)
		if err != nil {
			return fmt.Errorf("%s: %w", property.name, err)
		}
		*to = append(*to, Field{
			Name: property.name, Depth: depth, Type: p.typ, Required: slices.Contains(s.Required, property.name),
			Description: p.description, Constraints: p.constraints,
		})
		inner := p.schema
		if inner.Items != nil {
			if _, inner, _, err = d.resolve(inner.Items); err != nil {
				return fmt.Errorf("%s: %w", property.name, err)
			}
		}
		if err := d.fields(inner, depth+1, to); err != nil {
			return fmt.Errorf("%s: %w", property.name, err)
		}
	}
	return nil
}

// constraints says in short Markdown phrases what a value must be.
func constraints(s *schema) []string {
	var all []string
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if len(s.Const) > 0 {
		add("always `%s`", scalarText(s.Const))
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			values[i] = "`" + scalarText(value) + "`"
		}
		add("one of %s", strings.Join(values, ", "))
	}
	switch {
	case s.MinLength != nil && s.MaxLength != nil:
		add("%d to %d characters", *s.MinLength, *s.MaxLength)
	case s.MaxLength != nil:
		add("at most %d characters", *s.MaxLength)
	case s.MinLength != nil && *s.MinLength == 1:
		add("not empty")
	}
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		add("%s to %s", *s.Minimum, *s.Maximum)
	case s.ExclusiveMinimum != nil && s.Maximum != nil:
		add("above %s, at most %s", *s.ExclusiveMinimum, *s.Maximum)
	case s.Minimum != nil:
		add("at least %s", *s.Minimum)
	}
	if s.Pattern != "" {
		add("matches `%s`", s.Pattern)
	}
	if len(s.Default) > 0 {
		add("default `%s`", scalarText(s.Default))
	}
	return all
}

func plural(typ string) string {
	if typ == "" {
		return "values"
	}
	return typ + "s"
}
