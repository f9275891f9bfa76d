package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/wechat"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(renameIn); file != "" {
		renameAgent(file)
		return
	}
	goleak.VerifyTestMain(m)
}

const (
	appID  = "wx5d3c0ffee1234567"
	secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

func account() kefu.OfficialAccount {
	return kefu.OfficialAccount{
		AppID: appID, Secret: kefu.DigestSecret(secret), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
}

// logbook keeps what a house logs.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// lines are those with a message, as objects.
func (l *logbook) lines(t *testing.T, message string) (found []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatal(err)
		}
		if object["msg"] == message {
			found = append(found, object)
		}
	}
	return found
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// house is a server whose parts a test can reach.
type house struct {
	*server.Server
	url    string
	book   *logbook
	ledger store.Store
	client *http.Client
	stop   func() error
}

// build assembles a house on a new SQLite file; change, which may be nil, edits
// its parts.
func build(t *testing.T, change func(*server.Parts)) *house {
	t.Helper()
	return buildOn(t, openSQLite(t, filepath.Join(t.TempDir(), "kefu.db")), change)
}

func openSQLite(t *testing.T, file string) store.Store {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", file, sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			t.Errorf("close the ledger: %v", err)
		}
	})
	return ledger
}

func buildOn(t *testing.T, ledger store.Store, change func(*server.Parts)) *house {
	t.Helper()
	pictures, err := media.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pictures.Close(); err != nil {
			t.Errorf("close the pictures: %v", err)
		}
	})
	h := &house{book: new(logbook), ledger: ledger, client: &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}}
	parts := server.Parts{
		Ledger: ledger, Media: pictures, Metrics: metrics.New("test"),
		Log:  slog.New(slog.NewJSONHandler(h.book, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Demo: &sandbox.Demo{Account: account(), Agents: true},
	}
	if change != nil {
		change(&parts)
	}
	h.Server = server.New(parts)
	return h
}

// run runs the house on a listener until stop is called, or the test ends.
func (h *house) run(t *testing.T) *house {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx, listener) }()
	h.stop = sync.OnceValue(func() error {
		h.client.CloseIdleConnections()
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := h.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	await(t, "the house is ready", func() bool { return h.ask(http.MethodGet, "/readyz", "").Code == http.StatusOK })
	return h
}

// await waits for something that must happen soon.
func await(t *testing.T, what string, happened func() bool) {
	t.Helper()
	const patience, pause = 10 * time.Second, time.Millisecond
	for began := time.Now(); !happened(); time.Sleep(pause) {
		if time.Since(began) > patience {
			t.Fatalf("waited %s in vain: %s", patience, what)
		}
	}
}

// ask asks the handler without a socket.
func (h *house) ask(method, target, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.Host = "localhost"
	h.Handler().ServeHTTP(answer, request)
	return answer
}

// call asks over the network.
func (h *house) call(t *testing.T, method, target, body string) (status int, answer string) {
	t.Helper()
	request, err := http.NewRequest(method, h.url+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := h.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// token is an access token of the house's account.
func (h *house) token(t *testing.T) string {
	t.Helper()
	answer := h.ask(http.MethodPost, wechat.PathStableToken, `{"grant_type":"client_credential","appid":"`+appID+`","secret":"`+secret+`"}`)
	var token wechat.Token
	if err := json.Unmarshal(answer.Body.Bytes(), &token); err != nil || token.AccessToken == "" {
		t.Fatalf("got %s, want a token", answer.Body)
	}
	return token.AccessToken
}

// agents is what getkflist answers.
func (h *house) agents(t *testing.T, token string) string {
	t.Helper()
	return h.ask(http.MethodGet, wechat.PathAgentList+"?access_token="+token, "").Body.String()
}

// renameIn names the environment variable that makes this test program another
// process, which changes an agent in a SQLite file and ends.
const renameIn = "KEFU_SERVER_TEST_RENAME_IN"

func renameAgent(file string) {
	err := func() error {
		ctx := context.Background()
		ledger, err := sqlstore.OpenSQLite(ctx, "sqlite", file, sqlstore.Options{})
		if err != nil {
			return err
		}
		err = desk.New(desk.Parts{Ledger: ledger, Now: time.Now}).RenameAgent(ctx, appID, "alice@demo_shop", "Renamed")
		return errors.Join(err, ledger.Close())
	}()
	if err != nil {
		slog.Error("rename", "error", err)
		os.Exit(1)
	}
}
