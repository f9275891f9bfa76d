package api

import (
	"cmp"
	"context"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// tools are the endpoints about the API itself: addresses, quotas, past calls.
func (a *API) tools() []endpoint {
	rows := []endpoint{
		{path: wechat.PathCallbackIP, serve: a.ipList(a.CallbackIPs)},
		{path: wechat.PathAPIDomainIP, serve: a.ipList(a.APIIPs)},
		takesJSON(wechat.PathCallbackCheck, wechat.ParseCallbackCheckRequest, a.checkCallback),
		takesJSON(wechat.PathClearQuota, wechat.ParseClearQuotaRequest, a.clearQuota),
		a.clearQuotaV2(),
		takesJSON(wechat.PathQuotaGet, wechat.ParseQuotaRequest, a.quota),
		takesJSON(wechat.PathQuotaClear, wechat.ParseQuotaRequest, a.clearPathQuota),
		takesJSON(wechat.PathRIDGet, wechat.ParseRIDRequest, a.findCall),
	}
	for i := range rows {
		rows[i].tool = true
	}
	return rows
}

func (a *API) ipList(list []string) func(context.Context, *call) (any, error) {
	return func(context.Context, *call) (any, error) {
		return wechat.IPList{IPList: list}, nil
	}
}

// checkTimeout bounds a whole callback check: two looks of at most five
// seconds, as long as a push may take.
const checkTimeout = 10 * time.Second

// maxCheckedAddresses bounds how many addresses of one host are pinged.
const maxCheckedAddresses = 8

// noPing is the time of a packet that nobody answered.
const noPing = "0ms"

func (a *API) checkCallback(ctx context.Context, c *call, r wechat.CallbackCheckRequest) (any, error) {
	dns := r.Action == wechat.CheckActionDNS || r.Action == wechat.CheckActionAll
	ping := r.Action == wechat.CheckActionPing || r.Action == wechat.CheckActionAll
	if !dns && !ping {
		return nil, kefu.CheckActionIllegal
	}
	operator := r.CheckOperator
	switch operator {
	case wechat.CheckOperatorDefault:
		// Every check leaves through the same network here. WeChat's own exit is
		// the honest name for it.
		operator = wechat.CheckOperatorCAP
	case wechat.CheckOperatorChinanet, wechat.CheckOperatorUnicom, wechat.CheckOperatorCAP:
	default:
		return nil, kefu.CheckOperatorIllegal
	}
	callback := c.owner.Callback.URL
	if callback == "" {
		return nil, kefu.CallbackMissing
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()

	var answer wechat.CallbackCheckResponse
	addrs, err := a.Prober.Resolve(ctx, callback)
	if err != nil {
		// A host that does not resolve has no addresses: that is the finding.
		a.Log.InfoContext(ctx, "the callback's host does not resolve", "rid", c.rid, "appid", c.owner.AppID, "error", err)
	}
	addrs = addrs[:min(len(addrs), maxCheckedAddresses)]
	if dns {
		answer.DNS = wechat.List[wechat.DNSCheck]{}
		for _, addr := range addrs {
			answer.DNS = append(answer.DNS, wechat.DNSCheck{IP: addr.String(), RealOperator: operator})
		}
	}
	if ping {
		answer.Ping = a.pingAll(ctx, callback, operator, addrs)
	}
	return answer, nil
}

func (a *API) pingAll(ctx context.Context, callback, operator string, addrs []netip.Addr) wechat.List[wechat.PingCheck] {
	pings := wechat.List[wechat.PingCheck]{}
	for _, addr := range addrs {
		check := wechat.PingCheck{IP: addr.String(), FromOperator: operator, PackageLoss: "100%", Time: noPing}
		if took, ok := a.Prober.Ping(ctx, callback, addr); ok {
			check.PackageLoss = "0%"
			check.Time = strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 3, 64) + "ms"
		}
		pings = append(pings, check)
	}
	return pings
}

func (a *API) clearQuota(ctx context.Context, c *call, r wechat.ClearQuotaRequest) (any, error) {
	if kefu.AppID(r.AppID) != c.owner.AppID {
		return nil, kefu.OfficialAccountUnknown
	}
	return done(a.Gate.ClearQuota(ctx, c.owner.AppID))
}

// clearQuotaV2 shows the secret instead of a token, in the body or, as an
// example of WeChat's has it, in the query.
func (a *API) clearQuotaV2() endpoint {
	return endpoint{path: wechat.PathClearQuotaV2, post: true, open: true, serve: func(ctx context.Context, c *call) (any, error) {
		r := wechat.ClearQuotaV2Request{AppID: c.query().Get("appid"), AppSecret: c.query().Get("appsecret")}
		if err := c.readBody(ctx, maxJSON); err != nil {
			return nil, err
		}
		if r.AppID == "" && r.AppSecret == "" || strings.TrimSpace(string(c.body)) != "" {
			body, err := wechat.ParseClearQuotaV2Request(c.body)
			if err != nil {
				return nil, err
			}
			r.AppID, r.AppSecret = cmp.Or(body.AppID, r.AppID), cmp.Or(body.AppSecret, r.AppSecret)
		}
		o, err := a.Gate.Identify(ctx, r.AppID, r.AppSecret)
		c.owner, c.proven = o, err == nil
		if err != nil {
			return nil, err
		}
		switch {
		case o.Standing.SecretFrozen:
			return nil, kefu.SecretFrozen
		case o.Standing.Frozen:
			return nil, kefu.OfficialAccountFrozen
		}
		return done(a.Gate.ClearQuota(ctx, o.AppID))
	}}
}

// quotaPath refuses a path that has no quota of the account's.
func (a *API) quotaPath(path string) error {
	if strings.HasPrefix(path, "/sns/") {
		return kefu.PathForbidden
	}
	if _, served := a.endpoints[path]; !served && !kefu.HasQuota(path) {
		return kefu.PathUnknown
	}
	return nil
}

func (a *API) quota(ctx context.Context, c *call, r wechat.QuotaRequest) (any, error) {
	if err := a.quotaPath(r.CGIPath); err != nil {
		return nil, err
	}
	q, err := a.Gate.Quota(ctx, c.owner, r.CGIPath)
	if err != nil {
		return nil, err
	}
	return wechat.QuotaResponse{
		Status:    wechat.NewStatus(wechat.OK, ""),
		Quota:     wechat.Quota{DailyLimit: q.Limit, Used: q.Used, Remain: q.Remain},
		RateLimit: translate.RateLimit(q.Rate),
	}, nil
}

func (a *API) clearPathQuota(ctx context.Context, c *call, r wechat.QuotaRequest) (any, error) {
	if err := a.quotaPath(r.CGIPath); err != nil {
		return nil, err
	}
	return done(a.Gate.ClearPathQuota(ctx, c.owner.AppID, r.CGIPath))
}

func (a *API) findCall(ctx context.Context, c *call, r wechat.RIDRequest) (any, error) {
	found, err := a.Calls.Find(ctx, c.owner.AppID, kefu.RID(r.RID), c.at)
	if err != nil {
		return nil, err
	}
	return wechat.RIDResponse{Status: wechat.NewStatus(wechat.OK, ""), Request: translate.Call(&found)}, nil
}
