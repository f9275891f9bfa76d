package sandbox

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/openkefu/kefu"
)

// waitAtMost bounds how long a call with ?wait=1 waits for a push to end. Three
// attempts with all their patience take 15 seconds, twice that when others of the
// customer come first.
const waitAtMost = 30 * time.Second

// receivedAnswer tells what became of something that a customer did.
type receivedAnswer struct {
	// MsgID is the MsgId of the message's push; empty for an event.
	MsgID string    `json:"msgid"`
	Push  pushState `json:"push"`
}

type pushState struct {
	Outcome  kefu.Outcome `json:"outcome"`
	Attempts int          `json:"attempts"`
}

// receive has a customer write a message or cause an event.
func (s *Sandbox) receive(ctx context.Context, r *http.Request) (any, error) {
	openid, err := pathOpenID(r)
	if err != nil {
		return nil, err
	}
	wait, err := asksToWait(r)
	if err != nil {
		return nil, err
	}
	var req inboundRequest
	if err := readJSON(r, &req); err != nil {
		return nil, err
	}
	in, err := req.inbound()
	if err != nil {
		return nil, err
	}
	app, err := s.account(ctx, r, "")
	if err != nil {
		return nil, err
	}
	if in.Event != nil && (in.Event.Type == kefu.EventSubscribe || in.Event.Type == kefu.EventUnsubscribe) {
		return s.comeOrGo(ctx, app, openid, in.Event, wait)
	}
	if err := s.provide(ctx, app, in.Content); err != nil {
		return nil, err
	}
	got, err := s.Desk.Receive(ctx, app, openid, in)
	if err != nil {
		return nil, err
	}
	answer := receivedAnswer{}
	switch {
	case in.OwnID != 0:
		answer.MsgID = strconv.FormatInt(in.OwnID, 10)
	case in.Content != nil:
		answer.MsgID = strconv.FormatInt(int64(got.Message), 10)
	}
	answer.Push, err = s.pushState(ctx, app, got.Push, wait)
	return answer, err
}

// comeOrGo is a customer who follows or leaves by an event, as it does with the
// calls that are made for it.
func (s *Sandbox) comeOrGo(ctx context.Context, app kefu.AppID, openid kefu.OpenID, e *kefu.Event, wait bool) (any, error) {
	before, err := s.Desk.CustomerState(ctx, app, openid)
	if err != nil {
		return nil, err
	}
	since := s.Clock.Now()
	if e.Type == kefu.EventSubscribe {
		req, err := followed(openid, e)
		if err != nil {
			return nil, err
		}
		who, err := req.follower()
		if err != nil {
			return nil, err
		}
		if _, err := s.Desk.Follow(ctx, app, who); err != nil {
			return nil, err
		}
	} else if err := s.Desk.Unfollow(ctx, app, openid); err != nil {
		return nil, err
	}
	answer := receivedAnswer{Push: pushState{Outcome: kefu.OutcomeNone}}
	if before.Customer.Subscribed == (e.Type == kefu.EventSubscribe) {
		return answer, nil // nothing happened, and nothing is pushed
	}
	push, err := s.latestPush(ctx, app, openid, e.Type, since)
	if err != nil {
		return nil, err
	}
	answer.Push, err = s.pushState(ctx, app, push, wait)
	return answer, err
}

// latestPush finds the last push of an event about a customer; 0 when there is
// none. After the clock was moved back ids are ahead of their time, so that more
// than what happened since is looked through.
func (s *Sandbox) latestPush(ctx context.Context, app kefu.AppID, openid kefu.OpenID, event kefu.EventType, since time.Time) (found kefu.MsgID, err error) {
	after := kefu.FirstMsgID(since) - 1
	for {
		page, err := s.Desk.PushLog(ctx, app, after, pageMax)
		if err != nil {
			return 0, err
		}
		for i := range page {
			if p := &page[i]; p.Customer == openid && p.Event != nil && p.Event.Type == event {
				found = p.ID
			}
		}
		if len(page) < pageMax {
			return found, nil
		}
		after = page[len(page)-1].ID
	}
}

// pushState says how a push stands, if wanted once it has ended. One that does
// not end in time is told as it is.
func (s *Sandbox) pushState(ctx context.Context, app kefu.AppID, id kefu.MsgID, wait bool) (pushState, error) {
	if id == 0 {
		return pushState{Outcome: kefu.OutcomeNone}, nil
	}
	if !wait {
		return pushState{Outcome: kefu.OutcomeDue}, nil
	}
	bounded, cancel := context.WithTimeout(ctx, waitAtMost)
	defer cancel()
	p, err := s.Desk.AwaitPush(bounded, app, id)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		p, err = s.Desk.Push(ctx, app, id)
	}
	if err != nil {
		return pushState{}, err
	}
	return pushState{p.Outcome, p.Made()}, nil
}
