package admin

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) callRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /calls", kefu.RoleAdministrator, d.refusedCalls)
	rs.account(d, "GET /calls/{rid}", kefu.RoleAdministrator, d.refusedCall)
	return rs
}

// callRow is one refused call of the developers' API.
type callRow struct {
	RID     kefu.RID `json:"rid"`
	At      int64    `json:"at"`
	Took    int64    `json:"took_us"`
	Path    string   `json:"path"`
	Errcode int      `json:"errcode"`
	From    string   `json:"from"`
}

// callAnswer is one with what was sent and answered. Secrets were masked before it was
// kept.
type callAnswer struct {
	callRow
	Query    string `json:"query"`
	Request  string `json:"request"`
	Response string `json:"response"`
}

func rowOfCall(c *kefu.Call) callRow {
	return callRow{c.RID, c.At.UnixMilli(), c.Took.Microseconds(), legible([]byte(c.Path)), c.Errcode, c.ClientIP}
}

// refusedCalls lists the refused calls of an account, the newest first.
func (d *Door) refusedCalls(ctx context.Context, c *call) (any, error) {
	limit, err := c.Number("limit", workPage, maxWorkPage)
	if err != nil {
		return nil, err
	}
	before := kefu.RID(c.R.URL.Query().Get("before"))
	if _, ok := before.Time(); before != "" && !ok {
		return nil, exchange.BadRequest(`"before" must be a rid`)
	}
	if _, err := d.Desk.OfficialAccount(ctx, c.app); err != nil {
		return nil, err
	}
	size := max(int(limit), 1)
	found, err := d.Calls.Newest(ctx, c.app, before, size+1)
	if err != nil {
		return nil, err
	}
	page := list[callRow]{Items: []callRow{}}
	for i := range found[:min(len(found), size)] {
		page.Items = append(page.Items, rowOfCall(&found[i]))
	}
	if len(found) > size {
		page.Next = string(found[size-1].RID)
	}
	return page, nil
}

// refusedCall looks one up by its rid.
func (d *Door) refusedCall(ctx context.Context, c *call) (any, error) {
	found, err := d.Calls.Find(ctx, c.app, kefu.RID(c.R.PathValue("rid")), d.Now())
	if err != nil {
		return nil, err
	}
	return callAnswer{
		callRow: rowOfCall(&found), Query: legible([]byte(found.Query)),
		Request: legible([]byte(found.Request)), Response: legible([]byte(found.Response)),
	}, nil
}
