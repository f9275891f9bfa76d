package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/store"
	"github.com/openkefu/kefu/internal/store/sqlstore"
)

var errPowerCut = errors.New("the power is gone")

// shortLived is a ledger that takes so many changes and then no more.
type shortLived struct {
	store.Store
	changes int
}

func (s *shortLived) Update(ctx context.Context, app kefu.AppID, change func(store.Tx) error) error {
	if s.changes == 0 {
		return errPowerCut
	}
	s.changes--
	return s.Store.Update(ctx, app, change)
}

func openLedger(t *testing.T) store.Store {
	t.Helper()
	ledger, err := sqlstore.OpenSQLite(t.Context(), "sqlite", filepath.Join(t.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ledger.Close(); err != nil {
			t.Error(err)
		}
	})
	return ledger
}

const demoApp kefu.AppID = "wx5d3c0ffee1234567"

// beginOn begins a sandbox with agents on a ledger.
func beginOn(t *testing.T, ledger store.Store) (*desk.Desk, error) {
	t.Helper()
	d := desk.New(desk.Parts{Ledger: ledger, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	account := kefu.OfficialAccount{
		AppID: demoApp, Secret: kefu.DigestSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), WeChatID: "demo_shop",
		OriginalID: "gh_a1b2c3d4e5f6", Name: "Demo Shop", Callback: kefu.Callback{Mode: kefu.CallbackPlain, Format: kefu.CallbackXML},
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
	s := sandbox.New(sandbox.Parts{Desk: d, Clock: new(sandbox.Clock), Demo: sandbox.Demo{Account: account, Agents: true}, Log: slog.New(slog.DiscardHandler)})
	return d, s.Begin(t.Context())
}

func agentsOf(t *testing.T, d *desk.Desk) string {
	t.Helper()
	dir, err := d.Directory(t.Context(), demoApp)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, a := range dir.Agents {
		list = append(list, fmt.Sprintf("%s %s", a.Account, a.Worker))
	}
	return strings.Join(list, ", ")
}

// A start that is cut short after any of its changes is made good by the next.
func TestBeginIsCutShort(t *testing.T) {
	t.Parallel()
	ledger := openLedger(t)
	for changes := 0; ; changes++ {
		_, err := beginOn(t, &shortLived{ledger, changes})
		whole := err == nil
		if !whole && !errors.Is(err, errPowerCut) {
			t.Fatal(err)
		}
		d, err := beginOn(t, ledger)
		if err != nil {
			t.Fatalf("cut short after %d changes: %v", changes, err)
		}
		if got, want := agentsOf(t, d), "alice@demo_shop alice_wx, bob_02@demo_shop bob_wx"; got != want {
			t.Errorf("cut short after %d changes: got %q, want %q", changes, got, want)
		}
		if whole {
			if changes < 7 {
				t.Errorf("got all in %d changes, want one for the account and three for each agent", changes)
			}
			return
		}
		if err := d.Erase(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// What somebody took away stays away.
func TestBeginLeavesAlone(t *testing.T) {
	t.Parallel()
	ledger := openLedger(t)
	d, err := beginOn(t, ledger)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.RemoveAgent(t.Context(), demoApp, "alice@demo_shop"); err != nil {
		t.Fatal(err)
	}
	if d, err = beginOn(t, ledger); err != nil {
		t.Fatal(err)
	}
	if got, want := agentsOf(t, d), "bob_02@demo_shop bob_wx"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
