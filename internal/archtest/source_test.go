package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// source is what the rules look at.
type source struct {
	// own are the packages of the module by their path within it.
	own map[string]*code
	// imports are the direct imports of every package there is, the module's and
	// all others, by import path.
	imports map[string][]string
	// sqlFiles are the files of SQL, by their path within the module.
	sqlFiles []string
}

// code is one package of the module without its tests.
type code struct {
	path  string // within the module
	name  string
	files []*ast.File
	// docs are the package comments, also those of test files: some packages
	// are nothing but tests.
	docs []string
	set  *token.FileSet
}

// paths are the module's packages in order.
func (s *source) paths() []string { return slices.Sorted(maps.Keys(s.own)) }

// importsOf are the packages of the module that one of them imports.
func (s *source) importsOf(path string) []string {
	var within []string
	for _, imported := range s.imports[importPath(path)] {
		if p, ok := modulePath(imported); ok {
			within = append(within, p)
		}
	}
	return within
}

// chain is the shortest way from a package to one that it imports, directly or
// through others, as import paths; nil when there is none.
func (s *source) chain(from, to string) []string {
	cameFrom := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == to {
			var way []string
			for at := to; at != ""; at = cameFrom[at] {
				way = append(way, at)
			}
			slices.Reverse(way)
			return way
		}
		for _, next := range s.imports[queue[0]] {
			if _, seen := cameFrom[next]; !seen {
				cameFrom[next] = queue[0]
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// importPath turns a path within the module into an import path.
func importPath(path string) string {
	if path == "." {
		return module
	}
	return module + "/" + path
}

// modulePath turns an import path into one within the module, if it is.
func modulePath(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// loadModule reads this module with everything it imports.
func loadModule(t *testing.T) *source {
	t.Helper()
	root := moduleRoot(t)
	set := token.NewFileSet()
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps,
		Dir:  root,
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	s := &source{own: map[string]*code{}, imports: map[string][]string{}}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		for _, err := range p.Errors {
			// With a package missing, a rule would look at less than there is.
			t.Errorf("go list: %v", err)
		}
		s.imports[p.PkgPath] = slices.Sorted(maps.Keys(p.Imports))
	})
	for _, p := range loaded {
		path, ok := modulePath(p.PkgPath)
		if !ok {
			t.Fatalf("go list found the package %s, want only packages of %s", p.PkgPath, module)
		}
		c := &code{path: path, name: p.Name, set: set}
		s.own[path] = c
		for _, name := range p.GoFiles {
			c.files = append(c.files, parse(t, set, name, parser.ParseComments))
		}
		c.docs = packageComments(t, filepath.Join(root, filepath.FromSlash(path)))
	}
	s.sqlFiles = sqlFiles(t, root)
	return s
}

// moduleRoot is the folder of the module: two up from this one.
func moduleRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func parse(t *testing.T, set *token.FileSet, name string, mode parser.Mode) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(set, name, nil, mode)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// packageComments are the package comments of all the Go files of a folder.
func packageComments(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var docs []string
	for _, name := range names {
		file := parse(t, token.NewFileSet(), name, parser.ParseComments|parser.PackageClauseOnly)
		if text := file.Doc.Text(); text != "" {
			docs = append(docs, text)
		}
	}
	return docs
}

// sqlFiles finds the files of SQL below a folder, by their slash paths in it.
func sqlFiles(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != root):
			return filepath.SkipDir
		case filepath.Ext(path) != ".sql":
			return nil
		}
		within, err := filepath.Rel(root, path)
		found = append(found, filepath.ToSlash(within))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
