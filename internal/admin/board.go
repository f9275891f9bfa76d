package admin

import (
	"context"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) boardRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /board", kefu.RoleSupervisor, d.board)
	rs.account(d, "POST /customers/{openid}/assign", kefu.RoleSupervisor, d.assign)
	rs.account(d, "POST /customers/{openid}/close", kefu.RoleSupervisor, d.closeSession)
	rs["GET "+accountPaths+"/socket"] = d.raw(kefu.RoleSupervisor, d.socket)
	return rs
}

type boardAnswer struct {
	Now   int64 `json:"now"`
	Queue struct {
		Total        int         `json:"total"`
		LongestSince int64       `json:"longest_since"`
		Waiting      []queueLine `json:"waiting"`
	} `json:"queue"`
	Agents []boardAgent `json:"agents"`
}

// queueLine is a customer who waits.
type queueLine struct {
	Customer whoLine   `json:"customer"`
	Since    int64     `json:"since"`
	Named    string    `json:"named,omitempty"`
	Last     *saidLine `json:"last"`
}

// boardAgent is an agent with the customers it serves.
type boardAgent struct {
	handLine
	Sessions []servedLine `json:"sessions"`
}

// servedLine is a customer who is served.
type servedLine struct {
	Customer whoLine   `json:"customer"`
	OpenedAt int64     `json:"opened_at"`
	Unread   int       `json:"unread"`
	Last     *saidLine `json:"last"`
	// WaitingSince is since when the customer has no answer; 0 when it has.
	WaitingSince int64 `json:"waiting_since"`
}

// board tells who waits and who serves whom.
func (d *Door) board(ctx context.Context, c *call) (any, error) {
	b, err := d.Desk.Board(ctx, c.app)
	if err != nil {
		return nil, err
	}
	names := namesOf(b.Agents)
	answer := boardAnswer{Now: d.Now().UnixMilli(), Agents: make([]boardAgent, len(b.Agents))}
	answer.Queue.Total, answer.Queue.LongestSince = b.Total, stamp(b.Longest)
	answer.Queue.Waiting = make([]queueLine, 0, len(b.Waiting))
	last := func(m *kefu.Message) *saidLine {
		if m == nil {
			return nil
		}
		line := lineOfSaid(m, names)
		return &line
	}
	for i := range b.Waiting {
		w := &b.Waiting[i]
		line := queueLine{Customer: lineOfWho(&w.Customer), Last: last(w.Last)}
		if w.Waiting != nil {
			line.Since = stamp(w.Waiting.Since)
			for j := range b.Agents {
				if w.Waiting.Named != 0 && b.Agents[j].ID == w.Waiting.Named {
					line.Named = b.Agents[j].Nickname
				}
			}
		}
		answer.Queue.Waiting = append(answer.Queue.Waiting, line)
	}
	for i := range b.Agents {
		a := &b.Agents[i]
		row := boardAgent{lineOfHand(a), []servedLine{}}
		for j := range b.Sessions[a.ID] {
			s := &b.Sessions[a.ID][j]
			line := servedLine{
				Customer: lineOfWho(&s.Customer), Unread: s.Customer.Thread.Unread, Last: last(s.Last),
				WaitingSince: stamp(s.Customer.Thread.UnansweredSince),
			}
			if s.Session != nil {
				line.OpenedAt = stamp(s.Session.OpenedAt)
			}
			row.Sessions = append(row.Sessions, line)
		}
		answer.Agents[i] = row
	}
	return answer, nil
}

// hand is the caller at the official account, as one who oversees; it need have no seat.
func (d *Door) hand(ctx context.Context, c *call) (desk.Hand, kefu.OpenID, error) {
	openid := kefu.OpenID(c.R.PathValue("openid"))
	if !openid.Valid() {
		return desk.Hand{}, "", kefu.CustomerUnknown
	}
	h, err := d.Desk.HandOf(ctx, c.app, c.who)
	return h, openid, err
}

// assign gives a customer, who waits or is served, to an agent.
func (d *Door) assign(ctx context.Context, c *call) (any, error) {
	var req struct {
		To   kefu.KFAccount `json:"to"`
		Note string         `json:"note"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	h, openid, err := d.hand(ctx, c)
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, d.Desk.Assign(ctx, h, c.act("", "", "", ""), openid, req.To, req.Note)
}

// maxWhy bounds why a session is ended, in code points.
const maxWhy = 100

// closeSession ends a customer's session.
func (d *Door) closeSession(ctx context.Context, c *call) (any, error) {
	var req struct {
		Why string `json:"why"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(req.Why) > maxWhy {
		return nil, exchange.BadRequest(`"why" must have at most 100 characters`)
	}
	h, openid, err := d.hand(ctx, c)
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, d.Desk.EndByOverseer(ctx, h, c.act("", "", "", req.Why), openid)
}
