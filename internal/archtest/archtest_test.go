package archtest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// rules are what holds for the source, each with the name of its subtest.
var rules = []struct {
	name string
	find func(*source) []string
}{
	{"every package is in the table", unlisted},
	{"rooms import what the table allows", forbiddenImports},
	{"nothing imports the program or the tests", importedTops},
	{"doors know neither doors nor the store", doorsThatKnow},
	{"pure rooms reach no network and no database", impureRooms},
	{"drivers are where databases are opened", strayDrivers},
	{"SQL is in one room", straySQL},
	{"names say what is inside", vagueNames},
	{"nothing runs by being imported", initFunctions},
	{"every package introduces itself", undocumented},
}

func TestHouse(t *testing.T) {
	s := loadModule(t)
	if s.own["."] == nil || len(s.own["."].files) == 0 || s.imports["fmt"] == nil {
		t.Fatalf("read only %d packages, among them no root package or no standard library", len(s.imports))
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			for _, broken := range rule.find(s) {
				t.Error(broken)
			}
		})
	}
	t.Run("every room is on the architecture page", func(t *testing.T) {
		page, err := os.ReadFile(filepath.Join(moduleRoot(t), "docs", "ARCHITECTURE.md"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Fatal("docs/ARCHITECTURE.md is missing: it must have a table with every room below internal in its first column")
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, broken := range undrawn(s, string(page)) {
			t.Error(broken)
		}
	})
}
