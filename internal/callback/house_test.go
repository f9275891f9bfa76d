package callback_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/wechat"
)

// The desk is what the courier asks for.
var _ callback.Desk = (*desk.Desk)(nil)

// house is a desk over a ledger on disk, and a developer's server on loopback.
type house struct {
	*desk.Desk
	t     *testing.T
	parts desk.Parts
	dev   *developer
	stop  func()
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	disk, err := media.NewDisk(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(ledger.Close(), disk.Close()); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, parts: desk.Parts{
		Ledger: ledger, Media: disk, Pictures: picture.NewScaler(1), Now: time.Now, Log: slog.New(slog.DiscardHandler), Signals: pubsub.New(), Courier: "first",
	}}
	h.Desk = desk.New(h.parts)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.dev = &developer{t: t, app: app, callback: settings(listener.Addr().String())}
	h.dev.callback.Mode = kefu.CallbackSafe
	h.dev.serve(listener)
	h.must(h.AddOfficialAccount(t.Context(), &kefu.OfficialAccount{
		AppID: app, Secret: kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		Callback: h.dev.callback, KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}))
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// deliver runs a courier until stop is called.
func (h *house) deliver() {
	ctx, cancel := context.WithCancel(h.t.Context())
	c := callback.NewCourier(callback.Parts{
		Desk: h.Desk, Policy: callback.Policy{AllowLoopback: true}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Name: h.parts.Courier, Alone: true, Signals: h.parts.Signals,
	})
	var running sync.WaitGroup
	running.Go(func() { c.Run(ctx) })
	h.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	h.t.Cleanup(h.stop)
}

func (h *house) says(customer kefu.OpenID, text string) kefu.MsgID {
	h.t.Helper()
	got, err := h.Receive(h.t.Context(), app, customer, kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: text}})
	h.must(err)
	if got.Push == 0 {
		h.t.Fatalf("%s: got no push", text)
	}
	return got.Push
}

func (h *house) follows(customer kefu.OpenID) {
	h.t.Helper()
	_, err := h.Follow(h.t.Context(), app, desk.Follower{OpenID: customer})
	h.must(err)
}

func (h *house) ends(push kefu.MsgID, want kefu.Outcome) kefu.Push {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	p, err := h.AwaitPush(ctx, app, push)
	h.must(err)
	if p.Outcome != want {
		h.t.Errorf("push %d: got %s, want %s: %+v", push, p.Outcome, want, p.Attempts)
	}
	return p
}

// What a developer's server answers reaches the customer, through a real house.
func TestHouse(t *testing.T) {
	h := newHouse(t)
	h.dev.answer = func(w http.ResponseWriter, _ *http.Request, p received) {
		r := wechat.Reply{ToUserName: p.FromUserName, FromUserName: p.ToUserName, CreateTime: 1}
		switch {
		case p.Content == "agent":
			r.MsgType = wechat.MsgTypeTransfer
		case p.MsgType == wechat.MsgTypeText:
			r.MsgType, r.Content = wechat.MsgTypeText, "re: "+p.Content
		default:
			return
		}
		_, _ = io.WriteString(w, h.dev.reply(r))
	}
	h.deliver()
	h.follows(ann)
	h.ends(h.says(ann, "hello"), kefu.OutcomeReplied)
	h.ends(h.says(ann, "agent"), kefu.OutcomeTransferred)
	shown, err := h.Conversation(t.Context(), app, ann, 0, 10)
	h.must(err)
	var lines []string
	for _, m := range shown {
		lines = append(lines, string(m.From)+": "+m.Content.Said())
	}
	if want := []string{"customer: hello", "account: re: hello", "customer: agent"}; !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
	if _, waiting, err := h.Queue(t.Context(), app, 10); err != nil || waiting != 1 {
		t.Errorf("got %d in the queue, %v, want 1", waiting, err)
	}
	if got := h.dev.received(); got[0].Event != wechat.EventSubscribe || got[0].MsgID != 0 || len(got) != 3 {
		t.Errorf("got %+v, want subscribe and two texts", got)
	}
}

// A reply that cannot be shown is a failed attempt, though it was well formed.
func TestHouseRefusesReply(t *testing.T) {
	h := newHouse(t)
	var mu sync.Mutex
	tries := 0
	h.dev.answer = func(w http.ResponseWriter, _ *http.Request, p received) {
		mu.Lock()
		defer mu.Unlock()
		if p.MsgType != wechat.MsgTypeText {
			return
		}
		if tries++; tries == 1 {
			_, _ = io.WriteString(w, h.dev.reply(wechat.Reply{ToUserName: p.FromUserName, MsgType: wechat.MsgTypeImage, MediaID: "NOSUCHMEDIA"}))
		}
	}
	h.deliver()
	h.follows(ann)
	p := h.ends(h.says(ann, "hello"), kefu.OutcomeAcknowledged)
	if len(p.Attempts) != 2 || !strings.HasPrefix(p.Attempts[0].Failure, "the reply cannot be shown: ") {
		t.Fatalf("got %+v, want a first attempt whose reply was refused", p.Attempts)
	}
	// The ledger keeps whole milliseconds of when a push is due.
	if gap := p.Attempts[1].At.Sub(p.Attempts[0].At); gap < 4990*time.Millisecond || gap > 7*time.Second {
		t.Errorf("got the second attempt %s after the first, want 5s", gap)
	}
}

// What one process left behind, the next one delivers, each customer's in order
// and nothing twice.
func TestHouseRestarts(t *testing.T) {
	h := newHouse(t)
	const customers, each = 12, 20
	h.deliver()
	var pushes []kefu.MsgID
	for c := range customers {
		h.follows(kefu.OpenID(fmt.Sprintf("o%d", c)))
	}
	for n := range each {
		if n == each/2 {
			h.stop()
			h.parts.Courier = "second"
			h.Desk = desk.New(h.parts)
		}
		for c := range customers {
			pushes = append(pushes, h.says(kefu.OpenID(fmt.Sprintf("o%d", c)), fmt.Sprint(n)))
		}
	}
	h.deliver()
	for _, id := range pushes {
		h.ends(id, kefu.OutcomeAcknowledged)
	}
	next := make(map[string]int)
	for _, p := range h.dev.received() {
		if p.MsgType == wechat.MsgTypeEvent {
			continue
		}
		if want := fmt.Sprint(next[p.FromUserName]); p.Content != want {
			t.Errorf("%s: got %s, want %s", p.FromUserName, p.Content, want)
		}
		next[p.FromUserName]++
	}
	for c, n := range next {
		if n != each {
			t.Errorf("%s: got %d pushes, want %d", c, n, each)
		}
	}
}
