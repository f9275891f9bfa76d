package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/mediaformat"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// maxPlay is how long a voice plays at most. Encoders fill the last frames up,
	// so a fraction of a second more is not counted.
	maxPlay = 60 * time.Second
	// mediaMemory is how long expired media stays in the ledger, and its bytes in
	// the store, so that a URL somebody was just told does not break under them.
	mediaMemory = 24 * time.Hour
)

// MaxMedia is the size in bytes of the largest file that is taken as media of a
// type; ok is false for what is no type.
func MaxMedia(kind kefu.MediaType) (bytes int64, ok bool) {
	switch kind {
	case kefu.MediaImage, kefu.MediaVideo:
		return 10 << 20, true
	case kefu.MediaVoice:
		return 2 << 20, true
	case kefu.MediaThumb:
		return 64 << 10, true
	case kefu.MediaPicture:
		return 1<<20 - 1, true // below one megabyte
	}
	return 0, false
}

// UploadMedia keeps a file as temporary media of an account, for three days. It
// refuses, in this order, with [kefu.MediaTypeIllegal], [kefu.PictureEmpty],
// [kefu.MediaTooLarge], [kefu.MediaFormat], [kefu.MediaPlayTooLong], and with
// [kefu.OfficialAccountUnknown]. The bytes are stored before the change that
// names them; when that fails they stay behind, since somebody else may have
// uploaded the same on this day.
func (d *Desk) UploadMedia(ctx context.Context, app kefu.AppID, kind kefu.MediaType, data []byte) (kefu.Media, error) {
	if kind == kefu.MediaPicture {
		return kefu.Media{}, kefu.MediaTypeIllegal
	}
	format, err := checkMedia(kind, data)
	if err != nil {
		return kefu.Media{}, err
	}
	if _, err := d.OfficialAccount(ctx, app); err != nil {
		return kefu.Media{}, err
	}
	// The day of the key and that of the row must be the same one.
	now := d.now()
	m := kefu.Media{
		ID:        newMediaID(),
		Type:      kind,
		Format:    string(format),
		Key:       picture.TemporaryKey(now.UTC().Format("20060102"), digest(data)),
		Size:      int64(len(data)),
		CreatedAt: now,
		ExpiresAt: now.Add(kefu.MediaLife),
	}
	if err := d.media.Put(ctx, m.Key, bytes.NewReader(data)); err != nil {
		return kefu.Media{}, fmt.Errorf("store media: %w", err)
	}
	err = d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, _ time.Time) error {
		return tx.AddMedia(app, &m)
	})
	if err != nil {
		return kefu.Media{}, err
	}
	return m, nil
}

// UploadPicture keeps a picture for articles for good, and returns the path of
// its URL below the public one. The same picture has the same path, whoever
// uploads it. It refuses with [kefu.PictureEmpty], [kefu.PictureTooLarge],
// [kefu.PictureUnreadable] or [kefu.OfficialAccountUnknown].
func (d *Desk) UploadPicture(ctx context.Context, app kefu.AppID, data []byte) (path string, err error) {
	format, err := checkMedia(kefu.MediaPicture, data)
	switch {
	case errors.Is(err, kefu.MediaTooLarge):
		return "", kefu.PictureTooLarge
	case errors.Is(err, kefu.MediaFormat):
		return "", kefu.PictureUnreadable
	case err != nil:
		return "", err
	}
	if _, err := d.OfficialAccount(ctx, app); err != nil {
		return "", err
	}
	m := kefu.Media{
		Type:   kefu.MediaPicture,
		Format: string(format),
		Key:    picture.ArticleKey(digest(data), string(format)),
	}
	if err := d.media.Put(ctx, m.Key, bytes.NewReader(data)); err != nil {
		return "", fmt.Errorf("store a picture: %w", err)
	}
	return picture.PicturePath(m), nil
}

// Media finds media that can still be used, or [kefu.MediaUnknown]; also for an
// empty id.
func (d *Desk) Media(ctx context.Context, app kefu.AppID, id kefu.MediaID) (m kefu.Media, err error) {
	now := d.now()
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		m, err = mediaOf(r, app, id, now)
		return err
	})
	return m, err
}

// OpenMedia opens the bytes of media that [Desk.Media] found, for the caller to
// close.
func (d *Desk) OpenMedia(ctx context.Context, m kefu.Media) (io.ReadSeekCloser, error) {
	file, _, err := d.media.Open(ctx, m.Key)
	if err != nil {
		return nil, fmt.Errorf("open media kept under %s: %w", m.Key, err)
	}
	return file, nil
}

// mediaFits refuses content that shows media which cannot be used for it, with
// [kefu.MediaUnknown]. The media of an mpnews is material, of which there is no
// library here, so it is not looked for.
func (d *Desk) mediaFits(tx store.Tx, app kefu.AppID, c *kefu.Content, now time.Time) error {
	for _, use := range c.Media() {
		m, err := mediaOf(tx, app, use.ID, now)
		if err != nil {
			return err
		}
		if !slices.Contains(use.Kinds, m.Type) {
			return kefu.MediaUnknown
		}
	}
	return nil
}

// mediaOf finds media that is alive. What cannot be the id of any is not asked
// of the ledger: strangers choose these bytes.
func mediaOf(r store.Reader, app kefu.AppID, id kefu.MediaID, now time.Time) (kefu.Media, error) {
	if len(id) != mediaIDLength {
		return kefu.Media{}, kefu.MediaUnknown
	}
	if _, err := base64.RawURLEncoding.DecodeString(string(id)); err != nil {
		return kefu.Media{}, kefu.MediaUnknown
	}
	m, err := r.Media(app, id)
	if err != nil {
		return kefu.Media{}, err
	}
	if m.Expired(now) {
		return kefu.Media{}, kefu.MediaUnknown
	}
	return m, nil
}

// checkMedia refuses a file that cannot be media of a type.
func checkMedia(kind kefu.MediaType, data []byte) (mediaformat.Format, error) {
	most, ok := MaxMedia(kind)
	switch {
	case !ok:
		return "", kefu.MediaTypeIllegal
	case len(data) == 0:
		return "", kefu.PictureEmpty
	case int64(len(data)) > most:
		return "", kefu.MediaTooLarge
	}
	format := mediaformat.Sniff(data[:min(len(data), mediaformat.SniffLength)])
	if !format.Fits(kind) {
		return "", kefu.MediaFormat
	}
	if mediaformat.Play(data) >= maxPlay+time.Second {
		return "", kefu.MediaPlayTooLong
	}
	return format, nil
}

// sweepMedia forgets media whose time was over a day ago, and then the bytes
// that no media names any more. Bytes that could not be deleted stay behind and
// are noted.
func (d *Desk) sweepMedia(ctx context.Context, now time.Time) error {
	for {
		var removed int
		var keys []string
		err := d.ledger.Update(ctx, store.House, func(tx store.Tx) (err error) {
			removed, keys, err = tx.SweepMedia(now.Add(-mediaMemory), sweepBatch)
			return err
		})
		if err != nil {
			return err
		}
		d.deleteMedia(ctx, keys)
		if removed < sweepBatch {
			return nil
		}
	}
}

// deleteMedia deletes bytes that no media names any more. As with avatars, a
// failure is only noted, and a caller who went away does not stop it.
func (d *Desk) deleteMedia(ctx context.Context, keys []string) {
	ctx = context.WithoutCancel(ctx)
	for _, key := range keys {
		if err := d.media.Delete(ctx, key); err != nil {
			d.log.Warn("bytes that no media names any more could not be deleted", "key", key, "error", err)
		}
	}
}

// A media id is this many random bytes, and this long in base64.
const mediaIDBytes, mediaIDLength = 48, 64

func newMediaID() kefu.MediaID {
	var random [mediaIDBytes]byte
	_, _ = rand.Read(random[:]) // never fails
	return kefu.MediaID(base64.RawURLEncoding.EncodeToString(random[:]))
}

// digest names bytes by their content.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
