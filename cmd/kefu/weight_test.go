package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Templates call methods by names that they learn at run time. A program that
// can reach that code must keep every exported method of every type in it, which
// makes this one larger by a fifth (27 MB instead of 22). Pages are written by
// hand or built beforehand instead.
//
// Cobra imports text/template for the use of others; nothing here leads there,
// and the linker leaves it out. It stays out as long as no package of ours
// imports it.
//
// The test stands beside the program and not with the other rules of import, so
// that a kept result of it is void as soon as anything in the program changes.
func TestNoTemplates(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps",
		"-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	const own = "github.com/openkefu/kefu"
	seen := 0
	for line := range strings.Lines(string(out)) {
		packages := strings.Fields(line)
		path, imports := packages[0], packages[1:]
		if slices.Contains(imports, "html/template") {
			t.Errorf("%s imports html/template, want it nowhere in the program", path)
		}
		if path != own && !strings.HasPrefix(path, own+"/") {
			continue
		}
		seen++
		if slices.Contains(imports, "text/template") {
			t.Errorf("%s imports text/template, want it in no package of ours", path)
		}
	}
	if seen < 10 {
		t.Errorf("got %d packages of ours in the program, want at least 10: they are not found", seen)
	}
}
