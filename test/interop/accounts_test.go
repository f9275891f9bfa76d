package interop

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf"
	"github.com/chanxuehong/wechat/mp/dkf/account"
)

const (
	alice = "alice@demo_shop"
	bob   = "bob_02@demo_shop"
	carol = "carol@demo_shop"

	// password is what the SDK insists on; WeChat has long ignored it.
	password = "ignored"
)

// story is the life of one official account's agents, told through the SDK.
type story struct {
	kefu   *kefu
	client *core.Client
	wire   *redirect
	// id is how a kf_id of this official account looks once decoded.
	id func(n int) any
	// carolExpires is the last invite_expire_time that was seen of carol.
	carolExpires float64
}

func TestAccountStory(t *testing.T) {
	for _, form := range []struct {
		name string
		id   func(n int) any
	}{
		{"string", func(n int) any { return strconv.Itoa(n) }},
		{"number", func(n int) any { return float64(n) }},
	} {
		t.Run("kf_id="+form.name, func(t *testing.T) {
			k := startKefu(t, "--kf-id", form.name)
			client, wire := newClient(t, k)
			s := &story{kefu: k, client: client, wire: wire, id: form.id}
			for _, chapter := range []struct {
				name string
				tell func(*story, *testing.T)
			}{
				{"empty", (*story).empty},
				{"add", (*story).add},
				{"refuse names", (*story).refuseNames},
				{"invite", (*story).invite},
				{"refuse invitations", (*story).refuseInvitations},
				{"picture", (*story).picture},
				{"online", (*story).online},
				{"rename", (*story).rename},
				{"expire", (*story).expire},
				{"invite again", (*story).inviteAgain},
				{"delete", (*story).remove},
			} {
				// What follows a broken chapter would only repeat its failure.
				if !t.Run(chapter.name, func(t *testing.T) { chapter.tell(s, t) }) {
					t.FailNow()
				}
			}
		})
	}
}

func (s *story) empty(t *testing.T) {
	list, err := dkf.KfList(s.client)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 0 {
		t.Fatalf("got agents %v, want none", list)
	}
	if got, want := s.wire.lastAnswer(), `{"kf_list":[]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	online, err := dkf.OnlineKfList(s.client)
	if err != nil {
		t.Fatal(err)
	}
	if len(online) != 0 {
		t.Errorf("got online agents %v, want none", online)
	}
	if got, want := s.wire.lastAnswer(), `{"kf_online_list":[]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := []call{
		{"GET", "/cgi-bin/token", 0},
		{"GET", "/cgi-bin/customservice/getkflist", 0},
		{"GET", "/cgi-bin/customservice/getonlinekflist", 0},
	}
	if got := s.wire.take(); !reflect.DeepEqual(got, want) {
		t.Errorf("got calls %v, want %v: one token serves them all", got, want)
	}
}

func (s *story) add(t *testing.T) {
	for _, agent := range []struct{ account, nickname string }{
		{alice, "Alice"}, {bob, "小波"}, {carol, "Carol <&> \"C\""},
	} {
		if err := account.Add(s.client, agent.account, agent.nickname, password, true); err != nil {
			t.Fatal(err)
		}
		if got, want := s.wire.lastAnswer(), `{"errcode":0,"errmsg":"ok"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	s.checkList(t,
		row{"kf_account": alice, "kf_headimgurl": "", "kf_id": s.id(1001), "kf_nick": "Alice"},
		row{"kf_account": bob, "kf_headimgurl": "", "kf_id": s.id(1002), "kf_nick": "小波"},
		row{"kf_account": carol, "kf_headimgurl": "", "kf_id": s.id(1003), "kf_nick": "Carol <&> \"C\""},
	)
	// Through the SDK's own reading of the list, which knows four fields.
	list, err := dkf.KfList(s.client)
	if err != nil {
		t.Fatal(err)
	}
	want := []dkf.KfInfo{
		{Id: "1001", Account: alice, Nickname: "Alice"},
		{Id: "1002", Account: bob, Nickname: "小波"},
		{Id: "1003", Account: carol, Nickname: "Carol <&> \"C\""},
	}
	if !reflect.DeepEqual(list, want) {
		t.Errorf("got %+v, want %+v", list, want)
	}
}

func (s *story) refuseNames(t *testing.T) {
	before := s.list(t)
	for _, c := range []struct {
		name, account, nickname string
		want                    refusal
	}{
		{"duplicate", alice, "Alice", agentExists},
		{"duplicate with another nickname", bob, "Robert", agentExists},
		{"hyphen in the prefix", "ali-ce@demo_shop", "Alice", agentIllegal},
		{"no prefix", "@demo_shop", "Alice", agentIllegal},
		{"prefix of 11", "elevenchars@demo_shop", "Alice", agentIllegal},
		{"Chinese prefix", "小波@demo_shop", "Alice", agentIllegal},
		{"no suffix", "dave", "Dave", agentIllegal},
		{"empty suffix", "dave@", "Dave", agentIllegal},
		{"suffix of another account", "dave@other_shop", "Dave", agentIllegal},
		{"suffix in other case", "dave@Demo_Shop", "Dave", agentIllegal},
		{"two separators", "dave@x@demo_shop", "Dave", agentIllegal},
		{"empty account", "", "Dave", agentIllegal},
		{"empty nickname", "dave@demo_shop", "", nicknameIllegal},
		{"nickname of 17", "dave@demo_shop", strings.Repeat("长", 17), nicknameIllegal},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRefused(t, account.Add(s.client, c.account, c.nickname, password, true), c.want)
		})
	}
	if after := s.list(t); !reflect.DeepEqual(after, before) {
		t.Errorf("after refusals only, got the list %v, want %v", after, before)
	}
}

func (s *story) online(t *testing.T) {
	s.kefu.comeOnline(t, alice)
	s.kefu.comeOnline(t, bob)
	s.checkOnline(t,
		row{"accepted_case": 0.0, "kf_account": alice, "kf_id": s.id(1001), "status": 1.0},
		row{"accepted_case": 0.0, "kf_account": bob, "kf_id": s.id(1002), "status": 1.0},
	)
	online, err := dkf.OnlineKfList(s.client)
	if err != nil {
		t.Fatal(err)
	}
	want := []dkf.OnlineKfInfo{
		{Id: "1001", Account: alice, Status: dkf.OnlineKfInfoStatusPC},
		{Id: "1002", Account: bob, Status: dkf.OnlineKfInfoStatusPC},
	}
	if !reflect.DeepEqual(online, want) {
		t.Errorf("got %+v, want %+v", online, want)
	}
}

func (s *story) rename(t *testing.T) {
	want := s.list(t)
	want[0]["kf_nick"] = "爱丽丝 👩‍💼"
	if err := account.Update(s.client, alice, "爱丽丝 👩‍💼", password, true); err != nil {
		t.Fatal(err)
	}
	s.checkList(t, want...)
	for _, c := range []struct {
		name, account, nickname string
		want                    refusal
	}{
		{"nickname of 17", alice, strings.Repeat("x", 17), nicknameIllegal},
		{"blank nickname", alice, " ", nicknameIllegal},
		{"agent unknown", "nobody@demo_shop", "Nobody", agentUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkRefused(t, account.Update(s.client, c.account, c.nickname, "", false), c.want)
		})
	}
	s.checkList(t, want...)
}

// remove deletes as the SDK does: GET with the account in the query.
func (s *story) remove(t *testing.T) {
	want := s.list(t)
	s.wire.take()
	if err := account.Delete(s.client, alice); err != nil {
		t.Fatal(err)
	}
	if got, want := s.wire.take(), []call{{"GET", "/customservice/kfaccount/del", 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got calls %v, want %v", got, want)
	}
	s.checkList(t, want[1:]...)
	s.checkOnline(t, row{"accepted_case": 0.0, "kf_account": bob, "kf_id": s.id(1002), "status": 1.0})
	checkRefused(t, account.Delete(s.client, alice), agentUnknown)

	for _, agent := range []string{bob, carol} {
		if err := account.Delete(s.client, agent); err != nil {
			t.Fatal(err)
		}
	}
	s.checkList(t)
	s.checkOnline(t)

	// A name can be used again, a number cannot: 1004 was dave's.
	if err := account.Add(s.client, alice, "Alice", password, true); err != nil {
		t.Fatal(err)
	}
	s.checkList(t, row{"kf_account": alice, "kf_headimgurl": "", "kf_id": s.id(1005), "kf_nick": "Alice"})
}
