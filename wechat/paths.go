package wechat

// Paths of the credential family. All live under /cgi-bin.
const (
	PathToken         = "/cgi-bin/token"
	PathStableToken   = "/cgi-bin/stable_token"
	PathCallbackIP    = "/cgi-bin/getcallbackip"
	PathAPIDomainIP   = "/cgi-bin/get_api_domain_ip"
	PathCallbackCheck = "/cgi-bin/callback/check"
	PathClearQuota    = "/cgi-bin/clear_quota"
	PathClearQuotaV2  = "/cgi-bin/clear_quota/v2"
	PathQuotaGet      = "/cgi-bin/openapi/quota/get"
	PathQuotaClear    = "/cgi-bin/openapi/quota/clear"
	PathRIDGet        = "/cgi-bin/openapi/rid/get"
)

// Paths of the agent family. The two lists live under /cgi-bin and everything
// else does not; the word is spelled "customservice".
const (
	PathAgentList       = "/cgi-bin/customservice/getkflist"
	PathOnlineAgentList = "/cgi-bin/customservice/getonlinekflist"
	PathAgentAdd        = "/customservice/kfaccount/add"
	PathAgentInvite     = "/customservice/kfaccount/inviteworker"
	PathAgentUpdate     = "/customservice/kfaccount/update"
	PathAgentAvatar     = "/customservice/kfaccount/uploadheadimg"
	PathAgentDelete     = "/customservice/kfaccount/del"
)

// Aliases of the two lists without /cgi-bin. At least one widely used client
// library asks there.
const (
	PathAgentListAlias       = "/customservice/getkflist"
	PathOnlineAgentListAlias = "/customservice/getonlinekflist"
)
