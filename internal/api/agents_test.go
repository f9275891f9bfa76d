package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func rename(t *testing.T, h *kefutest.House, account, nickname string) *kefutest.Answer {
	t.Helper()
	return call(t, h, wechat.PathAgentUpdate, mustJSON(t, wechat.UpdateAgent{KFAccount: account, Nickname: nickname}))
}

func remove(t *testing.T, h *kefutest.House, prefix string) *kefutest.Answer {
	t.Helper()
	return call(t, h, wechat.PathAgentDelete, mustJSON(t, wechat.DeleteAgent{KFAccount: h.KFAccount(prefix)}))
}

// The hundred-and-first agent is refused; one that is there already is said to
// be there, also in a full house.
func TestHundredAgents(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	const limit = 100
	var adding sync.WaitGroup
	codes := make([]wechat.Errcode, limit+10)
	for i := range codes {
		adding.Go(func() {
			body := fmt.Sprintf(`{"kf_account":"a%d@demo_shop","nickname":"n"}`, i)
			codes[i] = h.Call(t, http.MethodPost, withToken(wechat.PathAgentAdd, token), body).Errcode()
		})
	}
	adding.Wait()
	there, refused := -1, -1
	counts := map[wechat.Errcode]int{}
	for i, code := range codes {
		if counts[code]++; code == wechat.OK {
			there = i
		} else {
			refused = i
		}
	}
	if counts[wechat.OK] != limit || counts[wechat.AgentLimitReached] != 10 {
		t.Fatalf("got %v, want %d added and 10 refused with %d", counts, limit, wechat.AgentLimitReached)
	}
	want(t, add(t, h, fmt.Sprintf("a%d", there), "n"), wechat.AgentExists)
	want(t, add(t, h, fmt.Sprintf("a%d", refused), "n"), wechat.AgentLimitReached)
	want(t, add(t, h, fmt.Sprintf("a%d", refused), ""), wechat.IllegalNickname)
	want(t, remove(t, h, fmt.Sprintf("a%d", there)), wechat.OK)
	want(t, add(t, h, fmt.Sprintf("a%d", refused), "n"), wechat.OK)

	all := agents(t, h)
	if len(all) != limit {
		t.Fatalf("got %d agents, want %d", len(all), limit)
	}
	for i := 1; i < len(all); i++ {
		if all[i].KFID.Number <= all[i-1].KFID.Number {
			t.Fatalf("got kf_id %s after %s, want them ascending", all[i].KFID, all[i-1].KFID)
		}
	}
	if got := all[limit-1].KFID.Number; got != int64(kefu.FirstKFID)+limit {
		t.Errorf("got kf_id %d for the agent that was added last, want %d: numbers are not used again", got, int64(kefu.FirstKFID)+limit)
	}
}

// Agents are deleted in every form that SDKs use.
func TestDeleteForms(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	for i, tt := range []struct {
		name, method, body string
		query              func(account string) string
	}{
		{"POST with JSON", http.MethodPost, `{"kf_account":"%s"}`, nil},
		{"POST with JSON and a newline", http.MethodPost, "{\"kf_account\":\"%s\",\"business_id\":5}\n", nil},
		{"GET", http.MethodGet, "", func(a string) string { return "&kf_account=" + a }},
		{"GET with the @ escaped", http.MethodGet, "", func(a string) string { return "&kf_account=" + url.QueryEscape(a) }},
		{"POST with a query only", http.MethodPost, "", func(a string) string { return "&kf_account=" + a }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want(t, add(t, h, "alice", "Alice"), wechat.OK)
			if got, want := agents(t, h)[0].KFID.Number, int64(kefu.FirstKFID)+int64(i); got != want {
				t.Errorf("got kf_id %d, want %d: numbers are not used again", got, want)
			}
			target, body := withToken(wechat.PathAgentDelete, token), tt.body
			if tt.query != nil {
				target += tt.query(h.KFAccount("alice"))
			}
			if body != "" {
				body = fmt.Sprintf(body, h.KFAccount("alice"))
			}
			want(t, h.Call(t, tt.method, target, body), wechat.OK)
			if got := list(t, h); got != `{"kf_list":[]}` {
				t.Errorf("got %s, want nobody", got)
			}
			want(t, h.Call(t, tt.method, target, body), wechat.InvalidAgent)
		})
	}
	t.Run("nobody named", func(t *testing.T) {
		want(t, h.Call(t, http.MethodGet, withToken(wechat.PathAgentDelete, token), ""), wechat.InvalidAgent)
		want(t, h.Call(t, http.MethodPost, withToken(wechat.PathAgentDelete, token), ""), wechat.EmptyPostData)
		want(t, h.Call(t, http.MethodPost, withToken(wechat.PathAgentDelete, token), "{}"), wechat.InvalidAgent)
	})
}

// An agent that goes takes its person, its presence and its sessions along.
func TestDeletedAgentLeavesNothing(t *testing.T) {
	t.Parallel()
	h := start(t)
	want(t, add(t, h, "alice", "Alice"), wechat.OK)
	bind(t, h, "alice", "alice_wx")
	h.Online(t, h.KFAccount("alice"), 5)
	h.OpenSession(t, h.KFAccount("alice"), "oDemoKfCustomer_0000000000A1")
	want(t, remove(t, h, "alice"), wechat.OK)
	if got := string(call(t, h, wechat.PathOnlineAgentList, "").Body); got != `{"kf_online_list":[]}` {
		t.Errorf("got %s, want nobody online", got)
	}
	want(t, add(t, h, "alice", "Alice"), wechat.OK)
	if got := list(t, h); got != `{"kf_list":[{"kf_account":"alice@demo_shop","kf_headimgurl":"","kf_id":"1002","kf_nick":"Alice"}]}` {
		t.Errorf("added again: got %s, want an unbound agent without history", got)
	}
	bind(t, h, "alice", "alice_wx")
	h.OpenSession(t, h.KFAccount("alice"), "oDemoKfCustomer_0000000000A1") // refuses a customer who is in one
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	h := start(t)
	want(t, add(t, h, "alice", "Alice"), wechat.OK)
	for _, tt := range []struct {
		name, account, nickname string
		want                    wechat.Errcode
	}{
		{"new name", h.KFAccount("alice"), "小美😀", wechat.OK},
		{"HTML and quotes", h.KFAccount("alice"), `<b>"&\/'`, wechat.OK},
		{"line separator", h.KFAccount("alice"), "a\u2028b", wechat.IllegalNickname},
		{"unknown", h.KFAccount("nobody"), "N", wechat.InvalidAgent},
		{"unknown with an illegal name", h.KFAccount("nobody"), "", wechat.InvalidAgent},
		{"malformed", "alice", "N", wechat.InvalidAgent},
		{"another case", "Alice@demo_shop", "N", wechat.InvalidAgent},
		{"NUL", "alice\x00@demo_shop", "N", wechat.InvalidAgent},
		{"NUL in the name", h.KFAccount("alice"), "a\x00b", wechat.IllegalNickname},
		{"too long a name", h.KFAccount("alice"), strings.Repeat("n", 17), wechat.IllegalNickname},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want(t, rename(t, h, tt.account, tt.nickname), tt.want)
			if tt.want != wechat.OK {
				return
			}
			if got := agents(t, h)[0].KFNick; got != tt.nickname {
				t.Errorf("got %q, want %q", got, tt.nickname)
			}
			if raw := list(t, h); strings.Contains(raw, `\u`) {
				t.Errorf("got %s, want text and no escapes", raw)
			}
		})
	}
}

// What old and odd clients send beside the documented members changes nothing.
func TestUnknownMembersAreIgnored(t *testing.T) {
	t.Parallel()
	h := start(t)
	for i, contentType := range []string{"application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		body := fmt.Sprintf(`{"password":"e10adc3949ba59abbe56e057f20f883e","business_id":7,"kf_account":"a%d@demo_shop","nickname":"n","x":{"kf_account":"b"}}`, i)
		request, err := http.NewRequest(http.MethodPost, h.URL+wechat.PathAgentAdd+"?business_id=7&access_token="+h.Token(t), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if contentType != "" {
			request.Header.Set("Content-Type", contentType)
		}
		request.Header.Set("User-Agent", "")
		request.ContentLength = -1 // sent in chunks
		want(t, h.Do(t, request), wechat.OK)
	}
	if got := len(agents(t, h)); got != 5 {
		t.Errorf("got %d agents, want 5", got)
	}
}

// Accounts see nothing of one another, not even by name.
func TestAccountsAreApart(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithDemoAgents())
	other := h.AddAccount(t, nil)
	for _, refused := range []*kefutest.Answer{
		rename(t, other, h.KFAccount("alice"), "Mallory"),
		call(t, other, wechat.PathAgentDelete, mustJSON(t, wechat.DeleteAgent{KFAccount: h.KFAccount("alice")})),
	} {
		want(t, refused, wechat.InvalidAgent)
	}
	want(t, call(t, other, wechat.PathAgentInvite, mustJSON(t, wechat.InviteWorker{KFAccount: h.KFAccount("alice"), InviteWX: "mallory_wx"})), wechat.IllegalAgent)
	want(t, call(t, other, wechat.PathAgentAdd, mustJSON(t, wechat.AddAgent{KFAccount: h.KFAccount("mallory"), Nickname: "M"})), wechat.IllegalAgent)
	if got := list(t, other); got != `{"kf_list":[]}` {
		t.Errorf("got %s, want nobody", got)
	}
	if got := agents(t, h)[0].KFNick; got != "Alice" {
		t.Errorf("got %q, want Alice", got)
	}
	want(t, add(t, other, "alice", "Alice"), wechat.OK)
	if got := agents(t, other)[0].KFID.Number; got != int64(kefu.FirstKFID) {
		t.Errorf("got kf_id %d, want each account to count for itself", got)
	}
}
