package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

func recordsOf(h *house) desk.RecordQuery {
	return desk.RecordQuery{From: noon.Add(-time.Hour), To: h.now().Add(time.Hour), Limit: 1000}
}

func TestCreateAndClose(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2")
	ctx := t.Context()
	create := func(agent kefu.KFAccount, customer kefu.OpenID) error {
		return h.CreateSession(ctx, app, agent, customer)
	}
	_, err := h.AddAgent(ctx, app, "dora@demo_shop", "Dora")
	h.must(err)
	h.refuses(create(alice, "nobody"), kefu.CustomerUnknown)
	h.refuses(create(alice, "no openid!"), kefu.CustomerUnknown)
	h.refuses(create("nobody@demo_shop", "c1"), kefu.AgentUnknown)
	h.refuses(create("dora@demo_shop", "c1"), kefu.AgentUnbound)
	h.refuses(create(alice, "c1"), kefu.AgentOffline)
	h.refuses(h.CloseSession(ctx, app, alice, "c1"), kefu.SessionNone)

	h.online(alice, 0)
	before := h.latestPush()
	h.must(create(alice, "c1"))
	h.must(create(alice, "c1"))
	wantList(t, "pushes", h.told(before), "kf_create_session alice@demo_shop")
	h.refuses(create(bob, "c1"), kefu.SessionOfAnother)
	h.refuses(h.CloseSession(ctx, app, bob, "c1"), kefu.SessionOfAnother)
	h.refuses(h.CloseSession(ctx, app, "nobody@demo_shop", "c1"), kefu.AgentUnknown)

	s, ok, err := h.Session(ctx, app, "c1")
	if h.must(err); !ok || !s.OpenedAt.Equal(h.now()) || s.Account != alice {
		t.Errorf("got %+v, %t, want one with alice that began now", s, ok)
	}
	before = h.latestPush()
	h.must(h.CloseSession(ctx, app, alice, "c1"))
	wantList(t, "pushes", h.told(before), "kf_close_session alice@demo_shop")
	h.refuses(h.CloseSession(ctx, app, alice, "c1"), kefu.SessionNone)

	// A session takes its customer out of the queue.
	h.transfers("c2", "")
	h.must(create(alice, "c2"))
	wantList(t, "queue", h.waits())
	h.must(h.Unfollow(ctx, app, "c1"))
	h.refuses(create(alice, "c1"), kefu.CustomerUnknown)
}

func TestSwitch(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2")
	ctx := t.Context()
	h.online(alice, 1)
	h.transfers("c1", "")
	h.transfers("c2", "")
	h.refuses(h.SwitchSession(ctx, app, alice, "c1", bob), kefu.AgentOffline)
	h.online(bob, 0)
	h.refuses(h.SwitchSession(ctx, app, bob, "c1", alice), kefu.SessionOfAnother)
	h.refuses(h.SwitchSession(ctx, app, alice, "c2", bob), kefu.SessionNone)
	before := h.latestPush()
	h.must(h.SwitchSession(ctx, app, alice, "c1", bob))
	wantList(t, "pushes", h.told(before), "kf_switch_session alice@demo_shop bob_02@demo_shop", "kf_create_session alice@demo_shop")
	if got := h.servedBy("c1"); got != bob {
		t.Errorf("got c1 served by %q, want bob", got)
	}
	for account, want := range map[kefu.KFAccount]int{alice: 1, bob: 1} {
		a, err := h.Agent(ctx, app, account)
		if h.must(err); a.Serving != want {
			t.Errorf("%s: got %d served, want %d", account, a.Serving, want)
		}
	}
}

func TestMessagesAndAllowances(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	ctx := t.Context()
	hello := kefu.Content{Type: kefu.MsgText, Text: "hello"}
	send := func(as kefu.KFAccount) error {
		_, err := h.Send(ctx, app, "c1", hello, as)
		return err
	}
	for range 3 { // following allows three
		h.must(send(""))
	}
	h.refuses(send(""), kefu.ReplyCountReached)
	h.pass(time.Minute)
	h.refuses(send(""), kefu.ReplyTimeOver)
	h.refuses(send("nobody@demo_shop"), kefu.AgentUnknown)

	h.transfers("c1", "")
	h.online(alice, 1)
	_, err := h.AgentSend(ctx, app, bob, "c1", hello)
	h.refuses(err, kefu.SessionOfAnother)
	_, err = h.AgentSend(ctx, app, alice, "c1", hello)
	h.must(err)
	h.must(send(alice))
	_, err = h.AgentSend(ctx, app, alice, "c1", kefu.Content{Type: kefu.MsgText})
	h.refuses(err, kefu.ContentEmpty)
	for range 3 {
		h.must(send(""))
	}
	h.refuses(send(""), kefu.ReplyCountReached)
	_, err = h.AgentSend(ctx, app, alice, "c1", hello)
	h.refuses(err, kefu.ReplyCountReached)
	wantList(t, "records", h.records(), "2002 alice@demo_shop hello", "2002 alice@demo_shop hello")
	wantList(t, "phone", h.phone("c1"), "account: hello", "account: hello", "account: hello",
		"customer: help", "agent: hello", "agent: hello", "account: hello", "account: hello", "account: hello")
}

func TestTyping(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	ctx := t.Context()
	h.refuses(h.Type(ctx, app, "nobody"), kefu.CustomerUnknown)
	h.refuses(h.Type(ctx, app, "c1"), kefu.TypingWithoutMessage)
	h.says("c1", "hi")
	h.must(h.Type(ctx, app, "c1"))
	h.refuses(h.Type(ctx, app, "c1"), kefu.TypingAlready)
	h.must(h.StopTyping(ctx, app, "c1"))
	h.must(h.StopTyping(ctx, app, "c1"))
	h.must(h.Type(ctx, app, "c1"))
	_, err := h.Send(ctx, app, "c1", kefu.Content{Type: kefu.MsgText, Text: "hello"}, "")
	h.must(err)
	h.must(h.Type(ctx, app, "c1"))
	h.pass(15 * time.Second)
	h.must(h.Type(ctx, app, "c1"))
	h.pass(31 * time.Second)
	h.refuses(h.Type(ctx, app, "c1"), kefu.TypingWithoutMessage)
	// A clock that is moved back leaves nobody typing for hours.
	h.says("c1", "hi")
	h.must(h.Type(ctx, app, "c1"))
	h.pass(-time.Hour)
	h.refuses(h.Type(ctx, app, "c1"), kefu.TypingWithoutMessage)
	h.says("c1", "hi")
	h.must(h.Type(ctx, app, "c1"))
}

// A message that comes with an id of its own is accepted once.
func TestOwnIDs(t *testing.T) {
	h := newHouse(t)
	h.follow("c1", "c2")
	in := kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "hi"}, OwnID: 24500000000000101}
	first, err := h.Receive(t.Context(), app, "c1", in)
	h.must(err)
	again, err := h.Receive(t.Context(), app, "c1", in)
	if h.must(err); again.Message != first.Message || again.Push != 0 {
		t.Errorf("got %+v, want message %d and no push", again, first.Message)
	}
	other, err := h.Receive(t.Context(), app, "c2", in)
	if h.must(err); other.Message == first.Message || other.Push == 0 {
		t.Errorf("got %+v for another customer, want a message and a push of its own", other)
	}
	wantList(t, "phone", h.phone("c1"), "customer: hi")
}

func TestBadInbound(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	before := h.latestPush()
	for name, tt := range map[string]struct {
		customer kefu.OpenID
		in       kefu.Inbound
		want     error
	}{
		"nothing":               {"c1", kefu.Inbound{}, kefu.MessageTypeUnknown},
		"nobody":                {"nobody", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "x"}}, kefu.CustomerUnknown},
		"a session's event":     {"c1", kefu.Inbound{Event: &kefu.Event{Type: kefu.EventCreateSession}}, kefu.MessageTypeUnknown},
		"a menu":                {"c1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgMenu}}, kefu.MessageTypeUnknown},
		"media that is unknown": {"c1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgImage, MediaID: "x"}}, kefu.MediaUnknown},
	} {
		if _, err := h.Receive(t.Context(), app, tt.customer, tt.in); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
	wantList(t, "phone", h.phone("c1"))
	wantList(t, "pushes", h.told(before))
}

// The developer's server is told where a customer's picture can be seen, and
// what format a recording has.
func TestInboundMedia(t *testing.T) {
	h := newHouse(t, func(p *desk.Parts) { p.PublicURL = "https://kefu.example.com" })
	h.follow("c1")
	ctx := t.Context()
	image, err := h.UploadMedia(ctx, app, kefu.MediaImage, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01"))
	h.must(err)
	voice, err := h.UploadMedia(ctx, app, kefu.MediaVoice, []byte("#!AMR\n\x3c"+string(make([]byte, 31))))
	h.must(err)
	receive := func(c kefu.Content) *kefu.Content {
		got, err := h.Receive(ctx, app, "c1", kefu.Inbound{Content: &c})
		h.must(err)
		p, err := h.Push(ctx, app, got.Push)
		h.must(err)
		return &p.Message.Content
	}
	got := receive(kefu.Content{Type: kefu.MsgImage, MediaID: image.ID})
	if want := "https://kefu.example.com/mmbiz_media/20240312/"; !strings.HasPrefix(got.PicURL, want) {
		t.Errorf("got %q, want a URL below %q", got.PicURL, want)
	}
	if got := receive(kefu.Content{Type: kefu.MsgVoice, MediaID: voice.ID}); got.Format != "amr" {
		t.Errorf("got format %q, want amr", got.Format)
	}
	h.pass(kefu.MediaLife)
	_, err = h.Receive(ctx, app, "c1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgVoice, MediaID: voice.ID}})
	h.refuses(err, kefu.MediaUnknown)
}
