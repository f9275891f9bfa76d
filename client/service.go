package client

import (
	"context"
	"net/http"

	"github.com/openkefu/kefu/wechat"
)

// CallbackIPs lists the addresses that pushes come from, single ones and CIDR
// blocks. Ask at most daily.
func (c *Client) CallbackIPs(ctx context.Context) ([]string, error) {
	return c.addresses(ctx, wechat.PathCallbackIP)
}

// APIDomainIPs lists the addresses behind the API's host. Ask at most daily.
func (c *Client) APIDomainIPs(ctx context.Context) ([]string, error) {
	return c.addresses(ctx, wechat.PathAPIDomainIP)
}

func (c *Client) addresses(ctx context.Context, path string) ([]string, error) {
	var answer wechat.IPList
	err := c.do(ctx, call{method: http.MethodGet, path: path, into: &answer, complete: func() string {
		return lacks(answer.IPList == nil, "ip_list")
	}})
	return answer.IPList, err
}

// CheckCallback has the platform try to reach the callback URL. action is one of
// the wechat.CheckAction constants, operator one of wechat.CheckOperator.
func (c *Client) CheckCallback(ctx context.Context, action, operator string) (wechat.CallbackCheckResponse, error) {
	var answer wechat.CallbackCheckResponse
	err := c.post(ctx, wechat.PathCallbackCheck, wechat.CallbackCheckRequest{Action: action, CheckOperator: operator}, call{into: &answer})
	return answer, err
}

// ClearQuota sets today's count of calls of every path to zero. It can be done
// ten times a month.
func (c *Client) ClearQuota(ctx context.Context) error {
	return c.post(ctx, wechat.PathClearQuota, wechat.ClearQuotaRequest{AppID: c.appID}, call{})
}

// ClearQuotaWithSecret is [Client.ClearQuota] without an access token, for when
// the calls that are used up are those that fetch one.
func (c *Client) ClearQuotaWithSecret(ctx context.Context) error {
	body, err := wechat.Marshal(wechat.ClearQuotaV2Request{AppID: c.appID, AppSecret: c.secret})
	if err != nil {
		return err
	}
	return c.exchange(ctx, call{method: http.MethodPost, path: wechat.PathClearQuotaV2, body: body, contentType: jsonType}, "")
}

// Quota tells how often a path, such as [wechat.PathAgentList], may be called
// today and was.
func (c *Client) Quota(ctx context.Context, path string) (wechat.QuotaResponse, error) {
	var answer wechat.QuotaResponse
	err := c.post(ctx, wechat.PathQuotaGet, wechat.QuotaRequest{CGIPath: path}, call{into: &answer})
	return answer, err
}

// ClearPathQuota sets today's count of calls of one path to zero. It can be done
// fifty times a month.
func (c *Client) ClearPathQuota(ctx context.Context, path string) error {
	return c.post(ctx, wechat.PathQuotaClear, wechat.QuotaRequest{CGIPath: path}, call{})
}

// Call looks a refused call up by its rid, within seven days. [Error] carries
// the rid of the call that it refused.
func (c *Client) Call(ctx context.Context, rid string) (wechat.Call, error) {
	var answer wechat.RIDResponse
	err := c.post(ctx, wechat.PathRIDGet, wechat.RIDRequest{RID: rid}, call{into: &answer})
	return answer.Request, err
}
