package client

import (
	"context"
	"net/http"

	"github.com/openkefu/kefu/wechat"
)

// CreateSession has an agent, who must be online, serve a customer. It succeeds
// when the agent serves the customer already. Refusals are wechat.InvalidOpenID,
// wechat.InvalidAgent, wechat.AgentUnbound, wechat.SessionOfAnotherWorker and
// wechat.WorkerOffline.
func (c *Client) CreateSession(ctx context.Context, account, openid string) error {
	return c.post(ctx, wechat.PathSessionCreate, wechat.SessionRequest{KFAccount: account, OpenID: openid}, call{})
}

// CloseSession ends the session of a customer with an agent. Refusals are
// wechat.NoSession and wechat.SessionOfAnotherWorker besides those of
// [Client.CreateSession].
func (c *Client) CloseSession(ctx context.Context, account, openid string) error {
	return c.post(ctx, wechat.PathSessionClose, wechat.SessionRequest{KFAccount: account, OpenID: openid}, call{})
}

// Session tells who serves a customer. In no session, it has no KFAccount.
func (c *Client) Session(ctx context.Context, openid string) (wechat.Session, error) {
	var answer wechat.Session
	err := c.do(ctx, call{method: http.MethodGet, path: wechat.PathSession, query: param("openid", openid), into: &answer})
	return answer, err
}

// Sessions lists the customers that an agent serves, the longest served first.
func (c *Client) Sessions(ctx context.Context, account string) ([]wechat.CustomerInSession, error) {
	var answer wechat.SessionList
	err := c.do(ctx, call{
		method: http.MethodGet, path: wechat.PathSessionList, query: param("kf_account", account), into: &answer,
		complete: func() string { return lacks(answer.SessionList == nil, "sessionlist") },
	})
	return answer.SessionList, err
}

// Waiting lists the first 100 customers who wait for an agent, the one who came
// first first, and counts all of them.
func (c *Client) Waiting(ctx context.Context) (wechat.WaitList, error) {
	var answer wechat.WaitList
	err := c.do(ctx, call{method: http.MethodGet, path: wechat.PathWaitList, into: &answer, complete: func() string {
		return lacks(answer.WaitCaseList == nil, "waitcaselist")
	}})
	return answer, err
}
