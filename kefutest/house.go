package kefutest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

const (
	// startWithin bounds the wait for the first answer. A house is up within
	// milliseconds; a disk that stalls has been seen to take seconds.
	startWithin = 30 * time.Second
	// startPause is the pause between two questions whether it is up.
	startPause = time.Millisecond
	// callTimeout bounds one call of [House.HTTPClient]: longer than the longest
	// delay that a fault can have.
	callTimeout = 90 * time.Second
)

// House is a running Kefu, seen by one official account.
type House struct {
	// URL is the base of every path, as in http://127.0.0.1:40123.
	URL string
	// AppID and Secret are the credentials of the official account.
	AppID, Secret string
	// Account is the official account as it was added. Later changes do not
	// show in it.
	Account kefu.OfficialAccount
	// HTTPClient calls the house. It follows no redirects and keeps no cookies;
	// its idle connections end with the house.
	HTTPClient *http.Client

	running *running
}

// running is what the views of one house share.
type running struct {
	ledger store.Store
	desk   *desk.Desk
	stop   func() error
}

// Start runs a house until the test and its subtests have ended.
func Start(t testing.TB, opts ...Option) *House {
	t.Helper()
	o := defaults()
	for _, opt := range opts {
		opt(&o)
	}
	if o.data == "" {
		o.data = t.TempDir()
	}
	if o.log == nil {
		o.log = slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	if o.account.Secret != kefu.DigestSecret(defaultSecret) {
		t.Fatal("kefutest: WithAccount changed the secret, which the house keeps only as a digest: leave it as it is")
	}
	transport := &http.Transport{}
	h := &House{
		AppID:   string(o.account.AppID),
		Secret:  defaultSecret,
		Account: *o.account.Clone(),
		HTTPClient: &http.Client{
			Transport:     &tellingTransport{next: transport, told: o.exchanged},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       callTimeout,
		},
	}
	ledger, err := o.openLedger(t)
	if err != nil {
		t.Fatalf("kefutest: open the ledger: %v", err)
	}
	if h.URL, h.running, err = o.run(ledger, transport); err != nil {
		t.Fatalf("kefutest: %v", errors.Join(err, ledger.Close()))
	}
	t.Cleanup(func() { h.Stop(t) })
	return h
}

// run assembles the house and waits until it answers.
func (o *options) run(ledger store.Store, transport *http.Transport) (url string, r *running, err error) {
	pictures, err := media.NewDisk(filepath.Join(o.data, "media"))
	if err != nil {
		return "", nil, fmt.Errorf("open the folder of pictures: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("listen: %w", err), pictures.Close())
	}
	url = "http://" + listener.Addr().String()
	house := server.New(server.Parts{
		Ledger:         ledger,
		Media:          pictures,
		Metrics:        metrics.New("kefutest"),
		Log:            o.log,
		PublicURL:      url,
		TrustedProxies: o.trustedProxies,
		RequireHTTPS:   o.requireHTTPS,
		CallbackIPs:    o.callbackIPs,
		APIIPs:         []string{"127.0.0.1"},
		Callbacks:      callback.Policy{AllowLoopback: true},
		Alone:          o.postgres == "",
		Demo:           &sandbox.Demo{Account: o.account, Agents: o.demoAgents},
	})

	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	var failed error
	go func() {
		defer close(ended)
		failed = house.Run(ctx, listener)
	}()
	stop := sync.OnceValue(func() error {
		// A connection that was never used would keep the server waiting.
		transport.CloseIdleConnections()
		cancel()
		<-ended
		transport.CloseIdleConnections()
		return errors.Join(failed, ledger.Close(), pictures.Close())
	})
	if err := awaitReady(url, ended); err != nil {
		return "", nil, errors.Join(err, stop())
	}
	r = &running{
		ledger: ledger,
		desk:   desk.New(desk.Parts{Ledger: ledger, Now: time.Now}),
		stop:   stop,
	}
	return url, r, nil
}

func awaitReady(url string, ended <-chan struct{}) error {
	transport := &http.Transport{DisableKeepAlives: true}
	asking := &http.Client{Transport: transport, Timeout: startWithin}
	last := errors.New("it did not answer")
	for began := time.Now(); time.Since(began) < startWithin; {
		answer, err := asking.Get(url + "/readyz")
		if err == nil {
			_ = answer.Body.Close() // nothing of it is read
			if answer.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(answer.Status)
		}
		last = err
		select {
		case <-ended:
			return errors.New("the house ended before it was ready")
		case <-time.After(startPause):
		}
	}
	return fmt.Errorf("the house did not get ready within %s: %w", startWithin, last)
}

// Stop ends the house before the test does: calls that have begun are answered
// first. Stopping twice is fine. With [WithData] another can be started on what
// it leaves.
func (h *House) Stop(t testing.TB) {
	t.Helper()
	if err := h.running.stop(); err != nil {
		t.Errorf("kefutest: stop the house: %v", err)
	}
}

// WeChatID is the part of every kf account behind the "@".
func (h *House) WeChatID() string { return string(h.Account.WeChatID) }

// KFAccount is the full name of an agent: KFAccount("alice") is
// "alice@demo_shop".
func (h *House) KFAccount(prefix string) string { return prefix + "@" + h.WeChatID() }

// Client makes a client of the API that calls as the official account.
func (h *House) Client() *client.Client {
	return client.New(h.URL, h.AppID, h.Secret, client.WithHTTPClient(h.HTTPClient))
}

// Token is a working access token of the official account: that of
// stable_token, which is the same one for two hours. Each call asks the house,
// so the token also works after the clock was moved or the world was reset.
func (h *House) Token(t testing.TB) string {
	t.Helper()
	body, err := wechat.Marshal(wechat.StableTokenRequest{
		GrantType: wechat.GrantTypeClientCredential, AppID: h.AppID, Secret: h.Secret,
	})
	if err != nil {
		t.Fatalf("kefutest: ask for an access token: %v", err)
	}
	answer := h.Call(t, http.MethodPost, wechat.PathStableToken, string(body))
	var token wechat.Token
	if err := json.Unmarshal(answer.Body, &token); err != nil || token.AccessToken == "" {
		t.Fatalf("kefutest: ask for an access token: HTTP %d, errcode %d", answer.Status, answer.Errcode())
	}
	return token.AccessToken
}

// testLog writes a log to a test's.
type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}
