package phone

import (
	"context"
	"errors"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/wechat"
)

// maxUpload bounds an uploaded file: the largest that any type may have is 10 MB,
// and what is a little larger is for the rules of its type to refuse.
const maxUpload = 11 << 20

// sendable are the types of media that a customer sends.
var sendable = []kefu.MediaType{kefu.MediaImage, kefu.MediaVoice, kefu.MediaVideo, kefu.MediaThumb}

// uploadMedia takes a file that the customer is about to send.
func (d *Door) uploadMedia(ctx context.Context, x *call) (any, error) {
	if _, err := d.customer(ctx, x, &uploading); err != nil {
		return nil, err
	}
	kind := kefu.MediaType(x.R.URL.Query().Get("type"))
	if !slices.Contains(sendable, kind) {
		return nil, kefu.MediaTypeIllegal
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
	m, err := d.Desk.UploadMedia(ctx, x.app, kind, file.Bytes)
	if err != nil {
		return nil, err
	}
	return map[string]string{"media_id": string(m.ID), "type": string(m.Type)}, nil
}

// media serves a file of a conversation to a customer who knows its id, which nobody
// can guess.
func (d *Door) media(x *call) error {
	ctx := x.R.Context()
	if _, err := d.customer(ctx, x, &asking); err != nil {
		return err
	}
	m, err := d.Desk.Media(ctx, x.app, kefu.MediaID(x.R.PathValue("media_id")))
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
