package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/server"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/wechat"
)

// heldLedger is a ledger that writes nothing while a test holds it.
type heldLedger struct {
	store.Store
	held sync.RWMutex
}

func (l *heldLedger) Update(ctx context.Context, app kefu.AppID, do func(store.Tx) error) error {
	l.held.RLock()
	defer l.held.RUnlock()
	return l.Store.Update(ctx, app, do)
}

// small is a house on such a ledger with few places.
func small(t *testing.T, calls, others, bytes int64) (*house, *heldLedger) {
	t.Helper()
	ledger := &heldLedger{Store: openSQLite(t, filepath.Join(t.TempDir(), "kefu.db"))}
	h := buildOn(t, ledger, nil)
	h.Narrow(calls, others, bytes)
	return h.run(t), ledger
}

func errcode(t *testing.T, answer string) wechat.Errcode {
	t.Helper()
	var status wechat.Status
	if err := json.Unmarshal([]byte(answer), &status); err != nil {
		t.Fatalf("got %q, want JSON: %v", answer, err)
	}
	return status.Errcode
}

// send sends the beginning of a request, or all of it, over a connection of its own.
func (h *house) send(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // perhaps for the second time
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// receive reads the answer to what was sent.
func receive(t *testing.T, conn net.Conn) (status int, answer string) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// More calls than there are places for are refused at once, in the words of the
// API; and how the process is can be asked all the same.
func TestFullHouse(t *testing.T) {
	t.Parallel()
	h, _ := small(t, 4, 4, 1<<20)
	token := h.token(t)
	faults := `{"api":[{"path":"` + wechat.PathAPIDomainIP + `","delay":"30s"}]}`
	if status, answer := h.call(t, http.MethodPut, "/sandbox/v1/faults", faults); status != http.StatusOK {
		t.Fatalf("slow a path down: got HTTP %d %s", status, answer)
	}
	var slow []net.Conn
	for range 4 {
		slow = append(slow, h.send(t, "GET "+wechat.PathAPIDomainIP+" HTTP/1.1\r\nHost: localhost\r\n\r\n"))
	}
	await(t, "all places are taken", func() bool { calls, _, _ := h.AtWork(); return calls == 4 })

	list := wechat.PathAgentList + "?access_token=" + token
	status, answer := h.call(t, http.MethodGet, list, "")
	if got := errcode(t, answer); status != http.StatusOK || got != wechat.SystemError || !strings.Contains(answer, `"system error rid: `) {
		t.Errorf("a call too many: got HTTP %d %s, want 200 and -1 with a rid", status, answer)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if status, answer := h.call(t, http.MethodGet, path, ""); status != http.StatusOK {
			t.Errorf("%s in a full house: got HTTP %d %s, want 200", path, status, answer)
		}
	}
	for range 20 {
		h.call(t, http.MethodGet, list, "")
	}
	if _, figures := h.call(t, http.MethodGet, "/metrics", ""); !strings.Contains(figures, "\nkefu_requests_refused_total 21\n") {
		t.Error("not every refusal is counted")
	}
	if told := h.book.lines(t, "there is more to do than fits: some requests are told to come again"); len(told) != 1 {
		t.Errorf("got %d lines in the log about 21 refusals, want one", len(told))
	}

	for _, conn := range slow {
		_ = conn.Close() // nothing was read from it
	}
	await(t, "the places are free", func() bool { calls, _, _ := h.AtWork(); return calls == 0 })
	if answer := h.agents(t, token); errcode(t, answer) != wechat.OK {
		t.Errorf("after the crowd: got %s, want 0", answer)
	}
}

// One official account cannot take all places: of those it finds free it leaves
// half to others.
func TestFairShare(t *testing.T) {
	t.Parallel()
	h, ledger := small(t, 8, 8, 1<<20)
	const otherApp, otherSecret = "wx00000000000000aa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	other := account()
	other.AppID, other.WeChatID, other.OriginalID, other.Secret = otherApp, "other_shop", "gh_bbbbbbbbbbbb", kefu.DigestSecret(otherSecret)
	if err := desk.New(desk.Parts{Ledger: ledger, Now: time.Now, Log: slog.New(slog.DiscardHandler)}).AddOfficialAccount(t.Context(), &other); err != nil {
		t.Fatal(err)
	}
	mine := h.token(t)
	_, answer := h.call(t, http.MethodPost, wechat.PathStableToken, `{"grant_type":"client_credential","appid":"`+otherApp+`","secret":"`+otherSecret+`"}`)
	var theirs wechat.Token
	if err := json.Unmarshal([]byte(answer), &theirs); err != nil || theirs.AccessToken == "" {
		t.Fatalf("got %s, want a token", answer)
	}

	const flood, share = 32, 4
	answers := make(chan string, flood)
	ledger.held.Lock()
	release := sync.OnceFunc(ledger.held.Unlock)
	defer release()
	for i := range flood {
		go func() {
			answers <- h.ask(http.MethodPost, wechat.PathAgentUpdate+"?access_token="+mine, fmt.Sprintf(`{"kf_account":"alice@demo_shop","nickname":"n%d"}`, i)).Body.String()
		}()
	}
	var left int64
	await(t, "all beyond the share are refused", func() bool {
		calls, _, _ := h.AtWork()
		left = flood - int64(len(answers))
		return left <= share && calls == left
	})
	if left < 1 {
		t.Error("got every call of the account refused, want some at work")
	}
	for range flood - left {
		if answer := <-answers; errcode(t, answer) != wechat.SystemError {
			t.Errorf("got %s while nothing can be written, want -1", answer)
		}
	}
	if answer := h.agents(t, theirs.AccessToken); errcode(t, answer) != wechat.OK {
		t.Errorf("another account's call: got %s, want 0", answer)
	}
	release()
	// One of them may still have been on its way to a refusal.
	worked := 0
	for range left {
		if answer := <-answers; errcode(t, answer) == wechat.OK {
			worked++
		}
	}
	if worked == 0 {
		t.Error("got none of the calls that had a place to succeed")
	}
}

// A body on its way takes no place: whoever sends slowly keeps nobody out.
func TestSlowSendersTakeNoPlace(t *testing.T) {
	t.Parallel()
	const places, senders = 16, 48
	h, _ := small(t, places, places, 1<<20)
	token := h.token(t)
	const body = `{"kf_account":"alice@demo_shop","nickname":"Slow"}`
	nobody := func() bool { calls, _, _ := h.AtWork(); return calls == 0 }
	var slow []net.Conn
	for range senders {
		// One after the other: they would be too many all at once.
		h.agents(t, token)
		await(t, "nobody is at work", nobody)
		slow = append(slow, h.send(t, fmt.Sprintf("POST %s?access_token=%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", wechat.PathAgentUpdate, token, len(body), body[:10])))
	}
	for _, conn := range slow {
		if _, err := io.WriteString(conn, body[10:]); err != nil {
			t.Fatal(err)
		}
		if status, answer := receive(t, conn); status != http.StatusOK || errcode(t, answer) != wechat.OK {
			t.Errorf("one of %d slow senders where there are %d places: got HTTP %d %s, want 0", senders, places, status, answer)
		}
	}
}

// Large bodies wait for their part of the memory, for a moment, and are refused
// when there is none; it is given back when they are answered or go away.
func TestMemoryIsShared(t *testing.T) {
	t.Parallel()
	h, _ := small(t, 64, 64, 1<<20)
	token := h.token(t)
	upload := func(size int, sent string) net.Conn {
		return h.send(t, fmt.Sprintf("POST %s?type=image&access_token=%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", wechat.PathMediaUpload, token, size, sent))
	}
	first := upload(400<<10, "--b\r\n")
	await(t, "the first has its part", func() bool { _, _, bytes := h.AtWork(); return bytes == 400<<10 })
	second := upload(400<<10, "--b\r\n")
	third := upload(100<<10, "--b\r\n")
	await(t, "the third has its part beside the first", func() bool { _, _, bytes := h.AtWork(); return bytes == 500<<10 })
	// The answer comes although the body does not: the sender is waited for, but
	// not for ever.
	if status, answer := receive(t, second); status != http.StatusOK || errcode(t, answer) != wechat.SystemError {
		t.Errorf("more than half of the memory for one account: got HTTP %d %s, want 200 and -1", status, answer)
	}
	for _, conn := range []net.Conn{first, third} {
		_ = conn.Close() // nothing was read from it
	}
	await(t, "the memory is free", func() bool { _, _, bytes := h.AtWork(); return bytes == 0 })
}

// Other doors refuse with HTTP's own words.
func TestOthersAreRefused(t *testing.T) {
	t.Parallel()
	h, ledger := small(t, 4, 1, 64<<20)
	ledger.held.Lock()
	release := sync.OnceFunc(ledger.held.Unlock)
	defer release()
	const body = `{"openid":"customer_01"}`
	slow := h.send(t, fmt.Sprintf("POST /sandbox/v1/followers HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	await(t, "the place is taken", func() bool { _, others, _ := h.AtWork(); return others == 1 })
	for path, want := range map[string]string{
		"/sandbox/v1/followers": `{"error":{"code":"busy",`,
		"/mmbiz_png/x/0":        "There is more to do than fits.",
		"/docs/api/":            "There is more to do than fits.",
	} {
		answer := h.ask(http.MethodGet, path, "")
		if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") != "1" || !strings.HasPrefix(answer.Body.String(), want) {
			t.Errorf("%s: got HTTP %d, Retry-After %q, %s; want 503, 1, %s", path, answer.Code, answer.Header().Get("Retry-After"), answer.Body, want)
		}
	}
	release()
	if status, answer := receive(t, slow); status != http.StatusOK {
		t.Errorf("the one that had a place: got HTTP %d %s, want 200", status, answer)
	}
}

func TestOpenings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		descriptors uint64
		processors  int
		rooms       int
	}{
		{64, 2, 4},
		{128, 2, 20},
		{1024, 4, 214},
		{4096, 64, 833},
		{20_000, 2, 6205},
		{1 << 20, 2, 8192},
		{1<<64 - 1, 2, 8192}, // without a bound
	} {
		rooms, porch, pushes, sockets := server.Openings(tt.descriptors, tt.processors)
		if rooms != tt.rooms {
			t.Errorf("%d descriptors: got %d rooms, want %d", tt.descriptors, rooms, tt.rooms)
		}
		if used := uint64(2*(rooms+porch+pushes) + sockets); used > tt.descriptors {
			t.Errorf("%d descriptors: %d rooms, %d on the porch, %d pushes and %d sockets need %d", tt.descriptors, rooms, porch, pushes, sockets, used)
		}
		if porch < 1 || porch > 256 || pushes < 4 || sockets < 4 || sockets > 20_000 {
			t.Errorf("%d descriptors: got %d on the porch, %d pushes and %d sockets", tt.descriptors, porch, pushes, sockets)
		}
	}
}
