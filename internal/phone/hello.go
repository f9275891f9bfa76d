package phone

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/picture"
)

// helloAnswer is what a page begins with.
type helloAnswer struct {
	OpenID kefu.OpenID `json:"openid"`
	// Nickname is what the customer calls itself; most say nothing.
	Nickname string  `json:"nickname,omitempty"`
	Account  account `json:"account"`
	// Sandbox says that the page may play any follower.
	Sandbox bool       `json:"sandbox,omitempty"`
	Epoch   string     `json:"epoch"`
	Offset  kefu.MsgID `json:"offset"`
	Now     int64      `json:"now"`
	Place   place      `json:"place"`
	Typing  bool       `json:"typing"`
}

type account struct {
	Name string `json:"name"`
}

// place is where the customer stands.
type place struct {
	Standing string `json:"standing"`
	Ahead    *int   `json:"ahead,omitempty"`
	// Since is when it began to wait, in Unix milliseconds by the clock of the house.
	Since   int64        `json:"since,omitempty"`
	Agent   *agent       `json:"agent,omitempty"`
	Service desk.Service `json:"service"`
}

// agent is who serves the customer. The house's own names for it are nobody's
// business here.
type agent struct {
	Nickname string `json:"nickname"`
	Avatar   string `json:"avatar,omitempty"`
}

// Where a customer stands.
const (
	standingNone    = "none"
	standingWaiting = "waiting"
	standingServed  = "served"
)

// hello tells a page who it is and how things stand. A browser that is new here
// becomes a follower.
func (d *Door) hello(ctx context.Context, x *call) (any, error) {
	customer, err := d.visitor(ctx, x)
	if err != nil {
		return nil, err
	}
	// The offset comes first: what happens meanwhile is told twice rather than never.
	news, err := d.Desk.News(ctx, x.app, 0, 0)
	if err != nil {
		return nil, err
	}
	state, err := d.Desk.Phones(ctx, x.app, desk.PhoneQuestion{Customers: []kefu.OpenID{customer}, Places: []kefu.OpenID{customer}})
	if err != nil {
		return nil, err
	}
	c, there := state.Customers[customer]
	if !there {
		return nil, kefu.CustomerUnknown
	}
	now := d.Now()
	return helloAnswer{
		OpenID: customer, Nickname: c.Nickname, Account: account{nameOf(state.Account)}, Sandbox: d.Sandbox,
		Epoch: news.Epoch, Offset: news.Last, Now: now.UnixMilli(),
		Place: placeOf(state.Places[customer]), Typing: c.Typing(now),
	}, nil
}

// visitor is the customer that a page is, or becomes.
func (d *Door) visitor(ctx context.Context, x *call) (kefu.OpenID, error) {
	customer, err := d.customer(ctx, x, &asking)
	as, _ := d.asked(x) // customer has looked at it
	switch {
	case as != "":
		return customer, err // the sandbox says who follows
	case errors.Is(err, errStranger):
		if err := d.paces.take(who{at: x.from(), what: &coming}); err != nil {
			return "", err
		}
	case err != nil:
		return "", err
	}
	// Who was known follows again, should the account have forgotten it.
	customer, err = d.Desk.Follow(ctx, x.app, desk.Follower{OpenID: customer, Scene: kefu.SceneOthers})
	if err != nil {
		return "", err
	}
	return customer, d.remember(ctx, x, customer)
}

// nameOf is how an account calls itself.
func nameOf(o *kefu.OfficialAccount) string {
	if o.Name != "" {
		return o.Name
	}
	return string(o.WeChatID)
}

func placeOf(p desk.Place) place {
	shown := place{Standing: standingNone, Service: p.Service}
	switch {
	case p.Agent != nil:
		shown.Standing = standingServed
		shown.Agent = &agent{Nickname: p.Agent.Nickname, Avatar: avatarOf(p.Agent)}
	case p.Waiting:
		shown.Standing, shown.Ahead, shown.Since = standingWaiting, &p.Ahead, p.Since.UnixMilli()
	}
	return shown
}

// avatarSize is the size of the pictures beside messages, in pixels.
const avatarSize = 132

func avatarOf(a *kefu.Agent) string { return picture.URL("", a.Avatar, avatarSize) }
