package interop

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// handshake waits for the visit that kefu dev pays when it starts. Whether the
// answer was to its liking is for TestHandshake to see.
func (x *exchange) handshake(t *testing.T) {
	select {
	case echo := <-x.dev.visited:
		if echo == "" {
			t.Error("got no echostr")
		}
	case <-time.After(arrivalPatience):
		t.Fatalf("nobody visited the developer's server within %s", arrivalPatience)
	}
}

// TestHandshake has the command line set a callback URL, which it does when the
// SDK's server answers as it must.
func TestHandshake(t *testing.T) {
	t.Parallel()
	d := newDeveloper(t, "safe")
	add := func(address string, more ...string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), readyPatience)
		defer cancel()
		args := append([]string{"official-account", "add", "--data", t.TempDir(), "--wechat-id", wechatID, "--allow-private-callbacks",
			"--callback-url", address, "--callback-token", callbackToken}, more...)
		cmd := exec.CommandContext(ctx, program(t), args...)
		cmd.Env = environmentWithoutKefu()
		cmd.Dir = t.TempDir()
		output, err := cmd.CombinedOutput()
		return string(output), err
	}
	sealed := []string{"--callback-mode", "safe", "--encoding-aes-key", encodingAESKey}
	if said, err := add(d.address, sealed...); err != nil {
		t.Errorf("a server that answers as it must was refused: %v\n%s", err, said)
	}
	if len(d.visited) != 1 {
		t.Errorf("the server was visited %d times, want once", len(d.visited))
	}
	nowhere, err := url.JoinPath(newSilentServer(t), "wechat")
	if err != nil {
		t.Fatal(err)
	}
	if said, err := add(nowhere, sealed...); err == nil || !strings.Contains(said, "echostr") {
		t.Errorf("a server that knows no echostr was accepted: %v\n%s", err, said)
	}
}

// newSilentServer is a server that has never heard of WeChat, by its URL.
func newSilentServer(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "It works!")
	}))
	t.Cleanup(server.Close)
	return server.URL
}
