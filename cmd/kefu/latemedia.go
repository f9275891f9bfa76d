package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/openkefu/kefu/internal/media"
)

// lateMedia is a folder of pictures that is opened, and made, only when
// something in it is asked for: most verbs of the command line never do.
type lateMedia struct {
	dir  string
	once sync.Once
	disk *media.Disk
	err  error
}

func (m *lateMedia) open() (*media.Disk, error) {
	m.once.Do(func() {
		if m.disk, m.err = media.NewDisk(m.dir); m.err != nil {
			m.err = fmt.Errorf("open the folder of pictures: %w", m.err)
		}
	})
	return m.disk, m.err
}

// Put implements [media.Store].
func (m *lateMedia) Put(ctx context.Context, key string, r io.Reader) error {
	disk, err := m.open()
	if err != nil {
		return err
	}
	return disk.Put(ctx, key, r)
}

// Open implements [media.Store].
func (m *lateMedia) Open(ctx context.Context, key string) (io.ReadSeekCloser, media.Info, error) {
	disk, err := m.open()
	if err != nil {
		return nil, media.Info{}, err
	}
	return disk.Open(ctx, key)
}

// Delete implements [media.Store].
func (m *lateMedia) Delete(ctx context.Context, key string) error {
	disk, err := m.open()
	if err != nil {
		return err
	}
	return disk.Delete(ctx, key)
}

// close lets go of the folder if it was opened.
func (m *lateMedia) close() error {
	if m.disk == nil {
		return nil
	}
	return m.disk.Close()
}
