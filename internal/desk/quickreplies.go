package desk

import (
	"cmp"
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// QuickReplies lists those that a hand can take: its own, and then those that are
// shared.
func (d *Desk) QuickReplies(ctx context.Context, h Hand) (all []kefu.QuickReply, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		own, err := r.QuickReplies(h.App, h.Author.ID, kefu.MaxQuickReplies)
		if err != nil {
			return err
		}
		shared, err := r.QuickReplies(h.App, "", kefu.MaxQuickReplies)
		all = append(own, shared...)
		return err
	})
	return all, err
}

// PutQuickReply adds a quick reply, or replaces the one that it has the id of; how
// often it was used stays. It is the hand's own, or shared if so told, which is for
// those who oversee. It refuses with [kefu.QuickReplyIllegal], [kefu.NotAllowed],
// [kefu.QuickReplyUnknown] or [kefu.QuickReplyLimit].
func (d *Desk) PutQuickReply(ctx context.Context, h Hand, q kefu.QuickReply, shared bool) (kefu.QuickReply, error) {
	var put kefu.QuickReply
	if err := q.Validate(); err != nil {
		return put, err
	}
	if shared && !h.Oversees {
		return put, kefu.NotAllowed
	}
	err := d.converse(ctx, h.App, func(t *turn) (err error) {
		put, _, err = t.putReply(&h, q, shared)
		return err
	})
	return put, err
}

// putReply adds a quick reply or replaces one, and says what it was before.
func (t *turn) putReply(h *Hand, q kefu.QuickReply, shared bool) (put, before kefu.QuickReply, err error) {
	put = q
	if put.Owner = h.Author.ID; shared {
		put.Owner = ""
	}
	if q.ID != 0 {
		if before, err = t.quickReplyOf(h, q.ID, true); err != nil {
			return put, before, err
		}
		put.Used = before.Used
	}
	put.Author, put.UpdatedAt = h.Author, t.now
	if q.ID == 0 || before.Owner != put.Owner {
		all, err := t.tx.QuickReplies(h.App, put.Owner, kefu.MaxQuickReplies)
		switch {
		case err != nil:
			return put, before, err
		case len(all) >= kefu.MaxQuickReplies:
			return put, before, kefu.QuickReplyLimit
		}
	}
	if q.ID != 0 {
		return put, before, t.settleReply(t.tx.SetQuickReply(h.App, &put))
	}
	if put.ID, err = t.tx.NextID(h.App, t.now); err != nil {
		return put, before, err
	}
	return put, before, t.settleReply(t.tx.AddQuickReply(h.App, &put))
}

// PutSharedReply adds or replaces a quick reply that all agents have, and adds act to
// the audit with what it was before and is now. It refuses as [Desk.PutQuickReply]
// does; those that somebody keeps to itself are unknown here.
func (d *Desk) PutSharedReply(ctx context.Context, app kefu.AppID, by kefu.Author, q kefu.QuickReply, act kefu.Act) (kefu.QuickReply, error) {
	var put kefu.QuickReply
	if err := q.Validate(); err != nil {
		return put, err
	}
	h := Hand{App: app, Author: by, Oversees: true}
	err := d.converse(ctx, app, func(t *turn) error {
		if err := t.sharedReply(app, q.ID); err != nil {
			return err
		}
		after, before, err := t.putReply(&h, q, true)
		if err != nil {
			return err
		}
		put = after
		one := act
		one.At, one.Object, one.Before, one.After = t.now, cmp.Or(put.Title, put.Code, put.Text), before.Text, put.Text
		return t.tx.AddAct(&one)
	})
	return put, err
}

// RemoveSharedReply removes a quick reply that all agents have, and adds act to the
// audit. It refuses with [kefu.QuickReplyUnknown].
func (d *Desk) RemoveSharedReply(ctx context.Context, app kefu.AppID, id kefu.MsgID, act kefu.Act) error {
	return d.converse(ctx, app, func(t *turn) error {
		if err := t.sharedReply(app, id); err != nil {
			return err
		}
		q, err := t.tx.QuickReply(app, id)
		if err != nil {
			return err
		}
		one := act
		one.At, one.Object, one.Before = t.now, cmp.Or(q.Title, q.Code, q.Text), q.Text
		if err := t.tx.AddAct(&one); err != nil {
			return err
		}
		return t.settleReply(t.tx.RemoveQuickReply(app, id))
	})
}

// sharedReply refuses a quick reply that is somebody's own, or is not there; 0 is one
// that is to be.
func (t *turn) sharedReply(app kefu.AppID, id kefu.MsgID) error {
	if id == 0 {
		return nil
	}
	q, err := t.tx.QuickReply(app, id)
	if err == nil && !q.Shared() {
		err = kefu.QuickReplyUnknown
	}
	return err
}

// RemoveQuickReply removes one that is the hand's own or, if it oversees, shared. It
// refuses with [kefu.QuickReplyUnknown] or [kefu.NotAllowed].
func (d *Desk) RemoveQuickReply(ctx context.Context, h Hand, id kefu.MsgID) error {
	return d.converse(ctx, h.App, func(t *turn) error {
		if _, err := t.quickReplyOf(&h, id, true); err != nil {
			return err
		}
		return t.settleReply(t.tx.RemoveQuickReply(h.App, id))
	})
}

// UseQuickReply counts that one was taken. It refuses with
// [kefu.QuickReplyUnknown].
func (d *Desk) UseQuickReply(ctx context.Context, h Hand, id kefu.MsgID) error {
	return d.converse(ctx, h.App, func(t *turn) error {
		q, err := t.quickReplyOf(&h, id, false)
		if err != nil {
			return err
		}
		q.Used++
		// Nobody is told: every agent would hear of every reply that is sent.
		return t.tx.SetQuickReply(h.App, &q)
	})
}

// quickReplyOf finds one that a hand can take, or change if that is wanted. Those
// that colleagues keep to themselves are not there.
func (t *turn) quickReplyOf(h *Hand, id kefu.MsgID, change bool) (kefu.QuickReply, error) {
	q, err := t.tx.QuickReply(h.App, id)
	switch {
	case err != nil:
	case !q.Shared() && q.Owner != h.Author.ID:
		err = kefu.QuickReplyUnknown
	case q.Shared() && change && !h.Oversees:
		err = kefu.NotAllowed
	}
	return q, err
}

// settleReply tells readers of a change that was made.
func (t *turn) settleReply(err error) error {
	if err != nil {
		return err
	}
	return t.tell(kefu.Fact{What: kefu.FactReply})
}
