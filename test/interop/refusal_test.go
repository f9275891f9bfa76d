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
