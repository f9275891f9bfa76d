package workbench

import (
	"context"
	"math"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

// page is how much is answered when a page does not say: what fits on a screen twice.
const page = 50

type conversationsAnswer struct {
	Conversations []conversationRow `json:"conversations"`
	More          bool              `json:"more"`
	// Next is what to say as before for the next page.
	Next kefu.MsgID `json:"next,omitempty"`
}

// conversations lists past and present, the latest first, or those that a search
// finds.
func (d *Door) conversations(ctx context.Context, x *call, h desk.Hand) (any, error) {
	before, err := x.Number("before", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	limit, err := x.Number("limit", page, desk.MaxConversations)
	if err != nil {
		return nil, err
	}
	found, err := d.Desk.Conversations(ctx, h.App, kefu.MsgID(before), int(limit), x.R.URL.Query().Get("q"))
	if err != nil {
		return nil, err
	}
	v, err := d.look(ctx, h)
	if err != nil {
		return nil, err
	}
	return conversationsAnswer{v.conversations(found.Conversations), found.Next != 0, found.Next}, nil
}

// look is the view of a hand.
func (d *Door) look(ctx context.Context, h desk.Hand) (view, error) {
	o, err := d.Desk.OfficialAccount(ctx, h.App)
	if err != nil {
		return view{}, err
	}
	dir, err := d.Desk.Directory(ctx, h.App)
	if err != nil {
		return view{}, err
	}
	return d.view(h.Agent, o, dir.Agents), nil
}

type messagesAnswer struct {
	Messages   []messageLine   `json:"messages"`
	Happenings []happeningLine `json:"happenings"`
	More       bool            `json:"more"`
}

// messages reads a conversation backwards, or on from a message.
func (d *Door) messages(ctx context.Context, x *call, h desk.Hand) (any, error) {
	openid, err := x.openid()
	if err != nil {
		return nil, err
	}
	var where [3]int64
	for i, q := range []struct {
		name           string
		fallback, most int64
	}{{"before", 0, math.MaxInt64}, {"after", 0, math.MaxInt64}, {"limit", page, desk.MaxTalk}} {
		if where[i], err = x.Number(q.name, q.fallback, q.most); err != nil {
			return nil, err
		}
	}
	if where[0] != 0 && where[1] != 0 {
		return nil, exchange.BadRequest(`"before" and "after" do not go together`)
	}
	talk, err := d.Desk.Talk(ctx, h.App, openid, kefu.MsgID(where[0]), kefu.MsgID(where[1]), int(where[2]))
	if err != nil {
		return nil, err
	}
	dir, err := d.Desk.Directory(ctx, h.App)
	if err != nil {
		return nil, err
	}
	names := nicknamesOf(dir.Agents)
	answer := messagesAnswer{make([]messageLine, len(talk.Messages)), make([]happeningLine, len(talk.Happenings)), talk.More}
	for i := range talk.Messages {
		answer.Messages[i] = lineOfMessage(&talk.Messages[i], names)
	}
	for i := range talk.Happenings {
		answer.Happenings[i] = lineOfHappening(&talk.Happenings[i], talk.Notes, names)
	}
	return answer, nil
}

type tagLine struct {
	ID   kefu.TagID `json:"id"`
	Name string     `json:"name"`
}

func linesOfTags(tags []kefu.Tag) []tagLine {
	lines := make([]tagLine, len(tags))
	for i, t := range tags {
		lines[i] = tagLine{t.ID, t.Name}
	}
	return lines
}

type visitLine struct {
	OpenedAt  int64          `json:"opened_at"`
	ClosedAt  int64          `json:"closed_at"`
	KFAccount kefu.KFAccount `json:"kf_account"`
	Nickname  string         `json:"nickname,omitempty"`
	Messages  int            `json:"messages"`
	First     string         `json:"first"`
}

type customerAnswer struct {
	Conversation conversationRow `json:"conversation"`
	Tags         []tagLine       `json:"tags"`
	Notes        []noteLine      `json:"notes"`
	Visits       []visitLine     `json:"visits"`
	VisitsTotal  int             `json:"visits_total"`
}

// customer is what colleagues know of a customer.
func (d *Door) customer(ctx context.Context, x *call, h desk.Hand) (any, error) {
	openid, err := x.openid()
	if err != nil {
		return nil, err
	}
	p, err := d.Desk.CustomerPanel(ctx, h.App, openid)
	if err != nil {
		return nil, err
	}
	v, err := d.look(ctx, h)
	if err != nil {
		return nil, err
	}
	answer := customerAnswer{
		Conversation: v.conversation(&p.Conversation),
		Tags:         linesOfTags(p.Tags),
		Notes:        make([]noteLine, len(p.Notes)),
		Visits:       make([]visitLine, len(p.Visits)),
		VisitsTotal:  p.Conversation.Customer.Thread.Visits,
	}
	for i := range p.Notes {
		answer.Notes[i] = lineOfNote(&p.Notes[i], h.Author.ID)
	}
	for i, visit := range p.Visits {
		answer.Visits[i] = visitLine{
			millis(visit.OpenedAt), millis(visit.ClosedAt), visit.Agent, v.names[visit.Agent], visit.Messages, visit.First,
		}
	}
	return answer, nil
}
