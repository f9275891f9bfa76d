package desk

import (
	"context"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// maxVisits is how many earlier sessions are told of.
	maxVisits = 10
	// maxVisitLines bounds the records that are read to tell of them: many transfers
	// each.
	maxVisitLines = 200
	// maxCounted bounds how far the messages of a session are counted.
	maxCounted = 1000
	// visitLead is how long before a session the message may be that the customer came
	// with: an answer of the developer's server lies between.
	visitLead = 10 * time.Minute
)

// CustomerPanel is what colleagues know of a customer.
type CustomerPanel struct {
	Conversation kefu.Conversation
	// Tags are the customer's, the one given last first.
	Tags []kefu.Tag
	// Notes have the newest first.
	Notes []kefu.Note
	// Visits are the last sessions that ended, the newest first. How many there were
	// in all stands in the customer's thread.
	Visits []kefu.Visit
}

// CustomerPanel reads it, or refuses with [kefu.CustomerUnknown].
func (d *Desk) CustomerPanel(ctx context.Context, app kefu.AppID, customer kefu.OpenID) (p CustomerPanel, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		if p.Conversation, err = conversationWith(r, app, customer); err != nil {
			return err
		}
		if p.Tags, err = tagsWithNames(r, app, customer); err != nil {
			return err
		}
		if p.Notes, err = r.Notes(app, customer, kefu.MaxNotes); err != nil {
			return err
		}
		p.Visits, err = visits(r, app, customer)
		return err
	})
	return p, err
}

// conversationWith finds the conversation with one customer.
func conversationWith(r store.Reader, app kefu.AppID, customer kefu.OpenID) (kefu.Conversation, error) {
	if !customer.Valid() {
		return kefu.Conversation{}, kefu.CustomerUnknown
	}
	found, err := r.ConversationsWith(app, []kefu.OpenID{customer})
	if err == nil && len(found) == 0 {
		err = kefu.CustomerUnknown
	}
	if err != nil {
		return kefu.Conversation{}, err
	}
	return found[0], nil
}

func tagsWithNames(r store.Reader, app kefu.AppID, customer kefu.OpenID) ([]kefu.Tag, error) {
	ids, err := r.TagsOf(app, customer)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	all, err := r.TagNames(app)
	if err != nil {
		return nil, err
	}
	var tags []kefu.Tag
	for _, id := range ids {
		if i := slices.IndexFunc(all, func(t kefu.Tag) bool { return t.ID == id }); i >= 0 {
			tags = append(tags, all[i])
		}
	}
	return tags, nil
}

// visits looks back at the last sessions that ended.
func visits(r store.Reader, app kefu.AppID, customer kefu.OpenID) ([]kefu.Visit, error) {
	lines, err := r.History(app, customer, 0, 0, maxVisitLines)
	if err != nil {
		return nil, err
	}
	slices.Reverse(lines)
	spans := spansOf(lines)
	spans = spans[max(len(spans)-maxVisits, 0):]
	slices.Reverse(spans)
	var all []kefu.Visit
	for _, s := range spans {
		n, first, err := r.SaidBetween(app, customer, s.earlier, s.began, s.ended, maxCounted)
		if err != nil {
			return nil, err
		}
		if first.Type != "" {
			s.visit.First = first.Said()
		}
		s.visit.Messages = n
		all = append(all, s.visit)
	}
	return all, nil
}

// span is a session that ended, from when the customer began to wait for it.
type span struct {
	visit kefu.Visit
	// earlier is before what the customer came with.
	earlier, began, ended kefu.MsgID
}

// spansOf finds the sessions that ended in the history of a customer, the oldest
// line first. One whose beginning is not among the lines is passed over.
func spansOf(lines []kefu.Record) (spans []span) {
	var now span
	var closed kefu.MsgID
	begin := func(line *kefu.Record) {
		if now.began == 0 {
			now.began = line.ID
			now.earlier = max(closed+1, kefu.FirstMsgID(line.At.Add(-visitLead)))
		}
	}
	for i := range lines {
		switch line := &lines[i]; line.What {
		case kefu.Queued:
			begin(line)
		case kefu.Accepted, kefu.Started:
			begin(line)
			now.visit.OpenedAt = line.At
		case kefu.Closed:
			if !now.visit.OpenedAt.IsZero() {
				now.visit.ClosedAt, now.visit.Agent, now.ended = line.At, line.Worker, line.ID
				spans = append(spans, now)
			}
			now, closed = span{}, line.ID
		}
	}
	return spans
}
