package sandbox

import (
	"context"
	"errors"
	"net/http"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// maxUpload bounds an uploaded file: the largest that any type may have is 10 MB,
// and what is a little larger is for the rules of its type to refuse.
const maxUpload = 11 << 20

type mediaAnswer struct {
	MediaID kefu.MediaID `json:"media_id"`
}

// uploadMedia takes a file that a customer is about to send.
func (s *Sandbox) uploadMedia(ctx context.Context, r *http.Request) (any, error) {
	kind := r.URL.Query().Get("type")
	if kind == "" {
		return nil, badRequest(`"type" is missing in the query: image, voice, video or thumb`)
	}
	app, err := s.account(ctx, r, "")
	if err != nil {
		return nil, err
	}
	file, err := wechat.ReadUpload(r.Header.Get("Content-Type"), r.Body, maxUpload)
	if err != nil {
		return nil, unfitUpload(err)
	}
	m, err := s.Desk.UploadMedia(ctx, app, kefu.MediaType(kind), file.Bytes)
	if err != nil {
		return nil, err
	}
	return mediaAnswer{m.ID}, nil
}

// unfitUpload tells what is wrong with a form. Anything else than the form is a
// connection that broke off, whose caller hears nothing of it.
func unfitUpload(err error) error {
	if errors.Is(err, wechat.ErrTooLarge) {
		return kefu.MediaTooLarge
	}
	return badRequest(err.Error())
}
