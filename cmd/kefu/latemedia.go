package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/media/bucket"
)

// closingMedia is a media store that somebody opened and will close.
type closingMedia interface {
	media.Store
	io.Closer
}

// openMedia opens the store of pictures and media that the settings name: a
// bucket, which is spoken to only when something in it is asked for, or the
// folder.
func openMedia(s *config.Settings) (closingMedia, error) {
	if s.MediaURL != "" {
		kept, err := bucket.Open(s.MediaURL.Reveal())
		if err != nil {
			return nil, &config.Error{Name: "media-url", Origin: s.Origin("media-url"), Problem: err.Error()}
		}
		return kept, nil
	}
	kept, err := media.NewDisk(filepath.Join(s.Data, mediaFolder))
	if err != nil {
		return nil, fmt.Errorf("open the folder of pictures: %w", err)
	}
	return kept, nil
}

// lateMedia is a media store that is opened, and its folder made, only when
// something in it is asked for: most verbs of the command line never do.
type lateMedia struct {
	settings *config.Settings
	once     sync.Once
	kept     closingMedia
	err      error
}

func (m *lateMedia) open() (closingMedia, error) {
	m.once.Do(func() { m.kept, m.err = openMedia(m.settings) })
	return m.kept, m.err
}

// Put implements [media.Store].
func (m *lateMedia) Put(ctx context.Context, key string, r io.Reader) error {
	kept, err := m.open()
	if err != nil {
		return err
	}
	return kept.Put(ctx, key, r)
}

// Open implements [media.Store].
func (m *lateMedia) Open(ctx context.Context, key string) (io.ReadSeekCloser, media.Info, error) {
	kept, err := m.open()
	if err != nil {
		return nil, media.Info{}, err
	}
	return kept.Open(ctx, key)
}

// Delete implements [media.Store].
func (m *lateMedia) Delete(ctx context.Context, key string) error {
	kept, err := m.open()
	if err != nil {
		return err
	}
	return kept.Delete(ctx, key)
}

// close lets go of the store if it was opened.
func (m *lateMedia) close() error {
	if m.kept == nil {
		return nil
	}
	return m.kept.Close()
}
