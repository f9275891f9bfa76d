package server_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

// ailing is a ledger that fails, or hangs, for as long as a test says so.
type ailing struct {
	store.Store
	full, busy, hangs atomic.Bool
}

func (a *ailing) View(ctx context.Context, read func(store.Reader) error) error {
	if a.hangs.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	return a.Store.View(ctx, read)
}

func (a *ailing) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	switch {
	case a.full.Load():
		return &store.Fault{Why: "the disk is full", Err: syscall.ENOSPC}
	case a.busy.Load():
		return store.ErrBusy
	}
	return a.Store.Update(ctx, app, change)
}

func (a *ailing) Ping(ctx context.Context) error {
	return a.Update(ctx, store.House, func(tx store.Tx) error { return tx.SetSetting("ping", "") })
}

func ailingHouse(t *testing.T) (*house, *ailing) {
	t.Helper()
	ledger := &ailing{Store: openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"))}
	h := buildOn(t, ledger, func(*server.Parts) {}).run(t)
	return h, ledger
}

// complaints are the lines of level WARN and above.
func (h *house) complaints(t *testing.T) (all []string) {
	t.Helper()
	for line := range strings.Lines(h.book.String()) {
		if strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, `"level":"WARN"`) {
			all = append(all, line)
		}
	}
	return all
}

// addMany asks for agents from many sides at once; every answer must be -1.
func addMany(t *testing.T, h *house, token string) {
	t.Helper()
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			for range 10 {
				answer := h.ask(http.MethodPost, wechat.PathAgentAdd+"?access_token="+token, `{"kf_account":"carol@demo_shop","nickname":"Carol"}`)
				if got := answer.Body.String(); answer.Code != http.StatusOK || !strings.HasPrefix(got, `{"errcode":-1,`) {
					t.Errorf("got HTTP %d %s, want 200 and errcode -1", answer.Code, got)
				}
			}
		})
	}
	wait.Wait()
}

// A ledger that cannot be written: every call says so, /readyz says why before
// anybody has asked the ledger, the log says it once, and all is well again by
// itself.
func TestHouseInTrouble(t *testing.T) {
	t.Parallel()
	h, ledger := ailingHouse(t)
	token := h.token(t)
	ledger.full.Store(true)
	addMany(t, h, token)
	const why = `{"ready":false,"why":"the database cannot be written: the disk is full"}`
	if answer := h.ask(http.MethodGet, "/readyz", ""); answer.Code != http.StatusServiceUnavailable || strings.TrimSpace(answer.Body.String()) != why {
		t.Errorf("/readyz: got HTTP %d %s, want 503 %s", answer.Code, answer.Body, why)
	}
	if got := h.agents(t, token); !strings.Contains(got, "alice@demo_shop") {
		t.Errorf("the list of agents: got %s, want it", got)
	}
	ledger.full.Store(false)
	await(t, "the house is ready", func() bool { return h.ask(http.MethodGet, "/readyz", "").Code == http.StatusOK })
	await(t, "the log says that it is over", func() bool { return len(h.book.lines(t, "the database can be written again")) == 1 })
	if got := h.complaints(t); len(got) != 1 || !strings.Contains(got[0], "the database cannot be written") {
		t.Errorf("got %s in the log, want one line", got)
	}
	if got, want := len(h.book.lines(t, "an API call failed")), 200; got != want {
		t.Errorf("got %d lines about calls at level debug, want %d", got, want)
	}
}

// A ledger that only has too much to do is no reason to send requests elsewhere,
// and none for many lines.
func TestHouseWithTooMuchToDo(t *testing.T) {
	t.Parallel()
	h, ledger := ailingHouse(t)
	token := h.token(t)
	await(t, "nothing else is written", func() bool { return h.ask(http.MethodGet, "/readyz", "").Code == http.StatusOK })
	ledger.busy.Store(true)
	addMany(t, h, token)
	ledger.busy.Store(false)
	if got := h.complaints(t); len(got) > 1 {
		t.Errorf("got %s in the log, want at most one line", got)
	}
}

// A ledger that hangs does not make /readyz hang, for however many ask.
func TestReadyWhileTheLedgerHangs(t *testing.T) {
	t.Parallel()
	h, ledger := ailingHouse(t)
	ledger.hangs.Store(true)
	await(t, "the house is not ready", func() bool {
		began := time.Now()
		answer := h.ask(http.MethodGet, "/readyz", "")
		if took := time.Since(began); took > 2500*time.Millisecond {
			t.Errorf("got an answer after %s, want it within 2.5s", took)
		}
		return answer.Code == http.StatusServiceUnavailable
	})
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			began := time.Now()
			answer := h.ask(http.MethodGet, "/readyz", "")
			if took := time.Since(began); took > 2500*time.Millisecond {
				t.Errorf("among many: got an answer after %s, want it within 2.5s", took)
			}
			if !strings.Contains(answer.Body.String(), "the database cannot be read: it does not answer in time") {
				t.Errorf("among many: got %s, want the reason", answer.Body)
			}
		})
	}
	wait.Wait()
	ledger.hangs.Store(false)
	await(t, "the house is ready", func() bool { return h.ask(http.MethodGet, "/readyz", "").Code == http.StatusOK })
}
