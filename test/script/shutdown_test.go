package script

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowRequest sends all of a token request but the end of its body.
func slowRequest(t *testing.T, h *house) (conn net.Conn, rest string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // The server may have closed it.
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	const body = `{"grant_type":"client_credential","appid":"wx5d3c0ffee1234567","secret":"0f1e2d3c4b5a69788796a5b4c3d2e1f0"}`
	begin := fmt.Sprintf("POST /cgi-bin/stable_token HTTP/1.1\r\nHost: kefu\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:40])
	if _, err := io.WriteString(conn, begin); err != nil {
		t.Fatal(err)
	}
	// The server must have begun with it before it is told to stop: a connection
	// that is made later and answered shows that.
	answer, err := http.Get(h.url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close() // Only that it came matters.
	return conn, body[40:]
}

func TestRequestsInFlightFinish(t *testing.T) {
	t.Parallel()
	h := startForTest(t, "dev")
	conn, rest := slowRequest(t, h)
	if err := h.signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	awaitClosed(t, h)
	if _, err := io.WriteString(conn, rest); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("the request that had begun got no answer: %v", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"access_token"`) {
		t.Errorf("got %s, want an access token", text)
	}
	if err := h.end(); err != nil {
		t.Error(err)
	}
}

// A client that never finishes cannot hold the process.
func TestEndsInTime(t *testing.T) {
	t.Parallel()
	h := startForTest(t, "dev")
	slowRequest(t, h)
	if err := h.stop(); err != nil {
		t.Error(err)
	}
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	h := startForTest(t, "dev")
	slowRequest(t, h)
	if err := h.signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	awaitClosed(t, h)
	sent := time.Now()
	if err := h.signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-h.ended
	if took := time.Since(sent); took > 4*time.Second {
		t.Errorf("the process ended %s after the second signal, want at once", took)
	}
	if h.err == nil {
		t.Error("the process ended as if all was well, although it was cut short")
	}
}

// awaitClosed waits until the server takes no more connections.
func awaitClosed(t *testing.T, h *house) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			return
		}
		_ = conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server still takes connections after the signal")
		}
	}
}
