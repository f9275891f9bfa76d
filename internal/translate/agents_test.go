package translate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

var noon = time.Unix(1710277281, 0)

func TestAgentList(t *testing.T) {
	agents := []kefu.Agent{
		{ID: 1001, Account: "alice@demo_shop", Nickname: "Alice", Worker: "alice_wx", Avatar: kefu.Avatar{Key: "KEY", Format: "png"}},
		{ID: 1002, Account: "bob_02@demo_shop", Nickname: "Bob"},
		{ID: 1003, Account: "carol@demo_shop", Nickname: "Carol", Invitation: &kefu.Invitation{Worker: "carol_wx", ExpiresAt: noon.Add(time.Hour)}},
		{ID: 1004, Account: "dora@demo_shop", Nickname: "Dora", Invitation: &kefu.Invitation{Worker: "dora_wx", ExpiresAt: noon}},
		{ID: 1005, Account: "ella@demo_shop", Nickname: "Ella", Invitation: &kefu.Invitation{Worker: "ella_wx", ExpiresAt: noon, Rejected: true}},
	}
	for form, asNumber := range map[kefu.KFIDForm]bool{kefu.KFIDString: false, kefu.KFIDNumber: true} {
		id := func(n int64) wechat.KFID { return wechat.KFID{Number: n, AsNumber: asNumber} }
		got := translate.AgentList(&kefu.OfficialAccount{KFIDForm: form}, agents, "https://kefu.example", noon)
		want := wechat.AgentList{KFList: []wechat.Agent{
			{KFAccount: "alice@demo_shop", KFID: id(1001), KFNick: "Alice", KFWX: "alice_wx", KFHeadImgURL: "https://kefu.example/mmbiz_png/KEY/300?wx_fmt=png"},
			{KFAccount: "bob_02@demo_shop", KFID: id(1002), KFNick: "Bob"},
			{KFAccount: "carol@demo_shop", KFID: id(1003), KFNick: "Carol", InviteWX: "carol_wx", InviteStatus: "waiting", InviteExpireTime: 1710280881},
			{KFAccount: "dora@demo_shop", KFID: id(1004), KFNick: "Dora", InviteWX: "dora_wx", InviteStatus: "expired", InviteExpireTime: 1710277281},
			{KFAccount: "ella@demo_shop", KFID: id(1005), KFNick: "Ella", InviteWX: "ella_wx", InviteStatus: "rejected", InviteExpireTime: 1710277281},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("kf_id as %s (-want +got):\n%s", form, diff)
		}
	}
}

func TestOnlineAgentList(t *testing.T) {
	agents := []kefu.Agent{
		{ID: 1001, Account: "alice@demo_shop", Presence: kefu.Presence{Online: true}, Serving: 2},
		{ID: 1002, Account: "bob_02@demo_shop", Serving: 1},
		{ID: 1003, Account: "carol@demo_shop", Presence: kefu.Presence{Online: true, AutoAccept: 5}},
	}
	got := translate.OnlineAgentList(&kefu.OfficialAccount{KFIDForm: kefu.KFIDString}, agents)
	want := wechat.OnlineAgentList{KFOnlineList: []wechat.OnlineAgent{
		{KFAccount: "alice@demo_shop", KFID: wechat.KFID{Number: 1001}, Status: 1, AcceptedCase: 2},
		{KFAccount: "carol@demo_shop", KFID: wechat.KFID{Number: 1003}, Status: 1},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// In the span that Lasts tells, the list says the same; right outside of it, it
// says something else.
func TestLasts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.IntRange(-5, 5)
		var agents []kefu.Agent
		for i := range rapid.IntRange(0, 4).Draw(t, "agents") {
			a := kefu.Agent{ID: kefu.FirstKFID + kefu.KFID(i), Account: "a@demo_shop"}
			if rapid.Bool().Draw(t, "invited") {
				a.Invitation = &kefu.Invitation{
					Worker:    "carol_wx",
					ExpiresAt: noon.Add(time.Duration(seconds.Draw(t, "expires")) * time.Second),
					Rejected:  rapid.Bool().Draw(t, "rejected"),
				}
			}
			agents = append(agents, a)
		}
		o := &kefu.OfficialAccount{KFIDForm: kefu.KFIDString}
		says := func(at time.Time) wechat.AgentList { return translate.AgentList(o, agents, "", at) }
		from, until := translate.Lasts(agents, noon)
		for s := -7; s <= 7; s++ {
			at := noon.Add(time.Duration(s) * time.Second)
			within := !at.Before(from) && (until.IsZero() || at.Before(until))
			if same := cmp.Equal(says(at), says(noon)); same != within {
				t.Fatalf("%d s from now: got the same list: %t, want %t (from %v until %v)", s, same, within, from, until)
			}
		}
	})
}

func TestCallAndRate(t *testing.T) {
	got := translate.Call(&kefu.Call{
		At: noon, Took: 12_900 * time.Microsecond, Query: "access_token=85_DEMOxxxx", Request: "{}", Response: `{"errcode":40003}`, ClientIP: "203.0.113.9",
	})
	want := wechat.Call{
		InvokeTime: 1710277281, CostInMS: 12, RequestURL: "access_token=85_DEMOxxxx", RequestBody: "{}", ResponseBody: `{"errcode":40003}`, ClientIP: "203.0.113.9",
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := translate.RateLimit(nil); got != nil {
		t.Errorf("no rate: got %+v, want nil", got)
	}
	if got, want := *translate.RateLimit(&kefu.Rate{Calls: 5000, Period: time.Minute}), (wechat.RateLimit{CallCount: 5000, RefreshSecond: 60}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
