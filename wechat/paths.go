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

// Paths of followers and their tags. The list of followers is "user/get"; what
// hangs on a tag is partly below "tags" and partly below "user/tag".
const (
	PathUserInfo       = "/cgi-bin/user/info"
	PathUserInfoBatch  = "/cgi-bin/user/info/batchget"
	PathUserRemark     = "/cgi-bin/user/info/updateremark"
	PathUserList       = "/cgi-bin/user/get"
	PathTagCreate      = "/cgi-bin/tags/create"
	PathTagList        = "/cgi-bin/tags/get"
	PathTagUpdate      = "/cgi-bin/tags/update"
	PathTagDelete      = "/cgi-bin/tags/delete"
	PathTagsOfUser     = "/cgi-bin/tags/getidlist"
	PathTagUsers       = "/cgi-bin/user/tag/get"
	PathTagging        = "/cgi-bin/tags/members/batchtagging"
	PathUntagging      = "/cgi-bin/tags/members/batchuntagging"
	PathBlacklist      = "/cgi-bin/tags/members/getblacklist"
	PathBlacklisting   = "/cgi-bin/tags/members/batchblacklist"
	PathUnblacklisting = "/cgi-bin/tags/members/batchunblacklist"
)

// Paths of temporary media, and of the pictures of articles.
const (
	PathMediaUpload   = "/cgi-bin/media/upload"
	PathMediaGet      = "/cgi-bin/media/get"
	PathMediaGetJSSDK = "/cgi-bin/media/get/jssdk"
	PathArticleImage  = "/cgi-bin/media/uploadimg"
)

// Paths of sessions (会话控制), messages (客服消息) and chat records (聊天记录).
const (
	PathSessionCreate  = "/customservice/kfsession/create"
	PathSessionClose   = "/customservice/kfsession/close"
	PathSession        = "/customservice/kfsession/getsession"
	PathSessionList    = "/customservice/kfsession/getsessionlist"
	PathWaitList       = "/customservice/kfsession/getwaitcase"
	PathCustomSend     = "/cgi-bin/message/custom/send"
	PathCustomTyping   = "/cgi-bin/message/custom/typing"
	PathBusinessSend   = "/cgi-bin/message/custom/business/send"
	PathBusinessTyping = "/cgi-bin/message/custom/business/typing"
	PathRecordList     = "/customservice/msgrecord/getmsglist"
)

// Paths of the chat records before 2016. They page by number, and tell the
// history of sessions too.
const (
	PathLegacyRecords = "/customservice/msgrecord/getrecord"
	PathOldestRecords = "/cgi-bin/customservice/getrecord"
)
