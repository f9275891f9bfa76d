package archtest

import (
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// imaginary makes a source of package paths and their code. Imports outside the
// module lead nowhere, unless they are listed as a package themselves.
func imaginary(t *testing.T, packages map[string]string) *source {
	t.Helper()
	s := &source{own: map[string]*code{}, imports: map[string][]string{}}
	for path, text := range packages {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "a.go", text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		key := path
		if !strings.Contains(path, "example.org/") {
			key = importPath(path)
			c := &code{path: path, name: file.Name.Name, set: set}
			c.files = append(c.files, file)
			if doc := file.Doc.Text(); doc != "" {
				c.docs = []string{doc}
			}
			s.own[path] = c
		}
		s.imports[key] = nil
		for _, imported := range file.Imports {
			target, err := strconv.Unquote(imported.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			s.imports[key] = append(s.imports[key], target)
		}
	}
	return s
}

// TestRulesSee runs each rule over made-up code that breaks it, and over code
// beside it that does not.
func TestRulesSee(t *testing.T) {
	const k = `"` + module
	for _, c := range []struct {
		name     string
		rule     func(*source) []string
		packages map[string]string
		want     string // part of the only finding; empty for none
	}{
		{"package without a row", unlisted, map[string]string{"internal/attic": "package attic"}, "internal/attic is not in the table"},
		{"package with a row", unlisted, map[string]string{"internal/desk": "package desk", "test/script": "package script"}, ""},
		{"root imports a room", forbiddenImports, map[string]string{".": "package kefu; import _ " + k + `/wechat"`}, ". imports wechat"},
		{"callback imports the desk", forbiddenImports, map[string]string{"internal/callback": "package callback; import _ " + k + `/internal/desk"`}, "internal/callback imports internal/desk"},
		{"server imports the settings", forbiddenImports, map[string]string{"internal/server": "package server; import _ " + k + `/internal/config"`}, "internal/server imports internal/config"},
		{"desk imports the nouns", forbiddenImports, map[string]string{"internal/desk": "package desk; import _ " + k + `"`}, ""},
		{"tool imports the program", importedTops, map[string]string{"kefutest": "package kefutest; import _ " + k + `/cmd/kefu"`}, "kefutest imports cmd/kefu"},
		{"program imports a test", importedTops, map[string]string{"cmd/kefu": "package main; import _ " + k + `/test/bench"`}, "cmd/kefu imports test/bench"},
		{"test imports a test", importedTops, map[string]string{"test/script": "package script; import _ " + k + `/test/bench"`}, ""},
		{"door to door", doorsThatKnow, map[string]string{"internal/api": "package api; import _ " + k + `/internal/sandbox"`}, "the door internal/api imports the door internal/sandbox"},
		{"door to the store", doorsThatKnow, map[string]string{"internal/phone": "package phone; import _ " + k + `/internal/store"`}, "the door internal/phone imports internal/store"},
		{"door to SQL", doorsThatKnow, map[string]string{"internal/phone": "package phone; import _ " + k + `/internal/store/sqlstore"`}, "the door internal/phone imports internal/store/sqlstore"},
		{"desk to the store", doorsThatKnow, map[string]string{"internal/desk": "package desk; import _ " + k + `/internal/store"`}, ""},
		{"nouns with a network", impureRooms, map[string]string{".": `package kefu; import _ "net/http"`}, ". reaches net/http"},
		{"desk with a database behind another", impureRooms, map[string]string{
			"internal/desk":       `package desk; import _ "example.org/ledger"`,
			"example.org/ledger":  `package ledger; import _ "example.org/ledger2"`,
			"example.org/ledger2": `package ledger2; import _ "database/sql"`,
		}, "internal/desk reaches database/sql: " + module + "/internal/desk → example.org/ledger → example.org/ledger2 → database/sql"},
		{"door with a network", impureRooms, map[string]string{"internal/api": `package api; import _ "net/http"`}, ""},
		{"driver in the SQL room", strayDrivers, map[string]string{sqlRoom: `package sqlstore; import _ "github.com/jackc/pgx/v5/stdlib"`}, "imports the driver github.com/jackc/pgx/v5/stdlib"},
		{"driver in the server", strayDrivers, map[string]string{"internal/server": `package server; import _ "modernc.org/sqlite"`}, "imports the driver modernc.org/sqlite"},
		{"database in a room", strayDrivers, map[string]string{"internal/auth": `package auth; import _ "database/sql"`}, "internal/auth imports database/sql"},
		{"driver in the program", strayDrivers, map[string]string{"cmd/kefu": `package main; import ( _ "modernc.org/sqlite"; _ "database/sql" )`}, ""},
		{"query in the desk", straySQL, map[string]string{"internal/desk": "package desk; const q = `\n\tselect a,\n\tb from t where x = ?`"}, "internal/desk/a.go:1: SQL belongs"},
		{"statement in the program", straySQL, map[string]string{"cmd/kefu": `package main; const q = "PRAGMA journal_mode=wal"`}, "cmd/kefu/a.go:1: SQL belongs"},
		{"change in the store", straySQL, map[string]string{"internal/store": `package store; const q = "update agents set x = 1"`}, "internal/store/a.go:1: SQL belongs"},
		{"query in its room", straySQL, map[string]string{sqlRoom: `package sqlstore; const q = "select a from t"`}, ""},
		{"sentence about selecting", straySQL, map[string]string{"internal/desk": `package desk; const q = "selected agents come from the list"`}, ""},
		{"vague folder", vagueNames, map[string]string{"internal/util/text": "package text"}, `internal/util/text is called "util"`},
		{"vague name", vagueNames, map[string]string{"internal/desk": "package helpers"}, `internal/desk is called "helpers"`},
		{"telling name", vagueNames, map[string]string{"internal/desk": "package desk"}, ""},
		{"init", initFunctions, map[string]string{"internal/desk": "package desk\n\nfunc init() {}"}, "internal/desk/a.go:3: func init"},
		{"method called init", initFunctions, map[string]string{"internal/desk": "package desk\ntype d struct{}\nfunc (d) init() {}"}, ""},
		{"no comment", undocumented, map[string]string{"internal/desk": "package desk"}, `begins with "Package desk "`},
		{"comment of another", undocumented, map[string]string{"internal/desk": "// Package office is.\npackage desk"}, `begins with "Package desk "`},
		{"program's comment", undocumented, map[string]string{"cmd/kefu": "// Command kefu runs.\npackage main"}, ""},
		{"comment", undocumented, map[string]string{"internal/desk": "// Package desk does.\npackage desk"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.rule(imaginary(t, c.packages))
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("got %q, want nothing broken", got)
			case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
				t.Errorf("got %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestStraySQLFiles(t *testing.T) {
	s := &source{sqlFiles: []string{"internal/store/sqlstore/migrations/0001.sql", "internal/desk/tables.sql"}}
	got := straySQL(s)
	if len(got) != 1 || !strings.Contains(got[0], "internal/desk/tables.sql") {
		t.Errorf("got %q, want internal/desk/tables.sql alone", got)
	}
}

func TestUndrawn(t *testing.T) {
	s := imaginary(t, map[string]string{
		"internal/desk":           "package desk",
		"internal/store/sqlstore": "package sqlstore",
		"internal/api":            "package api",
		"internal/auth":           "package auth",
		"wechat":                  "package wechat",
	})
	const page = `
The room auth is only mentioned here.

| room | knows |
| --- | --- |
| ` + "`internal/desk`" + ` | what auth is |
| sqlstore, **api** | SQL |
`
	got := undrawn(s, page)
	if len(got) != 1 || !strings.HasPrefix(got[0], "internal/auth ") {
		t.Errorf("got %q, want internal/auth alone", got)
	}
}
