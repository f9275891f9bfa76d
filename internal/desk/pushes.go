package desk

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
)

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
		_, err := t.repeatPush(id)
		return err
	})
}

// RepeatPushBy is RepeatPush by somebody, with act added to the audit when the push
// is sent again.
func (d *Desk) RepeatPushBy(ctx context.Context, app kefu.AppID, id kefu.MsgID, act kefu.Act) error {
	return d.converse(ctx, app, func(t *turn) error {
		again, err := t.repeatPush(id)
		if err != nil || !again {
			return err
		}
		one := act
		one.At = t.now
		return t.tx.AddAct(&one)
	})
}

// repeatPush makes a push due again, and tells whether it had ended.
func (t *turn) repeatPush(id kefu.MsgID) (again bool, err error) {
	p, err := t.tx.Push(t.app, id)
	if err != nil || p.Outcome == kefu.OutcomeDue {
		return false, err
	}
	if t.o.Callback.URL == "" {
		return false, kefu.CallbackMissing
	}
	c, err := t.customer(p.Customer)
	if err != nil {
		return false, err
	}
	if err := t.lead(c); err != nil {
		return false, err
	}
	p.Again(t.now)
	t.pushes = true
	return true, t.tx.SetPush(t.app, &p)
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
