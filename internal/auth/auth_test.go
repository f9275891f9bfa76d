package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/auth"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const app kefu.AppID = "wx5d3c0ffee1234567"

const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

var noon = time.Date(2024, 3, 15, 12, 0, 0, 0, kefu.Beijing)

// ledger counts its reads and can be made to fail.
type ledger struct {
	store.Store
	views  atomic.Int64
	broken atomic.Bool
}

var errBroken = errors.New("the disk is full")

func (l *ledger) View(ctx context.Context, read func(store.Reader) error) error {
	l.views.Add(1)
	return l.Store.View(ctx, read)
}

func (l *ledger) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	if l.broken.Load() {
		return errBroken
	}
	return l.Store.Update(ctx, app, change)
}

func open(t *testing.T) *ledger {
	t.Helper()
	s, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	l := &ledger{Store: s}
	addAccount(t, l)
	return l
}

func addAccount(t *testing.T, l *ledger) {
	t.Helper()
	err := l.Update(t.Context(), app, func(tx store.Tx) error {
		return tx.AddOfficialAccount(&kefu.OfficialAccount{
			AppID: app, Secret: kefu.DigestSecret(secret), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
			KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(), CreatedAt: noon,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func removeAccount(t *testing.T, l *ledger) {
	t.Helper()
	if err := l.Update(t.Context(), app, func(tx store.Tx) error { return tx.RemoveOfficialAccount(app) }); err != nil {
		t.Fatal(err)
	}
}

func newGate(l *ledger) *auth.Gate { return gateAt(l, noon) }

func gateAt(l *ledger, now time.Time) *auth.Gate {
	return auth.New(l, func() time.Time { return now }, slog.New(slog.DiscardHandler))
}

var request = auth.TokenRequest{
	GrantType: "client_credential", AppID: string(app), Secret: secret,
	From: netip.MustParseAddr("203.0.113.9"), Path: "/cgi-bin/stable_token",
}

func issue(t *testing.T, g *auth.Gate) auth.Grant {
	t.Helper()
	grant, err := g.IssueStableToken(t.Context(), request, false)
	if err != nil {
		t.Fatal(err)
	}
	return grant
}

// A token that was seen before costs no read, until the account or one of its
// tokens changes.
func TestAdmitFromMemory(t *testing.T) {
	t.Parallel()
	l := open(t)
	g := newGate(l)
	token := issue(t, g).Text
	admit := func() (auth.Caller, int64) {
		t.Helper()
		before := l.views.Load()
		caller, err := g.Admit(t.Context(), token, noon)
		if err != nil {
			t.Fatal(err)
		}
		return caller, l.views.Load() - before
	}
	admit()
	if _, reads := admit(); reads != 0 {
		t.Errorf("seen before: got %d reads, want none", reads)
	}
	err := l.Update(t.Context(), app, func(tx store.Tx) error {
		o, err := tx.OfficialAccount(app)
		if err != nil {
			return err
		}
		o.Standing.Frozen = true
		return tx.SetOfficialAccount(o)
	})
	if err != nil {
		t.Fatal(err)
	}
	if caller, reads := admit(); !caller.Account.Standing.Frozen || reads == 0 {
		t.Errorf("after a change: got %+v with %d reads, want the new account read", caller.Account.Standing, reads)
	}
	// At another time the same token is worth something else.
	if _, err := g.Admit(t.Context(), token, noon.Add(kefu.TokenLife)); !errors.Is(err, kefu.TokenExpired) {
		t.Errorf("expired: got %v, want %v", err, kefu.TokenExpired)
	}
	removeAccount(t, l)
	if _, err := g.Admit(t.Context(), token, noon); !errors.Is(err, kefu.TokenInvalid) {
		t.Errorf("account removed: got %v, want %v", err, kefu.TokenInvalid)
	}
	addAccount(t, l)
	if _, err := g.Admit(t.Context(), token, noon); !errors.Is(err, kefu.TokenInvalid) {
		t.Errorf("account added again: got %v, want %v: its tokens went with it", err, kefu.TokenInvalid)
	}
}

// What is kept in memory is a copy: two processes on one ledger agree.
func TestTwoGates(t *testing.T) {
	t.Parallel()
	l := open(t)
	one, two := newGate(l), newGate(l)
	token := issue(t, one).Text
	for _, g := range []*auth.Gate{one, two} {
		if _, err := g.Admit(t.Context(), token, noon); err != nil {
			t.Fatal(err)
		}
	}
	if got := issue(t, two).Text; got != token {
		t.Error("got another stable token from the second gate")
	}
	forced, err := two.IssueStableToken(t.Context(), request, true)
	if err != nil {
		t.Fatal(err)
	}
	for name, g := range map[string]*auth.Gate{"one": one, "two": two} {
		if _, err := g.Admit(t.Context(), token, noon); !errors.Is(err, kefu.TokenInvalid) {
			t.Errorf("%s: got %v for the token that was cut off, want %v", name, err, kefu.TokenInvalid)
		}
		if _, err := g.Admit(t.Context(), forced.Text, noon); err != nil {
			t.Errorf("%s: got %v for the new token, want nil", name, err)
		}
	}
}

// Concurrent forces are one force.
func TestConcurrentForces(t *testing.T) {
	t.Parallel()
	g := newGate(open(t))
	const callers = 16
	texts := make([]string, callers)
	var forcing sync.WaitGroup
	for i := range callers {
		forcing.Go(func() {
			grant, err := g.IssueStableToken(context.Background(), request, true)
			if err != nil {
				t.Errorf("got %v, want a token", err)
			}
			texts[i] = grant.Text
		})
	}
	forcing.Wait()
	for _, text := range texts {
		if text == "" || text != texts[0] {
			t.Fatal("got several tokens, want one for all")
		}
	}
}

// Two processes' clocks differ a little; what the one forced a moment later is
// still the same force.
func TestForcesOfTwoClocks(t *testing.T) {
	t.Parallel()
	l := open(t)
	ahead, behind := gateAt(l, noon.Add(50*time.Millisecond)), newGate(l)
	first, err := ahead.IssueStableToken(t.Context(), request, true)
	if err != nil {
		t.Fatal(err)
	}
	second, err := behind.IssueStableToken(t.Context(), request, true)
	if err != nil {
		t.Fatal(err)
	}
	if first.Text != second.Text {
		t.Error("got another token within a moment, want that of the first force")
	}
}

// A caller who goes away leaves a change behind that goes on; the race detector
// sees whether they still share something.
func TestCallersWhoGoAway(t *testing.T) {
	t.Parallel()
	g := newGate(open(t))
	plain := request
	plain.Path = "/cgi-bin/token"
	var calling sync.WaitGroup
	for i := range 64 {
		calling.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*100*time.Microsecond)
			defer cancel()
			grant, err := g.IssueToken(ctx, plain)
			if (err == nil) != (grant.Text != "") {
				t.Errorf("got a token: %t with the error %v", grant.Text != "", err)
			}
		})
	}
	calling.Wait()
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	g := newGate(open(t))
	for _, tt := range []struct {
		name, appID, secret string
		want                error
		known               bool
	}{
		{"right", string(app), secret, nil, true},
		{"no appid", "", secret, kefu.AppIDMissing, false},
		{"malformed appid", "wx_nope", secret, kefu.OfficialAccountUnknown, false},
		{"unknown appid", "wx0000000000000000", secret, kefu.OfficialAccountUnknown, false},
		{"appid with NUL", string(app) + "\x00", secret, kefu.OfficialAccountUnknown, false},
		{"no secret", string(app), "", kefu.SecretMissing, true},
		{"wrong secret", string(app), secret[:31] + "1", kefu.SecretWrong, true},
		{"secret in another case", string(app), "0F1E2D3C4B5A69788796A5B4C3D2E1F0", kefu.SecretWrong, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := g.Identify(t.Context(), tt.appID, tt.secret)
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) || (o != nil) != tt.known {
				t.Errorf("got account %t, %v, want %t, %v", o != nil, err, tt.known, tt.want)
			}
		})
	}
}
