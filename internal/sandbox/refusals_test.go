package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/openkefu/kefu"
)

// Every reason has a status that says whose fault it is, and a code of its own.
func TestRefusals(t *testing.T) {
	form := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	seen := make(map[string]kefu.Reason)
	for _, reason := range kefu.Reasons() {
		status, code := refusal(fmt.Errorf("%w: with detail", reason))
		if status < 400 || status >= 500 || code == "internal" || !form.MatchString(code) {
			t.Errorf("%v: got %d %q, want a refusal", reason, status, code)
		}
		if other, twice := seen[code]; twice {
			t.Errorf("%v: got the code %q, which is that of %v", reason, code, other)
		}
		seen[code] = reason
	}
	for _, row := range []struct {
		err    error
		status int
		code   string
	}{
		{kefu.CustomerUnknown, http.StatusNotFound, "customer_unknown"},
		{kefu.PushUnknown, http.StatusNotFound, "push_unknown"},
		{kefu.NotFollowing, http.StatusConflict, "not_following"},
		{kefu.ReplyTimeOver, http.StatusConflict, "reply_time_over"},
		{kefu.ReplyCountReached, http.StatusConflict, "reply_count_reached"},
		{kefu.SessionNone, http.StatusConflict, "session_none"},
		{kefu.SessionOfAnother, http.StatusConflict, "session_of_another"},
		{kefu.NotWaiting, http.StatusConflict, "not_waiting"},
		{kefu.AgentOffline, http.StatusConflict, "agent_offline"},
		{kefu.MediaUnknown, http.StatusBadRequest, "media_unknown"},
		{kefu.ContentEmpty, http.StatusBadRequest, "content_empty"},
		{badRequest("x"), http.StatusBadRequest, "bad_request"},
		{errors.New("disk on fire"), http.StatusInternalServerError, "internal"},
	} {
		if status, code := refusal(row.err); status != row.status || code != row.code {
			t.Errorf("%v: got %d %q, want %d %q", row.err, status, code, row.status, row.code)
		}
	}
}
