package script

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// smallDisk mounts a disk of some bytes in memory, which only root may.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(at, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size+",mode=0700", "kefu-trouble", at).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here (%v: %s); it takes root", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", at).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return at
}

// fill writes a file until the disk has only some room left.
func fill(t *testing.T, file string, leave int) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size := int64(0)
	for page := make([]byte, 4096); ; {
		n, err := f.Write(page)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(max(0, size-int64(leave))); err != nil {
		t.Fatal(err)
	}
}

// A full disk refuses what needs room, keeps what it acknowledged, and takes
// everything again when there is room.
func TestTroubleFullDisk(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "24m")
	data, ballast := filepath.Join(disk, "data"), filepath.Join(disk, "ballast")
	b := besiege(t, 4, "--data", data)
	media := filepath.Join(data, "media")
	if _, err := b.door.upload(b.token, samplePicture(100<<10)); err != nil {
		t.Fatal(err)
	}
	before := files(t, media)

	// The last of the room is taken by the house itself.
	fill(t, ballast, 256<<10)
	b.fails(20)
	b.isNotReady("the database cannot be written: the disk is full")
	if err := b.reads(); err != nil {
		t.Errorf("the list of agents on a full disk: got %v, want it", err)
	}
	// What little room there is for larger files than a page is taken too.
	fill(t, filepath.Join(disk, "more"), 0)
	for range 20 {
		if id, err := b.door.upload(b.token, samplePicture(600<<10)); err == nil {
			t.Fatalf("an upload to a full disk: got media %s, want errcode -1", id)
		}
	}
	if got := files(t, media); !slices.Equal(got, before) {
		t.Errorf("after uploads to a full disk: got the files %s, want %s as before", got, before)
	}
	b.isTold("pictures and media cannot be kept")
	b.fails(20)

	for _, file := range []string{ballast, filepath.Join(disk, "more")} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	served, ready := b.goesOn(), b.isReady()
	id, err := b.door.upload(b.token, samplePicture(600<<10))
	if err != nil {
		t.Fatalf("an upload when there is room again: got %v, want it kept", err)
	}
	if got, err := b.door.media(b.token, id); err != nil || len(got) < 600<<10 {
		t.Errorf("the upload: got %d bytes (%v), want all", len(got), err)
	}
	b.isTold("the database can be written again")
	longest := b.patience(5 * time.Second)
	b.neverKept()
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)

	if err := b.stop(); err != nil {
		t.Error(err)
	}
	wholeFile(t, filepath.Join(data, "kefu.db"))
}

// wholeFile asks SQLite whether a file is in order.
func wholeFile(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var answer string
	if err := db.QueryRow("pragma integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Errorf("integrity_check: got %s (%v), want ok", answer, err)
	}
}

// A data folder that cannot be written is refused at once, and clearly.
func TestTroubleReadOnlyAtStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	// Others must be able to come here: root may write everywhere.
	for _, open := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(folder, "kefu")
	if err := os.WriteFile(own, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o555); err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]string{"the folder is read-only": data, "it cannot be made": filepath.Join(data, "below")} {
		t.Run(name, func(t *testing.T) {
			c := exec.Command(own, "dev", "--addr", "127.0.0.1:0", "--data", at)
			if os.Geteuid() == 0 {
				const nobody = 65534
				c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			}
			out, err := c.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Errorf("got %v, want exit code 1", err)
			}
			if line := string(out); strings.Count(line, "\n") != 1 || !strings.HasPrefix(line, "kefu: ") || !strings.Contains(line, "permission denied") || !strings.Contains(line, at) {
				t.Errorf("got %q, want one line that names the folder and says permission denied", line)
			}
		})
	}
}

// Files that may not be written any more, as when the system has found its disk
// bad, stop every change and no answer that only reads.
func TestTroubleReadOnlyWhileRunning(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	b := besiege(t, 4, "--data", data)
	locked := []string{filepath.Join(data, "kefu.db"), filepath.Join(data, "kefu.db-wal"), filepath.Join(data, "media", "tmp")}
	change := func(flag string) error {
		out, err := exec.Command("chattr", append([]string{flag}, locked...)...).CombinedOutput()
		if err != nil {
			return errors.New(string(out))
		}
		return nil
	}
	if err := change("+i"); err != nil {
		t.Skipf("files cannot be made immutable here (%v); it takes root and a file system that knows chattr", err)
	}
	defer func() {
		if err := change("-i"); err != nil {
			t.Error(err)
		}
	}()
	b.fails(20)
	b.isNotReady("the database cannot be written: ")
	if err := b.reads(); err != nil {
		t.Errorf("the list of agents: got %v, want it", err)
	}
	if _, err := b.door.upload(b.token, samplePicture(10<<10)); err == nil {
		t.Error("an upload to a read-only folder: got nil, want errcode -1")
	}
	b.isTold("pictures and media cannot be kept")
	b.fails(20)

	if err := change("-i"); err != nil {
		t.Fatal(err)
	}
	served, ready := b.goesOn(), b.isReady()
	if _, err := b.door.upload(b.token, samplePicture(10<<10)); err != nil {
		t.Errorf("an upload afterwards: got %v, want it kept", err)
	}
	b.isTold("the database can be written again")
	longest := b.patience(5 * time.Second)
	b.neverKept()
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)
}

// A lock that another process holds for seconds lets reading go on; writing waits
// for as long as is promised, and is then refused.
func TestTroubleLockHeld(t *testing.T) {
	t.Parallel()
	const held, waited = 8 * time.Second, 5 * time.Second
	data := filepath.Join(t.TempDir(), "data")
	b := besiege(t, 4, "--data", data)
	db, err := sql.Open("sqlite", filepath.Join(data, "kefu.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("begin immediate"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for time.Since(began) < held {
		asked := time.Now()
		if err := b.reads(); err != nil || time.Since(asked) > time.Second {
			t.Errorf("the list of agents: got %v after %s, want it at once", err, time.Since(asked))
		}
		if b.failed.Load() > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if took := time.Since(began); took < waited || took > waited+2*time.Second {
		t.Errorf("got the first refusal after %s, want it when %s are over", took, waited)
	}
	b.isNotReady("the database cannot be written: another process holds the database's lock")
	time.Sleep(time.Until(began.Add(held)))
	if _, err := db.Exec("rollback"); err != nil {
		t.Fatal(err)
	}
	served, ready := b.goesOn(), b.isReady()
	b.isTold("the database can be written again")
	longest := b.patience(waited + 3*time.Second)
	b.neverKept()
	b.check()
	t.Logf("served again after %s, ready after %s, longest answer %s", served, ready, longest)
}
