package script

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const (
	// silentConnections is more than most proxies ever open.
	silentConnections = 3000
	// fewDescriptors is about what a process needs to start at all.
	fewDescriptors = 128
	// connectionsMemory bounds the server, in MiB: 30 KiB for each connection, the
	// program, and twice that for the collector.
	connectionsMemory = 250
	// servedAgainWithin is how long it may take until connections that do nothing have
	// made room.
	servedAgainWithin = 10 * time.Second
)

// silent opens connections and says nothing; those that are closed are let go.
func silent(t *testing.T, h *house, n int) (refused int) {
	t.Helper()
	for range n {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err != nil {
			refused++
			continue
		}
		t.Cleanup(func() { _ = conn.Close() }) // the server may have been first
	}
	return refused
}

// getInCrowd asks for the agents over a connection of its own. A refusal can come before
// the question, which net/http takes for a connection that broke; it is asked again then.
func getInCrowd(h *house, token string) (got fetched, err error) {
	for range 5 {
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: overloadPatience}
		got, err = ask(c, http.MethodGet, h.url+"/cgi-bin/customservice/getkflist?access_token="+token, "")
		if err == nil || !strings.Contains(err.Error(), "readLoopPeekFailLocked") {
			break
		}
	}
	return got, err
}

// serves makes calls until one is accepted. Before that, each must be refused
// politely; connections that break count as unpolite, and are listed.
func serves(t *testing.T, h *house, token string) (tries int) {
	t.Helper()
	for began := time.Now(); ; tries++ {
		got, err := getInCrowd(h, token)
		switch {
		case err != nil:
			t.Fatalf("a call in the crowd got no answer: %v", err)
		case got.accepted():
			return tries
		case !got.politely():
			t.Fatalf("a call in the crowd: got HTTP %d %s, want success or -1", got.status, got.text)
		case time.Since(began) > servedAgainWithin:
			t.Fatalf("got nothing but refusals for %s: %s", servedAgainWithin, got.text)
		}
		time.Sleep(floodPause)
	}
}

// Thousands of connections that say nothing keep nobody from being served.
func TestSilentConnections(t *testing.T) {
	h := startForTest(t, "dev", "--log-level", "warn")
	c := crowdClient(t)
	token := apiToken(t, c, h.url)
	if refused := silent(t, h, silentConnections); refused > 0 {
		t.Errorf("got %d connections refused by the system, want every one accepted", refused)
	}
	t.Logf("served at try %d", serves(t, h, token)+1)
	median(t, c, h.url, token)
	h.staysWithin(t, connectionsMemory)
}

// A server that may have few files open refuses connections in words, keeps those
// it needs for its own work, and recovers.
func TestFewDescriptors(t *testing.T) {
	process := exec.Command("sh", "-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, fewDescriptors), program, "dev", "--addr", "127.0.0.1:0")
	process.Dir, process.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH")}
	h, ready, err := launch(process)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.crash(); err != nil {
			t.Error(err)
		}
	})
	select {
	case h.url = <-ready:
	case <-h.ended:
		t.Fatalf("the server ended (%v):\n%s", h.err, h.log())
	case <-time.After(readyWithin):
		t.Fatal("the server did not get ready")
	}
	c := crowdClient(t)
	token := apiToken(t, c, h.url)
	follows(t, c, h.url, "", 1)

	for round := range 3 {
		silent(t, h, 4*fewDescriptors)
		// Whoever comes now hears at once what to do, if not in the words of the API.
		got, err := getInCrowd(h, token)
		if err != nil || !got.accepted() && !got.politely() {
			t.Fatalf("round %d: got %v, %v, want an answer", round, got, err)
		}
		t.Logf("round %d: HTTP %d %s; served at try %d", round, got.status, got.text, serves(t, h, token)+1)
		// The database, files and pushes still have theirs.
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: overloadPatience}
		if got, err := ask(c, http.MethodPost, h.url+"/sandbox/v1/followers/customer_0/messages", `{"msgtype":"text","text":{"content":"hello"}}`); err != nil || !got.accepted() {
			t.Errorf("round %d: write: got %v, %v, want it accepted", round, got, err)
		}
	}
	if wrote, _ := phoneOf(t, &http.Client{Timeout: overloadPatience}, h.url, 0); len(wrote) != 3 {
		t.Errorf("got %q on the phone, want three messages", wrote)
	}
	if strings.Contains(h.log(), "too many open files") {
		t.Errorf("the server ran out of descriptors:\n%s", h.log())
	}
	if err := h.stop(); err != nil {
		t.Error(errors.Join(errors.New("the server does not end well"), err))
	}
}
