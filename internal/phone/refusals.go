package phone

import (
	"errors"
	"math"
	"net/http"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/realtime"
	"github.com/openkefu/kefu/internal/translate"
)

// badRequest is a request that cannot be understood, in words for who wrote the page.
type badRequest string

func (b badRequest) Error() string { return string(b) }

var (
	errNoSuchCall  = errors.New("there is no such call, or not with this method")
	errNoMedia     = errors.New("there is no such media, or its time is over")
	errCrossOrigin = errors.New("a page of another site may not do this")
	errStranger    = errors.New("this browser has not said hello, or its cookie is not from here")
)

// fault is an error as pages read it. The page words it; the message is for who writes
// the page.
type fault struct {
	Code       string   `json:"code"`
	Message    string   `json:"message"`
	RetryAfter int64    `json:"retry_after,omitempty"` // seconds
	RID        kefu.RID `json:"rid"`
}

// busyAfter is when to come again while more is waiting than can be written, in
// seconds.
const busyAfter = 1

// refusal is the status and the body of an error.
func refusal(err error) (status int, f fault) {
	f.Message = err.Error()
	var bad badRequest
	var fast tooFast
	switch {
	case errors.As(err, &bad), errors.Is(err, realtime.ErrHandshake):
		f.Code = "bad_request"
		return http.StatusBadRequest, f
	case errors.Is(err, errNoSuchCall), errors.Is(err, errNoMedia):
		f.Code = "not_found"
		return http.StatusNotFound, f
	case errors.Is(err, errStranger):
		f.Code = "not_signed_in"
		return http.StatusUnauthorized, f
	case errors.Is(err, errCrossOrigin), errors.Is(err, realtime.ErrOrigin):
		f.Code = "forbidden"
		return http.StatusForbidden, f
	case errors.As(err, &fast):
		f.Code, f.RetryAfter = "too_many_tries", int64(math.Ceil(fast.RetryAfter.Seconds()))
		return http.StatusTooManyRequests, f
	case errors.Is(err, realtime.ErrBusy):
		f.Code, f.RetryAfter = "busy", realtime.ComeAgain
		return http.StatusServiceUnavailable, f
	case errors.Is(err, desk.ErrBusy):
		f.Code, f.RetryAfter = "busy", busyAfter
		return http.StatusServiceUnavailable, f
	}
	if status, code, ok := translate.Refusal(err); ok {
		f.Code = code
		return status, f
	}
	f.Code, f.Message = "internal", "something went wrong inside; the log tells what, by the rid"
	return http.StatusInternalServerError, f
}
