package apidoctest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/openkefu/kefu/internal/apidoc"
)

// book is the description, loaded for looking things up.
type book struct {
	doc      *openapi3.T
	errcodes map[string][]apidoc.Errcode // by operationId
}

// theBook is loaded once: it takes far longer than a check.
var theBook = sync.OnceValues(load)

func load() (*book, error) {
	description := apidoc.New(apidoc.Options{Sandbox: true})
	doc, err := openapi3.NewLoader().LoadFromData(description.Document())
	if err != nil {
		return nil, fmt.Errorf("load the description: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("the description is no OpenAPI document: %w", err)
	}
	b := &book{doc: doc, errcodes: make(map[string][]apidoc.Errcode)}
	for _, o := range description.Operations() {
		b.errcodes[o.ID] = o.Errcodes
	}
	return b, nil
}

// entry is what the book says about one request.
type entry struct {
	op       *openapi3.Operation
	errcodes []apidoc.Errcode
	// pathValues are the parts of the path that are parameters.
	pathValues map[string]string
	// foreign tells that the operation is that of another method, so that the
	// answer can only be a refusal of the method.
	foreign bool
}

// wire tells whether the operation speaks in errcodes and not in HTTP statuses.
func (e *entry) wire() bool { return len(e.errcodes) > 0 }

func (b *book) find(method, path string) (*entry, error) {
	item, values := b.item(path)
	if item == nil {
		return nil, fmt.Errorf("the description has no path %s", path)
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	op := item.GetOperation(method)
	if op != nil {
		return &entry{op: op, errcodes: b.errcodes[op.OperationID], pathValues: values}, nil
	}
	// Only one of the two is there, or the method would have been found, unless
	// it is neither GET nor POST; then the refusal is that of the POST.
	for _, other := range []*openapi3.Operation{item.Post, item.Get} {
		if other == nil || len(b.errcodes[other.OperationID]) == 0 {
			continue
		}
		tolerated := method == http.MethodPost && other == item.Get
		return &entry{op: other, errcodes: b.errcodes[other.OperationID], pathValues: values, foreign: !tolerated}, nil
	}
	return nil, fmt.Errorf("the description has no %s of %s", method, path)
}

// item finds a path, with its parameters filled in.
func (b *book) item(path string) (*openapi3.PathItem, map[string]string) {
	if item := b.doc.Paths.Value(path); item != nil {
		return item, nil
	}
	parts := strings.Split(path, "/")
	for pattern, item := range b.doc.Paths.Map() {
		if values, matched := match(strings.Split(pattern, "/"), parts); matched {
			return item, values
		}
	}
	return nil, nil
}

func match(pattern, parts []string) (values map[string]string, matched bool) {
	if len(pattern) != len(parts) {
		return nil, false
	}
	values = make(map[string]string)
	for i, want := range pattern {
		if name, open := strings.CutPrefix(want, "{"); open && parts[i] != "" {
			values[strings.TrimSuffix(name, "}")] = parts[i]
		} else if want != parts[i] {
			return nil, false
		}
	}
	return values, true
}

// fits holds a JSON value against a schema. For a choice it says of each branch
// why it does not fit, which a validator of the whole cannot say readably.
func (b *book) fits(ref *openapi3.SchemaRef, value any) error {
	if len(ref.Value.OneOf) == 0 {
		err := b.doc.ValidateSchemaJSON(ref.Value, value, openapi3.EnableJSONSchema2020())
		if err == nil {
			return nil
		}
		as := "a value"
		if ref.Ref != "" {
			as = ref.Ref[strings.LastIndexByte(ref.Ref, '/')+1:]
		}
		return fmt.Errorf("as %s: %s", as, strings.Join(misfits(err), "; "))
	}
	var none []error
	for _, branch := range ref.Value.OneOf {
		if err := b.fits(branch, value); err != nil {
			none = append(none, err)
		}
	}
	switch len(ref.Value.OneOf) - len(none) {
	case 0:
		return errors.Join(none...)
	case 1:
		return nil
	}
	return errors.New("fits several of the forms that exclude one another")
}

// misfits are the innermost reasons of a validation error. Its own text repeats
// the schema and the whole value at every level.
func misfits(err error) []string {
	switch e := err.(type) {
	case openapi3.MultiError:
		var all []string
		for _, one := range e {
			all = append(all, misfits(one)...)
		}
		return all
	case *openapi3.SchemaError:
		if e.Origin == nil {
			return []string{cut(e.Reason)}
		}
		return misfits(e.Origin)
	}
	if inner := errors.Unwrap(err); inner != nil {
		return misfits(inner)
	}
	return []string{cut(err.Error())}
}

// cut shortens a reason that quotes a long value.
func cut(reason string) string {
	if len(reason) > maxShown {
		return reason[:maxShown] + "…"
	}
	return reason
}

// decode reads exactly one JSON value.
func decode(text []byte) (value any, err error) {
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	return value, nil
}
