package signin

import (
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/translate"
)

// badRequest is a request that cannot be understood, in words for who wrote the page.
type badRequest string

func (b badRequest) Error() string { return string(b) }

var (
	errNoSuchCall  = errors.New("there is no such call, or not with this method")
	errCrossOrigin = errors.New("a page of another site may not do this")
)

// busyAfter is when to come again while too many passwords are being checked.
const busyAfter = time.Second

// fault is an error as pages read it. The page words it; the message is for who writes
// the page.
type fault struct {
	Code       string   `json:"code"`
	Message    string   `json:"message"`
	RetryAfter int64    `json:"retry_after,omitempty"` // seconds
	RID        kefu.RID `json:"rid"`
}

// refusal is the status and the body of an error.
func refusal(err error) (status int, f fault) {
	f.Message = err.Error()
	var bad badRequest
	var tries auth.TooManyTries
	switch {
	case errors.As(err, &bad):
		f.Code = "bad_request"
		return http.StatusBadRequest, f
	case errors.Is(err, errNoSuchCall):
		f.Code = "not_found"
		return http.StatusNotFound, f
	case errors.Is(err, errCrossOrigin):
		f.Code = "forbidden"
		return http.StatusForbidden, f
	case errors.As(err, &tries):
		f.Code, f.RetryAfter = "too_many_tries", seconds(tries.RetryAfter)
		return http.StatusTooManyRequests, f
	case errors.Is(err, auth.ErrBusy):
		f.Code, f.RetryAfter = "busy", seconds(busyAfter)
		return http.StatusServiceUnavailable, f
	}
	if status, code, ok := translate.Refusal(err); ok {
		f.Code = code
		return status, f
	}
	f.Code, f.Message = "internal", "something went wrong inside; the log tells what, by the rid"
	return http.StatusInternalServerError, f
}

// seconds are whole, and never too few.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
