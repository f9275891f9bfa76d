package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// unlisted finds packages that have no row in the table.
func unlisted(s *source) (broken []string) {
	for _, path := range s.paths() {
		if _, ok := roomOf(rooms, path); !ok {
			broken = append(broken, fmt.Sprintf("%s is not in the table of rooms: give it a row in rooms_test.go", path))
		}
	}
	return broken
}

// forbiddenImports finds imports within the module that the table does not have.
func forbiddenImports(s *source) (broken []string) {
	for _, path := range s.paths() {
		r, ok := roomOf(rooms, path)
		if !ok || slices.Contains(r.may, anything) {
			continue
		}
		for _, imported := range s.importsOf(path) {
			if imported != path && !slices.Contains(r.may, imported) {
				broken = append(broken, fmt.Sprintf("%s imports %s; it may import %s", path, imported, orNothing(r.may)))
			}
		}
	}
	return broken
}

func orNothing(rooms []string) string {
	if len(rooms) == 0 {
		return "nothing of the module"
	}
	return strings.Join(rooms, ", ")
}

// importedTops finds imports of what stands on top of the house: the program
// and the tests. The row of a room that may import anything does not cover it.
func importedTops(s *source) (broken []string) {
	for _, path := range s.paths() {
		for _, imported := range s.importsOf(path) {
			fromTest := strings.HasPrefix(path, "test/")
			if strings.HasPrefix(imported, "cmd/") || strings.HasPrefix(imported, "test/") && !fromTest {
				broken = append(broken, fmt.Sprintf("%s imports %s, which nothing may", path, imported))
			}
		}
	}
	return broken
}

// doorsThatKnow finds doors that import another door or the store. The table
// must say the same; this keeps a new row from giving the rule away.
func doorsThatKnow(s *source) (broken []string) {
	for _, path := range s.paths() {
		if r, ok := roomOf(rooms, path); !ok || !r.door {
			continue
		}
		for _, imported := range s.importsOf(path) {
			other, known := roomOf(rooms, imported)
			switch {
			case known && other.door:
				broken = append(broken, fmt.Sprintf("the door %s imports the door %s: what both need belongs in internal/desk", path, imported))
			case imported == "internal/store" || strings.HasPrefix(imported, "internal/store/"):
				broken = append(broken, fmt.Sprintf("the door %s imports %s: a door asks internal/desk", path, imported))
			}
		}
	}
	return broken
}

// impureRooms finds pure rooms that reach the network or a database, and says
// on which way.
func impureRooms(s *source) (broken []string) {
	for _, path := range pure {
		for _, target := range outside {
			if way := s.chain(importPath(path), target); way != nil {
				broken = append(broken, fmt.Sprintf("%s reaches %s: %s", path, target, strings.Join(way, " → ")))
			}
		}
	}
	return broken
}

// strayDrivers finds imports of database drivers and of database/sql where no
// database is opened or spoken to.
func strayDrivers(s *source) (broken []string) {
	for _, path := range s.paths() {
		for _, imported := range s.imports[importPath(path)] {
			if isDriver(imported) && !within(openers, path) {
				broken = append(broken, fmt.Sprintf("%s imports the driver %s; only %s open databases", path, imported, strings.Join(openers, ", ")))
			}
			if (imported == "database/sql" || imported == "database/sql/driver") && !within(speakers, path) {
				broken = append(broken, fmt.Sprintf("%s imports %s; only %s know it", path, imported, strings.Join(speakers, ", ")))
			}
		}
	}
	return broken
}

func isDriver(imported string) bool {
	for _, d := range drivers {
		if imported == d || strings.HasPrefix(imported, d+"/") {
			return true
		}
	}
	return false
}
