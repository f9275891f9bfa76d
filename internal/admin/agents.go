package admin

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/exchange"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/wechat"
)

func (d *Door) agentRoutes() routes {
	rs := routes{}
	rs.account(d, "GET /agents", kefu.RoleAdministrator, d.agents)
	rs.account(d, "POST /agents", kefu.RoleAdministrator, d.addAgent)
	rs.account(d, "PUT /agents/{account}", kefu.RoleAdministrator, d.setAgent)
	rs.account(d, "DELETE /agents/{account}", kefu.RoleAdministrator, d.removeAgent)
	rs.account(d, "POST /agents/{account}/picture", kefu.RoleAdministrator, d.setPicture)
	rs.account(d, "POST /agents/{account}/invitation", kefu.RoleAdministrator, d.invite)
	rs.account(d, "GET /agents/{account}/invitation", kefu.RoleAdministrator, d.invitation)
	return rs
}

// agentLine is an agent as those who run the house see it.
type agentLine struct {
	handLine
	KFID    kefu.KFID `json:"kf_id"`
	Binding string    `json:"binding"`
	// WeChatID is the person who is bound, or was invited last; empty for none.
	WeChatID kefu.WeChatID `json:"wechat_id,omitempty"`
	// ExpiresAt is when the invitation ends or ended; 0 without.
	ExpiresAt int64 `json:"expires_at"`
}

// bound and uninvited are the bindings beside the states of an invitation.
const (
	bound     = "bound"
	uninvited = "none"
)

func (d *Door) lineOfAgent(a *kefu.Agent) agentLine {
	line := agentLine{handLine: lineOfHand(a), KFID: a.ID, Binding: uninvited, WeChatID: a.Worker}
	switch {
	case a.Bound():
		line.Binding = bound
	case a.Invitation != nil:
		line.Binding = string(a.Invitation.Status(d.Now()))
		line.WeChatID, line.ExpiresAt = a.Invitation.Worker, stamp(a.Invitation.ExpiresAt)
	}
	return line
}

type agentsAnswer struct {
	Now int64 `json:"now"`
	// Limit is how many agents there may be.
	Limit  int         `json:"limit"`
	Suffix string      `json:"suffix"`
	Items  []agentLine `json:"items"`
}

// agents lists all agents: there are as many as the account may have, and a page shows
// them with their counts.
func (d *Door) agents(ctx context.Context, c *call) (any, error) {
	o, err := d.Desk.OfficialAccount(ctx, c.app)
	if err != nil {
		return nil, err
	}
	dir, err := d.Desk.Directory(ctx, c.app)
	if err != nil {
		return nil, err
	}
	answer := agentsAnswer{Now: d.Now().UnixMilli(), Limit: o.Limits.Agents, Suffix: "@" + string(o.WeChatID), Items: make([]agentLine, len(dir.Agents))}
	for i := range dir.Agents {
		answer.Items[i] = d.lineOfAgent(&dir.Agents[i])
	}
	return answer, nil
}

// agentOf is the kf account that a call is about.
func agentOf(c *call) kefu.KFAccount { return kefu.KFAccount(c.R.PathValue("account")) }

// shown is an agent as it is now.
func (d *Door) shown(ctx context.Context, c *call, account kefu.KFAccount) (any, error) {
	a, err := d.Desk.Agent(ctx, c.app, account)
	if err != nil {
		return nil, err
	}
	return d.lineOfAgent(&a), nil
}

func (d *Door) addAgent(ctx context.Context, c *call) (any, error) {
	var req struct {
		Prefix   string `json:"prefix"`
		Nickname string `json:"nickname"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	o, err := d.Desk.OfficialAccount(ctx, c.app)
	if err != nil {
		return nil, err
	}
	account := kefu.KFAccount(req.Prefix + "@" + string(o.WeChatID))
	a, err := d.Desk.AddAgent(ctx, c.app, account, req.Nickname, c.act(kefu.ActAgentAdded, string(account), "", req.Nickname))
	if err != nil {
		return nil, err
	}
	return d.lineOfAgent(&a), nil
}

// setAgent sets the nickname, how many customers the agent takes by itself, or both.
func (d *Door) setAgent(ctx context.Context, c *call) (any, error) {
	var req struct {
		Nickname   *string `json:"nickname"`
		AutoAccept *int    `json:"auto_accept"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	if req.Nickname != nil { // both or none
		if err := kefu.ValidateNickname(*req.Nickname); err != nil {
			return nil, err
		}
	}
	account := agentOf(c)
	if req.AutoAccept != nil {
		if err := d.Desk.LimitAgent(ctx, c.app, account, *req.AutoAccept, c.act(kefu.ActAgentLimited, string(account), "", "")); err != nil {
			return nil, err
		}
	}
	if req.Nickname != nil {
		if err := d.Desk.RenameAgent(ctx, c.app, account, *req.Nickname, c.act(kefu.ActAgentRenamed, string(account), "", "")); err != nil {
			return nil, err
		}
	}
	return d.shown(ctx, c, account)
}

func (d *Door) removeAgent(ctx context.Context, c *call) (any, error) {
	account := agentOf(c)
	a, err := d.Desk.Agent(ctx, c.app, account)
	if err != nil {
		return nil, err
	}
	return exchange.Nothing, d.Desk.RemoveAgent(ctx, c.app, account, c.act(kefu.ActAgentRemoved, string(account), a.Nickname, ""))
}

// setPicture takes the picture of an agent, as a form with one file.
func (d *Door) setPicture(ctx context.Context, c *call) (any, error) {
	account := agentOf(c)
	if _, err := d.Desk.Agent(ctx, c.app, account); err != nil {
		return nil, err
	}
	file, err := wechat.ReadUpload(c.R.Header.Get("Content-Type"), c.R.Body, picture.MaxBytes)
	switch {
	case errors.Is(err, wechat.ErrTooLarge):
		return nil, kefu.PictureTooLarge
	case errors.Is(err, wechat.ErrEmptyFile):
		return nil, kefu.PictureEmpty
	case err != nil:
		// Anything else than the form is a connection that broke off, whose caller hears
		// nothing of it.
		return nil, exchange.BadRequest(err.Error())
	}
	if err := d.Desk.SetAvatar(ctx, c.app, account, file.Bytes, c.act(kefu.ActAgentPictured, string(account), "", "")); err != nil {
		return nil, err
	}
	return d.shown(ctx, c, account)
}

// invitationAnswer is an invitation that waits, or what became of it, with its link
// while it works.
type invitationAnswer struct {
	Now   int64     `json:"now"`
	Agent agentLine `json:"agent"`
	Link  string    `json:"link,omitempty"`
}

func (d *Door) invite(ctx context.Context, c *call) (any, error) {
	var req struct {
		WeChatID kefu.WeChatID `json:"wechat_id"`
	}
	if err := c.Read(&req); err != nil {
		return nil, err
	}
	account := agentOf(c)
	if err := d.Desk.Invite(ctx, c.app, account, req.WeChatID, c.act(kefu.ActAgentInvited, string(account), "", string(req.WeChatID))); err != nil {
		return nil, err
	}
	return d.invitation(ctx, c)
}

func (d *Door) invitation(ctx context.Context, c *call) (any, error) {
	account := agentOf(c)
	a, err := d.Desk.Agent(ctx, c.app, account)
	if err != nil {
		return nil, err
	}
	answer := invitationAnswer{Now: d.Now().UnixMilli(), Agent: d.lineOfAgent(&a)}
	token, err := d.Desk.InvitationToken(ctx, c.app, account)
	switch {
	case errors.Is(err, kefu.InvitationNotWaiting):
		return answer, nil
	case err != nil:
		return nil, err
	}
	answer.Link = d.PublicURL + "/invitation/" + token
	return answer, nil
}
