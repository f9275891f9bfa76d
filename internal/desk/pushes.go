package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
)

// outOfService is what a customer reads when the developer's server did not
// answer, in the words that users of the platform know.
const outOfService = "该公众号提供的服务出现故障，请稍后再试"

// Push finds a push, or refuses with [kefu.PushUnknown].
func (d *Desk) Push(ctx context.Context, app kefu.AppID, id kefu.MsgID) (p kefu.Push, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		p, err = r.Push(app, id)
		return err
	})
	return p, err
}

// PushLog lists pushes after an id, the oldest first; at most limit. They are
// forgotten [kefu.PushMemory] after their end.
func (d *Desk) PushLog(ctx context.Context, app kefu.AppID, after kefu.MsgID, limit int) (list []kefu.Push, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		list, err = r.PushLog(app, after, limit)
		return err
	})
	return list, err
}

// RepeatPush sends a push that ended once more. It refuses with
// [kefu.PushUnknown], and with [kefu.CallbackMissing] when there is no longer
// anybody to send it to; one that has not ended stays as it is.
func (d *Desk) RepeatPush(ctx context.Context, app kefu.AppID, id kefu.MsgID) error {
	return d.converse(ctx, app, func(t *turn) error {
		p, err := t.tx.Push(app, id)
		if err != nil || p.Outcome == kefu.OutcomeDue {
			return err
		}
		if t.o.Callback.URL == "" {
			return kefu.CallbackMissing
		}
		c, err := t.customer(p.Customer)
		if err != nil {
			return err
		}
		if err := t.lead(c); err != nil {
			return err
		}
		p.Again(t.now)
		t.pushes = true
		return t.tx.SetPush(app, &p)
	})
}

// AwaitPush returns a push when it has an outcome, or as it is with ctx.Err()
// when ctx ends before. It refuses with [kefu.PushUnknown].
func (d *Desk) AwaitPush(ctx context.Context, app kefu.AppID, id kefu.MsgID) (kefu.Push, error) {
	ended := d.signals.Subscribe(pubsub.PushEnded(string(app), int64(id)))
	defer ended.Close()
	// The signal may be lost, or another process may end the push.
	look := time.NewTicker(awaitLook)
	defer look.Stop()
	var p kefu.Push
	for {
		read, err := d.Push(ctx, app, id)
		switch {
		case err == nil:
			p = read
		case ctx.Err() != nil:
			return p, ctx.Err()
		default:
			return p, err
		}
		if p.Outcome != kefu.OutcomeDue {
			return p, nil
		}
		select {
		case <-ctx.Done():
			return p, ctx.Err()
		case <-ended.C():
		case <-look.C:
		}
	}
}

// awaitLook is how often one who waits for a push looks without being woken.
const awaitLook = time.Second

// AwaitDuePushes returns when no customer's first push waits for an attempt whose
// time has come, or when ctx ends, which is no error: what is left goes on
// without the caller. It is for a clock that was moved.
func (d *Desk) AwaitDuePushes(ctx context.Context) error {
	look := time.NewTicker(dueLook)
	defer look.Stop()
	for {
		due, err := d.anyPushDue(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if !due {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// dueLook is how often one who waits for all pushes looks.
const dueLook = 20 * time.Millisecond

// anyPushDue tells whether the first push of some customer of ours is due.
func (d *Desk) anyPushDue(ctx context.Context) (due bool, err error) {
	now := d.now()
	err = d.ledger.View(ctx, func(r store.Reader) error {
		apps, err := r.AccountsWithDuePushes()
		if err != nil {
			return err
		}
		for _, app := range apps {
			list, err := r.DuePushes(app, d.courier, 0, dueBatch)
			if err != nil {
				return err
			}
			behind := make(map[kefu.OpenID]bool)
			for _, p := range list {
				due = due || !behind[p.Customer] && kefu.TimeToPush(p.DueAt, now)
				behind[p.Customer] = true
			}
		}
		return nil
	})
	return due, err
}

// dueBatch bounds how many pushes of an account are looked at.
const dueBatch = 1000

// PushAccount is the official account whose server is pushed to, kept until it
// changes. The caller must not modify it.
func (d *Desk) PushAccount(ctx context.Context, app kefu.AppID) (*kefu.OfficialAccount, error) {
	revision, err := d.ledger.Revision(ctx, app)
	if err != nil {
		return nil, err
	}
	if kept, ok := d.accounts.Load(app); ok && kept.(*keptAccount).revision == revision.Credentials {
		return kept.(*keptAccount).account, nil
	}
	var read keptAccount
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if revision, err = r.Revision(app); err != nil {
			return err
		}
		read.revision = revision.Credentials
		read.account, err = r.OfficialAccount(app)
		return err
	})
	if err != nil {
		d.accounts.Delete(app)
		return nil, err
	}
	d.accounts.Store(app, &read)
	return read.account, nil
}

// keptAccount is an account as it was at a revision.
type keptAccount struct {
	revision int64
	account  *kefu.OfficialAccount
}

// DuePushes lists the pushes without an outcome that a courier delivers, after
// an id; at most limit. Whether their time has come is for the courier to see.
func (d *Desk) DuePushes(ctx context.Context, app kefu.AppID, courier string, after kefu.MsgID, limit int) (list []kefu.Push, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		list, err = r.DuePushes(app, courier, after, limit)
		return err
	})
	return list, err
}

// TakePushes makes courier the one who delivers what another left behind; with
// all, also what another is not known to have left. It returns the accounts that
// have pushes without an outcome, whoever delivers them, but for those that could
// not be asked, which the error tells of.
func (d *Desk) TakePushes(ctx context.Context, courier string, all bool) ([]kefu.AppID, error) {
	var apps []kefu.AppID
	err := d.ledger.View(ctx, func(r store.Reader) (err error) {
		apps, err = r.AccountsWithDuePushes()
		return err
	})
	if err != nil {
		return nil, err
	}
	var failed error
	taken := apps[:0]
	for _, app := range apps {
		err := d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, now time.Time) error {
			_, err := tx.TakePushes(app, courier, now, now.Add(CourierLease), all)
			return err
		})
		switch {
		case err == nil:
			taken = append(taken, app)
		case !errors.Is(err, kefu.OfficialAccountUnknown):
			failed = errors.Join(failed, fmt.Errorf("take the pushes of %s: %w", app, err))
		}
	}
	return taken, failed
}

// SettlePush notes an attempt to deliver a push and does what came of it, in one
// change: an answer that was good ends the push, with reply shown to the customer
// or the customer handed over; a nil reply has nothing to say. A reply that the
// house cannot show makes the attempt a failed one. After a failed attempt the
// push is due again at DueAt of the push returned, or has ended as failed.
//
// A push that ended already stays as it is. It refuses with [kefu.PushUnknown].
func (d *Desk) SettlePush(ctx context.Context, app kefu.AppID, id kefu.MsgID, attempt kefu.Attempt, reply *kefu.Reply) (kefu.Push, error) {
	var p kefu.Push
	err := d.converse(ctx, app, func(t *turn) (err error) {
		tried := attempt
		if p, err = t.tx.Push(app, id); err != nil || p.Outcome != kefu.OutcomeDue {
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
