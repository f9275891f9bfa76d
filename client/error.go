package client

import (
	"fmt"
	"strings"

	"github.com/openkefu/kefu/wechat"
)

// Error is a refusal by the API. errors.Is finds its errcode:
// errors.Is(err, wechat.AgentExists). Its Errcode, Base, Hint and RID are those
// of [wechat.APIError].
type Error struct {
	wechat.APIError
	// Path is the path that was called.
	Path string
}

// Error names the path, the errcode, WeChat's text and the rid.
func (e *Error) Error() string { return e.Path + ": " + e.APIError.Error() }

// AnswerError is an answer that the API does not give, so that it is unknown
// whether the call was carried out.
type AnswerError struct {
	// Path is the path that was called.
	Path string
	// HTTPStatus is the status of the answer; the API's own are always 200.
	HTTPStatus int
	// Problem says what is wrong with it.
	Problem string
}

// Error names the path, the HTTP status and the problem.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s: unusable answer with HTTP status %d: %s", e.Path, e.HTTPStatus, e.Problem)
}

// scrub takes secrets out of a text that came from elsewhere.
func scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return text
}
