package workbench

import (
	"context"
	"errors"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/wechat"
)

// maxUpload bounds an uploaded file: the largest that any type may have is 10 MB,
// and what is a little larger is for the rules of its type to refuse.
const maxUpload = 11 << 20

// sendable are the types of media that an agent sends.
var sendable = []kefu.MediaType{kefu.MediaImage, kefu.MediaVoice, kefu.MediaVideo}

// uploadMedia takes a file that an agent is about to send.
func (d *Door) uploadMedia(ctx context.Context, x *call, h desk.Hand) (any, error) {
	kind := kefu.MediaType(x.R.URL.Query().Get("type"))
	if !slices.Contains(sendable, kind) {
		return nil, kefu.MediaTypeIllegal
	}
	if h.Agent == nil {
		return nil, kefu.NotAllowed
	}
	file, err := wechat.ReadUpload(x.R.Header.Get("Content-Type"), x.R.Body, maxUpload)
	switch {
	case errors.Is(err, wechat.ErrTooLarge):
		return nil, kefu.MediaTooLarge
	case err != nil:
		// Anything else than the form is a connection that broke off, whose caller hears
		// nothing of it.
		return nil, exchange.BadRequest(err.Error())
	}
	m, err := d.Desk.UploadMedia(ctx, h.App, kind, file.Bytes)
	if err != nil {
		return nil, err
	}
	return map[string]string{"media_id": string(m.ID), "type": string(m.Type)}, nil
}

// media serves a file that was sent in a conversation, to those who may look into the
// account's.
func (d *Door) media(ctx context.Context, x *call, h desk.Hand) error {
	m, err := d.Desk.Media(ctx, h.App, kefu.MediaID(x.R.PathValue("media_id")))
	if errors.Is(err, kefu.MediaUnknown) {
		return exchange.ErrNoMedia
	}
	if err != nil {
		return err
	}
	file, err := d.Desk.OpenMedia(ctx, m)
	if err != nil {
		return err
	}
	x.Media(&m, file)
	return nil
}
