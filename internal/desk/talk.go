package desk

import (
	"context"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// MaxTalk bounds a page of a conversation.
	MaxTalk = 200
	// maxHappenings bounds what is told of sessions between the messages of a page; of
	// more, the newest count.
	maxHappenings = 200
)

// Talk is a part of a conversation without gaps: what was said, and what became of
// sessions in between.
type Talk struct {
	// Messages and Happenings have the oldest first; their ids say how they go into
	// each other.
	Messages   []kefu.Message
	Happenings []kefu.Record
	// Notes are those that came with transfers among the happenings, by their ids.
	Notes map[kefu.MsgID]kefu.Note
	// More tells that there is more in the direction that was asked for.
	More bool
}

// Talk reads a customer's conversation: the newest before an id, 0 for the end of
// it, or, if after is not 0, the oldest after it; at most limit messages. It refuses
// with [kefu.CustomerUnknown].
func (d *Desk) Talk(ctx context.Context, app kefu.AppID, customer kefu.OpenID, before, after kefu.MsgID, limit int) (k Talk, err error) {
	limit = min(max(limit, 1), MaxTalk)
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if _, err := customerOf(r, app, customer); err != nil {
			return err
		}
		if after != 0 {
			k, err = talkAfter(r, app, customer, after, limit)
		} else {
			k, err = talkBefore(r, app, customer, before, limit)
		}
		if err != nil {
			return err
		}
		slices.Reverse(k.Happenings)
		k.Notes, err = notesOf(r, app, k.Happenings)
		return err
	})
	return k, err
}

// talkBefore reads backwards. The happenings go back to the first message, or to the
// beginning when there is no more.
func talkBefore(r store.Reader, app kefu.AppID, customer kefu.OpenID, before kefu.MsgID, limit int) (k Talk, err error) {
	if k.Messages, err = r.ConversationBefore(app, customer, before, limit+1); err != nil {
		return k, err
	}
	from := kefu.MsgID(0)
	if k.More = len(k.Messages) > limit; k.More {
		k.Messages = k.Messages[:limit]
		from = k.Messages[limit-1].ID
	}
	slices.Reverse(k.Messages)
	k.Happenings, err = r.History(app, customer, from, before, maxHappenings)
	return k, err
}

// talkAfter reads on. The happenings go up to the last message, or to the end when
// there is no more.
func talkAfter(r store.Reader, app kefu.AppID, customer kefu.OpenID, after kefu.MsgID, limit int) (k Talk, err error) {
	if k.Messages, err = r.Conversation(app, customer, after, limit+1); err != nil {
		return k, err
	}
	end := kefu.MsgID(0)
	if k.More = len(k.Messages) > limit; k.More {
		k.Messages = k.Messages[:limit]
		end = k.Messages[limit-1].ID
	}
	k.Happenings, err = r.History(app, customer, after+1, end, maxHappenings)
	return k, err
}

// notesOf finds the notes that came with transfers.
func notesOf(r store.Reader, app kefu.AppID, happenings []kefu.Record) (map[kefu.MsgID]kefu.Note, error) {
	var ids []kefu.MsgID
	for _, h := range happenings {
		if h.What == kefu.Transferred || h.What == kefu.Started {
			ids = append(ids, h.ID)
		}
	}
	all := make(map[kefu.MsgID]kefu.Note)
	for some := range slices.Chunk(ids, store.MaxNamed) {
		notes, err := r.NotesByID(app, some)
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			all[n.ID] = n
		}
	}
	return all, nil
}
