package storetest

import (
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func officialAccounts(t *testing.T, s store.Store) {
	one, two := account(2), fullAccount(1)
	add(t, s, one, two)
	check := func(want ...*kefu.OfficialAccount) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			all, err := r.OfficialAccounts()
			if err != nil {
				return err
			}
			same(t, "OfficialAccounts", all, want)
			for _, o := range want {
				got, err := r.OfficialAccount(o.AppID)
				if err != nil {
					return err
				}
				same(t, "OfficialAccount", got, o)
				got, err = r.OfficialAccountByWeChatID(o.WeChatID)
				if err != nil {
					return err
				}
				same(t, "OfficialAccountByWeChatID", got, o)
			}
			return nil
		})
	}
	check(two, one)

	// Setting replaces everything, with values and without.
	filled, emptied := fullAccount(2), account(1)
	filled.WeChatID, emptied.OriginalID = "other_shop", "gh_other0000001"
	for _, o := range []*kefu.OfficialAccount{filled, emptied} {
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.SetOfficialAccount(o) })
	}
	check(emptied, filled)

	// The caller owns what it got.
	view(t, s, func(r store.Reader) error {
		got, err := r.OfficialAccount(filled.AppID)
		if err != nil {
			return err
		}
		got.Limits.DailyCalls["/changed"] = 1
		got.AllowedAddresses[0] = got.AllowedAddresses[1]
		return nil
	})
	check(emptied, filled)
}

func officialAccountRefusals(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	sameWeChatID, sameOriginalID := account(3), account(3)
	sameWeChatID.WeChatID = o.WeChatID
	sameOriginalID.OriginalID = o.OriginalID
	for _, c := range []struct {
		name string
		o    *kefu.OfficialAccount
	}{
		{"same appid", account(1)},
		{"same WeChat id", sameWeChatID},
		{"same original id", sameOriginalID},
	} {
		t.Run("add "+c.name, func(t *testing.T) {
			refused(t, s, c.o.AppID, kefu.OfficialAccountExists, func(tx store.Tx) error { return tx.AddOfficialAccount(c.o) })
		})
	}
	takesWeChatID, takesOriginalID := account(2), account(2)
	takesWeChatID.WeChatID = o.WeChatID
	takesOriginalID.OriginalID = o.OriginalID
	for _, c := range []struct {
		name string
		o    *kefu.OfficialAccount
		want error
	}{
		{"taken WeChat id", takesWeChatID, kefu.OfficialAccountExists},
		{"taken original id", takesOriginalID, kefu.OfficialAccountExists},
		{"unknown", account(9), kefu.OfficialAccountUnknown},
	} {
		t.Run("set "+c.name, func(t *testing.T) {
			refused(t, s, c.o.AppID, c.want, func(tx store.Tx) error { return tx.SetOfficialAccount(c.o) })
		})
	}
	nobody := account(9)
	refused(t, s, nobody.AppID, kefu.OfficialAccountUnknown, func(tx store.Tx) error { return tx.RemoveOfficialAccount(nobody.AppID) })
	refused(t, s, nobody.AppID, kefu.OfficialAccountUnknown, func(tx store.Tx) error {
		a := agent(nobody, "alice")
		return tx.AddAgent(nobody.AppID, &a)
	})
	refused(t, s, nobody.AppID, kefu.OfficialAccountUnknown, func(tx store.Tx) error {
		return tx.AddToken(token(nobody, kefu.ChainPlain, 1, noon))
	})
	if _, err := s.Revision(t.Context(), nobody.AppID); err != kefu.OfficialAccountUnknown {
		t.Errorf("Revision of nobody: got %v, want %v", err, kefu.OfficialAccountUnknown)
	}
	view(t, s, func(r store.Reader) error {
		if _, err := r.OfficialAccount(nobody.AppID); err != kefu.OfficialAccountUnknown {
			t.Errorf("OfficialAccount of nobody: got %v, want %v", err, kefu.OfficialAccountUnknown)
		}
		if _, err := r.OfficialAccountByWeChatID(nobody.WeChatID); err != kefu.OfficialAccountUnknown {
			t.Errorf("OfficialAccountByWeChatID of nobody: got %v, want %v", err, kefu.OfficialAccountUnknown)
		}
		if _, err := r.Revision(nobody.AppID); err != kefu.OfficialAccountUnknown {
			t.Errorf("Reader.Revision of nobody: got %v, want %v", err, kefu.OfficialAccountUnknown)
		}
		all, err := r.OfficialAccounts()
		same(t, "OfficialAccounts after refusals", all, []*kefu.OfficialAccount{o, other})
		return err
	})
	// A refusal is an answer, not the end of the change.
	third := account(3)
	update(t, s, third.AppID, func(tx store.Tx) error {
		if err := tx.AddOfficialAccount(sameWeChatID); err != kefu.OfficialAccountExists {
			t.Errorf("AddOfficialAccount inside a change: got %v, want %v", err, kefu.OfficialAccountExists)
		}
		return tx.AddOfficialAccount(third)
	})
}

func removingOfficialAccount(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	const worker kefu.WeChatID = "alice_wx"
	for _, owner := range []*kefu.OfficialAccount{o, other} {
		a := addAgents(t, s, owner, "alice")[0]
		update(t, s, owner.AppID, func(tx store.Tx) error {
			a.Worker = worker
			if err := tx.SetAgent(owner.AppID, &a); err != nil {
				return err
			}
			if err := tx.OpenSession(owner.AppID, "customer", a.ID, noon); err != nil {
				return err
			}
			if err := tx.AddToken(token(owner, kefu.ChainPlain, 1, noon)); err != nil {
				return err
			}
			if _, err := tx.Count(owner.AppID, "2024-03-12", "/path", 3); err != nil {
				return err
			}
			return tx.AddCalls([]kefu.Call{call(owner, len(owner.WeChatID)*10+int(owner.AppID[17]), noon)})
		})
	}
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(o.AppID) })

	check := func(o *kefu.OfficialAccount, there bool) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			_, err := r.OfficialAccount(o.AppID)
			if got := err == nil; got != there {
				t.Errorf("%s: account there: got %v (%v), want %v", o.AppID, got, err, there)
			}
			n, err := r.AgentCount(o.AppID)
			if got := n == 1; err != nil || got != there {
				t.Errorf("%s: agent there: got %v (%v), want %v", o.AppID, got, err, there)
			}
			_, err = r.Token(token(o, kefu.ChainPlain, 1, noon).Digest)
			if got := err == nil; got != there {
				t.Errorf("%s: token there: got %v (%v), want %v", o.AppID, got, err, there)
			}
			counts, err := r.Counts(o.AppID, "2024-03-12")
			if got := counts["/path"] == 3; err != nil || got != there {
				t.Errorf("%s: counter there: got %v (%v), want %v", o.AppID, got, err, there)
			}
			_, err = r.Call(call(o, len(o.WeChatID)*10+int(o.AppID[17]), noon).RID)
			if got := err == nil; got != there {
				t.Errorf("%s: call there: got %v (%v), want %v", o.AppID, got, err, there)
			}
			return nil
		})
	}
	check(o, false)
	check(other, true)
	if got := bindings(t, s, worker); got != 1 {
		t.Errorf("bindings after the removal: got %d, want 1", got)
	}
	// It can come back, and then owns nothing. Its customers are in no session.
	add(t, s, o)
	again := addAgents(t, s, o, "alice")[0]
	if again.ID != kefu.FirstKFID {
		t.Errorf("the first number of the new account: got %d, want %d", again.ID, kefu.FirstKFID)
	}
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.OpenSession(o.AppID, "customer", again.ID, noon) })
}

func isolation(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	mine := addAgents(t, s, o, "alice", "bob")
	// The same prefix, the same customer, the same worker: none of it collides.
	theirs := addAgents(t, s, other, "alice")
	if theirs[0].ID != kefu.FirstKFID {
		t.Errorf("first number of the other account: got %d, want %d", theirs[0].ID, kefu.FirstKFID)
	}
	for _, c := range []struct {
		o *kefu.OfficialAccount
		a kefu.Agent
	}{{o, mine[0]}, {other, theirs[0]}} {
		update(t, s, c.o.AppID, func(tx store.Tx) error {
			c.a.Worker = "alice_wx"
			if err := tx.SetAgent(c.o.AppID, &c.a); err != nil {
				return err
			}
			return tx.OpenSession(c.o.AppID, "customer", c.a.ID, noon)
		})
	}
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.CloseSession(o.AppID, "customer", noon); err != nil {
			return err
		}
		if err := tx.RemoveAgent(o.AppID, mine[0].ID); err != nil {
			return err
		}
		if _, err := tx.Count(o.AppID, "2024-03-12", "/path", 3); err != nil {
			return err
		}
		return tx.AddToken(token(o, kefu.ChainPlain, 1, noon))
	})
	left := agentsOf(t, s, other.AppID)
	if len(left) != 1 || left[0].Worker != "alice_wx" || left[0].Serving != 1 {
		t.Errorf("the agents of the other account: got %+v, want one, bound and serving 1", left)
	}
	view(t, s, func(r store.Reader) error {
		if _, err := r.Agent(other.AppID, mine[1].Account); err != kefu.AgentUnknown {
			t.Errorf("Agent of the wrong account: got %v, want %v", err, kefu.AgentUnknown)
		}
		if _, ok, err := r.LatestToken(other.AppID, kefu.ChainPlain); ok || err != nil {
			t.Errorf("LatestToken of the other account: got %v, %v, want none", ok, err)
		}
		counts, err := r.Counts(other.AppID, "2024-03-12")
		same(t, "Counts of the other account", counts, map[string]int64{})
		return err
	})
}

func textThatCannotBeStored(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	for name, odd := range map[string]string{"NUL": "a\x00b", "not UTF-8": "a\xffb"} {
		t.Run(name, func(t *testing.T) {
			view(t, s, func(r store.Reader) error {
				for what, err := range map[string]error{
					"OfficialAccount": second(r.OfficialAccount(kefu.AppID(odd))),
					"ByWeChatID":      second(r.OfficialAccountByWeChatID(kefu.WeChatID(odd))),
					"Revision":        second(r.Revision(kefu.AppID(odd))),
				} {
					if err != kefu.OfficialAccountUnknown {
						t.Errorf("%s: got %v, want %v", what, err, kefu.OfficialAccountUnknown)
					}
				}
				if _, err := r.Agent(o.AppID, kefu.KFAccount(odd)); err != kefu.AgentUnknown {
					t.Errorf("Agent: got %v, want %v", err, kefu.AgentUnknown)
				}
				if _, err := r.Call(kefu.RID(odd)); err != kefu.CallUnknown {
					t.Errorf("Call: got %v, want %v", err, kefu.CallUnknown)
				}
				return nil
			})
			if _, err := s.Revision(t.Context(), kefu.AppID(odd)); err != kefu.OfficialAccountUnknown {
				t.Errorf("Store.Revision: got %v, want %v", err, kefu.OfficialAccountUnknown)
			}
			err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.SetSetting("name", odd) })
			if err == nil {
				t.Error("SetSetting: got nil, want an error")
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }
