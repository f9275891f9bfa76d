package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// The whole of a conversation: a customer asks, waits, is served, handed on, and
// let go.
func TestConversation(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	alice, bob := h.KFAccount("alice"), h.KFAccount("bob_02")
	state := func() listed {
		t.Helper()
		list, _ := followers(t, h, "")
		return list[0]
	}
	pair := func(agent string, more ...string) string {
		return fmt.Sprintf(`{"kf_account":%q,"openid":%q%s}`, agent, ann, strings.Join(more, ""))
	}
	follow(t, h, ann, "Ann")
	follow(t, h, ben, "Ben")
	dev.answers(transfer(""))
	if got := says(t, h, ann, "Where is my parcel?"); got.Push.Outcome != "transferred" {
		t.Fatalf("got %+v, want it handed over", got)
	}
	if got := state(); got.State != "waiting" || got.KFAccount != "" || got.RepliesLeft < 5 {
		t.Errorf("got %+v, want Ann waiting", got)
	}
	refused(t, post(t, h, "agents/accept", pair(alice)), http.StatusConflict, "agent_offline")
	h.Online(t, alice, 0)
	h.Online(t, bob, 0)
	refused(t, post(t, h, "agents/send", pair(alice, `,"msgtype":"text","text":{"content":"Hello"}`)), http.StatusConflict, "session_none")
	refused(t, post(t, h, "agents/close", pair(alice)), http.StatusConflict, "session_none")
	refused(t, post(t, h, "agents/accept", strings.Replace(pair(alice), ann, ben, 1)), http.StatusConflict, "not_waiting")
	done(t, post(t, h, "agents/accept", pair(alice)))
	if got := state(); got.State != "served" || got.KFAccount != alice {
		t.Errorf("got %+v, want Ann served by Alice", got)
	}
	refused(t, post(t, h, "agents/accept", pair(bob)), http.StatusConflict, "session_of_another")
	refused(t, post(t, h, "agents/send", pair(bob, `,"msgtype":"text","text":{"content":"Hello"}`)), http.StatusConflict, "session_of_another")
	if got := says(t, h, ann, "Number 7"); got.Push.Outcome != "none" {
		t.Errorf("got %+v, want it to go to Alice alone", got)
	}
	var sent struct{ MsgID string }
	if err := json.Unmarshal(post(t, h, "agents/send", pair(alice, `,"msgtype":"text","text":{"content":"It is on its way"}`)).Body, &sent); err != nil || sent.MsgID == "" {
		t.Fatalf("got no msgid: %v", err)
	}
	done(t, post(t, h, "agents/transfer", pair(alice, fmt.Sprintf(`,"to":%q`, bob))))
	if got := state(); got.KFAccount != bob {
		t.Errorf("got %+v, want Ann served by Bob", got)
	}
	if answer := post(t, h, "agents/send", pair(bob, `,"msgtype":"msgmenu","msgmenu":{"head_content":"Happy?","list":[{"id":"1","content":"yes"}]},"aimsgcontext":{"is_ai_msg":1}`)); answer.Status != http.StatusOK {
		t.Errorf("a menu: got HTTP %d %s", answer.Status, answer.Body)
	}
	done(t, post(t, h, "agents/close", pair(bob)))
	if got := state(); got.State != "idle" {
		t.Errorf("got %+v, want Ann idle", got)
	}

	messages, typing := phone(t, h, ann, "")
	var script []string
	for i, m := range messages {
		script = append(script, strings.TrimSpace(strings.Join([]string{m.From, m.Nickname, m.MsgType, m.Text.Content}, " ")))
		if i > 0 && m.ID <= messages[i-1].ID {
			t.Errorf("got the id %d after %d", m.ID, messages[i-1].ID)
		}
	}
	if got, want := strings.Join(script, "\n"), "customer  text Where is my parcel?\ncustomer  text Number 7\nagent Alice text It is on its way\nagent Bob msgmenu"; got != want || typing {
		t.Errorf("got on the phone\n%s\nwant\n%s", got, want)
	}
	if last := messages[3]; last.KFAccount != bob || !last.AI {
		t.Errorf("got %+v, want the mark of a machine under Bob's name", last)
	}
	if rest, _ := phone(t, h, ann, fmt.Sprintf("?after=%d&limit=1", messages[1].ID)); len(rest) != 1 || rest[0].ID != messages[2].ID {
		t.Errorf("got %+v after the second, want the third", rest)
	}

	await(t, "all session events are pushed", func() bool { return strings.Contains(strings.Join(dev.told(), ""), "kf_close_session") })
	var kinds []string
	for _, p := range pushes(t, h, "") {
		if p.OpenID == ann {
			kinds = append(kinds, p.Kind)
		}
	}
	if got, want := strings.Join(kinds, " "), "subscribe text kf_create_session kf_switch_session kf_close_session"; got != want {
		t.Errorf("got the pushes %s, want %s", got, want)
	}

	// What the developer sends shows as typing first.
	if err := h.Client().Type(t.Context(), ann); err != nil {
		t.Fatal(err)
	}
	if _, typing = phone(t, h, ann, ""); !typing {
		t.Error("got nobody typing")
	}
	h.Advance(t, 15*time.Second)
	if _, typing = phone(t, h, ann, ""); typing {
		t.Error("got somebody typing after 15 seconds")
	}
}

// What an agent sends is read as strictly as everything else.
func TestAgentSendRefuses(t *testing.T) {
	t.Parallel()
	h := start(t)
	follow(t, h, ann, "Ann")
	const who = `{"kf_account":"alice@demo_shop","openid":"` + ann + `"`
	for name, body := range map[string]string{
		"no type":                  who + `}`,
		"an object of another":     who + `,"msgtype":"text","image":{"media_id":"M"}}`,
		"two objects":              who + `,"msgtype":"text","text":{"content":"x"},"image":{"media_id":"M"}}`,
		"an unknown member":        who + `,"msgtype":"text","text":{"content":"x"},"touser":"x"}`,
		"a number for words":       who + `,"msgtype":"text","text":{"content":5}}`,
		"nobody":                   `{"kf_account":"alice@demo_shop","msgtype":"text","text":{"content":"x"}}`,
		"a list":                   `[]`,
		"nothing":                  ``,
		"an object that is a text": who + `,"msgtype":"text","text":"x"}`,
	} {
		t.Run(name, func(t *testing.T) { refused(t, post(t, h, "agents/send", body), http.StatusBadRequest, "bad_request") })
	}
	refused(t, post(t, h, "agents/send", strings.Replace(who, "alice", "nobody", 1)+`,"msgtype":"text","text":{"content":"x"}}`), http.StatusNotFound, "agent_unknown")
	refused(t, post(t, h, "agents/close", `{"kf_account":"alice@demo_shop","openid":"oNobody"}`), http.StatusNotFound, "customer_unknown")
	refused(t, post(t, h, "agents/transfer", who+`}`), http.StatusBadRequest, "bad_request")
}

// Customers of an agent who is away too long wait again as soon as the clock says
// so.
func TestClockGivesCustomersBack(t *testing.T) {
	t.Parallel()
	h := start(t)
	follow(t, h, ann, "Ann")
	h.Online(t, h.KFAccount("alice"), 1)
	says(t, h, ann, "Hi") // without a developer's server, customers wait at once
	if list, _ := followers(t, h, ""); list[0].State != "served" {
		t.Fatalf("got %+v, want Ann served", list[0])
	}
	h.Offline(t, h.KFAccount("alice"))
	h.Advance(t, 4*time.Minute)
	if list, _ := followers(t, h, ""); list[0].State != "served" {
		t.Errorf("got %+v within the grace, want Ann served", list[0])
	}
	h.Advance(t, 2*time.Minute)
	if list, _ := followers(t, h, ""); list[0].State != "waiting" {
		t.Errorf("got %+v after the grace, want Ann waiting", list[0])
	}
	h.Advance(t, -time.Hour)
	if list, _ := followers(t, h, ""); list[0].State != "waiting" {
		t.Errorf("got %+v in the past, want Ann waiting", list[0])
	}
}

// A fresh world knows nobody, and tells the developer's server nothing more of
// the one before.
func TestResetForgetsConversations(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	follow(t, h, ann, "Ann")
	await(t, "it is told", func() bool { return len(dev.told()) == 1 })
	setFaults(t, h, `{"push":[{"dead":true}]}`)
	post(t, h, "followers/"+ann+"/messages", `{"msgtype":"text","text":{"content":"of the world before"}}`)
	await(t, "an attempt", func() bool { return len(pushOf(t, h, ann, "text").Attempts) == 1 })
	done(t, post(t, h, "reset", ""))
	if list, _ := followers(t, h, ""); len(list) != 0 || len(pushes(t, h, "")) != 0 {
		t.Errorf("got followers %+v and pushes, want nothing", list)
	}
	follow(t, h, ann, "Ann")
	if got := says(t, h, ann, "of this world"); got.Push.Outcome != "acknowledged" {
		t.Errorf("got %+v, want no fault any more", got)
	}
	h.Advance(t, time.Minute)
	for _, body := range dev.told() {
		if strings.Contains(body, "of the world before") {
			t.Errorf("got %s from the world before", body)
		}
	}
	if messages, _ := phone(t, h, ann, ""); len(messages) != 1 {
		t.Errorf("got %+v on the phone, want this world's message alone", messages)
	}
	if err := h.Client().SendText(t.Context(), ben, "x"); err == nil || !strings.Contains(err.Error(), fmt.Sprint(int(wechat.InvalidOpenID))) {
		t.Errorf("got %v for somebody unknown, want %d", err, wechat.InvalidOpenID)
	}
}
