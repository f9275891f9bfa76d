package admin

import (
	"context"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) conversationRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /conversations", kefu.RoleSupervisor, d.conversations)
	rs.account(d, "GET /conversations/count", kefu.RoleSupervisor, d.countConversations)
	rs.account(d, "GET /conversations/{id}", kefu.RoleSupervisor, d.conversation)
	rs["GET "+accountPaths+"/conversations/export"] = d.raw(kefu.RoleSupervisor, d.exportConversations)
	return rs
}

// conversationsPage is how many conversations are answered when a page does not say.
const conversationsPage = 20

// conversationLine is one time that a customer was received.
type conversationLine struct {
	ID       kefu.MsgID             `json:"id"`
	Customer whoLine                `json:"customer"`
	Standing kefu.ReceptionStanding `json:"standing"`
	// WaitedSince and the others are times, 0 for never.
	WaitedSince  int64 `json:"waited_since"`
	OpenedAt     int64 `json:"opened_at"`
	FirstReplyAt int64 `json:"first_reply_at"`
	EndedAt      int64 `json:"ended_at"`
	// Agents are the names of those who had the customer, in their order.
	Agents   []string `json:"agents"`
	Messages int      `json:"messages"`
	Said     string   `json:"said"`
	How      string   `json:"how,omitempty"`
}

func lineOfReception(r *desk.ReceptionLine, names agentNames) conversationLine {
	line := conversationLine{
		ID: r.ID, Customer: lineOfWho(&r.Who), Standing: r.Standing(), WaitedSince: stamp(r.WaitedSince), OpenedAt: stamp(r.OpenedAt),
		FirstReplyAt: stamp(r.FirstReplyAt), EndedAt: stamp(r.EndedAt), Agents: make([]string, len(r.Agents)), Messages: r.Count,
		Said: r.Said, How: r.How,
	}
	for i, a := range r.Agents {
		line.Agents[i] = names.of(a, r.EndedAt)
	}
	return line
}

type conversationsAnswer struct {
	Items []conversationLine `json:"items"`
	Next  string             `json:"next"`
	// Bounded tells that words were not looked for in all that was said.
	Bounded bool `json:"bounded"`
}

// conversations lists those that a filter chooses, the newest first.
func (d *Door) conversations(ctx context.Context, c *call) (any, error) {
	f, err := filterOf(c.R.URL.Query())
	if err != nil {
		return nil, err
	}
	before, err := c.Number("cursor", 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	limit, err := c.Number("limit", conversationsPage, desk.MaxReceptions)
	if err != nil {
		return nil, err
	}
	p, err := d.Desk.Receptions(ctx, c.app, f, kefu.MsgID(before), int(limit))
	if err != nil {
		return nil, err
	}
	names, err := d.names(ctx, c.app)
	if err != nil {
		return nil, err
	}
	answer := conversationsAnswer{Items: make([]conversationLine, len(p.Lines)), Bounded: p.Bounded}
	for i := range p.Lines {
		answer.Items[i] = lineOfReception(&p.Lines[i], names)
	}
	if p.Next != 0 {
		answer.Next = strconv.FormatInt(int64(p.Next), 10)
	}
	return answer, nil
}

type countAnswer struct {
	Count int `json:"count"`
	// Bounded tells that there may be more.
	Bounded bool `json:"bounded"`
}

// countConversations counts those that a filter chooses.
func (d *Door) countConversations(ctx context.Context, c *call) (any, error) {
	f, err := filterOf(c.R.URL.Query())
	if err != nil {
		return nil, err
	}
	n, bounded, err := d.Desk.CountReceptions(ctx, c.app, f)
	return countAnswer{n, bounded}, err
}

type conversationAnswer struct {
	conversationLine
	Messages   []saidLine   `json:"talk"`
	Happenings []becameLine `json:"happenings"`
	// More tells that the beginning of a very long one is missing.
	More bool `json:"more"`
}

// conversation reads what was said in one.
func (d *Door) conversation(ctx context.Context, c *call) (any, error) {
	id, err := strconv.ParseInt(c.R.PathValue("id"), 10, 64)
	if err != nil {
		return nil, exchange.BadRequest("the id of a conversation is a number")
	}
	k, err := d.Desk.Reception(ctx, c.app, kefu.MsgID(id))
	if err != nil {
		return nil, err
	}
	return answerOfTalk(&k, namesOf(k.Agents)), nil
}

func answerOfTalk(k *desk.ReceptionTalk, names agentNames) conversationAnswer {
	answer := conversationAnswer{
		conversationLine: lineOfReception(&k.ReceptionLine, names), More: k.More,
		Messages: make([]saidLine, len(k.Messages)), Happenings: make([]becameLine, len(k.Happenings)),
	}
	for i := range k.Messages {
		answer.Messages[i] = lineOfSaid(&k.Messages[i], names)
	}
	for i := range k.Happenings {
		answer.Happenings[i] = lineOfBecame(&k.Happenings[i], k.Notes, names)
	}
	return answer
}

// names are those of the agents of an account.
func (d *Door) names(ctx context.Context, app kefu.AppID) (agentNames, error) {
	dir, err := d.Desk.Directory(ctx, app)
	if err != nil {
		return nil, err
	}
	return namesOf(dir.Agents), nil
}

// standings are the filters of how a conversation stands, by their names.
var standings = map[string][]kefu.ReceptionStanding{
	"":       nil,
	"open":   {kefu.ReceptionOpen},
	"ended":  {kefu.ReceptionEnded},
	"missed": {kefu.ReceptionMissed, kefu.ReceptionWaiting},
}

// filterOf reads a filter: q, words with spaces between; openid; agent, a kf account;
// state; from and to, Unix milliseconds.
func filterOf(q url.Values) (f desk.ReceptionFilter, err error) {
	f.Words = strings.Fields(q.Get("q"))
	if len(f.Words) > desk.MaxWords {
		return f, exchange.BadRequest(`"q" may have at most 8 words`)
	}
	if id := kefu.OpenID(q.Get("openid")); id != "" {
		if !id.Valid() {
			return f, exchange.BadRequest(`"openid" is none`)
		}
		f.Customer = id
	}
	f.Agent = kefu.KFAccount(q.Get("agent"))
	known := false
	if f.Standings, known = standings[q.Get("state")]; !known {
		return f, exchange.BadRequest(`"state" must be open, ended or missed`)
	}
	from, to, err := timesOf(q)
	if err != nil {
		return f, err
	}
	if !from.IsZero() {
		f.From = kefu.FirstMsgID(from)
	}
	if !to.IsZero() {
		f.Before = kefu.FirstMsgID(to)
	}
	return f, nil
}

// lastMilli bounds times from strangers, so that ids made from them fit: the year 2255.
const lastMilli = 9_000_000_000_000

// timesOf reads from and to, Unix milliseconds; zero for none.
func timesOf(q url.Values) (from, to time.Time, err error) {
	for name, at := range map[string]*time.Time{"from": &from, "to": &to} {
		text := q.Get(name)
		if text == "" {
			continue
		}
		ms, bad := strconv.ParseInt(text, 10, 64)
		if bad != nil || ms < 0 || ms > lastMilli {
			return from, to, exchange.BadRequest(strconv.Quote(name) + " must be a time in Unix milliseconds")
		}
		*at = time.UnixMilli(ms)
	}
	return from, to, nil
}
