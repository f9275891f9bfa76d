package apidoc

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ordered is a JSON object that keeps the order of its members. The order in
// openapi.json is the order in which a reader should meet things, and a Go map
// would lose it.
type ordered[T any] []member[T]

type member[T any] struct {
	name  string
	value T
}

// find returns the member with this name, or nil. Objects here have few
// members, so that a search is as quick as an index.
func (o ordered[T]) find(name string) *T {
	for i := range o {
		if o[i].name == name {
			return &o[i].value
		}
	}
	return nil
}

func (o *ordered[T]) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	start, err := decoder.Token()
	if err != nil {
		return err
	}
	if start != json.Delim('{') {
		return fmt.Errorf("an object must begin with {, got %v", start)
	}
	*o = nil
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		m := member[T]{name: name.(string)} // a name is a string, or Token fails
		if err := decoder.Decode(&m.value); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if o.find(m.name) != nil {
			return fmt.Errorf("%s: is there twice", m.name)
		}
		*o = append(*o, m)
	}
	_, err = decoder.Token()
	return err
}

func (o ordered[T]) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := encode(o[i].name)
		if err != nil {
			return nil, err
		}
		value, err := encode(o[i].value)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// encode is compact JSON with &, < and > as they are, which json.Marshal would
// turn into escapes that nobody can read.
func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte{'\n'}), nil
}
