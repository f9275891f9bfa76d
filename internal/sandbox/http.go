package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openkefu/kefu/wechat"
)

// maxBody bounds a request: the largest is a list of faults.
const maxBody = 1 << 20

// nothing is the answer of a verb that only succeeds.
var nothing = struct{}{}

// badRequest is a request that cannot be understood, in words for its sender.
type badRequest string

func (b badRequest) Error() string { return string(b) }

// readBody reads a request's body, without the white space around it.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badRequest("the body broke off: " + err.Error())
	}
	if len(body) > maxBody {
		return nil, badRequest(fmt.Sprintf("the body is longer than %d bytes", maxBody))
	}
	return bytes.TrimSpace(body), nil
}

// readJSON reads the one JSON object of a request. Unknown members are refused:
// in a tool for tests, a misspelt name must not pass for success.
func readJSON(r *http.Request, into any) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	return decode(body, into)
}

// readOptionalJSON is [readJSON] for a request that may have no body.
func readOptionalJSON(r *http.Request, into any) error {
	body, err := readBody(r)
	if err != nil || len(body) == 0 {
		return err
	}
	return decode(body, into)
}

func decode(body []byte, into any) error {
	if !utf8.Valid(body) {
		return badRequest("the body is not UTF-8")
	}
	switch {
	case len(body) == 0:
		return badRequest("the body is empty: send a JSON object")
	case body[0] != '{':
		return badRequest("the body must be a JSON object")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		var bad badRequest
		if errors.As(err, &bad) {
			return bad
		}
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			member := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:]
			return badRequest(fmt.Sprintf("%q cannot be a %s", member, wrong.Value))
		}
		return badRequest("the body does not fit: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badRequest("there is more than one JSON value in the body")
	}
	return nil
}

// verb serves one call of the control API.
func (s *Sandbox) verb(do func(context.Context, *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := do(r.Context(), r)
		if err == nil {
			s.write(w, r, http.StatusOK, answer)
			return
		}
		status, code := refusal(err)
		message := err.Error()
		if status == http.StatusInternalServerError {
			s.Log.ErrorContext(r.Context(), "a sandbox call failed", "path", r.URL.Path, "error", err)
			message = "something went wrong inside; the log tells what"
		}
		s.refuse(w, r, status, code, message)
	})
}

// Busy answers a request for which there is no room.
func (s *Sandbox) Busy(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusServiceUnavailable, busy, "there is more to do than fits: try again in a moment")
}

// refuse answers an error.
func (s *Sandbox) refuse(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	s.write(w, r, status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

func (s *Sandbox) write(w http.ResponseWriter, r *http.Request, status int, answer any) {
	body, err := wechat.Marshal(answer)
	if err != nil {
		s.Log.ErrorContext(r.Context(), "a sandbox answer cannot be encoded", "path", r.URL.Path, "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that went away is told nothing more
}
