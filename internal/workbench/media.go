package workbench

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/mediaformat"
	"github.com/openkefu/kefu/wechat"
)

// maxUpload bounds an uploaded file: the largest that any type may have is 10 MB,
// and what is a little larger is for the rules of its type to refuse.
const maxUpload = 11 << 20

// sendable are the types of media that an agent sends.
var sendable = []kefu.MediaType{kefu.MediaImage, kefu.MediaVoice, kefu.MediaVideo}

// uploadMedia takes a file that an agent is about to send.
func (d *Door) uploadMedia(ctx context.Context, x *exchange, h desk.Hand) (any, error) {
	kind := kefu.MediaType(x.r.URL.Query().Get("type"))
	if !slices.Contains(sendable, kind) {
		return nil, kefu.MediaTypeIllegal
	}
	if h.Agent == nil {
		return nil, kefu.NotAllowed
	}
	file, err := wechat.ReadUpload(x.r.Header.Get("Content-Type"), x.r.Body, maxUpload)
	switch {
	case errors.Is(err, wechat.ErrTooLarge):
		return nil, kefu.MediaTooLarge
	case err != nil:
		// Anything else than the form is a connection that broke off, whose caller hears
		// nothing of it.
		return nil, badRequest(err.Error())
	}
	m, err := d.Desk.UploadMedia(ctx, h.App, kind, file.Bytes)
	if err != nil {
		return nil, err
	}
	return map[string]string{"media_id": string(m.ID), "type": string(m.Type)}, nil
}

// media serves a file that was sent in a conversation, to those who may look into the
// account's. A stranger may have made it: it is served as what its bytes are, and as
// a document it can do nothing.
func (d *Door) media() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := d.exchange(r)
		if err := d.serveMedia(w, x); err != nil {
			d.refuse(w, x, err)
		}
	})
}

func (d *Door) serveMedia(w http.ResponseWriter, x *exchange) error {
	ctx := x.r.Context()
	h, err := d.hand(ctx, x)
	if err != nil {
		return err
	}
	m, err := d.Desk.Media(ctx, h.App, kefu.MediaID(x.r.PathValue("media_id")))
	if errors.Is(err, kefu.MediaUnknown) {
		return errNoMedia
	}
	if err != nil {
		return err
	}
	file, err := d.Desk.OpenMedia(ctx, m)
	if err != nil {
		return err
	}
	defer func() {
		if err := file.Close(); err != nil {
			d.Log.WarnContext(ctx, "media cannot be closed after it was served", "rid", x.rid, "error", err)
		}
	}()
	header := w.Header()
	header.Set("Content-Type", mediaformat.Format(m.Format).ContentType())
	header.Set("Content-Disposition", `inline; filename="`+string(m.Type)+"."+m.Format+`"`)
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("X-Content-Type-Options", "nosniff")
	// What a media id names never changes; who may see it may.
	header.Set("Cache-Control", "private, max-age=3600")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	r := x.r
	if strings.Contains(r.Header.Get("Range"), ",") {
		// Several ranges would be answered as another content type. A server may ignore
		// Range, so it does.
		r = r.Clone(ctx)
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}
