package desk_test

import (
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

const (
	app      kefu.AppID     = "wx5d3c0ffee1234567"
	alice    kefu.KFAccount = "alice@demo_shop"
	bob      kefu.KFAccount = "bob_02@demo_shop"
	carol    kefu.KFAccount = "carol@demo_shop"
	callback                = "http://127.0.0.1:9/wechat"
)

var noon = time.Date(2024, 3, 12, 21, 1, 21, 0, time.UTC)

// TestMain makes rapid try fewer runs than it would: each is some hundred
// changes on disk. More are asked for with -rapid.checks.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "15"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(m.Run())
}

// house is a desk over a real ledger, with a clock in the test's hand.
type house struct {
	*desk.Desk
	t      *testing.T
	ledger store.Store
	parts  desk.Parts
	clock  *atomic.Int64
	// wall is the time that moves with no clock of the world.
	wall *atomic.Int64
}

// newHouse has an official account with a callback URL and three bound agents,
// who are offline.
func newHouse(t *testing.T, edit ...func(*desk.Parts)) *house {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return newHouseOver(t, ledger, edit...)
}

func newHouseOver(t *testing.T, ledger store.Store, edit ...func(*desk.Parts)) *house {
	t.Helper()
	disk, err := media.NewDisk(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(ledger.Close(), disk.Close()); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, ledger: ledger, clock: new(atomic.Int64), wall: new(atomic.Int64)}
	h.clock.Store(noon.UnixNano())
	h.wall.Store(noon.UnixNano())
	h.parts = desk.Parts{
		Ledger:   ledger,
		Media:    disk,
		Pictures: picture.NewScaler(1),
		Now:      func() time.Time { return time.Unix(0, h.clock.Load()).UTC() },
		Wall:     func() time.Time { return time.Unix(0, h.wall.Load()).UTC() },
		Log:      slog.New(slog.DiscardHandler),
		Signals:  pubsub.New(),
		Courier:  "here",
	}
	for _, e := range edit {
		e(&h.parts)
	}
	h.Desk = desk.New(h.parts)
	h.must(h.AddOfficialAccount(t.Context(), &kefu.OfficialAccount{
		AppID: app, Secret: kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		Callback: kefu.Callback{URL: callback, Token: "KfSpecToken2024", Mode: kefu.CallbackPlain},
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}))
	for account, worker := range map[kefu.KFAccount]kefu.WeChatID{alice: "alice_wx", bob: "bob_wx", carol: "carol_wx"} {
		_, err := h.AddAgent(t.Context(), app, account, "Agent")
		h.must(err)
		h.must(h.Invite(t.Context(), app, account, worker))
		h.must(h.AcceptInvitation(t.Context(), app, account))
	}
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// refuses fails the test unless err is the reason.
func (h *house) refuses(err error, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Fatalf("got %v, want %v", err, want)
	}
}

func (h *house) now() time.Time { return h.parts.Now() }

func (h *house) pass(d time.Duration) { h.clock.Add(int64(d)) }

func (h *house) online(agent kefu.KFAccount, autoAccept int) {
	h.t.Helper()
	h.must(h.SetPresence(h.t.Context(), app, agent, true, autoAccept))
}

func (h *house) offline(agent kefu.KFAccount) {
	h.t.Helper()
	h.must(h.SetPresence(h.t.Context(), app, agent, false, 0))
}

// follow makes followers.
func (h *house) follow(customers ...kefu.OpenID) {
	h.t.Helper()
	for _, id := range customers {
		_, err := h.Follow(h.t.Context(), app, desk.Follower{OpenID: id})
		h.must(err)
	}
}

// says lets a customer write a text.
func (h *house) says(customer kefu.OpenID, text string) desk.Received {
	h.t.Helper()
	got, err := h.Receive(h.t.Context(), app, customer, kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: text}})
	h.must(err)
	return got
}

// settles answers a push well.
func (h *house) settles(push kefu.MsgID, reply *kefu.Reply) kefu.Push {
	h.t.Helper()
	p, err := h.SettlePush(h.t.Context(), app, push, kefu.Attempt{At: h.now(), URL: callback, Status: 200}, reply)
	h.must(err)
	return p
}

// transfers lets a customer write and the developer's server hand it over.
func (h *house) transfers(customer kefu.OpenID, to kefu.KFAccount) {
	h.t.Helper()
	got := h.says(customer, "help")
	if got.Push == 0 {
		h.t.Fatal("got no push to answer")
	}
	h.settles(got.Push, &kefu.Reply{Transfer: true, To: to})
}

// servedBy is who serves a customer; empty for nobody.
func (h *house) servedBy(customer kefu.OpenID) kefu.KFAccount {
	h.t.Helper()
	s, _, err := h.Session(h.t.Context(), app, customer)
	h.must(err)
	return s.Account
}

// waits lists the queue.
func (h *house) waits() []kefu.OpenID {
	h.t.Helper()
	queue, total, err := h.Queue(h.t.Context(), app, 1000)
	h.must(err)
	if total != len(queue) {
		h.t.Fatalf("got %d in the queue and a total of %d", len(queue), total)
	}
	ids := make([]kefu.OpenID, len(queue))
	for i, w := range queue {
		ids[i] = w.Customer
	}
	return ids
}

// phone is what a customer's phone shows, as "from: text".
func (h *house) phone(customer kefu.OpenID) []string {
	h.t.Helper()
	messages, err := h.Conversation(h.t.Context(), app, customer, 0, 1000)
	h.must(err)
	lines := make([]string, len(messages))
	for i, m := range messages {
		lines[i] = string(m.From) + ": " + m.Content.Said()
	}
	return lines
}

// told lists what the developer's server is told after an id, by kind.
func (h *house) told(after kefu.MsgID) []string {
	h.t.Helper()
	pushes, err := h.PushLog(h.t.Context(), app, after, 1000)
	h.must(err)
	var kinds []string
	for _, p := range pushes {
		if p.Event != nil {
			kind := string(p.Event.Type)
			for _, name := range []kefu.KFAccount{p.Event.Account, p.Event.To} {
				if name != "" {
					kind += " " + string(name)
				}
			}
			kinds = append(kinds, kind)
		} else {
			kinds = append(kinds, p.Message.Content.Said())
		}
	}
	return kinds
}

// latestPush is the id of the last push there is.
func (h *house) latestPush() kefu.MsgID {
	h.t.Helper()
	pushes, err := h.PushLog(h.t.Context(), app, 0, 1000)
	h.must(err)
	if len(pushes) == 0 {
		return 0
	}
	return pushes[len(pushes)-1].ID
}
