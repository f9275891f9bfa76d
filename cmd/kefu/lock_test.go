package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLockFolder(t *testing.T) {
	folder := t.TempDir()
	unlock, err := lockFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lockFolder(folder)
	if err == nil {
		t.Fatal("the second lock: got none refused, want an error")
	}
	for _, want := range []string{folder, fmt.Sprintf("(process %d)", os.Getpid()), "--data"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not tell %q: %v", want, err)
		}
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	unlock, err = lockFolder(folder)
	if err != nil {
		t.Fatalf("after it was let go: got %v, want the lock", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}

// What stands in the file does not matter to the lock.
func TestLockFileOfOthers(t *testing.T) {
	for _, row := range []struct{ name, text string }{
		{"empty", ""},
		{"of a process that is gone", "1\n"},
		{"not a number", "a note of the operator that is longer than any process number\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, lockFile)
			if err := os.WriteFile(path, []byte(row.text), 0o600); err != nil {
				t.Fatal(err)
			}
			unlock, err := lockFolder(folder)
			if err != nil {
				t.Fatalf("got %v, want the lock", err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintln(os.Getpid()); string(got) != want {
				t.Errorf("the file holds %q, want %q", got, want)
			}
			if err := unlock(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestHolderUnknown(t *testing.T) {
	folder := t.TempDir()
	unlock, err := lockFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unlock(); err != nil {
			t.Error(err)
		}
	}()
	// The holder may have the lock and not have written its number yet.
	if err := os.Truncate(filepath.Join(folder, lockFile), 0); err != nil {
		t.Fatal(err)
	}
	_, err = lockFolder(folder)
	if err == nil || strings.Contains(err.Error(), "process") {
		t.Errorf("got %v, want an error that names no process", err)
	}
}

func TestLockWithoutFolder(t *testing.T) {
	if _, err := lockFolder(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("got no error for a folder that is not there")
	}
}
