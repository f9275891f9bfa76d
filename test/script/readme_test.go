package script

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeTranscript runs what the README shows, and holds what it says
// against what comes out. Times and rids differ from run to run.
func TestReadmeTranscript(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatalf("the README calls the API with curl: %v", err)
	}
	english := consoleOf(t, "../../README.md")
	if chinese := consoleOf(t, "../../README.zh-CN.md"); chinese != english {
		t.Errorf("README.zh-CN.md shows another transcript than README.md:\n%s\nwant\n%s", chinese, english)
	}
	var commands, wants []string
	for line := range strings.Lines(english) {
		if command, found := strings.CutPrefix(line, "$ "); found {
			commands, wants = append(commands, command), append(wants, "")
			continue
		}
		wants[len(wants)-1] += strings.TrimSuffix(line, "\n")
	}
	if len(commands) < 10 {
		t.Fatalf("got %d commands, want the whole story", len(commands))
	}

	h := startForTest(t, "dev")
	const mark = "\n===\n"
	script := strings.Join(commands, "printf '"+strings.ReplaceAll(mark, "\n", `\n`)+"'\n")
	script = strings.Replace(script, "http://127.0.0.1:8080", h.url, 1)
	out, err := exec.Command("bash", "-euc", script).Output()
	if err != nil {
		t.Fatalf("the transcript broke off: %v\n%s", err, out)
	}
	gots := strings.Split(string(out), mark)
	if len(gots) != len(wants) {
		t.Fatalf("got %d answers, want %d:\n%s", len(gots), len(wants), out)
	}
	for i, want := range wants {
		if got := changing.ReplaceAllString(gots[i], "$1#"); got != changing.ReplaceAllString(want, "$1#") {
			t.Errorf("%s got  %s\nwant %s", commands[i], gots[i], want)
		}
	}
}

// changing is what no two runs have alike.
var changing = regexp.MustCompile(`(rid: |"now":|"invite_expire_time":|"msgid":"|"id":|"createtime":|"time":)[0-9a-f-]+`)

// consoleOf is the text of a page's console blocks.
func consoleOf(t *testing.T, path string) string {
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var console strings.Builder
	inside := false
	for line := range strings.Lines(string(page)) {
		switch {
		case line == "```console\n":
			inside = true
		case line == "```\n":
			inside = false
		case inside:
			console.WriteString(line)
		}
	}
	return console.String()
}
