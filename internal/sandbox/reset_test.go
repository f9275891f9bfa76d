package sandbox_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// A reset leaves nothing of the world before, not even in memory.
func TestReset(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.Limits.DailyCalls = map[string]int64{wechat.PathAgentList: 5} }))
	fresh := apiList(t, h, wechat.PathAgentList)
	token := h.Token(t)
	answer := h.Call(t, http.MethodPost, wechat.PathAgentAdd+"?access_token="+token, `{"kf_account":"x","nickname":"n"}`)
	_, rid := answer.Errmsg()
	if err := h.Client().AddAgent(t.Context(), h.KFAccount("carol"), "Carol"); err != nil {
		t.Fatal(err)
	}
	h.Online(t, h.KFAccount("alice"), 5)
	h.OpenSession(t, h.KFAccount("alice"), "oDemoKfCustomer_0000000000A1")
	other := h.AddAccount(t, nil)
	otherToken := other.Token(t)
	h.Advance(t, 30*time.Minute)
	for range 5 {
		h.Call(t, http.MethodGet, wechat.PathAgentList+"?access_token="+token, "") // uses up the quota
	}
	h.SetFaults(t, kefutest.Fault{Path: wechat.PathCallbackIP, Errcode: -1})
	h.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.Standing.Verified = false })

	done(t, post(t, h, "reset", ""))

	for name, dead := range map[string]string{"own": token, "of another account": otherToken} {
		if got := h.Call(t, http.MethodGet, wechat.PathCallbackIP+"?access_token="+dead, "").Errcode(); got != wechat.InvalidCredential {
			t.Errorf("token %s: got %d, want %d", name, got, wechat.InvalidCredential)
		}
	}
	asked := time.Now().Add(-time.Second)
	if got := h.Now(t); !about(got, asked) {
		t.Errorf("got the clock at %s, want the real time", got)
	}
	// Twice, because the second answer comes from memory.
	for range 2 {
		if got := apiList(t, h, wechat.PathAgentList); got != fresh {
			t.Errorf("got %s, want the world as it began: %s", got, fresh)
		}
	}
	if got := apiList(t, h, wechat.PathOnlineAgentList); got != `{"kf_online_list":[]}` {
		t.Errorf("got %s, want nobody online", got)
	}
	if got := h.Call(t, http.MethodPost, wechat.PathRIDGet+"?access_token="+h.Token(t), `{"rid":"`+rid+`"}`).Errcode(); got != wechat.RIDNotFound {
		t.Errorf("a call of the world before: got %d, want %d", got, wechat.RIDNotFound)
	}
	if err := h.Client().AddAgent(t.Context(), h.KFAccount("carol"), "Carol"); err != nil {
		t.Fatal(err)
	}
	var after wechat.AgentList
	if err := json.Unmarshal([]byte(apiList(t, h, wechat.PathAgentList)), &after); err != nil {
		t.Fatal(err)
	}
	if got := after.KFList[2].KFID.Number; got != int64(kefu.FirstKFID)+2 {
		t.Errorf("got kf_id %d, want %d: numbers begin again", got, kefu.FirstKFID+2)
	}
	// The world also begins afresh for whoever comes later.
	h.Call(t, http.MethodGet, wechat.PathCallbackIP+"?access_token="+h.Token(t), "")
	done(t, post(t, h, "reset", "{}"))
}

// The demo account follows the settings at each start, and everything else of
// it stays.
func TestDemoFollowsSettings(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := start(t, kefutest.WithData(folder))
	if err := first.Client().AddAgent(t.Context(), first.KFAccount("carol"), "Carol"); err != nil {
		t.Fatal(err)
	}
	first.Stop(t)
	second := start(t, kefutest.WithData(folder), kefutest.WithAccount(func(o *kefu.OfficialAccount) {
		o.KFIDForm = kefu.KFIDNumber
		o.OriginalID = "gh_000000000000"
	}))
	got := apiList(t, second, wechat.PathAgentList)
	want := `{"kf_list":[{"kf_account":"alice@demo_shop","kf_headimgurl":"","kf_id":1001,"kf_nick":"Alice","kf_wx":"alice_wx"},` +
		`{"kf_account":"bob_02@demo_shop","kf_headimgurl":"","kf_id":1002,"kf_nick":"Bob","kf_wx":"bob_wx"},` +
		`{"kf_account":"carol@demo_shop","kf_headimgurl":"","kf_id":1003,"kf_nick":"Carol"}]}`
	if got != want {
		t.Errorf("got %s,\nwant %s", got, want)
	}
}

// A fresh world gives no MsgId that the one before gave, though its clock is set
// to the same second: developers' servers pass over what comes with an id they
// know.
func TestFreshWorldHasFreshIDs(t *testing.T) {
	t.Parallel()
	h := start(t)
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	given := make(map[int64]bool)
	for range 3 {
		h.SetClock(t, at)
		customer := h.Follow(t, "")
		h.Says(t, customer, "hi")
		for _, m := range h.Phone(t, customer, 0) {
			if given[m.ID] {
				t.Errorf("got id %d in two worlds", m.ID)
			}
			given[m.ID] = true
		}
		h.Reset(t)
	}
	if len(given) != 3 {
		t.Errorf("got %d messages, want 3", len(given))
	}
}
