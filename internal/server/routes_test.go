package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/apidoc"
	"github.com/openkefu/kefu/internal/picture"
)

// undescribed are routes that nobody calls as an API: what a browser finds
// beside the page, and where the root leads.
var undescribed = []string{"GET /{$}", "GET /docs/api/style.css", "GET /docs/api/icon.svg"}

// Everything that the doors and the server mount is described, and everything
// described is mounted. The API's own paths are held against the description in
// its room.
func TestRoutesAreDescribed(t *testing.T) {
	t.Parallel()
	description := apidoc.New(apidoc.Options{Sandbox: true})
	var described []string
	for _, o := range description.Operations() {
		if !strings.HasPrefix(o.Path, "/cgi-bin/") && !strings.HasPrefix(o.Path, "/customservice/") {
			described = append(described, o.Method+" "+o.Path)
		}
	}
	var mounted []string
	for _, room := range []string{".", "../sandbox", "../apidoc"} {
		for _, pattern := range mountedIn(t, room) {
			if method, _, _ := strings.Cut(pattern, " "); method == pattern {
				continue // a whole door, whose own routes count
			}
			if !slices.Contains(undescribed, pattern) {
				mounted = append(mounted, strings.TrimSuffix(pattern, "{$}"))
			}
		}
	}
	for _, format := range []string{picture.PNG, picture.JPEG} {
		mounted = append(mounted, "GET /"+picture.Family(format)+"/{key}/{size}")
	}
	mounted = append(mounted, "GET /mmbiz_media/{day}/{file}", "GET /mmbiz_pic/{file}")
	slices.Sort(described)
	slices.Sort(mounted)
	if !slices.Equal(mounted, described) {
		t.Errorf("got mounted   %q,\nwant described %q", mounted, described)
	}
}

// mountedIn reads the patterns that a room hands to Handle and HandleFunc. A
// mux cannot be asked for them.
func mountedIn(t *testing.T, room string) (patterns []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(room, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || method.Sel.Name != "Handle" && method.Sel.Name != "HandleFunc" {
				return true
			}
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: a pattern is not written out, so this test cannot read it", name)
				return true
			}
			pattern, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			patterns = append(patterns, pattern)
			return true
		})
	}
	return patterns
}

// What is described answers, with anything but "there is no such thing".
func TestDescribedRoutesAnswer(t *testing.T) {
	t.Parallel()
	description := apidoc.New(apidoc.Options{Sandbox: true})
	h := build(t, nil).run(t)
	for _, o := range description.Operations() {
		if strings.Contains(o.Path, "{") {
			continue // a picture that does not exist is rightly not found
		}
		if got := h.ask(o.Method, o.Path, "").Code; got == http.StatusNotFound || got == http.StatusMethodNotAllowed {
			t.Errorf("%s %s: got HTTP %d, want it served", o.Method, o.Path, got)
		}
	}
}
