package interop

import (
	"reflect"
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf/account"
)

// invitationLife is how long an invitation can be answered, in seconds.
const invitationLife = 24 * 60 * 60

func (s *story) invite(t *testing.T) {
	from := s.kefu.now(t)
	for _, invitation := range []struct{ account, worker string }{
		{alice, "alice_wx"}, {bob, "bob_wx"}, {carol, "carol_wx"},
	} {
		if err := s.inviteWorker(invitation.account, invitation.worker); err != nil {
			t.Fatal(err)
		}
	}
	to := s.kefu.now(t)
	expires := s.checkWaiting(t, from, to)

	s.kefu.accept(t, alice)
	s.kefu.accept(t, bob)
	s.carolExpires = expires
	s.checkList(t,
		row{"kf_account": alice, "kf_headimgurl": "", "kf_id": s.id(1001), "kf_nick": "Alice", "kf_wx": "alice_wx"},
		row{"kf_account": bob, "kf_headimgurl": "", "kf_id": s.id(1002), "kf_nick": "小波", "kf_wx": "bob_wx"},
		row{"kf_account": carol, "kf_headimgurl": "", "kf_id": s.id(1003), "kf_nick": "Carol <&> \"C\"",
			"invite_wx": "carol_wx", "invite_expire_time": expires, "invite_status": "waiting"},
	)
}

// checkWaiting checks three waiting invitations that were sent between two
// times, and returns when carol's expires.
func (s *story) checkWaiting(t *testing.T, from, to int64) float64 {
	t.Helper()
	var expires float64
	for i, worker := range []string{"alice_wx", "bob_wx", "carol_wx"} {
		agent := s.list(t)[i]
		if got, want := agent["invite_wx"], any(worker); got != want {
			t.Errorf("got invite_wx %v, want %v", got, want)
		}
		if got, want := agent["invite_status"], any("waiting"); got != want {
			t.Errorf("got invite_status %v, want %v", got, want)
		}
		if got, found := agent["kf_wx"]; found {
			t.Errorf("got kf_wx %v before anybody accepted, want none", got)
		}
		expires = checkExpiry(t, agent, from, to)
	}
	return expires
}

// checkExpiry checks that an invitation which was sent between two times ends
// one life after that, and returns when.
func checkExpiry(t *testing.T, agent row, from, to int64) float64 {
	t.Helper()
	expires, isNumber := agent["invite_expire_time"].(float64)
	if !isNumber || expires < float64(from+invitationLife) || expires > float64(to+invitationLife) {
		t.Fatalf("got invite_expire_time %v, want a number from %d to %d",
			agent["invite_expire_time"], from+invitationLife, to+invitationLife)
	}
	return expires
}

func (s *story) refuseInvitations(t *testing.T) {
	before := s.list(t)
	if err := account.Add(s.client, "dave@demo_shop", "Dave", password, true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, account, worker string
		want                  refusal
	}{
		{"agent is bound", alice, "dave_wx", agentBound},
		{"agent has a waiting invitation", carol, "dave_wx", invitationWaiting},
		{"not a WeChat id", "dave@demo_shop", "1x", workerIllegal},
		{"person is bound here", "dave@demo_shop", "alice_wx", workerBoundHere},
		{"person is invited here", "dave@demo_shop", "carol_wx", workerInvited},
		{"agent unknown", "nobody@demo_shop", "dave_wx", agentUnknown},
		{"agent malformed", "no-body@demo_shop", "dave_wx", agentIllegal},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRefused(t, s.inviteWorker(c.account, c.worker), c.want)
		})
	}
	if err := account.Delete(s.client, "dave@demo_shop"); err != nil {
		t.Fatal(err)
	}
	if after := s.list(t); !reflect.DeepEqual(after, before) {
		t.Errorf("after refusals only, got the list %v, want %v", after, before)
	}
}

// expire lets an hour more than a day pass: carol's invitation is over, and so
// is the access token, which the SDK finds out and mends by itself.
func (s *story) expire(t *testing.T) {
	want := s.list(t)
	want[2]["invite_status"] = "expired"
	s.wire.take()
	s.kefu.advance(t, 25*time.Hour)
	s.checkList(t, want...)
	const list = "/cgi-bin/customservice/getkflist"
	calls := []call{{"GET", list, 42001}, {"GET", "/cgi-bin/token", 0}, {"GET", list, 0}}
	if got := s.wire.take(); !reflect.DeepEqual(got, calls) {
		t.Errorf("got calls %v, want %v", got, calls)
	}
	if got, want := want[2]["invite_expire_time"], any(s.carolExpires); got != want {
		t.Errorf("got invite_expire_time %v of the expired invitation, want %v", got, want)
	}
}

func (s *story) inviteAgain(t *testing.T) {
	from := s.kefu.now(t)
	if err := s.inviteWorker(carol, "carol_wx"); err != nil {
		t.Fatal(err)
	}
	to := s.kefu.now(t)
	agent := s.list(t)[2]
	if got, want := agent["invite_status"], any("waiting"); got != want {
		t.Errorf("got invite_status %v, want %v", got, want)
	}
	checkExpiry(t, agent, from, to)

	agent["invite_status"] = "rejected"
	s.kefu.reject(t, carol)
	if got := s.list(t)[2]; !reflect.DeepEqual(got, agent) {
		t.Errorf("got %v, want %v", got, agent)
	}
}

// inviteWorker uses the SDK's client alone: the SDK is older than invitations.
func (s *story) inviteWorker(account, worker string) error {
	request := map[string]string{"kf_account": account, "invite_wx": worker}
	var answer core.Error
	err := s.client.PostJSON("https://api.weixin.qq.com/customservice/kfaccount/inviteworker?access_token=", request, &answer)
	if err != nil {
		return err
	}
	if answer.ErrCode != core.ErrCodeOK {
		return &answer
	}
	return nil
}
