package interop

import (
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf/account"
)

// The customers of the conversation stories.
const (
	anna  = "oDemoKfCustomer_0000000000A1"
	boris = "oDemoKfCustomer_0000000000B2"
	chloe = "oDemoKfCustomer_0000000000C3"
)

// pushState is how the push of something that a customer did ended.
type pushState struct {
	Outcome  string `json:"outcome"`
	Attempts int    `json:"attempts"`
}

type written struct {
	MsgID string    `json:"msgid"`
	Push  pushState `json:"push"`
}

// follow has somebody follow the official account.
func (k *kefu) follow(t *testing.T, openid string, more row) {
	t.Helper()
	request := row{"openid": openid}
	for name, value := range more {
		request[name] = value
	}
	var answer struct {
		OpenID string `json:"openid"`
	}
	k.control(t, "POST", "/sandbox/v1/followers", request, &answer)
	if answer.OpenID != openid {
		t.Fatalf("got openid %q, want %q", answer.OpenID, openid)
	}
}

func (k *kefu) unfollow(t *testing.T, openid string) {
	t.Helper()
	k.control(t, "DELETE", "/sandbox/v1/followers/"+openid, nil, nil)
}

// write has a customer write, and waits until the developer's server has
// answered, if it is told at all.
func (k *kefu) write(t *testing.T, openid string, message row) written {
	t.Helper()
	var answer written
	k.control(t, "POST", "/sandbox/v1/followers/"+openid+"/messages?wait=1", message, &answer)
	return answer
}

// writeOn is write without the wait.
func (k *kefu) writeOn(t *testing.T, openid string, message row) written {
	t.Helper()
	var answer written
	k.control(t, "POST", "/sandbox/v1/followers/"+openid+"/messages", message, &answer)
	return answer
}

// text is a message of words.
func text(content string) row {
	return row{"msgtype": "text", "text": row{"content": content}}
}

// phone is what a customer's phone shows, the oldest message first.
func (k *kefu) phone(t *testing.T, openid string) []row {
	t.Helper()
	var answer struct {
		Messages []row `json:"messages"`
	}
	k.control(t, "GET", "/sandbox/v1/followers/"+openid+"/messages?limit=1000", nil, &answer)
	return answer.Messages
}

// typing tells whether a customer's phone shows that somebody is typing.
func (k *kefu) typing(t *testing.T, openid string) bool {
	t.Helper()
	var answer struct {
		Typing bool `json:"typing"`
	}
	k.control(t, "GET", "/sandbox/v1/followers/"+openid+"/messages", nil, &answer)
	return answer.Typing
}

// checkShown checks what a customer's phone shows last, but for its id and time.
func (k *kefu) checkShown(t *testing.T, openid string, want row) {
	t.Helper()
	messages := k.phone(t, openid)
	if len(messages) == 0 {
		t.Fatalf("the phone of %s shows nothing, want %v", openid, want)
	}
	got := messages[len(messages)-1]
	delete(got, "id")
	delete(got, "time")
	checkRows(t, []row{got}, []row{want})
}

// said is how a phone shows words of the official account itself.
func said(content string) row {
	return row{"from": "account", "msgtype": "text", "text": row{"content": content}}
}

// saidBy is how a phone shows words of an agent.
func saidBy(agent, nickname, content string) row {
	return row{"from": "agent", "kf_account": agent, "nickname": nickname, "msgtype": "text", "text": row{"content": content}}
}

// presence brings an agent online, to take so many customers by itself, or takes
// it off.
func (k *kefu) presence(t *testing.T, agent string, online bool, autoAccept int) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/agents/online", row{"kf_account": agent, "online": online, "auto_accept": autoAccept}, nil)
}

func (k *kefu) takeOn(t *testing.T, agent, openid string) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/agents/accept", row{"kf_account": agent, "openid": openid}, nil)
}

func (k *kefu) closeSession(t *testing.T, agent, openid string) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/agents/close", row{"kf_account": agent, "openid": openid}, nil)
}

func (k *kefu) handOver(t *testing.T, agent, openid, to string) {
	t.Helper()
	k.control(t, "POST", "/sandbox/v1/agents/transfer", row{"kf_account": agent, "openid": openid, "to": to}, nil)
}

func (k *kefu) agentWrites(t *testing.T, agent, openid, content string) {
	t.Helper()
	message := text(content)
	message["kf_account"], message["openid"] = agent, openid
	k.control(t, "POST", "/sandbox/v1/agents/send", message, nil)
}

// hire adds agents to a new official account, and lets the people whom it
// invites accept.
func hire(t *testing.T, k *kefu, client *core.Client) {
	t.Helper()
	s := &story{client: client}
	for _, agent := range []struct{ account, nickname, worker string }{
		{alice, "Alice", "alice_wx"}, {bob, "Bob", "bob_wx"},
	} {
		if err := account.Add(client, agent.account, agent.nickname, password, true); err != nil {
			t.Fatal(err)
		}
		if err := s.inviteWorker(agent.account, agent.worker); err != nil {
			t.Fatal(err)
		}
		k.accept(t, agent.account)
	}
}

// setNoon sets the sandbox's clock to the next noon in Beijing, so that a story
// of some hours lies within one of WeChat's days whenever it is told.
func (k *kefu) setNoon(t *testing.T) time.Time {
	t.Helper()
	beijing := time.FixedZone("UTC+8", 8*60*60)
	noon := time.Unix(k.now(t), 0).In(beijing).Truncate(time.Second).AddDate(0, 0, 1)
	noon = time.Date(noon.Year(), noon.Month(), noon.Day(), 12, 0, 0, 0, beijing)
	k.control(t, "POST", "/sandbox/v1/clock", row{"set": noon.Unix()}, nil)
	return noon
}
