package archtest

import (
	"slices"
	"testing"
)

// TestTable checks the table against itself: a row is found by its path, so
// there is one for each, and what it names has a row too.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rooms {
		if seen[r.path] {
			t.Errorf("%s has two rows, want one", r.path)
		}
		seen[r.path] = true
	}
	for _, r := range rooms {
		for _, path := range r.may {
			if path != anything && !seen[path] {
				t.Errorf("the row of %s allows %s, which has no row", r.path, path)
			}
			if path == r.path {
				t.Errorf("the row of %s allows itself", r.path)
			}
		}
	}
	for _, list := range [][]string{pure, openers, speakers, {sqlRoom}} {
		for _, path := range list {
			if !seen[path] {
				t.Errorf("a rule is about %s, which has no row", path)
			}
		}
	}
}

// TestTableHasNoCycle follows the rows: Go forbids a cycle of packages, the
// table forbids that it is ever drawn.
func TestTableHasNoCycle(t *testing.T) {
	var visit func(path string, way []string)
	visit = func(path string, way []string) {
		if i := slices.Index(way, path); i >= 0 {
			t.Fatalf("the table goes round: %v", append(way[i:], path))
		}
		r, _ := roomOf(rooms, path)
		for _, next := range r.may {
			if next != anything {
				visit(next, append(slices.Clone(way), path))
			}
		}
	}
	for _, r := range rooms {
		visit(r.path, nil)
	}
}
