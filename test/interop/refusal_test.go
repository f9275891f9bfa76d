package interop

import (
	"errors"
	"regexp"
	"testing"

	"github.com/chanxuehong/wechat/mp/core"
)

// refusal is an errcode with WeChat's own text for it.
type refusal struct {
	code int64
	text string
}

// The refusals of the account story.
var (
	agentUnknown      = refusal{65401, "invalid custom service account"}
	nicknameIllegal   = refusal{65403, "illegal nickname"}
	agentIllegal      = refusal{65404, "illegal custom service account"}
	agentExists       = refusal{65406, "custom service account exists"}
	workerBoundHere   = refusal{65407, "the wechat user have been one of your workers"}
	workerInvited     = refusal{65408, "you have already invited the wechat user"}
	workerIllegal     = refusal{65409, "wechat account invalid"}
	invitationWaiting = refusal{65411, "a effective invitation to bind the custom service account exists"}
	agentBound        = refusal{65412, "the custom service account have been bound by a wechat user"}
	fileTypeIllegal   = refusal{40005, "invalid file type"}
)

// The refusals of the conversation story.
var (
	openidIllegal        = refusal{40003, "invalid openid"}
	mediaUnknown         = refusal{40007, "invalid media_id"}
	openidsTooMany       = refusal{40032, "invalid openid list size"}
	remarkIllegal        = refusal{40092, "invalid remark name"}
	notFollowing         = refusal{43004, "require subscribe"}
	contentEmpty         = refusal{44004, "empty content"}
	contentTooLong       = refusal{45002, "content size out of limit"}
	articlesTooMany      = refusal{45008, "article size out of limit"}
	replyTimeOver        = refusal{45015, "response out of time limit or subscription is canceled"}
	replyCountReached    = refusal{45047, "out of response count limit"}
	tagSystem            = refusal{45058, "can't modify sys tag"}
	commandIllegal       = refusal{45072, "invalid command"}
	typingWithoutMessage = refusal{45080, "need sending message to user, or recving message from user in the last 30 seconds before typing"}
	typingAlready        = refusal{45081, "you are already typing"}
	tagNameIllegal       = refusal{45157, "invalid tag name"}
	tagUnknown           = refusal{45159, "invalid tag id"}
	sessionNone          = refusal{65413, "no effective session for the customer"}
	sessionOfAnother     = refusal{65414, "another worker is serving the customer"}
	agentOffline         = refusal{65415, "the worker is not online"}
	paramIllegal         = refusal{65416, "param invalid, please check"}
	spanTooLong          = refusal{65417, "it is too long from the starttime to endtime"}
)

// ridSuffix is what every errmsg of a refusal ends with since 2020.
var ridSuffix = regexp.MustCompile(` rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$`)

// checkRefused checks that the SDK made the expected error of the answer.
func checkRefused(t *testing.T, err error, want refusal) {
	t.Helper()
	var refused *core.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want errcode %d", err, want.code)
	}
	if refused.ErrCode != want.code {
		t.Errorf("got errcode %d (%s), want %d", refused.ErrCode, refused.ErrMsg, want.code)
	}
	rid := ridSuffix.FindString(refused.ErrMsg)
	if rid == "" || refused.ErrMsg != want.text+rid {
		t.Errorf("got errmsg %q, want %q and a rid", refused.ErrMsg, want.text)
	}
}
