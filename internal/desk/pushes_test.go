package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

func (h *house) fails(push kefu.MsgID) kefu.Push {
	h.t.Helper()
	p, err := h.SettlePush(h.t.Context(), app, push, kefu.Attempt{At: h.now(), URL: callback, Failure: "no answer within 5 s"}, nil)
	h.must(err)
	return p
}

func TestPushFails(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	got := h.says("c1", "hi")
	for i := range kefu.PushAttempts {
		p := h.fails(got.Push)
		last := i == kefu.PushAttempts-1
		switch {
		case last && (p.Outcome != kefu.OutcomeFailed || !p.EndedAt.Equal(h.now())):
			t.Errorf("got %q ended at %v after the last attempt, want failed now", p.Outcome, p.EndedAt)
		case !last && (p.Outcome != kefu.OutcomeDue || !p.DueAt.Equal(h.now().Add(kefu.PushPatience))):
			t.Errorf("got %q due at %v after attempt %d, want due in %s", p.Outcome, p.DueAt, i+1, kefu.PushPatience)
		}
		h.pass(kefu.PushPatience)
	}
	wantList(t, "phone", h.phone("c1"), "customer: hi", "system: 该公众号提供的服务出现故障，请稍后再试")

	// What comes after the end changes nothing.
	if p := h.settles(got.Push, &kefu.Reply{Content: &kefu.Content{Type: kefu.MsgText, Text: "late"}}); p.Outcome != kefu.OutcomeFailed {
		t.Errorf("got %q after the end, want it to stay failed", p.Outcome)
	}
	if got := len(h.phone("c1")); got != 2 {
		t.Errorf("got %d lines on the phone, want 2", got)
	}

	// Sent again, it has a round of attempts of its own.
	h.must(h.RepeatPush(t.Context(), app, got.Push))
	if p := h.fails(got.Push); p.Outcome != kefu.OutcomeDue || len(p.Attempts) != 4 {
		t.Errorf("got %q after %d attempts, want due after 4", p.Outcome, len(p.Attempts))
	}
	if p := h.settles(got.Push, nil); p.Outcome != kefu.OutcomeAcknowledged || p.Tried() != 2 {
		t.Errorf("got %q in %d attempts of the second round, want acknowledged in 2", p.Outcome, p.Tried())
	}
	h.refuses(h.RepeatPush(t.Context(), app, 1), kefu.PushUnknown)
}

// An attempt that was noted although its caller did not hear so is one attempt when
// it is noted again.
func TestAttemptIsNotedOnce(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	got := h.says("c1", "hi")
	attempt := kefu.Attempt{At: h.now(), Took: kefu.PushPatience, URL: callback, Failure: "no answer within 5 s"}
	h.pass(kefu.PushPatience)
	for range kefu.PushAttempts {
		p, err := h.SettlePush(t.Context(), app, got.Push, attempt, nil)
		h.must(err)
		if p.Outcome != kefu.OutcomeDue || len(p.Attempts) != 1 {
			t.Fatalf("got %q after %d attempts, want due after 1", p.Outcome, len(p.Attempts))
		}
		h.pass(100 * time.Millisecond)
	}

	// A new round begins with an attempt of its own, and be it at the same moment.
	h.settles(got.Push, nil)
	h.must(h.RepeatPush(t.Context(), app, got.Push))
	if p := h.settles(got.Push, nil); p.Outcome != kefu.OutcomeAcknowledged || p.Tried() != 1 || len(p.Attempts) != 3 {
		t.Errorf("got %q in %d of %d attempts, want acknowledged in the third, the first of its round", p.Outcome, p.Tried(), len(p.Attempts))
	}
}

func TestReplies(t *testing.T) {
	text := &kefu.Reply{Content: &kefu.Content{Type: kefu.MsgText, Text: "reply"}}
	transfer := &kefu.Reply{Transfer: true}
	for name, tt := range map[string]struct {
		event   *kefu.Event
		reply   *kefu.Reply
		outcome kefu.Outcome
		phone   []string
		queue   []kefu.OpenID
	}{
		"nothing to a message":   {nil, nil, kefu.OutcomeAcknowledged, []string{"customer: hi"}, nil},
		"text to a message":      {nil, text, kefu.OutcomeReplied, []string{"customer: hi", "account: reply"}, nil},
		"transfer of a message":  {nil, transfer, kefu.OutcomeTransferred, []string{"customer: hi"}, []kefu.OpenID{"c1"}},
		"text to a click":        {&kefu.Event{Type: kefu.EventClick, Key: "k"}, text, kefu.OutcomeReplied, []string{"account: reply"}, nil},
		"transfer of a click":    {&kefu.Event{Type: kefu.EventClick, Key: "k"}, transfer, kefu.OutcomeAcknowledged, nil, nil},
		"text to a view":         {&kefu.Event{Type: kefu.EventView, Key: "k"}, text, kefu.OutcomeAcknowledged, nil, nil},
		"a picture that is gone": {nil, &kefu.Reply{Content: &kefu.Content{Type: kefu.MsgImage, MediaID: "x"}}, kefu.OutcomeDue, []string{"customer: hi"}, nil},
		"an empty text":          {nil, &kefu.Reply{Content: &kefu.Content{Type: kefu.MsgText}}, kefu.OutcomeDue, []string{"customer: hi"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.follow("c1")
			in := kefu.Inbound{Event: tt.event}
			if tt.event == nil {
				in.Content = &kefu.Content{Type: kefu.MsgText, Text: "hi"}
			}
			got, err := h.Receive(t.Context(), app, "c1", in)
			h.must(err)
			p := h.settles(got.Push, tt.reply)
			if p.Outcome != tt.outcome {
				t.Errorf("got %q, want %q", p.Outcome, tt.outcome)
			}
			if tt.outcome == kefu.OutcomeDue && p.Attempts[0].Failure == "" {
				t.Error("got no failure noted, want what was wrong with the reply")
			}
			wantList(t, "phone", h.phone("c1"), tt.phone...)
			wantList(t, "queue", h.waits(), tt.queue...)
		})
	}
}

// A session that began while the developer's server was asked is not disturbed
// by its answer.
func TestTransferAfterSession(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	h.online(alice, 0)
	got := h.says("c1", "hi")
	h.must(h.CreateSession(t.Context(), app, alice, "c1"))
	if p := h.settles(got.Push, &kefu.Reply{Transfer: true, To: bob}); p.Outcome != kefu.OutcomeTransferred {
		t.Errorf("got %q, want transferred", p.Outcome)
	}
	wantList(t, "queue", h.waits())
	if by := h.servedBy("c1"); by != alice {
		t.Errorf("got %q, want alice still", by)
	}
}

func TestAwaitPush(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	got := h.says("c1", "hi")
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if p, err := h.AwaitPush(short, app, got.Push); !errors.Is(err, context.DeadlineExceeded) || p.Outcome != kefu.OutcomeDue {
		t.Errorf("got %q, %v, want due and the deadline", p.Outcome, err)
	}
	ended := make(chan kefu.Push)
	go func() {
		p, err := h.AwaitPush(context.WithoutCancel(t.Context()), app, got.Push)
		if err != nil {
			t.Error(err)
		}
		ended <- p
	}()
	h.settles(got.Push, nil)
	if p := <-ended; p.Outcome != kefu.OutcomeAcknowledged {
		t.Errorf("got %q, want acknowledged", p.Outcome)
	}
	_, err := h.AwaitPush(t.Context(), app, 1)
	h.refuses(err, kefu.PushUnknown)
}

// Two processes never deliver to one customer at once: who has something left to
// deliver goes on until it has nothing, or says nothing for too long.
func TestCouriers(t *testing.T) {
	h := newHouse(t)
	parts := h.parts
	parts.Courier = "there"
	there := desk.New(parts)
	ctx := t.Context()
	due := func(courier string) int {
		list, err := h.DuePushes(ctx, app, courier, 0, 100)
		h.must(err)
		return len(list)
	}
	h.follow("c1")
	_, err := there.Receive(ctx, app, "c1", kefu.Inbound{Content: &kefu.Content{Type: kefu.MsgText, Text: "hi"}})
	h.must(err)
	if here, there := due("here"), due("there"); here != 2 || there != 0 {
		t.Errorf("got %d here and %d there, want both pushes here, in order", here, there)
	}
	if _, err := there.TakePushes(ctx, "there", false); err != nil {
		t.Fatal(err)
	}
	if n := due("there"); n != 0 {
		t.Errorf("got %d taken from a courier whose time is not over", n)
	}
	// Who is slow but there keeps what it has.
	h.pass(desk.CourierLease - time.Second)
	if _, err := h.TakePushes(ctx, "here", false); err != nil {
		t.Fatal(err)
	}
	h.pass(2 * time.Second)
	if _, err := there.TakePushes(ctx, "there", false); err != nil {
		t.Fatal(err)
	}
	if n := due("there"); n != 0 {
		t.Errorf("got %d taken from a courier who renewed its time", n)
	}
	h.pass(desk.CourierLease)
	if _, err := there.TakePushes(ctx, "there", false); err != nil {
		t.Fatal(err)
	}
	if here, there := due("here"), due("there"); here != 0 || there != 2 {
		t.Errorf("got %d here and %d there, want both taken over", here, there)
	}
	list, err := h.DuePushes(ctx, app, "there", 0, 100)
	h.must(err)
	for _, p := range list {
		_, err := there.SettlePush(ctx, app, p.ID, kefu.Attempt{At: h.now()}, nil)
		h.must(err)
	}
	h.says("c1", "again")
	if here, there := due("here"), due("there"); here != 1 || there != 0 {
		t.Errorf("got %d here and %d there, want the new push here", here, there)
	}
}
