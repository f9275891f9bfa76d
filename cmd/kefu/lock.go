package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// lockFile keeps a second server away from the same SQLite file: each keeps
// counts and caches in memory that the other would not see. The system lets go
// of the lock when the process ends, however it ends; the file stays.
const lockFile = "kefu.lock"

// lockFolder takes the lock of a data folder, or says who has it.
func lockFolder(folder string) (unlock func() error, err error) {
	path := filepath.Join(folder, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	taken, err := tryLock(f)
	if err != nil || !taken {
		holder := ""
		if err == nil {
			holder = holderOf(f)
			err = fmt.Errorf("the data in %s is in use by a kefu server%s: stop it first, or name another folder with --data", folder, holder)
		} else {
			err = fmt.Errorf("lock %s: %w", path, err)
		}
		_ = f.Close() // Nothing was written.
		return nil, err
	}
	// The pid is for people who find the folder locked; the lock does not need
	// it.
	if err := writePID(f); err != nil {
		_ = f.Close() // The first error says more.
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f.Close, nil
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// maxPID is the room that a process number takes in the lock file, in bytes.
const maxPID = 32

// holderOf names the process that holds the lock, as far as the file tells: it
// may just have been taken.
func holderOf(f *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, maxPID))
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return ""
	}
	return " (process " + strconv.Itoa(pid) + ")"
}
