package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The official account that kefu dev is started with.
const (
	appID    = "wx5d3c0ffee1234567"
	secret   = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	wechatID = "demo_shop"
)

const (
	// readyPatience is how long the program may take to say that it is ready.
	// It needs a few tens of milliseconds; the rest is for a busy machine.
	readyPatience = 20 * time.Second
	// stopPatience is what the program promises for its own shutdown.
	stopPatience = 10 * time.Second
	// controlPatience bounds one call to the sandbox's control API.
	controlPatience = 10 * time.Second
)

var readyLine = regexp.MustCompile(`^ready (http://[^\s/]+)/?$`)

// kefu is a running `kefu dev`.
type kefu struct {
	base string // http://127.0.0.1:port
	http *http.Client
}

// startKefu runs `kefu dev` on a free port over an empty data folder until the
// test ends, and checks that it then ends by itself, in time and with status 0.
func startKefu(t *testing.T, flags ...string) *kefu {
	t.Helper()
	data := t.TempDir()
	args := append([]string{"dev", "--addr", "127.0.0.1:0", "--data", data,
		"--appid", appID, "--secret", secret, "--wechat-id", wechatID}, flags...)
	cmd := exec.Command(program(t), args...)
	cmd.Env = environmentWithoutKefu()
	cmd.Dir = data
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	var said bytes.Buffer
	ready := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			said.WriteString(lines.Text() + "\n")
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				select {
				case ready <- m[1]:
				default: // a second ready line is in the log below
				}
			}
		}
		ended <- cmd.Wait()
	}()

	t.Cleanup(func() {
		// An error means that it has ended already, which is found out below.
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("kefu dev ended with %v, want status 0", err)
			}
		case <-time.After(stopPatience):
			t.Errorf("kefu dev still runs %s after SIGTERM", stopPatience)
			if err := cmd.Process.Kill(); err != nil {
				t.Errorf("kill kefu dev: %v", err)
			}
			<-ended
		}
		if t.Failed() {
			t.Logf("kefu dev wrote to stdout:\n%s\nand to stderr:\n%s", &said, &stderr)
		}
	})

	select {
	case base := <-ready:
		return &kefu{base: base, http: &http.Client{Transport: &http.Transport{}, Timeout: controlPatience}}
	case err := <-ended:
		ended <- err
		t.Fatalf("kefu dev ended before it was ready: %v", err)
	case <-time.After(readyPatience):
		t.Fatalf("kefu dev printed no line %q within %s", readyLine, readyPatience)
	}
	return nil
}

// program is the binary under test: KEFU_BIN, or where make build puts it.
func program(t *testing.T) string {
	t.Helper()
	path := os.Getenv("KEFU_BIN")
	if path == "" {
		path = filepath.Join("..", "..", "bin", "kefu")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the program to test is missing, make build makes it: %v", err)
	}
	return path
}

// environmentWithoutKefu keeps the settings of whoever runs the tests out of
// the program under test.
func environmentWithoutKefu() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "KEFU_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// control calls the sandbox's control API and decodes what it answers. A nil
// request sends no body, a nil answer is not looked at.
func (k *kefu) control(t *testing.T, method, path string, request, answer any) {
	t.Helper()
	var body []byte
	if request != nil {
		var err error
		if body, err = json.Marshal(request); err != nil {
			t.Fatal(err)
		}
	}
	r, err := http.NewRequest(method, k.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := k.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode/100 != 2 {
		t.Fatalf("%s %s %s: got status %d and %s, want 2xx", method, path, body, response.StatusCode, said)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(said, answer); err != nil {
		t.Fatalf("%s %s: answer %s: %v", method, path, said, err)
	}
}

func (k *kefu) accept(t *testing.T, account string) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/invitations/accept", map[string]any{"kf_account": account}, nil)
}

func (k *kefu) reject(t *testing.T, account string) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/invitations/reject", map[string]any{"kf_account": account}, nil)
}

func (k *kefu) comeOnline(t *testing.T, account string) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/agents/online",
		map[string]any{"kf_account": account, "online": true, "auto_accept": 5}, nil)
}

type clock struct {
	Now int64 `json:"now"`
}

// now is the sandbox's time in Unix seconds.
func (k *kefu) now(t *testing.T) int64 {
	t.Helper()
	var c clock
	k.control(t, "GET", "/sandbox/v1/clock", nil, &c)
	return c.Now
}

// advance moves the sandbox's clock and checks that it went as far as asked.
func (k *kefu) advance(t *testing.T, by time.Duration) {
	t.Helper()
	before := k.now(t)
	var c clock
	k.control(t, "POST", "/sandbox/v1/clock", map[string]any{"advance": fmt.Sprint(by)}, &c)
	// The clock also runs while it is being moved.
	if moved := time.Duration(c.Now-before) * time.Second; moved < by || moved > by+time.Minute {
		t.Fatalf("clock advanced by %s, want %s", moved, by)
	}
}
