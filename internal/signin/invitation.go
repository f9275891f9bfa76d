package signin

import (
	"cmp"
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
)

type invitationAnswer struct {
	AccountName string         `json:"account_name"`
	KFAccount   kefu.KFAccount `json:"kf_account"`
	Nickname    string         `json:"nickname"`
	WeChatID    kefu.WeChatID  `json:"wechat_id"`
	Status      string         `json:"status"`
	ExpiresAt   int64          `json:"expires_at"`
	Now         int64          `json:"now"`
	// Known tells that the invited person has a login, and need not register.
	Known        bool `json:"known"`
	Bindings     int  `json:"bindings"`
	BindingLimit int  `json:"binding_limit"`
}

// bound is the status of an invitation that was accepted.
const bound = "bound"

// invitation tells who followed a link what it is about.
func (d *Door) invitation(ctx context.Context, x *exchange.Exchange) (any, error) {
	i, err := d.Desk.Invited(ctx, x.R.PathValue("token"))
	if err != nil {
		return nil, err
	}
	_, err = d.People.Person(ctx, i.Person)
	if err != nil && !errors.Is(err, kefu.PersonUnknown) {
		return nil, err
	}
	return invitationAnswer{
		AccountName: accountName(i.Account), KFAccount: i.Agent.Account, Nickname: i.Agent.Nickname, WeChatID: i.Person,
		Status: cmp.Or(string(i.Status), bound), ExpiresAt: i.ExpiresAt.UnixMilli(), Now: d.Now().UnixMilli(), Known: err == nil,
		Bindings: i.Bindings, BindingLimit: i.Account.Limits.BindingsPerWorker,
	}, nil
}

// register gives the invited person a login, which it did not have, and signs it in.
func (d *Door) register(ctx context.Context, x *exchange.Exchange) (any, error) {
	var req struct{ Name, Password string }
	if err := x.Read(&req); err != nil {
		return nil, err
	}
	i, err := d.Desk.Invited(ctx, x.R.PathValue("token"))
	if err != nil {
		return nil, err
	}
	if i.Status != kefu.InvitationStatusWaiting {
		return nil, kefu.InvitationNotWaiting
	}
	person := kefu.Person{ID: i.Person, Name: req.Name, Role: kefu.RoleAgent}
	if err := d.People.Register(ctx, person, req.Password, x.By(i.Person)); err != nil {
		return nil, err
	}
	return d.welcome(ctx, x, i.Person)
}

func (d *Door) accept(ctx context.Context, x *exchange.Exchange, p kefu.Person) (any, error) {
	return d.answer(ctx, x, p, true)
}

func (d *Door) reject(ctx context.Context, x *exchange.Exchange, p kefu.Person) (any, error) {
	return d.answer(ctx, x, p, false)
}

// answer is the invited person's yes or no.
func (d *Door) answer(ctx context.Context, x *exchange.Exchange, p kefu.Person, accept bool) (any, error) {
	by := kefu.Act{Who: string(p.ID), RID: x.RID}
	if from := x.From(); from.IsValid() {
		by.IP = from.String()
	}
	return exchange.Nothing, d.Desk.AnswerInvitation(ctx, x.R.PathValue("token"), accept, by)
}
