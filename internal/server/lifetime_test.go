package server_test

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/wechat"
)

// A request that has begun is answered; until then the house says that it is
// not ready, and takes nobody new.
func TestShutdownWaits(t *testing.T) {
	t.Parallel()
	h := build(t, nil).run(t)
	token := h.token(t)
	const delay = 700 * time.Millisecond
	if answer := h.ask(http.MethodPut, "/sandbox/v1/faults", `{"api":[{"path":"`+wechat.PathAgentAdd+`","delay":"700ms","times":1}]}`); answer.Code != http.StatusOK {
		t.Fatal(answer.Body)
	}
	type outcome struct {
		status int
		answer string
	}
	slow := make(chan outcome, 1)
	began := time.Now()
	go func() {
		status, answer := h.call(t, http.MethodPost, wechat.PathAgentAdd+"?access_token="+token, `{"kf_account":"carol@demo_shop","nickname":"Carol"}`)
		slow <- outcome{status, answer}
	}()
	await(t, "the slow call has begun", func() bool {
		return strings.Contains(h.ask(http.MethodGet, "/sandbox/v1/faults", "").Body.String(), `"api":[]`)
	})
	stopped := make(chan error, 1)
	go func() { stopped <- h.stop() }()
	await(t, "the house is not ready", func() bool { return h.ask(http.MethodGet, "/readyz", "").Code == http.StatusServiceUnavailable })
	if got := h.ask(http.MethodGet, "/healthz", "").Code; got != http.StatusOK {
		t.Errorf("/healthz while stopping: got HTTP %d, want 200", got)
	}
	await(t, "nobody new is taken", func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	got := <-slow
	if got.status != http.StatusOK || got.answer != `{"errcode":0,"errmsg":"ok"}` {
		t.Errorf("the slow call: got HTTP %d %s, want it answered", got.status, got.answer)
	}
	if took := time.Since(began); took < delay {
		t.Errorf("got the answer after %s, want the delay of %s", took, delay)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Run: got %v, want nil", err)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("got the house stopped after %s, want it within seconds", took)
	}
}

// What was counted and remembered up to the last moment is in the ledger when
// Run returns.
func TestShutdownFlushes(t *testing.T) {
	t.Parallel()
	h := build(t, nil).run(t)
	token := h.token(t)
	_, refused := h.call(t, http.MethodPost, wechat.PathAgentAdd+"?access_token="+token, `{}`)
	rid := refused[strings.Index(refused, "rid: ")+5:][:26]
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	again := buildOn(t, h.ledger, nil)
	answer := again.ask(http.MethodPost, wechat.PathRIDGet+"?access_token="+token, `{"rid":"`+rid+`"}`).Body.String()
	if !strings.Contains(answer, `"errcode":0`) {
		t.Errorf("the refused call: got %s, want it found", answer)
	}
	answer = again.ask(http.MethodPost, wechat.PathQuotaGet+"?access_token="+token, `{"cgi_path":"`+wechat.PathAgentAdd+`"}`).Body.String()
	if !strings.Contains(answer, `"used":1`) {
		t.Errorf("the count: got %s, want one call used", answer)
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	if got := h.ask(http.MethodGet, "/readyz", "").Code; got != http.StatusServiceUnavailable {
		t.Errorf("before it runs: got HTTP %d, want 503", got)
	}
	h.run(t)
	if status, answer := h.call(t, http.MethodGet, "/readyz", ""); status != http.StatusOK || strings.TrimSpace(answer) != `{"ready":true}` {
		t.Errorf("got HTTP %d %s, want ready", status, answer)
	}
	if err := h.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, "the closed ledger is noticed", func() bool {
		answer := h.ask(http.MethodGet, "/readyz", "")
		return answer.Code == http.StatusServiceUnavailable && strings.Contains(answer.Body.String(), "database")
	})
	if status, answer := h.call(t, http.MethodGet, "/healthz", ""); status != http.StatusOK || strings.TrimSpace(answer) != `{"alive":true}` {
		t.Errorf("/healthz: got HTTP %d %s, want alive", status, answer)
	}
	// The API says that it is in trouble, in its own way.
	if status, answer := h.call(t, http.MethodGet, wechat.PathAgentList+"?access_token=nonsense", ""); status != http.StatusOK || !strings.Contains(answer, `"errcode":-1`) {
		t.Errorf("the API: got HTTP %d %s, want 200 and errcode -1", status, answer)
	}
	if got := len(h.book.lines(t, "the database cannot be read")); got != 1 {
		t.Errorf("got %d lines about the ledger, want one", got)
	}
}

// A house that cannot begin says why and lets go of the listener.
func TestRunThatCannotBegin(t *testing.T) {
	t.Parallel()
	broken := account()
	broken.WeChatID = "not a WeChat id"
	h := build(t, func(p *server.Parts) { p.Demo = &sandbox.Demo{Account: broken} })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Run(t.Context(), listener); err == nil || !strings.Contains(err.Error(), "WeChat id") {
		t.Errorf("got %v, want the WeChat id refused", err)
	}
	if _, err := listener.Accept(); err == nil {
		t.Error("got the listener open")
	}
}

func TestRunWithAClosedListener(t *testing.T) {
	t.Parallel()
	h := build(t, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Run(t.Context(), listener); err == nil {
		t.Error("got nil, want the listener's error")
	}
}

// A production house has no sandbox, and its clock cannot be moved.
func TestProduction(t *testing.T) {
	t.Parallel()
	ledger := openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"))
	h := buildOn(t, ledger, func(p *server.Parts) { p.Demo = nil }).run(t)
	for _, target := range []string{"/sandbox/v1/reset", "/sandbox/v1/clock", "/sandbox/v1/faults"} {
		if status, _ := h.call(t, http.MethodPost, target, "{}"); status != http.StatusNotFound {
			t.Errorf("%s: got HTTP %d, want 404", target, status)
		}
	}
	if _, document := h.call(t, http.MethodGet, "/openapi.json", ""); strings.Contains(document, `"/sandbox/`) {
		t.Error("got the sandbox described, want it left out")
	}
	if status, answer := h.call(t, http.MethodGet, wechat.PathToken+"?appid="+appID, ""); status != http.StatusOK || !strings.Contains(answer, `"errcode":40013`) {
		t.Errorf("got HTTP %d %s, want no official account", status, answer)
	}
	o := account()
	if err := deskOn(ledger).AddOfficialAccount(context.Background(), &o); err != nil {
		t.Fatal(err)
	}
	if got, want := h.agents(t, h.token(t)), `{"kf_list":[]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
