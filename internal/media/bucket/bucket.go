// Package bucket keeps media in a bucket of an object store that speaks Amazon's
// S3 protocol, so that several processes on several machines share it. Each key
// is one object of the same name, perhaps below a prefix.
//
// Nothing is asked of the object store when a bucket is opened: one that is away
// fails the calls that need it, and not the start of the server.
package bucket

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/openkefu/kefu/internal/media"
)

const (
	// tries is how often one request is sent at most. The library's ten, with its
	// growing pauses, would keep a caller waiting for longer than it waits.
	tries = 3
	// patience bounds one Put or Delete, and the wait for an answer to begin: 20 MB
	// over a slow line fit into it, and a store that is away is not waited for
	// longer.
	patience = 30 * time.Second
)

// Bucket is a [media.Store].
type Bucket struct {
	core      minio.Core
	transport *http.Transport
	name      string
	prefix    string
}

var _ media.Store = (*Bucket)(nil)

// errForm says what the URL must be. It does not repeat the URL: a secret key is
// in it.
var errForm = errors.New("must be s3://KEY:SECRET@host:port/bucket or s3://…/bucket/prefix, with ?region=… and ?insecure=1 where they are needed")

// Open makes a store of a URL such as
//
//	s3://KEY:SECRET@s3.example.com/bucket/prefix?region=eu-central-1
//
// The object store is spoken to over HTTPS, or over plain HTTP with insecure=1.
// Without a key in the URL, the usual environment variables AWS_ACCESS_KEY_ID
// and AWS_SECRET_ACCESS_KEY have it. Errors do not repeat the URL.
func Open(address string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.Opaque != "" || u.Fragment != "" {
		return nil, errForm
	}
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if name == "" {
		return nil, errForm
	}
	if prefix != "" {
		if err := media.CheckKey(prefix); err != nil {
			return nil, errors.New("the part of its path behind the bucket must be like a folder: letters, digits, _ - . and / between")
		}
		prefix += "/"
	}
	query := u.Query()
	for option := range query {
		if option != "region" && option != "insecure" {
			return nil, errForm
		}
	}
	insecure := query.Get("insecure")
	if insecure != "" && insecure != "0" && insecure != "1" {
		return nil, errForm
	}
	keys := credentials.NewEnvAWS()
	if u.User != nil {
		secret, _ := u.User.Password()
		keys = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	if value, err := keys.GetWithContext(&credentials.CredContext{}); err != nil || value.AccessKeyID == "" || value.SecretAccessKey == "" {
		return nil, errors.New("needs a key: write it as KEY:SECRET@ before the host, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	transport, err := minio.DefaultTransport(insecure != "1")
	if err != nil {
		return nil, fmt.Errorf("media: prepare connections to the object store: %w", err)
	}
	transport.ResponseHeaderTimeout = patience
	core, err := minio.NewCore(u.Host, &minio.Options{
		Creds:      keys,
		Secure:     insecure != "1",
		Transport:  transport,
		Region:     query.Get("region"),
		MaxRetries: tries,
	})
	if err != nil {
		return nil, errForm
	}
	return &Bucket{core: *core, transport: transport, name: name, prefix: prefix}, nil
}

// Close lets go of idle connections.
func (b *Bucket) Close() error {
	b.transport.CloseIdleConnections()
	return nil
}

// Put implements [media.Store]. The bytes are gathered first, since an object is
// sent in one request, of a known length and with its digest, or not at all.
func (b *Bucket) Put(ctx context.Context, key string, r io.Reader) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	data, err := gather(ctx, r)
	if err == nil {
		sending, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		sum, weak := sha256.Sum256(data), md5.Sum(data)
		_, err = b.core.PutObject(sending, b.name, b.prefix+key, bytes.NewReader(data), int64(len(data)),
			base64.StdEncoding.EncodeToString(weak[:]), hex.EncodeToString(sum[:]), minio.PutObjectOptions{
				ContentType: "application/octet-stream",
				// The digest is known, so it is signed as it is, and not piece by piece.
				DisableContentSha256: true,
			})
	}
	if err != nil {
		return fmt.Errorf("media: put %s: %w", key, err)
	}
	return nil
}

// gather reads everything, as long as ctx lasts.
func gather(ctx context.Context, r io.Reader) ([]byte, error) {
	var data bytes.Buffer
	n, err := io.Copy(&data, io.LimitReader(contextReader{ctx, r}, media.MaxSize+1))
	switch {
	case err != nil:
		return nil, err
	case n > media.MaxSize:
		return nil, media.ErrTooLarge
	}
	return data.Bytes(), ctx.Err()
}

// Delete implements [media.Store].
func (b *Bucket) Delete(ctx context.Context, key string) error {
	if err := check(ctx, key); err != nil {
		return err
	}
	deleting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := b.core.RemoveObject(deleting, b.name, b.prefix+key, minio.RemoveObjectOptions{}); err != nil && !absent(err) {
		return fmt.Errorf("media: delete %s: %w", key, err)
	}
	return nil
}

// check refuses what is not a key, and gives up for a caller who no longer waits.
func check(ctx context.Context, key string) error {
	if err := media.CheckKey(key); err != nil {
		return err
	}
	return ctx.Err()
}

// absent tells that an object is not there from a bucket that is not.
func absent(err error) bool { return minio.ToErrorResponse(err).Code == minio.NoSuchKey }

// contextReader ends with the error of ctx as soon as ctx has one.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
