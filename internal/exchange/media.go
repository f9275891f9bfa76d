package exchange

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/mediaformat"
)

// ErrNoMedia is for media that is not there, or not any more.
var ErrNoMedia = errors.New("there is no such media, or its time is over")

// Media serves a file that was sent in a conversation, and closes it. A stranger may
// have made it: it is served as what its bytes are, and as a document it can do nothing.
func (x *Exchange) Media(m *kefu.Media, file io.ReadSeekCloser) {
	ctx := x.R.Context()
	defer func() {
		if err := file.Close(); err != nil {
			x.made.Log.WarnContext(ctx, "media cannot be closed after it was served", "rid", x.RID, "error", err)
		}
	}()
	h := x.W.Header()
	h.Set("Content-Type", mediaformat.Format(m.Format).ContentType())
	h.Set("Content-Disposition", `inline; filename="`+string(m.Type)+"."+m.Format+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	// What a media id names never changes; who may see it may.
	h.Set("Cache-Control", "private, max-age=3600")
	r := x.R
	if strings.Contains(r.Header.Get("Range"), ",") {
		// Several ranges would be answered as another content type. A server may ignore
		// Range, so it does.
		r = r.Clone(ctx)
		r.Header.Del("Range")
	}
	http.ServeContent(x.W, r, "", time.Time{}, file)
}
