package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/minio/minio-go/v7"

	"github.com/openkefu/kefu/internal/media"
)

// headLength is how much of an object is remembered while it is read. Whoever
// looks at the first bytes and goes back, as the picture host does, then needs no
// second request.
const headLength = 512

// Open implements [media.Store]. The bytes come while they are read, so reading
// ends when ctx does. Where a reader jumps, the rest is asked for again, from
// there on, and of the same object: one that was replaced meanwhile is an error.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadSeekCloser, media.Info, error) {
	if err := check(ctx, key); err != nil {
		return nil, media.Info{}, err
	}
	body, info, _, err := b.core.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if absent(err) {
		return nil, media.Info{}, media.ErrNotFound
	}
	if err != nil {
		return nil, media.Info{}, fmt.Errorf("media: open %s: %w", key, err)
	}
	o := &object{ctx: ctx, bucket: b, key: key, etag: info.ETag, size: info.Size, body: body}
	return o, media.Info{Size: info.Size, ModTime: info.LastModified}, nil
}

var errReplaced = errors.New("it was replaced while it was read")

// object reads one object of a bucket.
type object struct {
	ctx    context.Context
	bucket *Bucket
	key    string
	etag   string
	size   int64
	// next is where the caller reads.
	next int64
	// body is a stream of the object that stands at place; nil when there is none.
	body  io.ReadCloser
	place int64
	// head is what was read of the beginning.
	head []byte
}

// Read implements [io.Reader].
func (o *object) Read(p []byte) (n int, err error) {
	switch {
	case len(p) == 0:
		return 0, nil
	case o.next >= o.size:
		return 0, io.EOF
	case o.next < int64(len(o.head)):
		n = copy(p, o.head[o.next:])
		o.next += int64(n)
		return n, nil
	}
	if err := o.stream(); err != nil {
		return 0, fmt.Errorf("media: read %s: %w", o.key, err)
	}
	n, err = o.body.Read(p)
	if o.place == int64(len(o.head)) && len(o.head) < headLength {
		o.head = append(o.head, p[:min(n, headLength-len(o.head))]...)
	}
	o.place += int64(n)
	o.next = o.place
	switch {
	case err == nil, errors.Is(err, io.EOF) && o.place == o.size:
		return n, nil // That it is the end is said by the next Read.
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, fmt.Errorf("media: read %s: %w", o.key, err)
}

// stream makes body stand where the caller reads.
func (o *object) stream() error {
	if o.body != nil && o.place == o.next {
		return nil
	}
	if err := o.Close(); err != nil {
		return err
	}
	var options minio.GetObjectOptions
	if err := errors.Join(options.SetRange(o.next, o.size-1), options.SetMatchETag(o.etag)); err != nil {
		return err
	}
	body, info, _, err := o.bucket.core.GetObject(o.ctx, o.bucket.name, o.bucket.prefix+o.key, options)
	if err != nil {
		return err
	}
	if info.ETag != o.etag {
		// Not every object store knows the condition.
		return errors.Join(errReplaced, body.Close())
	}
	o.body, o.place = body, o.next
	return nil
}

// Seek implements [io.Seeker]. It asks the object store nothing.
func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.next
	case io.SeekEnd:
		offset += o.size
	case io.SeekStart:
	default:
		return 0, fmt.Errorf("media: seek in %s: unknown whence %d", o.key, whence)
	}
	if offset < 0 {
		return 0, fmt.Errorf("media: seek in %s: %d is before its beginning", o.key, offset)
	}
	o.next = offset
	return offset, nil
}

// Close implements [io.Closer].
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	err := o.body.Close()
	o.body = nil
	return err
}
