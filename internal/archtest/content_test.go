package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sqlStatement is the beginning of a text that is meant for a database.
var sqlStatement = regexp.MustCompile(`(?is)^\s*(` +
	`select\s.*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|` +
	`(create|alter|drop)\s+(table|index|unique|view)\s|pragma\s+\w|` +
	`begin\s+(immediate|exclusive)|savepoint\s+\S+$|with\s+\w+\s+as\s*\()`)

// straySQL finds SQL outside the room for it: files, and texts in the code.
func straySQL(s *source) (broken []string) {
	for _, file := range s.sqlFiles {
		if !strings.HasPrefix(file, sqlRoom+"/") {
			broken = append(broken, fmt.Sprintf("%s: SQL belongs in %s", file, sqlRoom))
		}
	}
	for _, path := range s.paths() {
		if path == sqlRoom {
			continue
		}
		c := s.own[path]
		for _, file := range c.files {
			ast.Inspect(file, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				if text, err := strconv.Unquote(literal.Value); err == nil && sqlStatement.MatchString(text) {
					broken = append(broken, fmt.Sprintf("%s: SQL belongs in %s", at(c, literal), sqlRoom))
				}
				return true
			})
		}
	}
	return broken
}

// vagueNames finds packages whose name or folder does not say what is inside.
func vagueNames(s *source) (broken []string) {
	for _, path := range s.paths() {
		c := s.own[path]
		for _, part := range append(strings.Split(path, "/"), c.name) {
			if slices.Contains(vague, part) {
				broken = append(broken, fmt.Sprintf("%s is called %q: a package is named after what it holds", path, part))
				break
			}
		}
	}
	return broken
}

// initFunctions finds code that runs because it was imported.
func initFunctions(s *source) (broken []string) {
	for _, path := range s.paths() {
		c := s.own[path]
		for _, file := range c.files {
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					broken = append(broken, fmt.Sprintf("%s: func init: let the caller say when", at(c, f)))
				}
			}
		}
	}
	return broken
}

// undocumented finds packages that do not introduce themselves in the form that
// go doc shows.
func undocumented(s *source) (broken []string) {
	for _, path := range s.paths() {
		c := s.own[path]
		want := "Package " + c.name + " "
		if c.name == "main" {
			want = "Command " + path[strings.LastIndex(path, "/")+1:] + " "
		}
		introduced := slices.ContainsFunc(c.docs, func(doc string) bool { return strings.HasPrefix(doc, want) })
		switch {
		case len(c.docs) > 1:
			broken = append(broken, fmt.Sprintf("%s has %d package comments, want one", path, len(c.docs)))
		case !introduced:
			broken = append(broken, fmt.Sprintf("%s has no package comment that begins with %q", path, want))
		}
	}
	return broken
}

// undrawn finds rooms below internal that the architecture page does not name
// in the first column of a table, by path or by the last part of it.
func undrawn(s *source, page string) (broken []string) {
	named := firstColumn(page)
	for _, path := range s.paths() {
		if !strings.HasPrefix(path, "internal/") {
			continue
		}
		short := path[strings.LastIndex(path, "/")+1:]
		if !named[path] && !named[strings.TrimPrefix(path, "internal/")] && !named[short] {
			broken = append(broken, fmt.Sprintf("%s is not in the table of rooms of docs/ARCHITECTURE.md", path))
		}
	}
	return broken
}

// firstColumn collects the names in the first cells of a page's tables.
func firstColumn(page string) map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(page) {
		row, isRow := strings.CutPrefix(strings.TrimSpace(line), "|")
		if !isRow {
			continue
		}
		cell, _, _ := strings.Cut(row, "|")
		for _, name := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,·`*[]()", r) }) {
			names[strings.TrimSuffix(name, "/")] = true
		}
	}
	return names
}

func at(c *code, n ast.Node) string {
	p := c.set.Position(n.Pos())
	return fmt.Sprintf("%s/%s:%d", c.path, p.Filename[strings.LastIndexAny(p.Filename, `/\`)+1:], p.Line)
}
