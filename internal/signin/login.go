package signin

import (
	"context"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

// login signs somebody in who knows the password.
func (d *Door) login(ctx context.Context, x *exchange.Exchange) (any, error) {
	var req struct {
		WeChatID kefu.WeChatID `json:"wechat_id"`
		Password string        `json:"password"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	person, token, err := d.People.SignIn(ctx, req.WeChatID, req.Password, x.By(req.WeChatID))
	if err != nil {
		return nil, err
	}
	return d.enter(ctx, x, person, token)
}

// demo signs anybody in. Only a sandbox serves it.
func (d *Door) demo(ctx context.Context, x *exchange.Exchange) (any, error) {
	var req struct {
		WeChatID kefu.WeChatID `json:"wechat_id"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return d.welcome(ctx, x, req.WeChatID)
}

// welcome signs somebody in whom the house knows without a password.
func (d *Door) welcome(ctx context.Context, x *exchange.Exchange, id kefu.WeChatID) (any, error) {
	if _, err := d.People.Person(ctx, id); err != nil {
		return nil, err
	}
	person, token, err := d.People.Welcome(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.enter(ctx, x, person, token)
}

// enter gives the browser a new login in place of the one it has, and answers who is
// signed in now.
func (d *Door) enter(ctx context.Context, x *exchange.Exchange, person kefu.Person, token string) (any, error) {
	me, err := d.describe(ctx, &person)
	if err != nil {
		return nil, err
	}
	if before := x.Token(); before != "" {
		if err := d.People.SignOut(ctx, before); err != nil {
			return nil, err
		}
	}
	giveToken(x, token)
	return me, nil
}

// logout signs this browser out, whoever it belongs to.
func (d *Door) logout(ctx context.Context, x *exchange.Exchange) (any, error) {
	if err := d.People.SignOut(ctx, x.Token()); err != nil {
		return nil, err
	}
	giveToken(x, "")
	return exchange.Nothing, nil
}

// logoutEverywhere signs a person out of all browsers.
func (d *Door) logoutEverywhere(ctx context.Context, x *exchange.Exchange, person kefu.Person) (any, error) {
	if err := d.People.SignOutEverywhere(ctx, person.ID); err != nil {
		return nil, err
	}
	giveToken(x, "")
	return exchange.Nothing, nil
}

// password replaces a person's own password; other browsers are signed out.
func (d *Door) password(ctx context.Context, x *exchange.Exchange, _ kefu.Person) (any, error) {
	var req struct{ Old, New string }
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	return exchange.Nothing, d.People.ChangePassword(ctx, x.Token(), req.Old, req.New, x.From(), x.RID)
}

// setUp makes the first administrator of who followed the link for it.
func (d *Door) setUp(ctx context.Context, x *exchange.Exchange) (any, error) {
	var req struct {
		Token    string        `json:"token"`
		WeChatID kefu.WeChatID `json:"wechat_id"`
		Name     string        `json:"name"`
		Password string        `json:"password"`
	}
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	person := kefu.Person{ID: req.WeChatID, Name: req.Name}
	if err := d.People.SetUp(ctx, req.Token, person, req.Password, x.By(req.WeChatID)); err != nil {
		return nil, err
	}
	return d.welcome(ctx, x, req.WeChatID)
}
