package workbench

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

// replyLine is a quick reply.
type replyLine struct {
	ID     kefu.MsgID `json:"id"`
	Code   string     `json:"code"`
	Title  string     `json:"title"`
	Text   string     `json:"text"`
	Shared bool       `json:"shared"`
	Used   int        `json:"used"`
}

func lineOfReply(q *kefu.QuickReply) replyLine {
	return replyLine{q.ID, q.Code, q.Title, q.Text, q.Shared(), q.Used}
}

func (d *Door) replies(ctx context.Context, _ *call, h desk.Hand) (any, error) {
	all, err := d.Desk.QuickReplies(ctx, h)
	if err != nil {
		return nil, err
	}
	lines := make([]replyLine, len(all))
	for i := range all {
		lines[i] = lineOfReply(&all[i])
	}
	return map[string][]replyLine{"replies": lines}, nil
}

func (d *Door) addReply(ctx context.Context, x *call, h desk.Hand) (any, error) {
	return d.putReply(ctx, x, h, 0)
}

func (d *Door) setReply(ctx context.Context, x *call, h desk.Hand) (any, error) {
	id, err := x.id(kefu.QuickReplyUnknown)
	if err != nil {
		return nil, err
	}
	return d.putReply(ctx, x, h, id)
}

func (d *Door) putReply(ctx context.Context, x *call, h desk.Hand, id kefu.MsgID) (any, error) {
	var req replyLine
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	put, err := d.Desk.PutQuickReply(ctx, h, kefu.QuickReply{ID: id, Code: req.Code, Title: req.Title, Text: req.Text}, req.Shared)
	if err != nil {
		return nil, err
	}
	return lineOfReply(&put), nil
}

func (d *Door) removeReply(ctx context.Context, x *call, h desk.Hand) (any, error) {
	id, err := x.id(kefu.QuickReplyUnknown)
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, d.Desk.RemoveQuickReply(ctx, h, id)
}

// useReply counts that somebody took one.
func (d *Door) useReply(ctx context.Context, x *call, h desk.Hand) (any, error) {
	if _, err := x.Body(); err != nil {
		return nil, err
	}
	id, err := x.id(kefu.QuickReplyUnknown)
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, d.Desk.UseQuickReply(ctx, h, id)
}
