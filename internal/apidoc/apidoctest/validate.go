package apidoctest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/openkefu/kefu/internal/apidoc"
)

// maxShown is how much of a body a failure prints: enough for any refusal, and
// not twenty kilobytes of a list.
const maxShown = 600

// Validate fails the test when an exchange is not as the description says; see
// the package comment for the rules. reqBody and resBody are the bodies as they
// were sent; the bodies of req and res are not read.
func Validate(t testing.TB, req *http.Request, reqBody []byte, res *http.Response, resBody []byte) {
	t.Helper()
	b, err := theBook()
	if err != nil {
		t.Fatalf("apidoctest: %v", err)
		return
	}
	if err := b.check(req, reqBody, res, resBody); err != nil {
		t.Errorf("%s %s is not as the API description says:\n%v\nrequest body: %s\nanswer: HTTP %d %s",
			req.Method, req.URL.Path, err, shown(reqBody), res.StatusCode, shown(resBody))
	}
}

func shown(body []byte) string {
	if len(body) == 0 {
		return "(none)"
	}
	if len(body) > maxShown {
		return fmt.Sprintf("%q… (%d bytes)", body[:maxShown], len(body))
	}
	return fmt.Sprintf("%q", body)
}

// check returns all that does not fit, joined.
func (b *book) check(req *http.Request, reqBody []byte, res *http.Response, resBody []byte) error {
	e, err := b.find(req.Method, req.URL.Path)
	if err != nil {
		return err
	}
	code, err := b.checkAnswer(e, req, res, resBody)
	served := code == 0 && res.StatusCode < http.StatusBadRequest
	switch {
	case err != nil:
		return err
	case e.foreign && served:
		return fmt.Errorf("the description has no %s here, but it was served", req.Method)
	case served:
		return b.checkRequest(e, req, reqBody)
	}
	return nil
}

// checkAnswer holds the answer against the operation and returns its errcode,
// 0 when it has none.
func (b *book) checkAnswer(e *entry, req *http.Request, res *http.Response, body []byte) (errcode int, err error) {
	described := e.op.Responses.Status(res.StatusCode)
	if described == nil {
		described = e.op.Responses.Default()
	}
	if described == nil {
		return 0, fmt.Errorf("HTTP status %d is not described", res.StatusCode)
	}
	if req.Method == http.MethodHead || res.StatusCode == http.StatusNotModified {
		if len(body) > 0 {
			return 0, errors.New("the answer must have no body")
		}
		return 0, nil
	}
	content := described.Value.Content
	if len(content) == 0 {
		return 0, nil
	}
	contentType := res.Header.Get("Content-Type")
	media := content.Get(contentType)
	if media == nil {
		return 0, fmt.Errorf("the answer's Content-Type %q is not described", contentType)
	}
	if content["application/json"] != media {
		if len(body) == 0 {
			return 0, errors.New("the answer is empty")
		}
		return 0, nil
	}
	value, err := decode(body)
	if err != nil {
		return 0, fmt.Errorf("the answer %w", err)
	}
	if media.Schema != nil {
		if err := b.fits(media.Schema, value); err != nil {
			return 0, fmt.Errorf("the answer does not fit: %w", err)
		}
	}
	if !e.wire() {
		return 0, nil
	}
	return checkWire(e, body)
}

// checkWire holds an answer against the rules of WeChat's wire that a schema
// cannot say.
func checkWire(e *entry, body []byte) (errcode int, err error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, body); err != nil {
		return 0, fmt.Errorf("the answer is not JSON: %w", err)
	}
	if !bytes.Equal(compact.Bytes(), body) {
		return 0, errors.New("the answer must be one compact JSON object, without indentation and without a newline at its end")
	}
	var status struct {
		Errcode int    `json:"errcode"`
		Errmsg  string `json:"errmsg"`
	}
	if err := json.Unmarshal(body, &status); err != nil {
		return 0, fmt.Errorf("the answer is not an object with an errcode: %w", err)
	}
	if status.Errcode == 0 {
		return 0, nil
	}
	listed := slices.ContainsFunc(e.errcodes, func(c apidoc.Errcode) bool { return c.Code == status.Errcode })
	if !listed {
		return 0, fmt.Errorf("errcode %d (%s) is not among the x-errcodes of %s", status.Errcode, status.Errmsg, e.op.OperationID)
	}
	if e.foreign && !slices.Contains(wrongMethodCodes, status.Errcode) {
		return 0, fmt.Errorf("errcode %d must not be the answer to a method that is not described", status.Errcode)
	}
	return status.Errcode, nil
}

// wrongMethodCodes are what a call with a wrong method can be answered: that,
// or the outcome of a check that comes before it (a fault, HTTPS, the access
// token and its account).
var wrongMethodCodes = []int{43001, 43002, -1, 43003, 41001, 40001, 40014, 42001, 50002}
