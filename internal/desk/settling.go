package desk

import (
	"context"
	"errors"
	"time"

	"github.com/openkefu/kefu"
)

// outOfService is what a customer reads when the developer's server did not
// answer, in the words that users of the platform know.
const outOfService = "该公众号提供的服务出现故障，请稍后再试"

// SettlePush notes an attempt to deliver a push and does what came of it, in one
// change: an answer that was good ends the push, with reply shown to the customer
// or the customer handed over; a nil reply has nothing to say. A reply that the
// house cannot show makes the attempt a failed one. After a failed attempt the
// push is due again at DueAt of the push returned, or has ended as failed.
//
// A push that ended already, or has the attempt noted, stays as it is: the caller
// asks again when it did not hear what became of it. It refuses with
// [kefu.PushUnknown].
func (d *Desk) SettlePush(ctx context.Context, app kefu.AppID, id kefu.MsgID, attempt kefu.Attempt, reply *kefu.Reply) (kefu.Push, error) {
	var p kefu.Push
	err := d.converse(ctx, app, func(t *turn) (err error) {
		tried := attempt
		if p, err = t.tx.Push(app, id); err != nil || p.Outcome != kefu.OutcomeDue || p.Noted(attempt) {
			return err
		}
		c, err := t.customer(p.Customer)
		if err != nil {
			return err
		}
		if c.Courier == d.courier {
			c.CourierUntil = t.now.Add(CourierLease)
		}
		outcome := kefu.OutcomeAcknowledged
		if tried.Failure == "" && reply != nil {
			refused, err := t.unfit(reply)
			switch {
			case err != nil:
				return err
			case refused != nil:
				tried.Failure = "the reply cannot be shown: " + refused.Error()
			default:
				if outcome, err = t.answer(c, &p, reply); err != nil {
					return err
				}
			}
		}
		p.Note(tried)
		switch {
		case tried.Failure == "":
			return t.endPush(c, &p, outcome)
		case p.Tried() >= kefu.PushAttempts:
			return t.endPush(c, &p, kefu.OutcomeFailed)
		}
		p.DueAt = tried.At.Add(kefu.PushPatience)
		if p.DueAt.Before(t.now) {
			p.DueAt = t.now
		}
		return t.tx.SetPush(app, &p)
	})
	if err != nil {
		return kefu.Push{}, err
	}
	return p, nil
}

// FailPush ends a push as failed without trying, and notes why. One that ended
// already stays as it is. It refuses with [kefu.PushUnknown].
func (d *Desk) FailPush(ctx context.Context, app kefu.AppID, id kefu.MsgID, why string) (kefu.Push, error) {
	var p kefu.Push
	err := d.converse(ctx, app, func(t *turn) (err error) {
		if p, err = t.tx.Push(app, id); err != nil || p.Outcome != kefu.OutcomeDue {
			return err
		}
		c, err := t.customer(p.Customer)
		if err != nil {
			return err
		}
		// Without a URL, since nothing was sent.
		p.Note(kefu.Attempt{At: t.now, Failure: why})
		return t.endPush(c, &p, kefu.OutcomeFailed)
	})
	if err != nil {
		return kefu.Push{}, err
	}
	return p, nil
}

// endPush writes the outcome. A customer who waits for an answer that will not
// come is told.
func (t *turn) endPush(c *kefu.Customer, p *kefu.Push, outcome kefu.Outcome) error {
	p.Outcome, p.EndedAt = outcome, t.now
	t.ended = append(t.ended, p.ID)
	if err := t.tx.SetPush(t.app, p); err != nil {
		return err
	}
	if outcome != kefu.OutcomeFailed || !c.Subscribed || p.Event != nil && !p.Event.Asked() {
		return nil
	}
	return t.say(&kefu.Message{
		Customer: c.OpenID,
		From:     kefu.FromSystem,
		Content:  kefu.Content{Type: kefu.MsgNotice, Text: outOfService},
	})
}

// unfit tells why a reply cannot be shown; refused is nil when it can.
func (t *turn) unfit(reply *kefu.Reply) (refused, err error) {
	if reply.Transfer {
		return nil, nil
	}
	if err = reply.Content.ValidateReply(); err == nil {
		err = t.desk.mediaFits(t.tx, t.app, reply.Content, t.now)
	}
	var reason kefu.Reason
	if errors.As(err, &reason) {
		return err, nil
	}
	return nil, err
}

// answer does what the developer's server answered.
func (t *turn) answer(c *kefu.Customer, p *kefu.Push, reply *kefu.Reply) (kefu.Outcome, error) {
	switch {
	case !c.Subscribed, c.Blocked, p.Event != nil && !p.Event.Answerable():
		return kefu.OutcomeAcknowledged, nil
	case reply.Transfer && (p.Message == nil || !t.o.Standing.ServiceEnabled):
		// An event says nothing that an agent could answer, and without the feature
		// there is nobody to hand over to.
		return kefu.OutcomeAcknowledged, nil
	case reply.Transfer:
		return kefu.OutcomeTransferred, t.transfer(c, p.Message, reply.To)
	}
	c.LastOutAt, c.TypingUntil = t.now, time.Time{}
	return kefu.OutcomeReplied, t.say(&kefu.Message{Customer: c.OpenID, From: kefu.FromAccount, Content: *reply.Content})
}
