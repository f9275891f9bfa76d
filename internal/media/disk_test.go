package media_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/media/mediatest"
)

func openDisk(t *testing.T, dir string) *media.Disk {
	t.Helper()
	d, err := media.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return d
}

func putString(t *testing.T, d *media.Disk, key, content string) {
	t.Helper()
	if err := d.Put(t.Context(), key, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
}

// files lists the regular files below a folder by their path within it.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDisk(t *testing.T) {
	mediatest.Run(t, func(t *testing.T) media.Store { return openDisk(t, t.TempDir()) })
}

func TestDiskKeepsWhatItHasWhenOpenedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "the", "way")
	d, err := media.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	putString(t, d, "avatar/k/0", "bytes")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "avatar/k/0", strings.NewReader("x")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("putting into a closed store: got %v, want os.ErrClosed", err)
	}
	r, _, err := openDisk(t, dir).Open(t.Context(), "avatar/k/0")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "bytes" {
		t.Errorf("got %q, %v, want %q", got, err, "bytes")
	}
}

func TestDiskLayout(t *testing.T) {
	dir := t.TempDir()
	putString(t, openDisk(t, dir), "avatar/k/0", "bytes")
	found := files(t, dir)
	if len(found) != 1 {
		t.Fatalf("files: got %v, want one", found)
	}
	parts := strings.Split(found[0], "/")
	if len(parts) != 3 || len(parts[0]) != 2 || len(parts[1]) != 2 || !strings.HasSuffix(parts[2], "~avatar~k~0") {
		t.Errorf("got %s, want two folders of two digits and a name that ends in ~avatar~k~0", found[0])
	}
	if runtime.GOOS == "windows" {
		return // It has no such modes.
	}
	for path, want := range map[string]fs.FileMode{
		"tmp": 0o700, parts[0]: 0o700, parts[0] + "/" + parts[1]: 0o700, found[0]: 0o600,
	} {
		stat, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if got := stat.Mode().Perm(); got != want {
			t.Errorf("mode of %s: got %o, want %o", path, got, want)
		}
	}
}

// TestDiskRemovesLeftoversWhenOpened: a file that is being put by another process
// is no leftover.
func TestDiskRemovesLeftoversWhenOpened(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"old": 2 * time.Hour, "new": time.Minute} {
		path := filepath.Join(dir, "tmp", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		written := time.Now().Add(-age)
		if err := os.Chtimes(path, written, written); err != nil {
			t.Fatal(err)
		}
	}
	openDisk(t, dir)
	if got := files(t, dir); len(got) != 1 || got[0] != "tmp/new" {
		t.Errorf("files: got %v, want the new one only", got)
	}
}

func TestDiskLeavesNothingOfAFailedPut(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	half := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("broken")))
	if err := d.Put(t.Context(), "k", half); err == nil {
		t.Error("got no error, want that of the reader")
	}
	if got := files(t, dir); len(got) != 0 {
		t.Errorf("files: got %v, want none", got)
	}
}

// A link in the folder must not lead out of it, whether it stands for the file
// or for a folder on the way.
func TestDiskDoesNotFollowLinksOut(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, plant := range map[string]func(t *testing.T, place string){
		"the file is a link": func(t *testing.T, place string) {
			if err := os.Remove(place); err != nil {
				t.Fatal(err)
			}
			link(t, secret, place)
		},
		"the file is a relative link": func(t *testing.T, place string) {
			if err := os.Remove(place); err != nil {
				t.Fatal(err)
			}
			rel, err := filepath.Rel(filepath.Dir(place), secret)
			if err != nil {
				t.Fatal(err)
			}
			link(t, rel, place)
		},
		"its folder is a link": func(t *testing.T, place string) {
			if err := os.RemoveAll(filepath.Dir(place)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(outside, filepath.Base(place)), []byte("secret"), 0o600); err != nil {
				t.Fatal(err)
			}
			link(t, outside, filepath.Dir(place))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := openDisk(t, dir)
			putString(t, d, "k", "bytes")
			plant(t, filepath.Join(dir, files(t, dir)[0]))

			r, _, err := d.Open(t.Context(), "k")
			if err == nil {
				r.Close()
				t.Error("opening: got no error, want a refusal")
			}
			// Putting may replace a link, or be refused; it must not write through it.
			if err := d.Put(t.Context(), "k", strings.NewReader("overwritten")); err != nil {
				t.Logf("putting: %v", err)
			}
			for _, path := range files(t, outside) {
				if got, err := os.ReadFile(filepath.Join(outside, path)); err != nil || string(got) != "secret" {
					t.Errorf("%s outside: got %q, %v, want it untouched", path, got, err)
				}
			}
		})
	}
}

func TestDiskRefusesWhatIsNotAFile(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	putString(t, d, "k", "bytes")
	place := filepath.Join(dir, files(t, dir)[0])
	if err := errors.Join(os.Remove(place), os.Mkdir(place, 0o700)); err != nil {
		t.Fatal(err)
	}
	r, _, err := d.Open(t.Context(), "k")
	if err == nil {
		r.Close()
	}
	if err == nil || errors.Is(err, media.ErrNotFound) {
		t.Errorf("got %v, want an error that says what is wrong", err)
	}
}

func TestNewDiskWhereAFileIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err := media.NewDisk(path); err == nil {
		d.Close()
		t.Error("got no error, want one")
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

// FuzzDiskPut puts under any key: a key is refused, or works, and nothing
// appears outside the folder.
func FuzzDiskPut(f *testing.F) {
	for _, seed := range []string{"a", "a/b", "avatar/k/300", "../x", "/x", "a/../../x", "a~b", ".", "...", "\x00"} {
		f.Add(seed)
	}
	parent := f.TempDir()
	d, err := media.NewDisk(filepath.Join(parent, "store"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { d.Close() })
	f.Fuzz(func(t *testing.T, key string) {
		checked := media.CheckKey(key)
		if err := d.Put(t.Context(), key, strings.NewReader(key)); (err == nil) != (checked == nil) {
			t.Fatalf("putting %q: got %v, but CheckKey says %v", key, err, checked)
		}
		if checked == nil {
			r, _, err := d.Open(t.Context(), key)
			if err != nil {
				t.Fatalf("opening %q: %v", key, err)
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || string(got) != key {
				t.Errorf("reading %q: got %q, %v", key, got, err)
			}
			if err := d.Delete(t.Context(), key); err != nil {
				t.Errorf("deleting %q: %v", key, err)
			}
		}
		entries, err := os.ReadDir(parent)
		if err != nil || len(entries) != 1 {
			t.Errorf("beside the store: got %v, %v, want nothing", entries, err)
		}
	})
}
