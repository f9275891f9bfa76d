package script

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// overloadPatience bounds one request of a test that overloads a server: whoever
// waits longer hangs.
const overloadPatience = 30 * time.Second

// crowdClient is a client that may have any number of connections.
func crowdClient(t *testing.T) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 1 << 14}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: overloadPatience}
}

// fetched is one answer: of the API, or of another door.
type fetched struct {
	status  int
	errcode int
	text    string
}

// accepted tells that what was asked for was done; politely, that it was refused
// as a busy house refuses.
func (f fetched) accepted() bool { return f.status == http.StatusOK && f.errcode == 0 }
func (f fetched) politely() bool {
	if f.status == http.StatusOK {
		return f.errcode == -1 || f.errcode == 45011
	}
	return f.status == http.StatusServiceUnavailable
}

// ask makes one request and reads its answer, which must be one JSON object.
func ask(c *http.Client, method, url, body string) (f fetched, err error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return f, err
	}
	return answerTo(c, request)
}

func answerTo(c *http.Client, request *http.Request) (f fetched, err error) {
	answer, err := c.Do(request)
	if err != nil {
		return f, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return f, err
	}
	var object struct {
		Errcode int `json:"errcode"`
	}
	if err := json.Unmarshal(text, &object); err != nil {
		return f, fmt.Errorf("%s: HTTP %d %q is no JSON object: %w", request.URL.Path, answer.StatusCode, text, err)
	}
	return fetched{answer.StatusCode, object.Errcode, string(bytes.TrimSpace(text))}, nil
}

// apiToken is an access token of a sandbox's account.
func apiToken(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	got, err := ask(c, http.MethodPost, url+"/cgi-bin/stable_token", `{"grant_type":"client_credential","appid":"wx5d3c0ffee1234567","secret":"0f1e2d3c4b5a69788796a5b4c3d2e1f0"}`)
	if err != nil {
		t.Fatal(err)
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(got.text), &token); err != nil || token.AccessToken == "" {
		t.Fatalf("got %s, want a token", got.text)
	}
	return token.AccessToken
}

// largest is the most memory that a process has ever had, in MiB.
func (h *house) largest(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(h.process.Process.Pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); fields[0] == "VmHWM:" {
			kib, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			return kib >> 10
		}
	}
	t.Fatal("the system does not tell how much memory a process had")
	return 0
}

// staysWithin fails the test when the server ever had more memory, in MiB.
func (h *house) staysWithin(t *testing.T, most int) {
	t.Helper()
	got := h.largest(t)
	t.Logf("the server had at most %d MiB", got)
	if got > most {
		t.Errorf("got a server of %d MiB, want at most %d", got, most)
	}
}

// median is the time that half of some calls of the list of agents take.
func median(t *testing.T, c *http.Client, url, token string) time.Duration {
	t.Helper()
	took := make([]time.Duration, 101)
	for i := range took {
		began := time.Now()
		got, err := ask(c, http.MethodGet, url+"/cgi-bin/customservice/getkflist?access_token="+token, "")
		if err != nil || !got.accepted() {
			t.Fatalf("list agents: got %v, %v", got, err)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// follows makes many customers follow.
func follows(t *testing.T, c *http.Client, url, query string, customers int) {
	t.Helper()
	for i := range customers {
		got, err := ask(c, http.MethodPost, url+"/sandbox/v1/followers"+query, fmt.Sprintf(`{"openid":"customer_%d"}`, i))
		if err != nil || !got.accepted() {
			t.Fatalf("follow: got %v, %v", got, err)
		}
	}
}

// phoneOf are the texts that a customer wrote, and those that were sent to them, as
// the phone has them.
func phoneOf(t *testing.T, c *http.Client, url string, customer int) (wrote, got []string) {
	t.Helper()
	answer, err := ask(c, http.MethodGet, fmt.Sprintf("%s/sandbox/v1/followers/customer_%d/messages?limit=1000", url, customer), "")
	if err != nil || !answer.accepted() {
		t.Fatalf("look at a phone: got %v, %v", answer, err)
	}
	var phone struct {
		Messages []struct {
			From string
			Text struct{ Content string }
		}
	}
	if err := json.Unmarshal([]byte(answer.text), &phone); err != nil {
		t.Fatal(err)
	}
	for _, m := range phone.Messages {
		if m.From == "customer" {
			wrote = append(wrote, m.Text.Content)
		} else {
			got = append(got, m.Text.Content)
		}
	}
	return wrote, got
}
