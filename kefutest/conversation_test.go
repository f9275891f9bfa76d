package kefutest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// A developer's server that repeats what it hears, and hands over who asks for a
// person.
func echo(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p, err := wechat.ParsePush(wechat.FormatXML, body)
		if err != nil {
			t.Errorf("got a push that cannot be read: %v", err)
			return
		}
		if p.MsgType != wechat.MsgTypeText {
			return // nothing to say
		}
		reply := wechat.Reply{ToUserName: p.FromUserName, FromUserName: p.ToUserName, CreateTime: p.CreateTime, MsgType: wechat.MsgTypeText, Content: "You said: " + p.Content}
		if strings.Contains(p.Content, "person") {
			reply = wechat.Reply{ToUserName: p.FromUserName, FromUserName: p.ToUserName, CreateTime: p.CreateTime, MsgType: wechat.MsgTypeTransfer}
		}
		_, _ = w.Write(reply.Append(nil, wechat.FormatXML)) // a house that stopped needs no answer
	}))
	t.Cleanup(server.Close)
	return server
}

func TestConversation(t *testing.T) {
	t.Parallel()
	server := echo(t)
	h := kefutest.Start(t, kefutest.WithDemoAgents(), kefutest.WithAccount(func(o *kefu.OfficialAccount) {
		o.Callback = kefu.Callback{URL: server.URL, Token: "KfSpecToken2024", Mode: kefu.CallbackPlain}
	}))
	const alice = "alice@demo_shop"
	customer := h.Follow(t, "")
	if again := h.Follow(t, customer); again != customer {
		t.Errorf("got %s, want %s", again, customer)
	}
	for text, want := range map[string]kefutest.Push{
		"hello":           {Outcome: "replied", Attempts: 1},
		"a person please": {Outcome: "transferred", Attempts: 1},
	} {
		if got := h.Says(t, customer, text); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
	h.Online(t, alice, 0)
	h.Accept(t, alice, customer)
	if got := h.Says(t, customer, "are you there?"); got.Outcome != "none" {
		t.Errorf("got %+v for what an agent hears, want no push", got)
	}
	h.AgentSays(t, alice, customer, "I am")
	shown := h.Phone(t, customer, 0)
	last := shown[len(shown)-1]
	if last.From != "agent" || last.KFAccount != alice || last.Text.Content != "I am" {
		t.Errorf("got %+v on the phone at last, want what Alice said", last)
	}
	if rest := h.Phone(t, customer, last.ID); len(rest) != 0 {
		t.Errorf("got %+v after the last message", rest)
	}

	// Half an hour later the developer's server hears the customer again.
	h.Advance(t, 31*time.Minute)
	if got := h.Says(t, customer, "hello?"); got.Outcome != "replied" {
		t.Errorf("got %+v after the session fell silent, want a reply", got)
	}
	h.Close(t, alice, customer)
	h.Unfollow(t, customer)

	server.Close()
	other := h.Follow(t, "")
	h.Reset(t)
	if again := h.Follow(t, other); again != other {
		t.Errorf("got %s in the fresh world, want %s", again, other)
	}
}
