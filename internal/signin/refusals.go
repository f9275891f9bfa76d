package signin

import (
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/exchange"
)

// busyAfter is when to come again while too many passwords are being checked.
const busyAfter = time.Second

// refusal is the status and the fault of an error.
func refusal(err error) (status int, f exchange.Fault) {
	f.Message = err.Error()
	var tries auth.TooManyTries
	var stranger strangerError
	switch {
	case errors.As(err, &tries):
		f.Code, f.RetryAfter = "too_many_tries", seconds(tries.RetryAfter)
		return http.StatusTooManyRequests, f
	case errors.Is(err, auth.ErrBusy):
		f.Code, f.RetryAfter = "busy", seconds(busyAfter)
		return http.StatusServiceUnavailable, f
	case errors.As(err, &stranger):
		status, f = exchange.Refusal(err)
		f.Beside = stranger.more
		return status, f
	}
	return exchange.Refusal(err)
}

// seconds are whole, and never too few.
func seconds(d time.Duration) int64 { return int64(math.Ceil(d.Seconds())) }
