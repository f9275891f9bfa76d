package admin

import (
	"errors"
	"net/http"

	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/realtime"
)

// busyAfter is when to come again while more is waiting than can be done, in seconds.
const busyAfter = 1

// refusal is the status and the fault of an error.
func refusal(err error) (status int, f exchange.Fault) {
	f.Message = err.Error()
	switch {
	case errors.Is(err, realtime.ErrHandshake):
		f.Code = "bad_request"
		return http.StatusBadRequest, f
	case errors.Is(err, realtime.ErrOrigin):
		f.Code = "forbidden"
		return http.StatusForbidden, f
	case errors.Is(err, realtime.ErrBusy):
		f.Code, f.RetryAfter = "busy", realtime.ComeAgain
		return http.StatusServiceUnavailable, f
	case errors.Is(err, errOwnLogin):
		f.Code = "own_login"
		return http.StatusConflict, f
	case errors.Is(err, desk.ErrBusy), errors.Is(err, auth.ErrBusy), errors.Is(err, picture.ErrBusy):
		f.Code, f.RetryAfter = "busy", busyAfter
		return http.StatusServiceUnavailable, f
	}
	return exchange.Refusal(err)
}
