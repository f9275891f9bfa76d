package script

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a program that must end with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s: got exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// eventually repeats a program until it succeeds: what another process wrote is
// seen within a second.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: [!] eventually PROGRAM ARG...")
	}
	deadline := time.Now().Add(3 * time.Second)
	for {
		err := ts.Exec(args[0], args[1:]...)
		if (err == nil) != neg {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s: it did not come to that: %v", strings.Join(args, " "), err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// fetch makes an HTTP request.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 4 {
		ts.Fatalf("usage: fetch METHOD URL [BODY [TYPE]]")
	}
	body := ""
	if len(args) > 2 {
		body = args[2]
	}
	request, err := http.NewRequest(args[0], args[1], strings.NewReader(body))
	ts.Check(err)
	if len(args) > 3 {
		request.Header.Set("Content-Type", args[3])
	}
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if !utf8.Valid(text) {
		text = fmt.Appendf(nil, "%d bytes of %s", len(text), answer.Header.Get("Content-Type"))
	}
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", answer.StatusCode, text)
}

// picture writes a PNG file.
func picture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: picture FILE")
	}
	var encoded bytes.Buffer
	ts.Check(png.Encode(&encoded, image.NewGray(image.Rect(0, 0, 400, 300))))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), encoded.Bytes(), 0o600))
}

// capture keeps a part of the last output in a variable.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture VARIABLE REGEXP")
	}
	form, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	match := form.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(match) != 2 {
		ts.Fatalf("the last output does not match %q with one group", args[1])
	}
	ts.Setenv(args[0], match[1])
}
