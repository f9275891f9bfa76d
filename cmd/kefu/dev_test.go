package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/config"
)

// The line that newcomers copy must be one that a shell understands.
func TestCurlLine(t *testing.T) {
	s, err := config.Read(config.Storage|config.Demo, config.Sources{
		Flag: func(string) (string, bool) { return "", false },
		Env:  func(string) (string, bool) { return "", false },
	})
	if err != nil {
		t.Fatal(err)
	}
	line := curlLine(s, "http://127.0.0.1:8080")
	if strings.Contains(line, "\n") {
		t.Fatalf("got more than one line: %q", line)
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh to read the line")
	}
	// A curl that answers the token, or shows what it was asked for.
	const fake = `curl() {
  case "$*" in
  *cgi-bin/token*) printf '{"access_token":"85_abc-_","expires_in":7200}' ;;
  *) printf '%s' "$2" ;;
  esac
}
`
	out, err := exec.Command(shell, "-c", fake+line).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if want := "http://127.0.0.1:8080/cgi-bin/customservice/getkflist?access_token=85_abc-_"; string(out) != want {
		t.Errorf("asked for %s, want %s", out, want)
	}
}
