// Package storetest says what every ledger must do. An implementation of
// [store.Store] runs [Run] and [RunTwo] in its own tests; what passes both can
// be put under the house.
//
// The suite knows nothing of SQL. It goes through the door that desk and auth
// go through, and what it asserts is written in the comments of package store.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Run runs the suite for one store at a time. open makes an empty store that is
// closed when t ends; the suite may close it before.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s store.Store)
	}{
		{"official accounts", officialAccounts},
		{"official account refusals", officialAccountRefusals},
		{"removing an official account", removingOfficialAccount},
		{"agents", agents},
		{"agent refusals", agentRefusals},
		{"agent numbers", agentNumbers},
		{"workers", workers},
		{"sessions", sessions},
		{"times of sessions", sessionTimes},
		{"ready agents", readyAgents},
		{"queue", queue},
		{"assignable", assignable},
		{"customers", customers},
		{"lists of customers", customerLists},
		{"tags", tags},
		{"message ids", messageIDs},
		{"messages", messages},
		{"any text", anyText},
		{"records", records},
		{"records of a clock that steps back", recordsOfSteppedClock},
		{"pushes", pushes},
		{"due pushes", duePushes},
		{"pushes and calls looked at", console},
		{"media", mediaFiles},
		{"lists of conversations", conversationLists},
		{"agent of a worker", agentOfWorker},
		{"reading back", readingBack},
		{"history of a customer", history},
		{"words that were heard", heard},
		{"receptions", receptions},
		{"words in messages", wordsHeard},
		{"notes", notes},
		{"quick replies", quickReplies},
		{"conversations are their owner's", conversationsAreTheirOwners},
		{"facts", facts},
		{"sweep of facts", sweepFacts},
		{"seat leases", seatLeases},
		{"tokens", tokens},
		{"superseding tokens", supersedingTokens},
		{"people", people},
		{"logins", logins},
		{"seats", seats},
		{"acts", acts},
		{"sweep of people", sweepPeople},
		{"counters", counters},
		{"calls", calls},
		{"settings", settings},
		{"isolation between accounts", isolation},
		{"text that cannot be stored", textThatCannotBeStored},
		{"sweep", sweep},
		{"erase", erase},
		{"revisions", revisions},
		{"revisions never repeat", revisionsNeverRepeat},
		{"revisions are fresh", revisionsAreFresh},
		{"a change sees its own writes", ownWrites},
		{"an error undoes a change", errorUndoes},
		{"a ledger error is not forgotten", ledgerErrorSticks},
		{"a panic undoes a change", panicUndoes},
		{"neighbours in a group", neighbours},
		{"a view is one state", viewIsOneState},
		{"a view returns the error of its function", viewReturnsError},
		{"a transaction is over with its function", overWithItsFunction},
		{"cancelled before it began", cancelledBefore},
		{"cancelled after it began", cancelledAfter},
		{"too many changes", tooMany},
		{"ping", ping},
		{"close", closing},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// patience bounds every wait of the suite: long enough for a loaded machine
// with a slow disk, short enough to end before go test does.
const patience = 30 * time.Second

// noon is a time with milliseconds, the finest that a ledger keeps.
var noon = time.Date(2024, 3, 12, 12, 0, 0, 345e6, time.UTC)

func account(n int) *kefu.OfficialAccount {
	return &kefu.OfficialAccount{
		AppID:      kefu.AppID(fmt.Sprintf("wx%016d", n)),
		Secret:     kefu.DigestSecret(fmt.Sprintf("secret %d", n)),
		WeChatID:   kefu.WeChatID(fmt.Sprintf("shop_%d", n)),
		OriginalID: kefu.OriginalID(fmt.Sprintf("gh_%012d", n)),
		KFIDForm:   kefu.KFIDString,
		Standing:   kefu.GoodStanding(),
		Limits:     kefu.DefaultLimits(),
		CreatedAt:  noon,
	}
}

// fullAccount has a value in every field.
func fullAccount(n int) *kefu.OfficialAccount {
	o := account(n)
	o.Name = "演示小店 " + fmt.Sprint(n)
	o.Callback = kefu.Callback{
		URL:            "https://dev.example/callback?a=b",
		Token:          "token123",
		EncodingAESKey: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
		Mode:           kefu.CallbackSafe,
		Format:         kefu.CallbackJSON,
	}
	o.KFIDForm = kefu.KFIDNumber
	o.Standing = kefu.Standing{Verified: true, Frozen: true, SecretFrozen: true}
	o.AllowedAddresses = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::1/128")}
	o.Limits = kefu.Limits{
		Agents:            7,
		BindingsPerWorker: 2,
		InvitationLife:    90 * time.Minute,
		DailyCalls:        map[string]int64{"/cgi-bin/token": 3, "/cgi-bin/user/info": 5_000_000_000},
		SessionPatience:   1500 * time.Millisecond,
		OfflineGrace:      0,
		SendsPerMinute:    5_000_000_000,
	}
	o.Service = kefu.Service{
		WarnWait: time.Minute, LateWait: 2 * time.Minute,
		Welcome: kefu.AutoText{On: true, Text: "您好\n🙂"}, Busy: kefu.AutoText{Text: "客服正忙"},
		Nobody: kefu.AutoText{On: true, Text: "不在线"}, Closed: kefu.AutoText{On: true, Text: "<休息>"},
		Hours: kefu.OpeningHours{Zone: "Asia/Shanghai", Spans: []kefu.OpenSpan{{Day: time.Monday, From: 540, Until: 1080}}},
	}
	return o
}

func kfAccount(o *kefu.OfficialAccount, prefix string) kefu.KFAccount {
	return kefu.KFAccount(prefix + "@" + string(o.WeChatID))
}

func agent(o *kefu.OfficialAccount, prefix string) kefu.Agent {
	return kefu.Agent{Account: kfAccount(o, prefix), Nickname: prefix, CreatedAt: noon}
}

func token(o *kefu.OfficialAccount, chain kefu.TokenChain, n int, at time.Time) kefu.Token {
	t, _ := kefu.NewToken(o.AppID, chain, "secret", fmt.Appendf(nil, "salt %d", n), at)
	return t
}

func call(o *kefu.OfficialAccount, n int, at time.Time) kefu.Call {
	return kefu.Call{
		RID: kefu.NewRID(at, uint32(n), 7), AppID: o.AppID, At: at, Took: 1234 * time.Microsecond,
		Path: "/cgi-bin/customservice/getkflist", Errcode: 40001, Query: "access_token=85_xxxx",
		Request: `{"a":"客服"}`, Response: `{"errcode":40001}`, ClientIP: "203.0.113.9",
	}
}

// update makes a change that must succeed.
func update(t *testing.T, s store.Store, app kefu.AppID, change func(store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), app, change); err != nil {
		t.Fatalf("Update: got %v, want nil", err)
	}
}

// refused makes a change that must be refused for a reason, and undone.
func refused(t *testing.T, s store.Store, app kefu.AppID, want error, change func(store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), app, change); !errors.Is(err, want) {
		t.Errorf("Update: got %v, want %v", err, want)
	}
}

// view asks what must have an answer.
func view(t *testing.T, s store.Store, read func(store.Reader) error) {
	t.Helper()
	if err := s.View(t.Context(), read); err != nil {
		t.Fatalf("View: got %v, want nil", err)
	}
}

// add adds official accounts, each under its own pen.
func add(t *testing.T, s store.Store, accounts ...*kefu.OfficialAccount) {
	t.Helper()
	for _, o := range accounts {
		update(t, s, o.AppID, func(tx store.Tx) error { return tx.AddOfficialAccount(o) })
	}
}

// addAgents adds agents and returns them with their numbers.
func addAgents(t *testing.T, s store.Store, o *kefu.OfficialAccount, prefixes ...string) []kefu.Agent {
	t.Helper()
	var added []kefu.Agent
	update(t, s, o.AppID, func(tx store.Tx) error {
		added = nil
		for _, prefix := range prefixes {
			a := agent(o, prefix)
			if err := tx.AddAgent(o.AppID, &a); err != nil {
				return err
			}
			added = append(added, a)
		}
		return nil
	})
	return added
}

// agentsOf lists the agents of an account.
func agentsOf(t *testing.T, s store.Store, app kefu.AppID) (all []kefu.Agent) {
	t.Helper()
	view(t, s, func(r store.Reader) (err error) {
		all, err = r.Agents(app)
		return err
	})
	return all
}

// bindings is how many agents a person is.
func bindings(t *testing.T, s store.Store, id kefu.WeChatID) int {
	t.Helper()
	var w kefu.Worker
	view(t, s, func(r store.Reader) (err error) {
		w, err = r.Worker(id)
		return err
	})
	return w.Bindings
}

func revision(t *testing.T, s store.Store, app kefu.AppID) store.Revision {
	t.Helper()
	r, err := s.Revision(t.Context(), app)
	if err != nil {
		t.Fatalf("Revision: got %v, want nil", err)
	}
	return r
}

// same reports a difference; nothing and none are the same list.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }))
	if diff != "" {
		t.Errorf("%s: got the + lines, want the - lines:\n%s", what, diff)
	}
}

// eventually waits until a state is reached that needs nothing but time.
func eventually(t *testing.T, within time.Duration, what string, reached func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !reached() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: got nothing within %s", what, within)
		case <-tick.C:
		}
	}
}
