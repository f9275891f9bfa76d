package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

const (
	// dirMode and fileMode let nobody in but the user that the program runs as:
	// a picture is public only where a door makes it so.
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600

	// tempDir holds what is being put. It is inside the folder because a rename
	// is atomic only within one file system.
	tempDir = "tmp"
	// leftoverAge is how old a file being put must be to count as left behind: no
	// Put takes so long, and another process may be putting into the same folder.
	leftoverAge = time.Hour
)

// Disk is a [Store] in a folder:
//
//	3f/a0/91c2b7e4d5f60718~avatar~KEY~300    what is kept under avatar/KEY/300
//	tmp/…                                    what is being put
//
// The two levels of folders and the number before the first "~" are from the
// SHA-256 of the key. So no folder gets large, keys that differ only in case
// are different files also where file names ignore case, and "a" and "a/b" can
// both be keys. The rest of the name is the key, for people who look.
//
// Everything goes through an [os.Root], which does not leave the folder even
// where somebody put a symbolic link into it.
type Disk struct {
	root *os.Root
}

var _ Store = (*Disk)(nil)

// NewDisk opens the store in a folder, makes the folder when it is missing, and
// removes what an interrupted Put left. A Put that another process has under
// way in the same folder at that moment may fail.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("media: make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("media: open the folder: %w", err)
	}
	d := &Disk{root: root}
	if err := d.sweepTemp(); err != nil {
		return nil, errors.Join(fmt.Errorf("media: remove what interrupted uploads left: %w", err), root.Close())
	}
	return d, nil
}

// Close lets go of the folder. What was opened stays readable; any other call
// fails from now on.
func (d *Disk) Close() error { return d.root.Close() }

// Open implements [Store].
func (d *Disk) Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error) {
	place, err := locate(ctx, key)
	if err != nil {
		return nil, Info{}, err
	}
	f, err := d.root.Open(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, ErrNotFound
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("media: open %s: %w", key, err)
	}
	stat, err := f.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = errors.New("it is not a regular file; remove it from the media folder")
	}
	if err != nil {
		return nil, Info{}, errors.Join(fmt.Errorf("media: open %s: %w", key, err), f.Close())
	}
	return f, Info{Size: stat.Size(), ModTime: stat.ModTime()}, nil
}

// Delete implements [Store].
func (d *Disk) Delete(ctx context.Context, key string) error {
	place, err := locate(ctx, key)
	if err != nil {
		return err
	}
	err = d.root.Remove(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		// Who deletes a picture for good does not want it back after a crash.
		err = d.syncFolder(path.Dir(place))
	}
	if err != nil {
		return fmt.Errorf("media: delete %s: %w", key, err)
	}
	return nil
}

// locate is the path of a key below the root. It also gives up for a caller
// who no longer waits.
func locate(ctx context.Context, key string) (string, error) {
	if err := CheckKey(key); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(key))
	digits := hex.EncodeToString(sum[:10])
	return digits[:2] + "/" + digits[2:4] + "/" + digits[4:] + "~" + strings.ReplaceAll(key, "/", "~"), nil
}

func (d *Disk) sweepTemp() error {
	if err := d.makeFolder(tempDir); err != nil {
		return err
	}
	left, err := fs.ReadDir(d.root.FS(), tempDir)
	if err != nil {
		return err
	}
	for _, entry := range left {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && time.Since(info.ModTime()) < leftoverAge {
			continue
		}
		if err != nil {
			return err
		}
		if err := d.root.Remove(path.Join(tempDir, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
