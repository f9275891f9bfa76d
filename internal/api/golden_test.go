package api_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// The example of WeChat's own documentation, byte for byte: two agents that
// somebody is bound to and one who was invited, and who of them is online.
func TestGolden(t *testing.T) {
	t.Parallel()
	house := start(t)
	for _, a := range []struct{ prefix, nickname string }{{"alice", "Alice"}, {"bob_02", "客服小美"}, {"carol", "Carol"}} {
		want(t, add(t, house, a.prefix, a.nickname), wechat.OK)
	}
	bind(t, house, "alice", "alice_wx")
	bind(t, house, "bob_02", "bob_wx")
	inviteAt(t, house, "carol", "carol_wx")
	// One agent serves one customer, the other two.
	for account, customers := range map[string][]string{
		"alice":  {"oDemoKfCustomer_0000000000A1"},
		"bob_02": {"oDemoKfCustomer_0000000000B2", "oDemoKfCustomer_0000000000C3"},
	} {
		house.Online(t, house.KFAccount(account), 5)
		for _, openid := range customers {
			house.OpenSession(t, house.KFAccount(account), openid)
		}
	}
	for _, path := range []string{wechat.PathAgentList, wechat.PathAgentListAlias} {
		golden(t, house, path, "getkflist.golden.json")
	}
	for _, path := range []string{wechat.PathOnlineAgentList, wechat.PathOnlineAgentListAlias} {
		golden(t, house, path, "getonlinekflist.golden.json")
	}

	house.ChangeAccount(t, func(o *kefu.OfficialAccount) { o.KFIDForm = kefu.KFIDNumber })
	golden(t, house, wechat.PathAgentList, "getkflist.number.golden.json")
	golden(t, house, wechat.PathOnlineAgentList, "getonlinekflist.number.golden.json")
}

// inviteAt invites at the second that the golden files were made at. The clock
// goes on ticking after it was set, so on a slow machine it may take another
// try: an invitation that came late is rejected and sent again.
func inviteAt(t *testing.T, h *kefutest.House, prefix, person string) {
	t.Helper()
	const tries = 20
	for range tries {
		h.SetClock(t, clockOfVectors)
		want(t, invite(t, h, prefix, person), wechat.OK)
		for _, a := range agents(t, h) {
			if a.InviteExpireTime == clockOfVectors.Add(kefu.DefaultLimits().InvitationLife).Unix() {
				return
			}
		}
		h.RejectInvitation(t, h.KFAccount(prefix))
	}
	t.Fatalf("in %d tries no invitation was sent within a second of setting the clock", tries)
}

func golden(t *testing.T, h *kefutest.House, path, file string) {
	t.Helper()
	expected, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	// Files end in a newline; answers do not.
	expected = bytes.TrimSuffix(expected, []byte("\n"))
	if got := call(t, h, path, "").Body; !bytes.Equal(got, expected) {
		t.Errorf("%s:\ngot  %s\nwant %s", path, got, expected)
	}
}
