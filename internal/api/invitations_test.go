package api_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// status is what getkflist says of the only invitation of an agent.
func status(t *testing.T, h *kefutest.House, prefix string) string {
	t.Helper()
	for _, a := range agents(t, h) {
		if a.KFAccount == h.KFAccount(prefix) {
			return a.InviteStatus
		}
	}
	t.Fatalf("no agent %s", prefix)
	return ""
}

// Every refusal of an invitation.
func TestInvitationRefusals(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, prefix := range []string{"alice", "bob_02", "carol", "dora"} {
		want(t, add(t, h, prefix, "n"), wechat.OK)
	}
	bind(t, h, "alice", "alice_wx")
	want(t, invite(t, h, "carol", "carol_wx"), wechat.OK)
	for _, tt := range []struct {
		name, account, person string
		want                  wechat.Errcode
	}{
		{"malformed account", "alice", "dave_wx", wechat.IllegalAgent},
		{"foreign account", "alice@someone_else", "dave_wx", wechat.IllegalAgent},
		{"no account", "", "dave_wx", wechat.IllegalAgent},
		{"unknown account", h.KFAccount("nobody"), "dave_wx", wechat.InvalidAgent},
		{"bound", h.KFAccount("alice"), "dave_wx", wechat.AgentBound},
		{"bound, and no such person", h.KFAccount("alice"), "x", wechat.AgentBound},
		{"waiting", h.KFAccount("carol"), "dave_wx", wechat.InvitationWaiting},
		{"waiting for the same person", h.KFAccount("carol"), "carol_wx", wechat.InvitationWaiting},
		{"waiting, and the person is bound", h.KFAccount("carol"), "alice_wx", wechat.InvitationWaiting},
		{"no person", h.KFAccount("bob_02"), "", wechat.InvalidWorker},
		{"person with a space", h.KFAccount("bob_02"), "no such id", wechat.InvalidWorker},
		{"person of five characters", h.KFAccount("bob_02"), "abcde", wechat.InvalidWorker},
		{"person of 21 characters", h.KFAccount("bob_02"), "abcdefghijklmnopqrstu", wechat.InvalidWorker},
		{"person that begins with a digit", h.KFAccount("bob_02"), "1abcdefg", wechat.InvalidWorker},
		{"person with NUL", h.KFAccount("bob_02"), "alice\x00wx", wechat.InvalidWorker},
		{"Chinese person", h.KFAccount("bob_02"), "爱丽丝爱丽丝", wechat.InvalidWorker},
		{"person who is bound here", h.KFAccount("bob_02"), "alice_wx", wechat.WorkerBoundHere},
		{"person who is invited elsewhere", h.KFAccount("bob_02"), "carol_wx", wechat.WorkerInvited},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := list(t, h)
			want(t, call(t, h, wechat.PathAgentInvite, mustJSON(t, wechat.InviteWorker{KFAccount: tt.account, InviteWX: tt.person})), tt.want)
			if after := list(t, h); after != before {
				t.Errorf("got %s, want what was there before: %s", after, before)
			}
		})
	}
	t.Run("a person who said no, or let it expire, can be invited elsewhere", func(t *testing.T) {
		h.RejectInvitation(t, h.KFAccount("carol"))
		want(t, invite(t, h, "bob_02", "carol_wx"), wechat.OK)
		want(t, invite(t, h, "carol", "carol_wx"), wechat.WorkerInvited)
		h.Advance(t, kefu.DefaultLimits().InvitationLife)
		want(t, invite(t, h, "dora", "carol_wx"), wechat.OK)
		want(t, invite(t, h, "bob_02", "carol_wx"), wechat.WorkerInvited)
	})
}

// A person can be five agents, over all official accounts.
func TestBindingLimit(t *testing.T) {
	t.Parallel()
	h := start(t)
	houses := []*kefutest.House{h}
	for range 6 {
		houses = append(houses, h.AddAccount(t, nil))
	}
	for i, each := range houses {
		want(t, add(t, each, "zoe", "Zoe"), wechat.OK)
		if i < 5 {
			bind(t, each, "zoe", "zoe_wx")
		}
	}
	want(t, invite(t, houses[5], "zoe", "zoe_wx"), wechat.WorkerBindingLimitReached)
	// An account may have it otherwise.
	houses[6].ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Limits.BindingsPerWorker = 6 })
	want(t, invite(t, houses[6], "zoe", "zoe_wx"), wechat.OK)
	// A binding that ends makes room for another.
	want(t, remove(t, houses[0], "zoe"), wechat.OK)
	bind(t, houses[5], "zoe", "zoe_wx")
	want(t, add(t, houses[0], "zoe", "Zoe"), wechat.OK)
	want(t, invite(t, houses[0], "zoe", "zoe_wx"), wechat.WorkerBindingLimitReached)
}

// Expiry is a fact of the clock, whichever way it moves.
func TestExpiryFollowsTheClock(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.Limits.InvitationLife = time.Hour }))
	want(t, add(t, h, "carol", "Carol"), wechat.OK)
	h.SetClock(t, clockOfVectors)
	want(t, invite(t, h, "carol", "carol_wx"), wechat.OK)
	expires := time.Unix(agents(t, h)[0].InviteExpireTime, 0)
	for i, step := range []struct {
		to   time.Time
		want string
	}{
		{expires.Add(-time.Minute), "waiting"},
		{expires.Add(time.Second), "expired"},
		{expires.Add(-time.Minute), "waiting"},
		{expires.Add(30 * 24 * time.Hour), "expired"},
		{expires.Add(-365 * 24 * time.Hour), "waiting"},
		{expires, "expired"},
	} {
		h.SetClock(t, step.to)
		// Twice, because the second answer comes from memory.
		for range 2 {
			if got := status(t, h, "carol"); got != step.want {
				t.Errorf("step %d: got %s, want %s", i+1, got, step.want)
			}
		}
	}
	want(t, invite(t, h, "carol", "carol_wx"), wechat.OK)
	if got := status(t, h, "carol"); got != "waiting" {
		t.Errorf("invited again: got %s, want waiting", got)
	}

	t.Run("also while nothing happens", func(t *testing.T) {
		expires := time.Unix(agents(t, h)[0].InviteExpireTime, 0)
		h.SetClock(t, expires.Add(-time.Second))
		for h.Now(t).Before(expires) {
			time.Sleep(20 * time.Millisecond)
		}
		if got := status(t, h, "carol"); got != "expired" {
			t.Errorf("got %s, want expired", got)
		}
	})
}

// What a person answers shows at once, and an answered invitation cannot be
// answered again.
func TestInvitationLife(t *testing.T) {
	t.Parallel()
	h := start(t)
	for i, prefix := range []string{"alice", "bob_02"} {
		want(t, add(t, h, prefix, "n"), wechat.OK)
		want(t, invite(t, h, prefix, fmt.Sprintf("person_%d", i)), wechat.OK)
	}
	h.AcceptInvitation(t, h.KFAccount("alice"))
	h.RejectInvitation(t, h.KFAccount("bob_02"))
	all := agents(t, h)
	if a := all[0]; a.KFWX != "person_0" || a.InviteWX != "" || a.InviteStatus != "" || a.InviteExpireTime != 0 {
		t.Errorf("accepted: got %+v, want it bound and no trace of the invitation", a)
	}
	if b := all[1]; b.KFWX != "" || b.InviteWX != "person_1" || b.InviteStatus != "rejected" || b.InviteExpireTime == 0 {
		t.Errorf("rejected: got %+v, want it unbound with the invitation's outcome", b)
	}
	// A refusal stays a refusal when its time is over.
	h.Advance(t, 48*time.Hour)
	if got := status(t, h, "bob_02"); got != "rejected" {
		t.Errorf("two days later: got %s, want rejected", got)
	}
}
