package phone

import (
	"errors"
	"math"
	"net/http"

	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/realtime"
)

var errStranger = errors.New("this browser has not said hello, or its cookie is not from here")

// busyAfter is when to come again while more is waiting than can be written, in
// seconds.
const busyAfter = 1

// refusal is the status and the fault of an error.
func refusal(err error) (status int, f exchange.Fault) {
	f.Message = err.Error()
	var fast tooFast
	switch {
	case errors.Is(err, realtime.ErrHandshake):
		f.Code = "bad_request"
		return http.StatusBadRequest, f
	case errors.Is(err, errStranger):
		f.Code = "not_signed_in"
		return http.StatusUnauthorized, f
	case errors.Is(err, realtime.ErrOrigin):
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
	return exchange.Refusal(err)
}
