package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
)

// Put implements [Store]. The bytes are written beside their place and synced,
// and take it with a rename; then the folders are synced, without which the
// rename could be lost although the bytes are on disk.
func (d *Disk) Put(ctx context.Context, key string, r io.Reader) error {
	place, err := locate(ctx, key)
	if err != nil {
		return err
	}
	temp := path.Join(tempDir, rand.Text())
	err = d.write(temp, contextReader{ctx, r})
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = d.publish(temp, place)
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("media: put %s: %w", key, err)
	if removing := d.root.Remove(temp); removing != nil && !errors.Is(removing, fs.ErrNotExist) {
		err = errors.Join(err, removing)
	}
	return err
}

// write makes a file of everything that r yields, durably.
func (d *Disk) write(name string, r io.Reader) (err error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	n, err := io.Copy(f, io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return err
	case n > MaxSize:
		return ErrTooLarge
	}
	return f.Sync()
}

// publish moves a finished file to its place. Every folder on the way is synced
// also when it was there before: another Put may have made it a moment ago and
// not synced it yet. Syncing a folder that has not changed costs next to
// nothing.
func (d *Disk) publish(temp, place string) error {
	inner := path.Dir(place)
	outer := path.Dir(inner)
	for _, folder := range []string{outer, inner} {
		if err := d.makeFolder(folder); err != nil {
			return err
		}
	}
	if err := d.root.Rename(temp, place); err != nil {
		return err
	}
	for _, folder := range []string{inner, outer, "."} {
		if err := d.syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

func (d *Disk) makeFolder(name string) error {
	if err := d.root.Mkdir(name, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// syncFolder makes what happened to the names in a folder durable.
func (d *Disk) syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil // It journals names by itself and cannot sync a folder.
	}
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

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
