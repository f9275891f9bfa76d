package desk

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// MaxConversations bounds a page of conversations.
	MaxConversations = store.MaxNamed
	// MaxSought is the length of what can be searched for, in code points: a
	// sentence.
	MaxSought = 64
	// searchedNames and searchedMessages bound what one search reads: the names of
	// the conversations in which something was said last, and the newest messages of
	// the account. What is older is found by its openid only. Together they take some
	// hundredths of a second.
	searchedNames    = 5_000
	searchedMessages = 20_000
	// maxSearches bounds the searches that run at once, so that those who search do
	// not keep the ledger from those who answer.
	maxSearches = 2
)

// ConversationPage is a page of conversations, the latest first.
type ConversationPage struct {
	Conversations []kefu.Conversation
	// Next is where the next page begins; 0 when this is the last one.
	Next kefu.MsgID
}

// Conversations lists those in which something was said, the latest first, from
// where a page before ended; 0 for the newest. With sought only those are listed
// whose customer has it in its remark or nickname or is it by openid, or in which
// the words were said; see searchedNames. It refuses with [kefu.ArgumentIllegal]
// what is too long to search for or no text.
func (d *Desk) Conversations(ctx context.Context, app kefu.AppID, before kefu.MsgID, limit int, sought string) (p ConversationPage, err error) {
	limit = min(max(limit, 1), MaxConversations)
	if sought = strings.TrimSpace(sought); sought != "" {
		return d.search(ctx, app, before, limit, sought)
	}
	err = d.ledger.View(ctx, func(r store.Reader) error {
		all, err := r.Conversations(app, before, limit+1)
		if err != nil {
			return err
		}
		p = ConversationPage{Conversations: all}
		if len(all) > limit {
			p.Conversations = all[:limit]
			p.Next = all[limit-1].Customer.Thread.Last
		}
		return nil
	})
	return p, err
}

func (d *Desk) search(ctx context.Context, app kefu.AppID, before kefu.MsgID, limit int, sought string) (p ConversationPage, err error) {
	if utf8.RuneCountInString(sought) > MaxSought || !utf8.ValidString(sought) || strings.ContainsRune(sought, 0) {
		return p, kefu.ArgumentIllegal
	}
	select {
	case d.searches <- struct{}{}:
		defer func() { <-d.searches }()
	case <-ctx.Done():
		return p, ctx.Err()
	}
	err = d.ledger.View(ctx, func(r store.Reader) error {
		found, next, err := seek(r, app, before, limit, sought)
		if err != nil {
			return err
		}
		p = ConversationPage{Next: next}
		p.Conversations, err = r.ConversationsWith(app, found)
		return err
	})
	return p, err
}

// seek finds the customers of a page of a search.
func seek(r store.Reader, app kefu.AppID, before kefu.MsgID, limit int, sought string) (found []kefu.OpenID, next kefu.MsgID, err error) {
	heard, err := r.Heard(app, sought, searchedMessages)
	if err != nil {
		return nil, 0, err
	}
	said := make(map[kefu.OpenID]bool, len(heard))
	for _, id := range heard {
		said[id] = true
	}
	names, err := r.ConversationNames(app, before, searchedNames)
	if err != nil {
		return nil, 0, err
	}
	word := strings.ToLower(sought)
	last, exact := kefu.MsgID(0), false
	for _, n := range names {
		exact = exact || string(n.OpenID) == sought
		if !said[n.OpenID] && string(n.OpenID) != sought &&
			!strings.Contains(strings.ToLower(n.Remark), word) && !strings.Contains(strings.ToLower(n.Nickname), word) {
			continue
		}
		if len(found) == limit {
			return found, last, nil
		}
		found, last = append(found, n.OpenID), n.Last
	}
	// An openid is found wherever it is, on the first page.
	if id := kefu.OpenID(sought); before == 0 && !exact && id.Valid() && len(found) < limit {
		found = append(found, id)
	}
	return found, 0, nil
}
