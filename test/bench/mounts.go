package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// filesystem names the kind of file system that a folder is on, such as ext4 or
// tmpfs; empty where the system does not tell. Whoever reads the figures must see
// that what is called a disk is one.
func filesystem(folder string) string {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return ""
	}
	kind, longest := "", -1
	for line := range strings.Lines(string(mounts)) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			continue
		}
		at := strings.TrimSuffix(fields[1], "/")
		if len(at) >= longest && (folder == cmp.Or(at, "/") || strings.HasPrefix(folder, at+"/")) {
			kind, longest = fields[2], len(at)
		}
	}
	return kind
}
