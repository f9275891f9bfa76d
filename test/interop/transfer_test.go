package interop

import (
	"encoding/xml"
	"testing"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf/session"
)

// sessionEvent is the next event of a session, as the sandbox's log of pushes
// has it: the SDK's own server panics when it decodes one, so none of its
// handlers hears of it. That is a server which fails at each attempt; Kefu makes
// them all, and gives up.
func (x *exchange) sessionEvent(t *testing.T, openid string, event core.EventType) *sessionEvent {
	t.Helper()
	line := x.fail(t, openid, event, 3)
	if got, want := line.Outcome, "failed"; got != want {
		t.Errorf("got the outcome %s of %s, want %s", got, event, want)
	}
	e := new(sessionEvent)
	if err := xml.Unmarshal([]byte(line.Body), e); err != nil {
		t.Fatalf("%s: %v", line.Body, err)
	}
	if e.ToUserName != originalID || e.FromUserName != openid || e.MsgType != "event" || e.EventType != event || e.MsgID != "" {
		t.Errorf("got the push %s, want %s of %s without a MsgId", line.Body, event, openid)
	}
	x.heard = line.ID
	return e
}

// sessionEvent has the fields of the SDK's three types for such events.
type sessionEvent struct {
	session.KfSwitchSessionEvent
	KFAccount string `xml:"KfAccount"`
	MsgID     string `xml:"MsgId"`
}

// fail waits until so many attempts of the last event of a kind have failed, and
// moves the clock in between.
func (x *exchange) fail(t *testing.T, openid string, event core.EventType, attempts int) (line pushLine) {
	t.Helper()
	for n := range attempts {
		if n > 0 {
			x.kefu.advance(t, retryPause)
		}
		line = x.pushed(t, func(p *pushLine) bool {
			return p.ID > x.heard && p.OpenID == openid && p.Kind == string(event) && len(p.Attempts) > n
		})
		if line.Attempts[n].Failure == "" {
			t.Fatalf("got %+v: the SDK has learnt to read %s, so let it", line, event)
		}
	}
	return line
}

// transfer hands a customer over to whoever takes it, and goes on until the
// session is closed.
func (x *exchange) transfer(t *testing.T) {
	x.kefu.presence(t, alice, true, 0)
	x.kefu.presence(t, bob, true, 0)
	x.checkPush(t, x.kefu.write(t, anna, text(saysTransfer)), "transferred", 1)
	x.dev.next(t)
	x.checkWaitingCustomers(t, anna)
	// Who waits still talks to the server.
	x.checkPush(t, x.kefu.write(t, anna, text("Still there?")), "replied", 1)
	x.dev.next(t)

	x.kefu.takeOn(t, alice, anna)
	if got, want := x.sessionEvent(t, anna, session.EventTypeKfCreateSession).KFAccount, alice; got != want {
		t.Errorf("got the KfAccount %s, want %s", got, want)
	}
	x.checkWaitingCustomers(t)

	// Who is served talks to the agent alone.
	x.checkPush(t, x.kefu.write(t, anna, text("Hello Alice")), "none", 0)
	x.kefu.agentWrites(t, alice, anna, "Hello Anna")
	x.kefu.checkShown(t, anna, saidBy(alice, "Alice", "Hello Anna"))

	x.kefu.handOver(t, alice, anna, bob)
	if e := x.sessionEvent(t, anna, session.EventTypeKfSwitchSession); e.FromKfAccount != alice || e.ToKfAccount != bob {
		t.Errorf("got a hand-over from %s to %s, want from %s to %s", e.FromKfAccount, e.ToKfAccount, alice, bob)
	}
	x.checkPush(t, x.kefu.write(t, anna, text("Hello Bob")), "none", 0)

	x.kefu.closeSession(t, bob, anna)
	if got, want := x.sessionEvent(t, anna, session.EventTypeKfCloseSession).KFAccount, bob; got != want {
		t.Errorf("got the KfAccount %s, want %s", got, want)
	}
	x.checkPush(t, x.kefu.write(t, anna, text("Bye")), "replied", 1)
	x.dev.next(t)
	x.kefu.checkShown(t, anna, said("You said: Bye"))
}

// transferByName hands a customer over to Bob, though only Alice is there.
func (x *exchange) transferByName(t *testing.T) {
	x.kefu.presence(t, bob, false, 0)
	x.kefu.presence(t, alice, true, 5)
	x.checkPush(t, x.kefu.write(t, boris, text(saysTransferBob)), "transferred", 1)
	x.dev.next(t)
	x.checkWaitingCustomers(t, boris)
	x.kefu.presence(t, bob, true, 5)
	if got, want := x.sessionEvent(t, boris, session.EventTypeKfCreateSession).KFAccount, bob; got != want {
		t.Errorf("got the KfAccount %s, want %s", got, want)
	}
	x.checkWaitingCustomers(t)
	if err := session.Close(x.client, boris, bob, ""); err != nil {
		t.Fatal(err)
	}
	x.sessionEvent(t, boris, session.EventTypeKfCloseSession)

	// Without a name it is for Alice, who alone takes customers by herself.
	x.kefu.presence(t, bob, true, 0)
	x.checkPush(t, x.kefu.write(t, boris, text(saysTransfer)), "transferred", 1)
	x.dev.next(t)
	if got, want := x.sessionEvent(t, boris, session.EventTypeKfCreateSession).KFAccount, alice; got != want {
		t.Errorf("got the KfAccount %s, want %s", got, want)
	}
	x.kefu.closeSession(t, alice, boris)
	x.sessionEvent(t, boris, session.EventTypeKfCloseSession)
}

// failingEvents looks at what an event that fails leaves alone: the session, and
// everybody else.
func (x *exchange) failingEvents(t *testing.T) {
	if err := session.Create(x.client, chloe, alice, ""); err != nil {
		t.Fatal(err)
	}
	x.fail(t, chloe, session.EventTypeKfCreateSession, 1)
	if got, err := session.Get(x.client, chloe); err != nil || got.KfAccount != alice {
		t.Errorf("got session %+v, %v, want one with %s", got, err, alice)
	}
	before := len(x.kefu.phone(t, chloe))
	if err := session.Close(x.client, chloe, alice, ""); err != nil {
		t.Fatal(err)
	}
	x.checkPush(t, x.kefu.write(t, anna, text("I am somebody else")), "replied", 1)
	x.dev.next(t)
	// Nor does the customer's own next message wait for the other attempts of the
	// two events, which step aside.
	x.checkPush(t, x.kefu.write(t, chloe, text("I am next")), "replied", 1)
	if a := x.dev.next(t); a.Content != "I am next" {
		t.Errorf("got %s, want what was written next", a.body)
	}
	x.fail(t, chloe, session.EventTypeKfCreateSession, 3)
	x.fail(t, chloe, session.EventTypeKfCloseSession, 3)
	x.dev.checkQuiet(t)
	// Whoever is served need not know that the server has trouble.
	if got, want := len(x.kefu.phone(t, chloe)), before+2; got != want {
		t.Errorf("the phone shows %d messages, want %d", got, want)
	}
}
