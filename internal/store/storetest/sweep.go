package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func sweep(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	// Of each kind one that is due, one that is a moment short of it, one that
	// is new.
	now := time.Date(2024, 5, 16, 4, 0, 0, 0, time.UTC)
	deadToken := token(o, kefu.ChainPlain, 1, now.Add(-kefu.TokenMemory-kefu.TokenLife))
	agedToken := token(o, kefu.ChainStable, 2, now.Add(-kefu.TokenMemory-kefu.TokenLife+time.Millisecond))
	newToken := token(o, kefu.ChainPlain, 3, now)
	deadToken.Superseded = deadToken.IssuedAt.Add(time.Minute)
	deadCall, agedCall, newCall := call(o, 1, now.Add(-kefu.CallMemory)), call(o, 2, now.Add(-kefu.CallMemory+time.Millisecond)), call(o, 3, now)
	// 62 days before the 16th of May, noon in Beijing, is the 15th of March.
	dead, kept := []string{"2024-03-14", "2024-02", "2023-12-31", "2024-03-14T23:59"}, []string{"2024-03-15", "2024-03", "2024-05-16", "2024-05", "2024-03-15T00:00"}
	// Pushes count from their end; one that has none is never forgotten.
	pushAt := func(id kefu.MsgID, outcome kefu.Outcome, ended time.Time) *kefu.Push {
		p := due(id, "customer")
		p.Outcome, p.At, p.EndedAt = outcome, now.Add(-30*24*time.Hour), ended
		return p
	}
	addPushes(t, s, o,
		pushAt(1, kefu.OutcomeFailed, now.Add(-kefu.PushMemory)),
		pushAt(2, kefu.OutcomeNone, now.Add(-kefu.PushMemory-time.Hour)),
		pushAt(3, kefu.OutcomeAcknowledged, now.Add(-kefu.PushMemory+time.Millisecond)),
		pushAt(4, kefu.OutcomeDue, time.Time{}),
		pushAt(5, kefu.OutcomeDue, now.Add(-kefu.PushMemory)))
	update(t, s, o.AppID, func(tx store.Tx) error {
		for _, n := range []kefu.Token{deadToken, agedToken, newToken} {
			if err := tx.AddToken(n); err != nil {
				return err
			}
		}
		for _, period := range append(dead, kept...) {
			if _, err := tx.Count(o.AppID, period, "/path", 1); err != nil {
				return err
			}
		}
		return tx.AddCalls([]kefu.Call{deadCall, agedCall, newCall})
	})
	want := 4 + len(dead)
	removed := 0
	const limit = 2
	for {
		var n int
		update(t, s, store.House, func(tx store.Tx) (err error) {
			n, err = tx.Sweep(now, limit)
			return err
		})
		if n > limit {
			t.Fatalf("Sweep: got %d removed, want at most %d", n, limit)
		}
		removed += n
		if n < limit {
			break
		}
		if removed > want {
			break
		}
	}
	if removed != want {
		t.Errorf("Sweep until nothing is left: got %d removed, want %d", removed, want)
	}
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			name string
			err  error
			want error
		}{
			{"token whose memory ended", second(r.Token(deadToken.Digest)), kefu.TokenInvalid},
			{"token whose memory ends soon", second(r.Token(agedToken.Digest)), nil},
			{"new token", second(r.Token(newToken.Digest)), nil},
			{"call whose memory ended", second(r.Call(deadCall.RID)), kefu.CallUnknown},
			{"call whose memory ends soon", second(r.Call(agedCall.RID)), nil},
			{"new call", second(r.Call(newCall.RID)), nil},
			{"push whose memory ended", second(r.Push(o.AppID, 1)), kefu.PushUnknown},
			{"push whose memory ended long ago", second(r.Push(o.AppID, 2)), kefu.PushUnknown},
			{"push whose memory ends soon", second(r.Push(o.AppID, 3)), nil},
			{"push without an outcome", second(r.Push(o.AppID, 4)), nil},
			{"push that is due again", second(r.Push(o.AppID, 5)), nil},
		} {
			if c.err != c.want {
				t.Errorf("%s: got %v, want %v", c.name, c.err, c.want)
			}
		}
		for _, period := range dead {
			got, err := r.Counts(o.AppID, period)
			if err != nil || len(got) != 0 {
				t.Errorf("Counts of %s: got %v (%v), want none", period, got, err)
			}
		}
		for _, period := range kept {
			got, err := r.Counts(o.AppID, period)
			if err != nil || got["/path"] != 1 {
				t.Errorf("Counts of %s: got %v (%v), want 1", period, got, err)
			}
		}
		return nil
	})
}

func erase(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	a := addAgents(t, s, o, "alice")[0]
	a.Worker = "alice_wx"
	n, c := token(o, kefu.ChainPlain, 1, noon), call(o, 1, noon)
	update(t, s, o.AppID, func(tx store.Tx) error {
		if err := tx.SetAgent(o.AppID, &a); err != nil {
			return err
		}
		if err := tx.OpenSession(o.AppID, "customer", a.ID, noon); err != nil {
			return err
		}
		if err := tx.AddToken(n); err != nil {
			return err
		}
		if _, err := tx.Count(o.AppID, "2024-03-12", "/path", 1); err != nil {
			return err
		}
		if err := tx.SetSetting("name", "value"); err != nil {
			return err
		}
		return tx.AddCalls([]kefu.Call{c})
	})
	old := revision(t, s, o.AppID)
	update(t, s, store.House, func(tx store.Tx) error { return tx.Erase() })
	if _, err := s.Revision(t.Context(), o.AppID); err != kefu.OfficialAccountUnknown {
		t.Errorf("Revision after Erase: got %v, want %v", err, kefu.OfficialAccountUnknown)
	}
	view(t, s, func(r store.Reader) error {
		all, err := r.OfficialAccounts()
		if err != nil || len(all) != 0 {
			t.Errorf("OfficialAccounts after Erase: got %v (%v), want none", all, err)
		}
		if n, err := r.AgentCount(o.AppID); n != 0 || err != nil {
			t.Errorf("AgentCount after Erase: got %d (%v), want 0", n, err)
		}
		if _, err := r.Token(n.Digest); err != kefu.TokenInvalid {
			t.Errorf("Token after Erase: got %v, want %v", err, kefu.TokenInvalid)
		}
		if _, err := r.Call(c.RID); err != kefu.CallUnknown {
			t.Errorf("Call after Erase: got %v, want %v", err, kefu.CallUnknown)
		}
		if got, err := r.Counts(o.AppID, "2024-03-12"); len(got) != 0 || err != nil {
			t.Errorf("Counts after Erase: got %v (%v), want none", got, err)
		}
		if got, err := r.Setting("name"); got != "" || err != nil {
			t.Errorf("Setting after Erase: got %q (%v), want none", got, err)
		}
		return nil
	})
	if got := bindings(t, s, "alice_wx"); got != 0 {
		t.Errorf("bindings after Erase: got %d, want 0", got)
	}
	// The world begins anew in the same change that ends the old one, too.
	update(t, s, store.House, func(tx store.Tx) error {
		if err := tx.Erase(); err != nil {
			return err
		}
		return tx.AddOfficialAccount(o)
	})
	if got := revision(t, s, o.AppID); got.Credentials == old.Credentials || got.Directory == old.Directory {
		t.Errorf("Revision of the new world: got %+v, want another than %+v", got, old)
	}
	if got := addAgents(t, s, o, "alice")[0].ID; got != kefu.FirstKFID {
		t.Errorf("first number of the new world: got %d, want %d", got, kefu.FirstKFID)
	}
}
