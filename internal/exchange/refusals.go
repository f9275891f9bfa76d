package exchange

import (
	"errors"
	"net/http"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
)

// BadRequest is a request that cannot be understood, in words for who wrote the page.
type BadRequest string

func (b BadRequest) Error() string { return string(b) }

// Refusals that every door has.
var (
	ErrNoSuchCall  = errors.New("there is no such call, or not with this method")
	ErrCrossOrigin = errors.New("a page of another site may not do this")
)

// Fault is an error as pages read it. The page words it; the message is for who writes
// the page.
type Fault struct {
	Code       string   `json:"code"`
	Message    string   `json:"message"`
	RetryAfter int64    `json:"retry_after,omitempty"` // seconds
	RID        kefu.RID `json:"rid"`
	// Beside is told beside the error, by member; nil for nothing.
	Beside map[string]any `json:"-"`
}

// Refusal is the status and the fault of an error that every door says alike: those of
// this package, refusals of the house, and for all else a failure inside.
func Refusal(err error) (status int, f Fault) {
	f.Message = err.Error()
	var bad BadRequest
	switch {
	case errors.As(err, &bad):
		f.Code = "bad_request"
		return http.StatusBadRequest, f
	case errors.Is(err, ErrNoSuchCall), errors.Is(err, ErrNoMedia):
		f.Code = "not_found"
		return http.StatusNotFound, f
	case errors.Is(err, ErrCrossOrigin):
		f.Code = "forbidden"
		return http.StatusForbidden, f
	}
	if status, code, ok := translate.Refusal(err); ok {
		f.Code = code
		return status, f
	}
	f.Code, f.Message = "internal", "something went wrong inside; the log tells what, by the rid"
	return http.StatusInternalServerError, f
}
