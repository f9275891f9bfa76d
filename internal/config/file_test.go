package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/config"
)

func TestFileNamedByEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kefu.conf")
	if err := os.WriteFile(path, []byte("data = /srv/kefu\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := given{env: map[string]string{"KEFU_CONFIG": path}}.read(t, config.Storage)
	if err != nil {
		t.Fatal(err)
	}
	if want := "/srv/kefu"; s.Data != want {
		t.Errorf("got data %q, want %q", s.Data, want)
	}
}

func TestFile(t *testing.T) {
	s, err := given{file: strings.Join([]string{
		"# The shop's server.",
		"",
		"  addr=0.0.0.0:80  ",
		"\tdata \t=\t/srv/kefu data #1\r",
		"database-url = postgres://kefu:pass=word@db/kefu?sslmode=disable",
		"require-https = true",
		"# Settings of other commands are passed over.",
		"appid = wx0000000000000000",
		"public-url =",
	}, "\n")}.read(t, forServe)
	if err != nil {
		t.Fatal(err)
	}
	got := []any{s.Addr, s.Data, s.DatabaseURL.Reveal(), s.RequireHTTPS, s.AppID, s.PublicURL}
	want := []any{"0.0.0.0:80", "/srv/kefu data #1", "postgres://kefu:pass=word@db/kefu?sslmode=disable", true, kefu.AppID(""), ""}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("settings (-want +got):\n%s", d)
	}
}

// Whatever a file holds, it is read or refused with one line.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{"addr = :80\n", "# c\r\n\n=\n", "a=b=c", "database-url=postgres://u:p@h/d", "data='x'", "\ufeffaddr=:1", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return
		}
		s, err := given{file: text}.read(t, forServe)
		if (s == nil) == (err == nil) {
			t.Fatalf("got settings %v and error %v, want one of both", s, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("the error has more than one line: %q", err)
		}
	})
}
