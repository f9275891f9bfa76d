package mmbiz

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/mediaformat"
	"github.com/openkefu/kefu/internal/picture"
)

// Door answers the requests for pictures and videos.
type Door struct {
	media media.Store
	log   *slog.Logger
}

var _ http.Handler = (*Door)(nil)

// New makes the door to the pictures and videos of a media store.
func New(m media.Store, log *slog.Logger) *Door { return &Door{media: m, log: log} }

// The paths of what was uploaded as media, and of pictures for articles.
const (
	mediaPaths   = "/mmbiz_media/"
	articlePaths = "/mmbiz_pic/"
)

// Mount adds the door's paths to a mux.
func (d *Door) Mount(mux *http.ServeMux) {
	mux.Handle(mediaPaths, d)
	mux.Handle(articlePaths, d)
	for _, format := range []string{picture.PNG, picture.JPEG} {
		mux.Handle("/"+picture.Family(format)+"/", d)
	}
}

// ServeHTTP implements [http.Handler]: 200, 206 or 304 with a file, or 404,
// 405, 416, 500 or 503 with a sentence.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Pictures can only be fetched: use GET or HEAD.", http.StatusMethodNotAllowed)
		return
	}
	want, ok := parse(r.URL.Path)
	if !ok {
		notFound(w)
		return
	}
	file, err := d.open(r.Context(), want)
	switch {
	case err == nil:
	case errors.Is(err, media.ErrNotFound):
		notFound(w)
		return
	case r.Context().Err() != nil:
		// The caller went, or took longer than the server allows: no failure of
		// the store, and no answer to keep.
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "The request was given up before the picture was read. Try again.", http.StatusServiceUnavailable)
		return
	default:
		d.log.ErrorContext(r.Context(), "a picture cannot be served", "path", r.URL.Path, "error", err)
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "The picture cannot be read at the moment. Try again later.", http.StatusInternalServerError)
		return
	}
	defer d.close(r, file)

	w.Header().Set("Content-Type", want.format.ContentType())
	w.Header().Set("Cache-Control", want.cache)
	w.Header().Set("ETag", want.etag)
	if strings.Contains(r.Header.Get("Range"), ",") {
		// Several ranges would be answered as multipart/byteranges, which is
		// another content type. A server may ignore Range, so it does.
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	// No time is given: the ETag says more, and nodes may differ in the time.
	http.ServeContent(w, r, "", time.Time{}, file)
}

// open opens a file for reading from its start, or returns
// [media.ErrNotFound] when there is none of its format at this address.
func (d *Door) open(ctx context.Context, want address) (io.ReadSeekCloser, error) {
	file, _, err := d.media.Open(ctx, want.mediaKey)
	if err != nil {
		return nil, err
	}
	format, err := sniff(file)
	switch {
	case err != nil:
	case format == "":
		err = errors.New("what is kept under its key is neither a picture nor a video; upload it again")
	case format != want.format:
		err = media.ErrNotFound // There is one, but at another address.
	default:
		return file, nil
	}
	return nil, errors.Join(err, file.Close())
}

// sniff looks at the first bytes and goes back.
func sniff(file io.ReadSeeker) (format mediaformat.Format, err error) {
	var start [mediaformat.SniffLength]byte
	n, err := io.ReadFull(file, start[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("read the start: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("go back to the start: %w", err)
	}
	return mediaformat.Sniff(start[:n]), nil
}

func (d *Door) close(r *http.Request, file io.Closer) {
	if err := file.Close(); err != nil {
		d.log.WarnContext(r.Context(), "a picture cannot be closed after it was served", "path", r.URL.Path, "error", err)
	}
}

// notFound answers without a time to keep it: what is not there now may be
// uploaded in a moment.
func notFound(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "There is no such picture or film. Ask for /mmbiz_png/KEY/SIZE or /mmbiz_jpg/KEY/SIZE, as in kf_headimgurl, where SIZE is 0, 300, 132 or 64; or for the URL of a picture or a video as it was told, within three days of its upload.", http.StatusNotFound)
}
