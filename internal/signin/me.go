package signin

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/picture"
)

// demoPeople bounds whom the sign-in page of a sandbox offers.
const demoPeople = 50

// avatarSize is that of pictures in lists, in pixels.
const avatarSize = 132

type person struct {
	WeChatID kefu.WeChatID `json:"wechat_id"`
	Name     string        `json:"name"`
	Role     kefu.Role     `json:"role"`
}

func shown(p *kefu.Person) person { return person{p.ID, p.Name, p.Role} }

// seat is a place at which the person works; without a kf account it may only look.
type seat struct {
	AppID       kefu.AppID     `json:"appid"`
	AccountName string         `json:"account_name"`
	KFAccount   kefu.KFAccount `json:"kf_account,omitempty"`
	KFID        kefu.KFID      `json:"kf_id,omitempty"`
	Nickname    string         `json:"nickname,omitempty"`
	Avatar      string         `json:"avatar,omitempty"`
}

// pending is an invitation that waits for the person's answer.
type pending struct {
	Token       string         `json:"token"`
	AppID       kefu.AppID     `json:"appid"`
	AccountName string         `json:"account_name"`
	KFAccount   kefu.KFAccount `json:"kf_account"`
	Nickname    string         `json:"nickname"`
	ExpiresAt   int64          `json:"expires_at"`
}

type meAnswer struct {
	Person      person    `json:"person"`
	Seats       []seat    `json:"seats"`
	Invitations []pending `json:"invitations,omitempty"`
	Sandbox     bool      `json:"sandbox"`
}

// me tells the page who is signed in and where that person works. Who is not signed in
// hears in a sandbox whom one may be.
func (d *Door) me(ctx context.Context, x *exchange.Exchange) (any, error) {
	token := x.Token()
	signed, err := d.People.Signed(ctx, token)
	if errors.Is(err, kefu.NotSignedIn) {
		return d.stranger(ctx, x, err)
	}
	if err != nil {
		return nil, err
	}
	me, err := d.describe(ctx, &signed)
	if err != nil {
		return nil, err
	}
	// The life of the cookie goes on with that of its login.
	giveToken(x, token)
	return me, nil
}

// describe is the answer about somebody who is signed in.
func (d *Door) describe(ctx context.Context, p *kefu.Person) (meAnswer, error) {
	seats, err := d.Desk.Seats(ctx, p.ID, p.Role.AtLeast(kefu.RoleSupervisor))
	if err != nil {
		return meAnswer{}, err
	}
	me := meAnswer{Person: shown(p), Seats: []seat{}, Sandbox: d.Sandbox}
	for _, s := range seats {
		one := seat{AppID: s.Account.AppID, AccountName: accountName(s.Account)}
		if a := s.Agent; a != nil {
			one.KFAccount, one.KFID, one.Nickname = a.Account, a.ID, a.Nickname
			one.Avatar = picture.URL("", a.Avatar, avatarSize)
		}
		me.Seats = append(me.Seats, one)
	}
	invitations, err := d.Desk.Pending(ctx, p.ID)
	if err != nil {
		return meAnswer{}, err
	}
	for _, i := range invitations {
		me.Invitations = append(me.Invitations, pending{
			Token:       i.Token,
			AppID:       i.Account.AppID,
			AccountName: accountName(i.Account),
			KFAccount:   i.Agent.Account,
			Nickname:    i.Agent.Nickname,
			ExpiresAt:   i.ExpiresAt.UnixMilli(),
		})
	}
	return me, nil
}

// accountName is what people call an official account.
func accountName(o *kefu.OfficialAccount) string {
	if o.Name != "" {
		return o.Name
	}
	return string(o.WeChatID)
}

// strangerError is told with more beside it.
type strangerError struct {
	error
	more map[string]any
}

func (e strangerError) Unwrap() error { return e.error }

func (d *Door) stranger(ctx context.Context, x *exchange.Exchange, notSignedIn error) (any, error) {
	more := map[string]any{"sandbox": d.Sandbox}
	if x.Token() != "" {
		giveToken(x, "")
	}
	if d.Sandbox {
		people, err := d.People.List(ctx, "", demoPeople)
		if err != nil {
			return nil, err
		}
		demo := []person{}
		for i := range people {
			if !people[i].Disabled {
				demo = append(demo, shown(&people[i]))
			}
		}
		more["demo"] = demo
	}
	return nil, strangerError{notSignedIn, more}
}
