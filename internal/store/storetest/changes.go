package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// errUndo is the error of a change that undoes itself.
var errUndo = errors.New("undo")

func ownWrites(t *testing.T, s store.Store) {
	o := account(1)
	update(t, s, o.AppID, func(tx store.Tx) error {
		if _, err := tx.OfficialAccount(o.AppID); err != kefu.OfficialAccountUnknown {
			t.Errorf("before: got %v, want %v", err, kefu.OfficialAccountUnknown)
		}
		if err := tx.AddOfficialAccount(o); err != nil {
			return err
		}
		got, err := tx.OfficialAccount(o.AppID)
		if err != nil {
			return err
		}
		same(t, "the account in its own change", got, o)
		a := agent(o, "alice")
		if err := tx.AddAgent(o.AppID, &a); err != nil {
			return err
		}
		all, err := tx.Agents(o.AppID)
		if err != nil {
			return err
		}
		same(t, "the agents in their own change", all, []kefu.Agent{a})
		return nil
	})
	var before, inside store.Revision
	update(t, s, o.AppID, func(tx store.Tx) (err error) {
		if before, err = tx.Revision(o.AppID); err != nil {
			return err
		}
		a, err := tx.Agent(o.AppID, kfAccount(o, "alice"))
		if err != nil {
			return err
		}
		a.Nickname = "Alice"
		if err := tx.SetAgent(o.AppID, &a); err != nil {
			return err
		}
		inside, err = tx.Revision(o.AppID)
		return err
	})
	if inside.Directory == before.Directory {
		t.Errorf("revision after a write in the same change: got %d, want another", inside.Directory)
	}
	if got := revision(t, s, o.AppID); got != inside {
		t.Errorf("revision after the change: got %+v, want %+v as inside", got, inside)
	}
}

func errorUndoes(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	want := addAgents(t, s, o, "alice")
	before := revision(t, s, o.AppID)
	wrapped := fmt.Errorf("with a story: %w", kefu.AgentLimit)
	for _, refusal := range []error{errUndo, wrapped, context.Canceled} {
		err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
			a := agent(o, "bob")
			if err := tx.AddAgent(o.AppID, &a); err != nil {
				return err
			}
			if err := tx.RemoveAgent(o.AppID, want[0].ID); err != nil {
				return err
			}
			return refusal
		})
		if err != refusal {
			t.Errorf("Update: got %v, want the error of the change itself, %v", err, refusal)
		}
	}
	same(t, "Agents", agentsOf(t, s, o.AppID), want)
	if got := revision(t, s, o.AppID); got != before {
		t.Errorf("Revision: got %+v, want %+v as before", got, before)
	}
}

// ledgerErrorSticks: an error that is no refusal undoes the change, also when
// the change goes on as if nothing had happened. Some databases take nothing
// more after one, and what a change does must not depend on the database.
func ledgerErrorSticks(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
		if err := tx.SetSetting("first", "written"); err != nil {
			return err
		}
		if err := tx.SetSetting("second", "a\x00b"); err == nil {
			t.Error("SetSetting with a NUL: got nil, want an error")
		}
		return nil
	})
	if err == nil {
		t.Error("Update: got nil, want the error of the ledger")
	}
	view(t, s, func(r store.Reader) error {
		got, err := r.Setting("first")
		if got != "" {
			t.Errorf("Setting: got %q, want none", got)
		}
		return err
	})
}

func panicUndoes(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
		a := agent(o, "alice")
		if err := tx.AddAgent(o.AppID, &a); err != nil {
			return err
		}
		panic("a word for the log only")
	})
	if err == nil || strings.Contains(err.Error(), "a word for the log only") || strings.Contains(err.Error(), ".go:") {
		t.Errorf("Update: got %v, want an error without the panic's text or stack", err)
	}
	same(t, "Agents", agentsOf(t, s, o.AppID), []kefu.Agent{})
	if got := addAgents(t, s, o, "bob")[0].ID; got != kefu.FirstKFID {
		t.Errorf("the next change: got number %d, want %d", got, kefu.FirstKFID)
	}
}

// neighbours: of changes that are committed together, exactly the good ones are
// there, whatever the others do.
func neighbours(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	const changes = 64
	taken := addAgents(t, s, o, "taken")[0]
	results := make([]error, changes)
	ids := make([]kefu.KFID, changes)
	var wait sync.WaitGroup
	for i := range changes {
		wait.Go(func() {
			results[i] = s.Update(t.Context(), o.AppID, func(tx store.Tx) error {
				a := agent(o, fmt.Sprintf("a%d", i))
				if err := tx.AddAgent(o.AppID, &a); err != nil {
					return err
				}
				ids[i] = a.ID
				switch i % 4 {
				case 1:
					return kefu.AgentLimit
				case 2:
					panic("in the middle")
				case 3:
					again := taken
					if i%8 == 3 {
						return tx.AddAgent(o.AppID, &again)
					}
					return tx.SetSetting("odd", "\x00")
				}
				return nil
			})
		})
	}
	wait.Wait()
	var want []kefu.KFID
	numbers := make(map[kefu.KFAccount]kefu.KFID)
	for i, err := range results {
		switch i % 8 {
		case 0, 4:
			if err != nil {
				t.Errorf("good change %d: got %v, want nil", i, err)
			}
			numbers[kfAccount(o, fmt.Sprintf("a%d", i))] = ids[i]
		case 1, 5:
			if err != kefu.AgentLimit {
				t.Errorf("refusing change %d: got %v, want %v", i, err, kefu.AgentLimit)
			}
		case 3:
			if err != kefu.AgentExists {
				t.Errorf("change %d with a taken name: got %v, want %v", i, err, kefu.AgentExists)
			}
		default:
			if err == nil {
				t.Errorf("failing change %d: got nil, want an error", i)
			}
		}
	}
	var got []kefu.KFID
	for i, a := range agentsOf(t, s, o.AppID) {
		got = append(got, a.ID)
		want = append(want, kefu.FirstKFID+kefu.KFID(i))
		if a.Account != taken.Account && numbers[a.Account] != a.ID {
			t.Errorf("%s: got number %d, want %d as its change was told", a.Account, a.ID, numbers[a.Account])
		}
	}
	if len(got) != 1+changes/4 {
		t.Errorf("agents: got %d, want %d", len(got), 1+changes/4)
	}
	same(t, "numbers, dense and unique", got, want)
}
