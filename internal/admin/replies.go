package admin

import (
	"cmp"
	"context"
	"strconv"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) replyRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /replies", kefu.RoleAdministrator, d.sharedReplies)
	rs.account(d, "POST /replies", kefu.RoleAdministrator, d.addSharedReply)
	rs.account(d, "PUT /replies/{id}", kefu.RoleAdministrator, d.setSharedReply)
	rs.account(d, "DELETE /replies/{id}", kefu.RoleAdministrator, d.removeSharedReply)
	return rs
}

// replyRow is a quick reply that all agents have.
type replyRow struct {
	ID    kefu.MsgID `json:"id"`
	Code  string     `json:"code"`
	Title string     `json:"title"`
	Text  string     `json:"text"`
	Used  int        `json:"used"`
	// Author and UpdatedAt are empty and 0 where that was not noted.
	Author    string `json:"author"`
	UpdatedAt int64  `json:"updated_at"`
}

func rowOfReply(q *kefu.QuickReply) replyRow {
	row := replyRow{ID: q.ID, Code: q.Code, Title: q.Title, Text: q.Text, Used: q.Used, Author: cmp.Or(q.Author.Name, string(q.Author.ID))}
	if !q.UpdatedAt.IsZero() {
		row.UpdatedAt = q.UpdatedAt.UnixMilli()
	}
	return row
}

// sharedReplies lists them all: there are at most [kefu.MaxQuickReplies].
func (d *Door) sharedReplies(ctx context.Context, c *call) (any, error) {
	all, err := d.Desk.SharedReplies(ctx, c.app)
	if err != nil {
		return nil, err
	}
	page := list[replyRow]{Items: make([]replyRow, len(all))}
	for i := range all {
		page.Items[i] = rowOfReply(&all[i])
	}
	return page, nil
}

func (d *Door) addSharedReply(ctx context.Context, c *call) (any, error) {
	return d.putSharedReply(ctx, c, 0)
}

func (d *Door) setSharedReply(ctx context.Context, c *call) (any, error) {
	id, err := c.msgID(kefu.QuickReplyUnknown)
	if err != nil {
		return nil, err
	}
	return d.putSharedReply(ctx, c, id)
}

func (d *Door) putSharedReply(ctx context.Context, c *call, id kefu.MsgID) (any, error) {
	var req replyRow
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	q := kefu.QuickReply{ID: id, Code: req.Code, Title: req.Title, Text: req.Text}
	put, err := d.Desk.PutSharedReply(ctx, c.app, kefu.Author{ID: c.who.ID, Name: c.who.Name}, q, c.act(kefu.ActReplyPut, "", "", ""))
	if err != nil {
		return nil, err
	}
	return rowOfReply(&put), nil
}

func (d *Door) removeSharedReply(ctx context.Context, c *call) (any, error) {
	id, err := c.msgID(kefu.QuickReplyUnknown)
	if err != nil {
		return nil, err
	}
	act := c.act(kefu.ActReplyRemoved, strconv.FormatInt(int64(id), 10), "", "")
	return exchange.Nothing, d.Desk.RemoveSharedReply(ctx, c.app, id, act)
}
