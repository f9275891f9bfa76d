package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func tokens(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	latest := func(chain kefu.TokenChain) (got kefu.Token, ok bool) {
		t.Helper()
		view(t, s, func(r store.Reader) (err error) {
			got, ok, err = r.LatestToken(o.AppID, chain)
			return err
		})
		return got, ok
	}
	if _, ok := latest(kefu.ChainPlain); ok {
		t.Error("LatestToken of a new account: got one, want none")
	}
	plain, stable := token(o, kefu.ChainPlain, 1, noon), token(o, kefu.ChainStable, 2, noon)
	stable.Forced = true
	bare := kefu.Token{Digest: kefu.DigestToken("bare"), AppID: o.AppID, Chain: "bare", IssuedAt: noon, ExpiresAt: noon}
	for _, n := range []kefu.Token{plain, stable, bare} {
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.AddToken(n) })
		if got, ok := latest(n.Chain); !ok {
			t.Errorf("LatestToken of %s: got none, want one", n.Chain)
		} else {
			same(t, "LatestToken", got, n)
		}
		view(t, s, func(r store.Reader) error {
			got, err := r.Token(n.Digest)
			same(t, "Token", got, n)
			return err
		})
	}
	view(t, s, func(r store.Reader) error {
		if _, err := r.Token(kefu.DigestToken("unknown")); err != kefu.TokenInvalid {
			t.Errorf("Token that never was: got %v, want %v", err, kefu.TokenInvalid)
		}
		return nil
	})
	// Two latest tokens of a chain would make stable_token answer either.
	err := s.Update(t.Context(), o.AppID, func(tx store.Tx) error { return tx.AddToken(token(o, kefu.ChainPlain, 3, noon)) })
	if err == nil {
		t.Error("AddToken without superseding: got nil, want an error")
	}
}

func supersedingTokens(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	// One token a minute: all but the last are superseded, those of the last
	// five minutes have their overlap.
	issue := func(n int) kefu.Token {
		t.Helper()
		at := noon.Add(time.Duration(n) * time.Minute)
		next := token(o, kefu.ChainStable, n, at)
		update(t, s, o.AppID, func(tx store.Tx) error {
			if err := tx.SupersedeTokens(o.AppID, kefu.ChainStable, at, false); err != nil {
				return err
			}
			return tx.AddToken(next)
		})
		return next
	}
	var issued []kefu.Token
	for n := range 8 {
		issued = append(issued, issue(n))
	}
	other := token(o, kefu.ChainPlain, 100, noon)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.AddToken(other) })
	for n := range 7 {
		issued[n].Superseded = issued[n+1].IssuedAt
	}
	check := func(when string) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			for _, want := range append([]kefu.Token{other}, issued...) {
				got, err := r.Token(want.Digest)
				if err != nil {
					return err
				}
				same(t, "Token "+when, got, want)
			}
			return nil
		})
	}
	check("after seven successions")

	// A forced refresh at minute eight cuts off what still had its overlap: the
	// latest, and those superseded less than five minutes ago.
	cutAt := noon.Add(8 * time.Minute)
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.SupersedeTokens(o.AppID, kefu.ChainStable, cutAt, true) })
	for n := range issued {
		if n == 7 {
			issued[n].Superseded = cutAt
		}
		issued[n].Cut = cutAt.Before(issued[n].Superseded.Add(kefu.TokenOverlap))
	}
	check("after a cut")
	for n := range issued {
		if err := issued[n].Check(cutAt); err != kefu.TokenInvalid {
			t.Errorf("token %d after the cut: got %v, want %v", n, err, kefu.TokenInvalid)
		}
	}
	view(t, s, func(r store.Reader) error {
		_, ok, err := r.LatestToken(o.AppID, kefu.ChainStable)
		if ok {
			t.Error("LatestToken after the cut: got one, want none")
		}
		return err
	})
}

func counters(t *testing.T, s store.Store) {
	o := account(1)
	add(t, s, o)
	const day, month = "2024-03-12", "2024-03"
	count := func(period, name string, n, want int64) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) error {
			got, err := tx.Count(o.AppID, period, name, n)
			if got != want {
				t.Errorf("Count(%s, %s, %d): got %d, want %d", period, name, n, got, want)
			}
			return err
		})
	}
	check := func(period string, want map[string]int64) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Counts(o.AppID, period)
			same(t, "Counts of "+period, got, want)
			return err
		})
	}
	check(day, nil)
	count(day, "/a", 1, 1)
	count(day, "/a", 41, 42)
	count(day, "/b", 7, 7)
	count(month, "/a", 5_000_000_000, 5_000_000_000)
	check(day, map[string]int64{"/a": 42, "/b": 7})
	reset := func(period, name string) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.ResetCount(o.AppID, period, name) })
	}
	reset(day, "/a")
	count(day, "/a", 3, 3)
	check(day, map[string]int64{"/a": 3, "/b": 7})
	reset(day, "")
	count(day, "/b", 2, 2)
	view(t, s, func(r store.Reader) error {
		got, err := r.Counts(o.AppID, day)
		if got["/a"] != 0 || got["/b"] != 2 {
			t.Errorf("Counts after a reset of all: got %v, want /a 0 and /b 2", got)
		}
		return err
	})
	check(month, map[string]int64{"/a": 5_000_000_000})
}

func calls(t *testing.T, s store.Store) {
	o := account(1)
	odd := call(o, 2, noon)
	odd.Query, odd.Request, odd.Response, odd.Path = "\xff\x00", "{\"\\u0000\": \x00", "", "/\xfe"
	stranger := call(account(9), 3, noon)
	all := []kefu.Call{call(o, 1, noon), odd, stranger}
	update(t, s, store.House, func(tx store.Tx) error { return tx.AddCalls(all) })
	// Whoever comes second with a rid is passed over, and the rest is kept.
	twice := call(o, 1, noon)
	twice.Path = "/other"
	all = append(all, call(o, 4, noon))
	update(t, s, store.House, func(tx store.Tx) error { return tx.AddCalls([]kefu.Call{twice, all[3]}) })
	view(t, s, func(r store.Reader) error {
		for _, want := range all {
			got, err := r.Call(want.RID)
			if err != nil {
				return err
			}
			same(t, "Call", got, want)
		}
		if _, err := r.Call(kefu.NewRID(noon, 99, 99)); err != kefu.CallUnknown {
			t.Errorf("Call that never was: got %v, want %v", err, kefu.CallUnknown)
		}
		return nil
	})
	// An appid that is no text cannot be an account's.
	noText := call(o, 5, noon)
	noText.AppID = "wx\x00\xff"
	update(t, s, store.House, func(tx store.Tx) error { return tx.AddCalls([]kefu.Call{noText}) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Call(noText.RID)
		noText.AppID = ""
		same(t, "Call of an appid that is no text", got, noText)
		return err
	})
}

func settings(t *testing.T, s store.Store) {
	check := func(want string) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Setting("clock")
			if got != want {
				t.Errorf("Setting: got %q, want %q", got, want)
			}
			return err
		})
	}
	check("")
	for _, value := range []string{"48h", "客服", ""} {
		update(t, s, store.House, func(tx store.Tx) error { return tx.SetSetting("clock", value) })
		check(value)
	}
}
