package apidoctest

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkRequest holds a request that was served against the operation.
func (b *book) checkRequest(e *entry, req *http.Request, body []byte) error {
	query := req.URL.Query()
	if e.op.Security != nil {
		for _, requirement := range *e.op.Security {
			for name := range requirement {
				scheme := b.doc.Components.SecuritySchemes[name].Value
				if query.Get(scheme.Name) == "" {
					return fmt.Errorf("the request was served without %s in the query", scheme.Name)
				}
			}
		}
	}
	for _, ref := range e.op.Parameters {
		p := ref.Value
		value, present := e.pathValues[p.Name]
		if p.In == openapi3.ParameterInQuery {
			value, present = query.Get(p.Name), query.Has(p.Name)
		}
		if !present {
			if p.Required {
				return fmt.Errorf("the request was served without the parameter %s", p.Name)
			}
			continue
		}
		if err := b.fits(p.Schema, value); err != nil {
			return fmt.Errorf("the parameter %s was accepted but does not fit: %w", p.Name, err)
		}
	}
	if e.op.RequestBody == nil {
		return nil
	}
	return b.checkRequestBody(e.op.RequestBody.Value, req, body)
}

func (b *book) checkRequestBody(described *openapi3.RequestBody, req *http.Request, body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if described.Required {
			return errors.New("the request was served without a body")
		}
		return nil
	}
	if described.Content["multipart/form-data"] != nil {
		return checkForm(req, body)
	}
	// The Content-Type of a JSON request means nothing on this wire.
	media := described.Content["application/json"]
	value, err := decode(body)
	if err != nil {
		return fmt.Errorf("the request body was accepted but %w", err)
	}
	if err := b.fits(media.Schema, value); err != nil {
		return fmt.Errorf("the request body was accepted but does not fit: %w", err)
	}
	return nil
}

// checkForm looks for a part in a multipart body. A header without a boundary
// is a form too: the body's first line then is the boundary.
func checkForm(req *http.Request, body []byte) error {
	_, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	boundary := params["boundary"]
	if err != nil || boundary == "" {
		line, _, _ := bytes.Cut(body, []byte("\n"))
		boundary = string(bytes.TrimPrefix(bytes.TrimSpace(line), []byte("--")))
	}
	if _, err := multipart.NewReader(bytes.NewReader(body), boundary).NextRawPart(); err != nil {
		return fmt.Errorf("the request body was accepted but is no form: %w", err)
	}
	return nil
}
