package desk

import (
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
	err := d.converse(ctx, h.App, func(t *turn) error {
		put = q
		if put.Owner = h.Author.ID; shared {
			put.Owner = ""
		}
		before := kefu.QuickReply{Owner: "nobody"}
		if q.ID != 0 {
			var err error
			if before, err = t.quickReplyOf(&h, q.ID, true); err != nil {
				return err
			}
			put.Used = before.Used
		}
		if q.ID == 0 || before.Owner != put.Owner {
			all, err := t.tx.QuickReplies(h.App, put.Owner, kefu.MaxQuickReplies)
			switch {
			case err != nil:
				return err
			case len(all) >= kefu.MaxQuickReplies:
				return kefu.QuickReplyLimit
			}
		}
		if q.ID != 0 {
			return t.settleReply(t.tx.SetQuickReply(h.App, &put))
		}
		id, err := t.tx.NextID(h.App, t.now)
		if err != nil {
			return err
		}
		put.ID = id
		return t.settleReply(t.tx.AddQuickReply(h.App, &put))
	})
	return put, err
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
