package sandbox

import (
	"errors"
	"net/http"

	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/translate"
)

// busy is the code of what there is no room for.
const busy = "busy"

// refusal is the status and the code of an error.
func refusal(err error) (status int, code string) {
	var bad badRequest
	if errors.As(err, &bad) {
		return http.StatusBadRequest, "bad_request"
	}
	if errors.Is(err, desk.ErrBusy) {
		return http.StatusServiceUnavailable, busy
	}
	if status, code, ok := translate.Refusal(err); ok {
		return status, code
	}
	return http.StatusInternalServerError, "internal"
}
