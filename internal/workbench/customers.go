package workbench

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

func (d *Door) setRemark(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		Remark string `json:"remark"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return with(x, func(c kefu.OpenID) error { return d.Desk.SetRemark(ctx, h.App, c, req.Remark) })
}

func (d *Door) setTags(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		Tags []kefu.TagID `json:"tags"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return with(x, func(c kefu.OpenID) error { return d.Desk.SetTags(ctx, h.App, c, req.Tags) })
}

// tags lists those that can be given.
func (d *Door) tags(ctx context.Context, _ *call, h desk.Hand) (any, error) {
	tags, err := d.Desk.TagNames(ctx, h.App)
	if err != nil {
		return nil, err
	}
	return map[string][]tagLine{"tags": linesOfTags(tags)}, nil
}

func (d *Door) addTag(ctx context.Context, x *call, h desk.Hand) (any, error) {
	var req struct {
		Name string `json:"name"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	t, err := d.Desk.AddTag(ctx, h.App, req.Name)
	if err != nil {
		return nil, err
	}
	return tagLine{t.ID, t.Name}, nil
}

func (d *Door) addNote(ctx context.Context, x *call, h desk.Hand) (any, error) {
	openid, err := x.openid()
	if err != nil {
		return nil, err
	}
	var req struct {
		Text string `json:"text"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	n, err := d.Desk.AddNote(ctx, h, openid, req.Text)
	if err != nil {
		return nil, err
	}
	return lineOfNote(&n, h.Author.ID), nil
}

func (d *Door) removeNote(ctx context.Context, x *call, h desk.Hand) (any, error) {
	id, err := x.id(kefu.NoteUnknown)
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, d.Desk.RemoveNote(ctx, h, id)
}
